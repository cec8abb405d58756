"""Decoding: a stream of bytes, or a lazy PIL image, becomes an upright sRGB picture."""

import math
import os
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, cast

from PIL import ExifTags, Image, ImageFile

from artlib.images import large_webp
from artlib.images.budget import PICTURES, bytes_of, most_pixels
from artlib.images.colours import as_srgb
from artlib.images.completeness import is_complete
from artlib.images.deep_colour import is_deep, with_all_bits
from artlib.images.diagnosis import DAMAGE, TRUNCATED, damaged, not_an_image, too_many_pixels
from artlib.images.errors import EmptyImageError
from artlib.images.kinds import FORMATS, HEAD, is_cut_off
from artlib.images.quiet_libraries import without_words

PIXEL_LIMIT = 100_000_000
PILLOW = r"(PIL|artlib\.images)\."  # the modules whose warnings are hidden
SHRUNK_LIMIT = 10  # times the limit: a JPEG that is decoded at a fraction of its size may have so many pixels

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read(
    stream: IO[bytes], pixel_limit: int, at_least: int | None, name: str, longest_side: int | None = None
) -> Image.Image:
    """Decode the picture in a stream.

    Args:
        stream: a binary stream that can seek.
        pixel_limit: the largest width x height accepted; checked before anything is decoded. It counts the pixels that
            are decoded, so a JPEG may have more if `at_least` needs a fraction of them.
        at_least: pixels of the longest side that are enough, see `artlib.images.load`.
        name: what messages call the stream.
        longest_side: pixels of the longest side of the result, at most; None shrinks nothing.

    Returns:
        An upright PIL image of mode RGB, without metadata.

    Raises:
        ImageError: the stream is no picture, or it is damaged or too large; each reason has its own subclass.
    """
    head, cut_off = _ends(stream, name)
    if not head:
        raise EmptyImageError(f"The file is empty. Received: {name}. Fetch or export the picture again.")
    with _own_rules(pixel_limit * SHRUNK_LIMIT if at_least else pixel_limit):
        try:
            image = Image.open(stream, formats=FORMATS)
            if at_least and math.prod(image.size) <= pixel_limit * SHRUNK_LIMIT:
                _reduce(image, at_least)
        except Image.DecompressionBombError as error:
            raise too_many_pixels("far above it", pixel_limit, name) from error
        except DAMAGE as error:
            raise not_an_image(head, name) or damaged(error, cut_off, name) from error
    return decode(image, pixel_limit, name, longest_side, cut_off, stream)


def upright_size(stream: IO[bytes]) -> tuple[int, int]:
    """Return width and height of a picture that can be read, as it stands upright, without decoding it."""
    with _own_rules(PIXEL_LIMIT * SHRUNK_LIMIT):
        image = Image.open(stream, formats=FORMATS)
        turned = _orientation(image) in (5, 6, 7, 8)
    return image.size[::-1] if turned else image.size


def _ends(stream: IO[bytes], name: str) -> tuple[bytes, bool]:
    """Return the first bytes, and whether the last ones are missing."""
    try:
        head = stream.read(HEAD)
        length = stream.seek(0, os.SEEK_END)
        stream.seek(-min(length, 64), os.SEEK_END)
        return head, is_cut_off(head, stream.read(), length)
    except OSError as error:
        raise damaged(error, False, name) from error


def decode(
    image: Image.Image,
    pixel_limit: int,
    name: str,
    longest_side: int | None = None,
    cut_off: bool = False,
    stream: IO[bytes] | None = None,
) -> Image.Image:
    """Decode a PIL image that may be lazy.

    Args:
        image: of any mode.
        pixel_limit: the largest width x height that is decoded.
        name: what messages call the image.
        longest_side: pixels of the longest side of the result, at most; None shrinks nothing.
        cut_off: whether the end of its file is missing.
        stream: its file, if nobody else needs `image` afterwards.
    """
    check_pixels(image.size, min(pixel_limit, most_pixels(image)) if longest_side else pixel_limit, name)
    PICTURES.take(bytes_of(image, is_whole=longest_side is None))
    with _own_rules(pixel_limit):
        try:
            image, turn = _decoded(image, stream)
            return as_srgb(image, turn, longest_side, is_own=stream is not None)
        except Image.DecompressionBombError as error:
            raise too_many_pixels("far above it", pixel_limit, name) from error
        except DAMAGE as error:
            raise damaged(error, cut_off, name) from error


def _decoded(image: Image.Image, stream: IO[bytes] | None) -> tuple[Image.Image, Image.Transpose | None]:
    """Return a decoded picture, and how it becomes upright."""
    if stream and large_webp.is_large(image):
        return large_webp.decoded(image, stream), _UPRIGHT.get(_orientation(image))
    deep = is_deep(image)  # which nothing shows any more when it is decoded
    image.load()
    if stream and not is_complete(image, stream):
        raise OSError(TRUNCATED)
    turn = _UPRIGHT.get(_orientation(image))
    return (with_all_bits(image, stream) if stream and deep else image), turn


def check_pixels(size: tuple[int, ...], pixel_limit: int, name: str) -> None:
    """Refuse a picture of no pixels, or of more than `pixel_limit`; `size` is (width, height)."""
    if math.prod(size) == 0:
        raise EmptyImageError(f"The picture has no pixels. Received: {name}. Give one with a width and a height.")
    if math.prod(size) > pixel_limit:
        raise too_many_pixels(f"{' x '.join(map(str, size))} pixels", pixel_limit, name)


def _reduce(image: Image.Image, at_least: int) -> None:
    if image.info.get("progressive") and math.prod(image.size) > PIXEL_LIMIT:  # the whole picture would be in memory
        return
    scale = min(1.0, at_least / max(image.size))
    image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except DAMAGE:  # a picture with damaged EXIF can still be used
        return 1


# --- Pillow's process-wide settings ---

_lock = threading.Lock()
_limits: list[int] = []  # one for each thread that is decoding
_before = ExitStack()  # restores the settings when the last thread has finished


@contextmanager
def _own_rules(pixel_limit: int) -> Iterator[None]:
    """Change Pillow's settings as artlib needs them, until the last thread has finished decoding.

    A truncated file is then an error even if the user's program has set something else, and what Pillow and its
    libraries say beside their errors is hidden. Pillow's own limit on pixels is kept, at `pixel_limit` or above,
    because it also covers canvases and tiles that are larger than the size in the header.
    """
    limit = max(pixel_limit, PIXEL_LIMIT)
    with _lock:
        if not _limits:
            _change_settings()
        _limits.append(limit)
        Image.MAX_IMAGE_PIXELS = max(_limits)
    try:
        yield
    finally:
        with _lock:
            _limits.remove(limit)
            if not _limits:
                _before.close()


def _change_settings() -> None:
    _before.callback(_restore, Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    # not `catch_warnings`, which would take away what other threads have set meanwhile
    warnings.filterwarnings("ignore", module=PILLOW)
    _before.enter_context(without_words())
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def _restore(max_image_pixels: int | None, load_truncated_images: bool) -> None:
    filters = cast(list[object], warnings.filters)
    with suppress(ValueError):  # somebody else has reset them
        filters.remove(("ignore", None, Warning, re.compile(PILLOW), 0))
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = max_image_pixels, load_truncated_images
