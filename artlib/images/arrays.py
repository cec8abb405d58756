"""Arrays of numbers as pictures: which arrays are accepted, and how their values become 8 bits."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artlib.images.errors import NotAnImageError

_NARROW = (255, 1023, 4095)  # cameras and scanners write 8, 10 and 12 bits into files of 16: they would be nearly black
_ONE = 1.001  # the largest value of floats in 0 to 1, because resizing can exceed 1 a little


def from_array(array: np.ndarray, name: str) -> Image.Image:
    """Make a picture of an array that `artlib.images.load` accepts.

    Args:
        array: (height, width) or (height, width, channels) with 1, 3 or 4 channels, not empty.
        name: what messages call the array.

    Returns:
        A PIL image of mode L, RGB or RGBA; its values are scaled to 0-255.

    Raises:
        NotAnImageError: the shape, the type or the range of the values is another one.
    """
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (1,), (3,), (4,)):
        raise NotAnImageError(
            "An array is (height, width), or (height, width, channels) with 1, 3 or 4 channels. "
            f"Received: {name}. Give one picture with the channels last."
        )
    array = array[..., 0] if array.shape[2:] == (1,) else array
    return Image.fromarray(_as_8_bits(array, name))


def _as_8_bits(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array * np.uint8(255)
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return _numbers_as_8_bits(array, name)


def _numbers_as_8_bits(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind not in "iuf":
        raise NotAnImageError(f"An array holds numbers. Received: {name}. Convert it with .astype('uint8').")
    lowest, highest = float(array.min()), float(array.max())
    if not (lowest >= 1 - _ONE and highest <= 254 + _ONE):  # also false for NaN
        raise NotAnImageError(
            "An array's values lie in 0 to 1 or 0 to 255, without NaN or infinity. "
            f"Received: {name} with values from {lowest:g} to {highest:g}. Scale or clip it first."
        )
    scale = 255 if array.dtype.kind == "f" and highest <= _ONE else 1
    return _rounded(array.astype(np.float32) * scale)


@dataclass(frozen=True)
class Levels:
    """What is black and what is white in the wide channels of a file.

    Attributes:
        bottom: the number that becomes 0.
        top: the number that becomes 255.
    """

    bottom: float
    top: float

    @classmethod
    def of(cls, parts: Iterable[np.ndarray]) -> "Levels":
        """Take the range from the numbers of a picture.

        Args:
            parts: of the picture, uint16, int32 or float32 of any range; NaN and infinity count as 0.

        Returns:
            Black is 0, or the lowest number if that is negative. White is the highest value of the 8, 10, 12 or 16 bits
            that the numbers of uint16 need; for signed integers and floats it is taken from the numbers.
        """
        bottom, highest, kind = 0.0, -math.inf, ""
        for part in parts:
            floats, kind = _finite(part), part.dtype.kind
            bottom, highest = min(bottom, float(floats.min())), max(highest, float(floats.max()))
        tops = {"u": (*_NARROW, 65535), "f": (_ONE, 255, 65535)}.get(kind, (255, 65535))
        return cls(bottom, next((top for top in tops if highest <= top), highest))

    def as_8_bits(self, values: np.ndarray) -> np.ndarray:
        """Return a part of the picture as uint8 of the same shape."""
        floats = _finite(values)
        floats -= self.bottom
        floats *= 255 / (self.top - self.bottom)
        return _rounded(floats)


def _finite(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(values.astype(np.float32), copy=False, posinf=0, neginf=0)


def _rounded(floats: np.ndarray) -> np.ndarray:
    np.rint(floats, out=floats)
    return floats.clip(0, 255, out=floats).astype(np.uint8)
