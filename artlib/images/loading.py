"""Loading: from any source to a picture, an array, or a smaller picture."""

from typing import cast

import numpy as np
from PIL import Image

from artlib.errors import ArgumentError
from artlib.images.arrays import from_array
from artlib.images.budget import PICTURES
from artlib.images.colours import as_srgb
from artlib.images.decoding import PIXEL_LIMIT, check_pixels, decode, read, upright_size
from artlib.images.diagnosis import blank, too_small
from artlib.images.shrinking import Shrinking
from artlib.images.sources import Source, name_of, opened

LONGEST_SIDE = 1024  # pixels, of the normalised copy that every later stage works on
SEEN_SIDE = 432  # pixels of the longest side for fingerprints, and for the network's input at 224 pixels
SMALLEST_SIDE = 16  # pixels; a smaller picture is useless for recognition
UNSEEN = 2  # of 255, between the lightest and the darkest pixel of a picture on which there is nothing


def load(source: Source, pixel_limit: int = PIXEL_LIMIT, at_least: int | None = None) -> Image.Image:
    """Load any picture as sRGB, upright, with transparent parts on white.

    Args:
        source: a path, an http(s) URL as text, the bytes of a file, a PIL image, or an array (height, width),
            (height, width, 1), (height, width, 3) or (height, width, 4) of bool, integers 0-255, uint16 0-65535, or
            floats 0-1 or 0-255. Of an animation or a file with many pages, the first picture is used.
        pixel_limit: the largest width x height that is decoded; checked before.
        at_least: pixels of the longest side that are enough. A JPEG is then decoded at 1/2, 1/4 or 1/8 of its size if
            possible, which is several times faster; other kinds stay as they are.

    Returns:
        A PIL image of mode RGB, 8 bits a channel, without metadata. `source` itself is never changed.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
    """
    return _loaded(source, pixel_limit, at_least)


def _loaded(source: Source, pixel_limit: int, at_least: int | None, longest_side: int | None = None) -> Image.Image:
    name = name_of(source)
    if isinstance(source, np.ndarray):
        check_pixels(source.shape[1::-1], pixel_limit, name)
        return as_srgb(from_array(source, name), longest_side=longest_side)
    if isinstance(source, Image.Image):
        with PICTURES.share():
            return decode(source, pixel_limit, name, longest_side)
    with opened(source, name) as stream, PICTURES.share():
        return read(stream, pixel_limit, at_least, name, longest_side)


def load_shrunk(source: Source, longest_side: int = LONGEST_SIDE, at_least: int | None = None) -> Image.Image:
    """Load a picture and shrink it, see `load` and `normalised`.

    Threads that open many pictures use this: no more are open in full at a time than the memory is meant for, and none
    is copied in full.

    Args:
        source: anything that `load` accepts.
        longest_side: pixels of the longest side of the result, at most.
        at_least: see `load`.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
    """
    check_side(longest_side)
    return _loaded(source, PIXEL_LIMIT, at_least, longest_side)


def load_usable(
    source: Source, longest_side: int = LONGEST_SIDE, at_least: int | None = None, *, may_be_blank: bool = False
) -> Image.Image:
    """Load and shrink a picture that is asked about or collected, in which something can be seen.

    Args:
        source: anything that `load` accepts.
        longest_side: see `load_shrunk`.
        at_least: see `load`.
        may_be_blank: whether one colour throughout is enough to be seen.

    Raises:
        ImageError: the picture can't be used; among the reasons: it has too few pixels, or one colour throughout.
    """
    image = load_shrunk(source, longest_side, at_least)
    if min(image.size) < SMALLEST_SIDE and min(size := size_of(source)) < SMALLEST_SIDE:  # not only since it is shrunk
        raise too_small(size, SMALLEST_SIDE, name_of(source))
    if not may_be_blank and all(
        highest - lowest <= UNSEEN for lowest, highest in cast(list[tuple[int, int]], image.getextrema())
    ):
        raise blank(name_of(source))
    return image


def size_of(source: Source) -> tuple[int, int]:
    """Return width and height in pixels of a picture that `load` can read, as it stands upright; nothing is decoded."""
    if isinstance(source, np.ndarray):
        return source.shape[1], source.shape[0]
    if isinstance(source, Image.Image):
        return source.size
    with opened(source, name_of(source)) as stream:
        return upright_size(stream)


def to_array(image: Source) -> np.ndarray:
    """Return a picture as uint8 (height, width, 3) in sRGB; it accepts anything that `load` accepts."""
    return np.array(load(image))


def normalised(image: Image.Image, longest_side: int = LONGEST_SIDE) -> Image.Image:
    """Shrink a picture to at most `longest_side` pixels on its longest side; return a smaller one as it is."""
    check_side(longest_side)
    shrinking = Shrinking.to(longest_side, image.size)
    return image if shrinking.target == image.size else shrinking.finished(image.reduce(shrinking.block))


def check_side(longest_side: int) -> None:
    """Refuse a side of no pixels."""
    if longest_side < 1:
        raise ArgumentError(f"longest_side counts pixels and is at least 1. Received: longest_side={longest_side}.")
