"""Colours: pictures of any mode and colour profile become sRGB on white."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from artlib.images.arrays import Levels
from artlib.images.shrinking import Shrinking

STRIP = 1_000_000  # pixels that are converted at a time
TURNED = {  # by how a picture becomes upright: whether its columns become rows, and whether the last ones come first
    None: (False, False),
    Image.Transpose.FLIP_LEFT_RIGHT: (False, False),
    Image.Transpose.ROTATE_180: (False, True),
    Image.Transpose.FLIP_TOP_BOTTOM: (False, True),
    Image.Transpose.TRANSPOSE: (True, False),
    Image.Transpose.ROTATE_270: (True, False),
    Image.Transpose.TRANSVERSE: (True, True),
    Image.Transpose.ROTATE_90: (True, True),
}
Box = tuple[int, int, int, int]  # left, top, right, bottom


def as_srgb(
    image: Image.Image, turn: Image.Transpose | None = None, longest_side: int | None = None, is_own: bool = False
) -> Image.Image:
    """Convert a decoded picture of any mode to RGB, in strips, because each step makes a copy.

    Args:
        image: of any mode, decoded.
        turn: how it becomes upright.
        longest_side: pixels of the longest side of the result, at most; None shrinks nothing.
        is_own: whether nobody else needs `image` afterwards.

    Returns:
        An upright PIL image in sRGB without metadata, with transparent parts on white; it shares nothing with `image`.
    """
    profile, in_8_bits = image.info.get("icc_profile"), _narrowing(image)
    shrinking = Shrinking.to(longest_side, image.size[::-1] if TURNED[turn][0] else image.size)
    (width, height), (_, step) = shrinking.size, shrinking.block
    rows = -(-max(1, STRIP // width) // step) * step  # whole blocks
    averages = Image.new("RGB", shrinking.averaged)
    for top in range(0, height, rows):
        strip = _converted(in_8_bits(image.crop(_place(image.size, turn, top, min(top + rows, height)))), profile)
        upright = strip if turn is None else strip.transpose(turn)
        averages.paste(upright.reduce(shrinking.block), (0, top // step))
    if is_own:
        image.close()
    return shrinking.finished(averages)


def _place(size: tuple[int, int], turn: Image.Transpose | None, top: int, bottom: int) -> Box:
    """Return where rows of the upright picture are in the picture as it is stored, whose size is given."""
    by_columns, from_end = TURNED[turn]
    if from_end:
        whole = size[0] if by_columns else size[1]
        top, bottom = whole - bottom, whole - top
    return (top, 0, bottom, size[1]) if by_columns else (0, top, size[0], bottom)


def _converted(image: Image.Image, profile: Any) -> Image.Image:
    colour = _opaque_srgb(image, profile)
    if image.has_transparency_data:
        white = Image.new("RGB", image.size, "white")
        white.paste(colour, mask=image.convert("RGBA").getchannel("A"))
        return white
    colour.info.clear()
    return colour


def _narrowing(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Return what scales the wide channels of a picture's strips, or undoes a multiplication by alpha."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        levels = Levels.of(np.asarray(image.crop(box)) for box in _strips(image.size))
        return lambda strip: Image.fromarray(levels.as_8_bits(np.asarray(strip)))
    if image.mode in ("La", "RGBa"):  # Pillow can undo it only towards the same bands
        return lambda strip: strip.convert(image.mode.upper())
    return lambda strip: strip


def _strips(size: tuple[int, int]) -> Iterator[Box]:
    width, height = size
    rows = max(1, STRIP // width)
    return ((0, top, width, min(top + rows, height)) for top in range(0, height, rows))


def _opaque_srgb(image: Image.Image, profile: Any) -> Image.Image:
    if image.mode in ("1", "LA"):
        image = image.convert("L")
    elif image.mode not in ("L", "CMYK", "LAB"):
        image = image.convert("RGB")
    for source in _profiles(image.mode, profile):
        try:
            return _through_profile(image, source)
        except (ImageCms.PyCMSError, TypeError):
            pass  # a damaged profile, or one for other channels: the numbers are used as they are
    return image.convert("RGB")


def _profiles(mode: str, embedded: Any) -> list[Any]:
    """Return the profiles to try: the picture's own, then the one that its mode implies."""
    # a damaged TIFF can hold text here, which ImageCms would take for the name of a file
    own = [io.BytesIO(embedded)] if isinstance(embedded, bytes) and embedded else []
    return own + ([ImageCms.createProfile("LAB")] if mode == "LAB" else [])


def _through_profile(image: Image.Image, profile: Any) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, profile, srgb, ImageCms.Intent.PERCEPTUAL, "RGB")
    if converted is None:  # the types allow it, but it is so only for conversions in place
        raise TypeError("profileToProfile gave no picture")
    return converted
