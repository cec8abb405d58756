"""Large pictures of WebP: OpenCV decodes them in half the memory that Pillow takes, which prepares for animations."""

import math
from typing import IO

import cv2
import numpy as np
from PIL import Image

SMALLEST = 20_000_000  # pixels
ROWS = 256  # that are reordered at a time


def is_large(image: Image.Image) -> bool:
    """Return whether a picture that is not decoded yet should be decoded here."""
    return image.format == "WEBP" and math.prod(image.size) >= SMALLEST


def decoded(image: Image.Image, stream: IO[bytes]) -> Image.Image:
    """Return a large picture, RGBA where a part may be transparent; `image` is closed.

    Args:
        image: opened by Pillow and not decoded.
        stream: its file.

    Raises:
        OSError: OpenCV can't decode it.
    """
    size, details = image.size, image.info
    stream.seek(0)
    content = np.frombuffer(stream.read(), np.uint8)
    image.close()
    try:
        values = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise OSError("its structure is damaged") from error
    if values is None or values.dtype != np.uint8 or values.shape[1::-1] != size or values.ndim != 3:
        raise OSError("its structure is damaged")
    for top in range(0, len(values), ROWS):  # blue, green and red, in place
        part = values[top : top + ROWS]
        part[..., [0, 2]] = part[..., [2, 0]]
    result = Image.fromarray(values)
    result.info = details
    return result
