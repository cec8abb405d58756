"""Thumbnails: small pictures to show, as images, JPEG files and data URLs."""

import base64
import io
import math
from pathlib import Path

from PIL import Image

from artlib.images.errors import ImageError
from artlib.images.loading import load_shrunk, normalised

GRID_SIDE = 240  # about twice the height shown in the grid, for screens with a high density
QUALITY = 80  # of the JPEG files


def thumbnail(path: Path, longest_side: int) -> Image.Image:
    """Load a picture from a file, at most `longest_side` pixels on its longest side.

    Raises:
        ImageError: the file is missing or damaged.
    """
    return load_shrunk(path, longest_side, at_least=longest_side)


def reduced(image: Image.Image, longest_side: int) -> Image.Image:
    """Return an image reduced by a whole number to at most `longest_side` pixels, which is very fast."""
    return image.reduce(math.ceil(max(image.size) / longest_side))


def jpeg(image: Image.Image) -> bytes:
    """Return an RGB image as the bytes of a small JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def data_url(image: Image.Image, longest_side: int) -> str:
    """Return an RGB image, at most `longest_side` pixels on its longest side, as a data URL."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg(normalised(image, longest_side))).decode()}"


def jpeg_or_grey(path: Path) -> bytes:
    """Return a picture in a file as a small JPEG, or a grey one if it can't be read, so that others are shown."""
    try:
        return jpeg(thumbnail(path, GRID_SIDE))
    except ImageError:
        return jpeg(Image.new("RGB", (GRID_SIDE, GRID_SIDE), "#888888"))
