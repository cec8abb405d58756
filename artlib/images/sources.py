"""The sources of a picture: their names in messages, and how they are opened."""

import io
import os
import re
import stat
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from artlib.errors import without_passwords
from artlib.images.errors import (
    ImageError,
    ImageIsDirectoryError,
    MissingImageError,
    NotAnImageError,
    UnreachableImageError,
    UnreadableImageError,
)
from artlib.images.fetching import fetch, is_url

LARGEST_FILE = 500_000_000  # bytes; pictures are smaller
NO_WAITING = getattr(os, "O_NONBLOCK", 0)
Source = str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image | np.ndarray


def name_of(source: Any) -> str:
    """Return the name of a source for messages."""
    if isinstance(source, np.ndarray):
        return f"an array of shape {source.shape} and type {source.dtype}"
    if isinstance(source, Image.Image):
        return f"a PIL image of mode {source.mode} and size {source.size}"
    if isinstance(source, bytes | bytearray | memoryview):
        return f"bytes of length {memoryview(source).nbytes}"
    if isinstance(source, str | os.PathLike):
        text = without_passwords(str(os.fspath(source)))
        return repr(text if len(text) <= 300 else text[:300] + "…")
    return f"{type(source).__name__} {source!r:.80}"


def label_of(source: Any) -> str:
    """Return what an answer calls a source: its path or address, or what kind of thing it is."""
    return without_passwords(str(source)) if isinstance(source, str | os.PathLike) else f"<{type(source).__name__}>"


def opened(source: Any, name: str) -> IO[bytes]:
    """Open a path, an http(s) URL or bytes as a binary stream that can seek; the caller closes it.

    Raises:
        ImageError: `source` is something else or can't be opened; each reason has its own subclass.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source)
    if is_url(source):
        return io.BytesIO(fetch(source, name))
    if isinstance(source, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source):
        raise UnreachableImageError(
            f"Only http:// and https:// addresses can be opened. Received: {name}. "
            "Give the path of a file, or an address that a browser opens."
        )
    if isinstance(source, str) and not source.strip():
        raise MissingImageError(f"The path is empty. Received: {name}. Give the path or the address of a picture.")
    if isinstance(source, str | os.PathLike):
        return _opened_file(Path(source), name)
    raise NotAnImageError(
        f"A picture is given as a path, a URL, bytes, a PIL image or a numpy array. Received: {name}."
    )


def _opened_file(path: Path, name: str) -> IO[bytes]:
    try:
        path = path.expanduser() if path.parts[:1] == ("~",) else path
        status = path.stat()
        mode = status.st_mode
        # opening a pipe or a device could wait for ever
        if stat.S_ISREG(mode):
            return _opened_regular(path, status.st_size, name)
    except ImageError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingImageError(
            f"There is no such file. Received: {name}, looked for at {path.absolute()}. "
            "Check the spelling and the folder."
        ) from error
    except OSError as error:
        raise UnreadableImageError(
            f"The file can't be opened: {error.strerror}. Received: {name}. Check that you may read it."
        ) from error
    except (ValueError, RuntimeError) as error:  # a zero byte in the path, or a ~ without a home
        raise MissingImageError(f"No file can have this name ({error}). Received: {name}. Check the path.") from error
    raise _no_file(path, mode, name)


def _opened_regular(path: Path, size: int, name: str) -> IO[bytes]:
    if size == 0:  # also those of the system itself, as in /proc, of which reading some never ends
        return io.BytesIO()
    if size > LARGEST_FILE:
        raise UnreadableImageError(
            f"The file is too large for a picture: {size / 1e6:,.0f} MB; the limit is {LARGEST_FILE / 1e6:,.0f} MB. "
            f"Received: {name}. Export a smaller one."
        )
    return open_at_once(path)


def open_at_once(path: Path) -> IO[bytes]:
    """Open a file for reading, without waiting where a pipe has taken its place meanwhile."""
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | NO_WAITING))


def _no_file(path: Path, mode: int, name: str) -> ImageError:
    if stat.S_ISDIR(mode):
        try:
            next(os.scandir(path), None)
        except OSError as error:
            return UnreadableImageError(
                f"The folder can't be opened: {error.strerror}. Received: {name}. Give yourself the right to read it."
            )
        return ImageIsDirectoryError(
            f"This is a folder, not a picture. Received: {name}. Give the file of a picture; a command also takes a "
            "folder with pictures in it."
        )
    return UnreadableImageError(f"This is a pipe or a device, not a file. Received: {name}. Give a picture file.")
