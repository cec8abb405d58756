"""The budget: how much memory the pictures that are open at a time may take, in all threads together.

A small file can hold a hundred million pixels. Threads that open pictures wait for each other here, in the order in
which they came, rather than fill the memory.
"""

import ctypes
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

LIMIT = 150_000_000 * min(max(2, os.cpu_count() or 2), 8)  # bytes; a program with a network takes 1.1 GB beside
ONE_BYTE, TWO_BYTES = {"1", "L", "P"}, {"I;16", "I;16L", "I;16B", "I;16N"}  # a pixel; Pillow takes 4 for all others
BESIDE = {"WEBP": 4, "AVIF": 5, "HEIF": 5}  # bytes a pixel that a decoder takes for itself
PROGRESSIVE = 4  # likewise of a progressive JPEG
MOST = 800_000_000  # bytes that one picture may take where it is shrunk at once
RESULT = 4  # bytes a pixel of a picture that is not shrunk
STRIPS = 60 << 20  # bytes that work on parts of a picture
LARGE = 32_000_000  # bytes; who had so many gives them back
BLOCK = 64 << 20  # bytes in which Pillow takes memory for large pictures


class Budget:
    """A number of bytes that threads share.

    Nobody waits for what can't come: a picture larger than the limit is opened alone, and who holds something already
    is given more at once.

    Args:
        limit: in bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._taken = limit, 0
        self._changed = threading.Condition(threading.RLock())
        self._queue: deque[object] = deque()
        self._mine = threading.local()

    @contextmanager
    def share(self) -> Iterator[None]:
        """What this thread takes meanwhile is given back at the end; inside another share, at the end of that."""
        if hasattr(self._mine, "taken"):
            yield
            return
        self._mine.taken = 0
        try:
            yield
        finally:
            with self._changed:
                self._taken -= self._mine.taken
                self._changed.notify_all()
            if self._mine.taken >= LARGE:
                _give_back()
            del self._mine.taken

    def take(self, size: int) -> None:
        """Wait until there is room for so many bytes. To be called within a share."""
        if not self._mine.taken:
            self._wait_for(size)
        else:
            self._add(size)

    def _wait_for(self, size: int) -> None:
        turn = object()
        with self._changed:
            self._queue.append(turn)
            try:
                self._changed.wait_for(lambda: self._queue[0] is turn and self._has_room(size))
                self._add(size)  # before another one looks
            finally:  # also when it is interrupted
                self._queue.remove(turn)
                self._changed.notify_all()

    def _add(self, size: int) -> None:
        with self._changed:  # which its holder may take again
            self._taken += size
            self._mine.taken += size

    def _has_room(self, size: int) -> bool:
        return not self._taken or self._taken + size <= self._limit


def bytes_of(image: Image.Image, is_whole: bool) -> int:
    """Return about how much memory a picture takes while it is decoded and converted.

    Args:
        image: not decoded yet.
        is_whole: whether it is not shrunk meanwhile.
    """
    return image.width * image.height * (_bytes_of_a_pixel(image) + RESULT * is_whole) + STRIPS


def most_pixels(image: Image.Image) -> int:
    """Return how many pixels a picture of this kind may have, so that it does not fill the memory alone."""
    return MOST // _bytes_of_a_pixel(image)


def _bytes_of_a_pixel(image: Image.Image) -> int:
    decoded = 1 if image.mode in ONE_BYTE else 2 if image.mode in TWO_BYTES else 4
    if image.info.get("progressive"):  # in full size, also where it is decoded at a fraction of it
        return decoded + PROGRESSIVE * (getattr(image, "decoderconfig", None) or (1,))[0] ** 2
    return decoded + BESIDE.get(image.format or "", 0)


def _give_back() -> None:
    """Give memory that was freed back to the system: each thread would keep what it once needed, for good."""
    if trim := getattr(_SYSTEM, "malloc_trim", None):  # Linux
        trim(0)


_SYSTEM = ctypes.CDLL(None) if os.name == "posix" else None
PICTURES = Budget(LIMIT)

# What is freed in blocks above 32 MB goes back to the system at once; smaller ones may stay with each thread, for good.
Image.core.set_block_size(BLOCK)
