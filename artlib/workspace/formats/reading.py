"""Reading: what is read back is a file. A pipe in its place would be waited for for ever, and a device never ends."""

import errno
import stat
from pathlib import Path

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class NoFileError(OSError):
    """Something else than a file has its name."""


def require_file(path: Path) -> Path:
    """Return a path at which there is a file.

    Raises:
        FileNotFoundError: there is nothing.
        NoFileError: there is something else.
    """
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind != stat.S_IFREG:
        raise NoFileError(errno.EINVAL, f"It is {KINDS.get(kind, 'something else')} and no file", str(path))
    return path


def content_of(path: Path) -> bytes:
    """Return all bytes of a file; see `require_file`."""
    return require_file(path).read_bytes()
