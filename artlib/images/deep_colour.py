"""Deep colour: pictures of 16 bits a channel, of which Pillow keeps the upper 8.

Cameras and scanners write 10 or 12 bits into such files: all that Pillow keeps of them is nearly black.
"""

import math
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from PIL import Image

from artlib.images.arrays import Levels
from artlib.images.budget import PICTURES

DARK = 15  # the highest of Pillow's 8 bits where no number needs more than 12 bits
BYTES = 12  # that OpenCV takes for a pixel
LARGEST = 40_000_000  # pixels; both libraries have the picture in memory
ROWS = 256  # that are scaled at a time
RGB_OF_BGR = {3: (2, 1, 0), 4: (2, 1, 0, 3)}


def is_deep(image: Image.Image) -> bool:
    """Return whether a picture that is not decoded yet has colours of 16 bits."""
    arguments = [str(tile[3]) for tile in getattr(image, "tile", ())]
    return image.mode in ("RGB", "RGBA", "LA") and any(";16" in each for each in arguments)


def with_all_bits(image: Image.Image, stream: IO[bytes]) -> Image.Image:
    """Return a decoded picture of 16 bits a channel as it is, or, where it is nearly black, from all its bits.

    Args:
        image: as Pillow decoded it; it is closed if another one is returned.
        stream: its file.

    Returns:
        A picture of 8 bits a channel. White is the highest value of the 8, 10, 12 or 16 bits that its numbers need.
    """
    if _highest(image) > DARK or math.prod(image.size) > LARGEST:
        return image
    PICTURES.take(math.prod(image.size) * BYTES)
    values = _read(stream)
    if values is None or not _is_same(values, image):
        return image
    details = image.info
    image.close()
    result = _as_8_bits(values)
    result.info = details
    return result


def _highest(image: Image.Image) -> int:
    """Return the highest number of all colours."""
    extrema: Any = image.getextrema()  # a pair for each band
    return max(high for _, high in (extrema[:-1] if image.mode.endswith("A") else extrema))


def _read(stream: IO[bytes]) -> np.ndarray | None:
    """Return uint16 (height, width, 3 or 4) in the order blue, green, red, alpha; None if OpenCV reads it otherwise."""
    import cv2  # only here, because it is large

    stream.seek(0)
    logging = cv2.utils.logging
    before = logging.setLogLevel(logging.LOG_LEVEL_SILENT)  # it writes on standard error
    try:
        values = cv2.imdecode(np.frombuffer(stream.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    finally:
        logging.setLogLevel(before)
    fits = values is not None and values.dtype == np.uint16 and values.ndim == 3 and values.shape[2] in RGB_OF_BGR
    return values if fits else None


def _is_same(values: np.ndarray, image: Image.Image) -> bool:
    """Return whether both libraries read the same; one may have turned the picture, or taken another page."""
    if values.shape[1::-1] != image.size:
        return False
    for number, part in enumerate(_parts(values)):
        strip = image.crop((0, number * ROWS, image.width, number * ROWS + len(part))).convert("RGB")
        if not np.array_equal(part[..., 2::-1] >> 8, np.asarray(strip)):
            return False
    return True


def _as_8_bits(values: np.ndarray) -> Image.Image:
    order = RGB_OF_BGR[values.shape[2]]
    colour = Levels.of(part[..., :3] for part in _parts(values))
    alpha = Levels.of(part[..., 3] for part in _parts(values)) if len(order) == 4 else colour
    result = Image.new("RGB" if len(order) == 3 else "RGBA", values.shape[1::-1])
    for number, part in enumerate(_parts(values)):
        channels = [(colour if place < 3 else alpha).as_8_bits(part[..., place]) for place in order]
        result.paste(Image.fromarray(np.stack(channels, axis=-1)), (0, number * ROWS))
    return result


def _parts(values: np.ndarray) -> Iterator[np.ndarray]:
    return (values[top : top + ROWS] for top in range(0, len(values), ROWS))
