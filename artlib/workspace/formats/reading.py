"""Reading: what is read back is a file. A pipe in its place would be waited for for ever, and a device never ends.

Editors and spreadsheet programs put a mark before a text that says how its letters are coded.
"""

import codecs
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
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


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


def mark_of(content: bytes) -> bytes:
    """Return the byte-order mark with which a content begins; empty if there is none."""
    return next((mark for mark in BYTE_ORDER_MARKS if content.startswith(mark)), b"")


def text_of(content: bytes) -> str:
    """Return a content as text, without its byte-order mark; without one it is UTF-8.

    Raises:
        UnicodeDecodeError: it is something else.
    """
    mark = mark_of(content)
    return content.removeprefix(mark).decode(BYTE_ORDER_MARKS.get(mark, "utf-8"))
