"""Arrays in .npz files: read without pickles, and checked like anything that comes from outside.

Each file holds a hash of its arrays, so that what was changed in it is seen. Those of an earlier artlib hold none.
"""

import hashlib
import lzma
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from artlib.workspace.disk.faults import as_disk_error, has_gone
from artlib.workspace.disk.writing import atomic
from artlib.workspace.formats.reading import require_file

# what reading a damaged file, or one with other arrays than expected, can raise; among others zlib and lzma, because a
# damaged byte can name another compression, and MemoryError, because one can name another size
DAMAGED = (
    OSError,
    ValueError,
    LookupError,
    EOFError,
    TypeError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
    MemoryError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    tokenize.TokenError,
)
Shapes = Mapping[str, tuple[str, str]]
DIGEST = "sha256"  # the name of the hash among the arrays


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays with their hash into an .npz file, atomically.

    Args:
        path: of the file.
        arrays: by their names.
    """
    with atomic(path) as temporary:
        np.savez(temporary, **arrays, **{DIGEST: np.array(digest_of(arrays))})  # type: ignore[arg-type]


def digest_of(arrays: Mapping[str, np.ndarray]) -> str:
    """Return the sha256 of arrays with their names, types and sizes, whatever their order is."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.asarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return all arrays of an .npz file.

    Raises:
        DiskError: the disk does not answer, or too many files are open.
        One of DAMAGED: it is missing or damaged, holds objects, or numbers that are not finite.
    """
    try:
        with np.load(require_file(path), allow_pickle=False) as file:
            if isinstance(file, np.ndarray):
                raise ValueError("it holds one array instead of several with names")
            arrays = {name: file[name] for name in file.files}
    except OSError as error:
        if has_gone(error):  # the file may be whole: nobody must delete it, or begin a training again
            raise as_disk_error(error) from error
        raise
    stated = arrays.pop(DIGEST, None)
    if stated is not None and stated.item() != digest_of(arrays):
        raise ValueError("it was changed since it was written")
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} holds numbers that are not finite")
    return arrays


def check_shapes(arrays: Mapping[str, np.ndarray], shapes: Shapes, **sizes: int) -> None:
    """Check that arrays are there, with the kinds of numbers and the sizes that they must have.

    Args:
        arrays: by their names.
        shapes: for each name the letters of dtype kinds (such as "f", or "iu"), and the sizes as words: a number, or a
            name that stands for the same size everywhere.
        **sizes: what some of these names stand for.

    Raises:
        KeyError: an array is missing.
        ValueError: one is of another kind or size; the text says which.
    """
    known = dict(sizes)
    for name, (kinds, words) in shapes.items():
        array, names = arrays[name], words.split()
        fits = array.dtype.kind in kinds and array.ndim == len(names)
        for word, size in zip(names, array.shape, strict=False):
            fits = fits and size == (int(word) if word.isdigit() else known.setdefault(word, size))
        if not fits:
            wanted = ", ".join(f"{known.get(word, word)}" for word in names)
            raise ValueError(f"{name} is {array.dtype} of shape {array.shape}; its shape must be ({wanted})")
