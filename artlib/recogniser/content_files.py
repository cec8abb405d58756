"""Content files: arrays in files whose names are made of their content, so that a new one never replaces one in use."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from artlib.workspace.formats import arrays as array_files


def write_arrays(folder: Path, kind: str, arrays: Mapping[str, np.ndarray]) -> Path:
    """Write arrays into `<kind>-<hash of their content>.npz` in a folder, and return its path."""
    path = folder / f"{kind}-{array_files.digest_of(arrays)[:8]}.npz"
    array_files.write_arrays(path, arrays)
    return path
