"""The disk: what went wrong with it, in a sentence with what to do next."""

import errno
import os
import re
from pathlib import Path
from typing import Any

from artlib.errors import ArtlibError

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
GONE = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ETIMEDOUT, errno.ENOTCONN, errno.ECONNABORTED}
GONE |= {getattr(errno, name) for name in ("ESTALE", "EREMOTEIO", "EHOSTDOWN", "ESHUTDOWN") if hasattr(errno, name)}
TOO_MANY = {errno.EMFILE, errno.ENFILE}
OTHERWISE = {errno.EISDIR, errno.ENOTDIR, errno.EINVAL}  # the last one: see `reading.NoFileError`
SHORT = re.compile(r"\d+ requested and \d+ written")  # numpy's words, without a number, for a full disk
CHECK = "Check the path and the disk"
GOES_ON = "What was finished is kept; the same command goes on from there."


class DiskError(ArtlibError):
    """The disk is full, can't be read or written, or has gone away."""


def advice(error: OSError) -> str:
    """Return what is wrong and what to do next.

    Args:
        error: as the system raised it.
    """
    file = error.filename2 or error.filename  # of two, the first has a temporary name
    place = f" ({file!r})" if file else ""
    why = error.strerror or str(error)
    if is_full(error):
        return f"The disk is full{place}. Free some space, or use a folder on another disk (--workspace). {GOES_ON}"
    if error.errno in FORBIDDEN:
        return (
            f"{why}{place}. Correct the permissions, or copy what is there into a folder of your own and name that one "
            f"(--workspace). {GOES_ON}"
        )
    if error.errno in GONE:
        return f"The disk, or the Drive, does not answer any more: {why}{place}. Connect it again. {GOES_ON}"
    if error.errno == errno.ENAMETOOLONG:
        return f"A name is too long for this disk{place}. Use a folder with a shorter name."
    if error.errno in TOO_MANY:
        return f"{why}{place}. Close other programs, or allow more open files (ulimit -n 4096). {GOES_ON}"
    way_out = "Move away what is in the place of artlib's file or folder" if error.errno in OTHERWISE else CHECK
    return f"{why}{place}. {way_out}. {GOES_ON}"


def is_full(error: OSError) -> bool:
    """Return whether a disk has no room left."""
    return error.errno in FULL or bool(SHORT.search(str(error)))


def has_gone(error: OSError) -> bool:
    """Return whether a disk does not answer, or too many files are open: it says nothing about the file."""
    return error.errno in GONE | TOO_MANY


def can_be_written(path: Path) -> bool:
    """Return whether a file or folder can be written, or made where it is missing."""
    path = path.absolute()
    there = next((each for each in (path, *path.parents) if os.path.exists(each)), path)  # noqa: PTH110 (no error)
    return os.access(there, os.W_OK)


def as_disk_error(error: OSError) -> DiskError:
    """Return the same as an error that is shown as a sentence."""
    return DiskError(advice(error))


def is_about_the_disk(error: Any) -> bool:
    """Return whether an error is one of the system's about files, and not one of a library about the network."""
    return isinstance(error, OSError) and (error.errno is not None or bool(SHORT.search(str(error))))
