"""Cosines: vectors of length one, whose products are cosines."""

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return vectors, float (n, width), of length one; those of length 0 stay as they are."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
