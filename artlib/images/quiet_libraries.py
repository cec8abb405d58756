"""Quiet: what Pillow, and the libraries in it, say beside their errors does not reach the terminal."""

import ctypes
import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import PIL

FOLDERS = ("../pillow.libs", "../Pillow.libs", ".dylibs")  # in Pillow's packages for Linux, and for macOS
OPENCV_SILENT = 0
HANDLERS = ("TIFFSetErrorHandler", "TIFFSetWarningHandler")


@contextmanager
def without_words() -> Iterator[None]:
    """While this lasts, Pillow logs nothing, and libtiff writes nothing on standard error."""
    logger, library = logging.getLogger("PIL"), _libtiff()
    level, before = logger.level, [_set(library, name, None) for name in HANDLERS]
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
        for name, handler in zip(HANDLERS, before, strict=True):
            _set(library, name, handler)


@contextmanager
def without_opencvs_words() -> Iterator[None]:
    """While this lasts, OpenCV writes nothing on standard error."""
    import cv2  # only here, because it is large

    set_level = cv2.setLogLevel if hasattr(cv2, "setLogLevel") else cv2.utils.logging.setLogLevel  # OpenCV 4, and 5
    before = set_level(OPENCV_SILENT)
    try:
        yield
    finally:
        set_level(before)


@functools.cache
def _libtiff() -> ctypes.CDLL | None:
    """Return the library that Pillow has with it; None where it is a part of Pillow's own file, as on Windows."""
    found = [file for folder in FOLDERS for file in (Path(PIL.__file__).parent / folder).glob("libtiff*")]
    try:
        return ctypes.CDLL(str(found[0])) if found else None  # the same that Pillow has loaded, or will
    except OSError:
        return None


def _set(library: ctypes.CDLL | None, name: str, handler: int | None) -> int | None:
    function = getattr(library, name, None)
    if function is None:
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function(handler)
