"""Content files: arrays in files whose names are made of their content, so that a new one never replaces one in use."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from artlib.workspace.writing import atomic


def write_arrays(folder: Path, kind: str, arrays: Mapping[str, np.ndarray]) -> Path:
    """Write arrays into `<kind>-<hash of their content>.npz` in a folder, and return its path."""
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()[:8]
    path = folder / f"{kind}-{digest}.npz"
    with atomic(path) as temporary:
        np.savez(temporary, **arrays)  # type: ignore[arg-type]
    return path
