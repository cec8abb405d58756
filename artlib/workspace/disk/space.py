"""Space on the disk: reserved before a file is filled through memory.

A file of holes that is mapped into memory can't report a full disk: the system ends the process without a word.
"""

import errno
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from artlib.workspace.disk.faults import DiskError

NOT_OFFERED = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}  # of file systems that can't reserve
BLOCK = 1 << 20  # bytes


def free_at(path: Path) -> int:
    """Return how many bytes are free where a file or folder lies, or would lie."""
    path = path.absolute()
    there = next((each for each in (path, *path.parents) if os.path.exists(each)), path)  # noqa: PTH110 (no error)
    return shutil.disk_usage(there).free


def require_room(path: Path, size: int, what: str) -> None:
    """Refuse long work whose result would not fit on the disk.

    Args:
        path: of a file or folder where it will lie.
        size: in bytes, about.
        what: what needs it, as the beginning of a sentence.

    Raises:
        DiskError: there is not so much room.
    """
    if (free := free_at(path)) < size:
        raise DiskError(
            f"{what} needs about {size / 1e6:,.0f} MB in {path}, and its disk has {free / 1e6:,.0f} MB left. Free some "
            "space, or use a folder on another disk (--workspace)."
        )


def reserve(path: Path, size: int) -> None:
    """Make a file so long, with room for all of it on the disk.

    Args:
        path: of the file; it is made if it is missing.
        size: in bytes.

    Raises:
        OSError: there is not so much room.
    """
    with path.open("ab") as file:
        missing = size - file.tell()
        if missing > 0 and not _allocated(file.fileno(), size):
            for start in range(0, missing, BLOCK):
                file.write(bytes(min(BLOCK, missing - start)))


def _allocated(descriptor: int, size: int) -> bool:
    allocate: Callable[[int, int, int], None] | None = getattr(os, "posix_fallocate", None)
    if allocate is None:  # macOS and Windows
        return False
    try:
        allocate(descriptor, 0, size)
    except OSError as error:
        if error.errno in NOT_OFFERED:
            return False
        raise
    return True


def mapped_array(path: Path, shape: tuple[int, ...], dtype: Any) -> np.memmap:
    """Return a new array in a file (.npy) that is mapped into memory, to be filled; the disk has room for it.

    Raises:
        OSError: there is not so much room.
    """
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_2_0(file, header)
        begin = file.tell()
    reserve(path, begin + math.prod(shape) * np.dtype(dtype).itemsize)
    return np.lib.format.open_memmap(path, mode="r+")
