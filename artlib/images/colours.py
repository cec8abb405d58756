"""Colours: pictures of any mode and colour profile become sRGB on white."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from artlib.images.arrays import channel_as_8_bits

STRIP = 4_000_000  # pixels that are converted at a time


def as_srgb(image: Image.Image) -> Image.Image:
    """Convert a decoded picture of any mode to RGB.

    Returns:
        A PIL image in sRGB without metadata, with transparent parts on white; it shares nothing with `image`.
    """
    profile = image.info.get("icc_profile")
    image = _in_8_bits(image)
    if image.width * image.height <= STRIP:
        return _converted(image, profile)
    whole, rows = Image.new("RGB", image.size), max(1, STRIP // image.width)
    for top in range(0, image.height, rows):  # in strips, because each step makes a copy
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        whole.paste(_converted(strip, profile), (0, top))
    return whole


def _converted(image: Image.Image, profile: Any) -> Image.Image:
    colour = _opaque_srgb(image, profile)
    if image.has_transparency_data:
        white = Image.new("RGB", image.size, "white")
        white.paste(colour, mask=image.convert("RGBA").getchannel("A"))
        return white
    colour.info.clear()
    return colour


def _in_8_bits(image: Image.Image) -> Image.Image:
    """Scale wide channels, and undo a multiplication by alpha."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Image.fromarray(channel_as_8_bits(np.asarray(image)))
    if image.mode in ("La", "RGBa"):  # Pillow can undo it only towards the same bands
        return image.convert(image.mode.upper())
    return image


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
