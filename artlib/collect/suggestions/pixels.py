"""Pixels: collected pictures in a small size, and how alike two of them are."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from artlib import images
from artlib.workspace import Workspace
from artlib.workspace.copies import open_copy

SIDE = 128  # pixels of the longest side
COMPARED = 24  # pixels a side
Small = Callable[[str], Image.Image | None]


def small_pictures(workspace: Workspace) -> Small:
    """Return a function that gives a picture in a small size by its id, None if it can't be read."""
    opened: dict[str, Image.Image | None] = {}

    def picture(image_id: str) -> Image.Image | None:
        if image_id not in opened:
            opened[image_id] = small_picture(workspace, image_id)
        return opened[image_id]

    return picture


def small_picture(workspace: Workspace, image_id: str) -> Image.Image | None:
    """Open a picture in a small size; None if it can't be read."""
    try:
        return images.normalised(open_copy(workspace, image_id, at_least=SIDE), SIDE)
    except images.ImageError:
        return None


def correlation(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two pictures are in form and colour, -1 to 1; 0 if one of them is of one colour."""
    return float(direction(reduced(one, (COMPARED, COMPARED))) @ direction(reduced(other, (COMPARED, COMPARED))))


def reduced(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """Return a picture's pixels in another size, (width, height), as float32 (height, width, 3)."""
    return np.asarray(picture.resize(size, Image.Resampling.BOX), np.float32)


def direction(pixels: np.ndarray) -> np.ndarray:
    """Return pixels, (..., height, width, 3), as vectors of length one, whose products are correlations."""
    vectors = pixels.reshape(*pixels.shape[:-3], -1)
    vectors = vectors - vectors.mean(axis=-1, keepdims=True)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
