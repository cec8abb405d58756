"""Arrays of numbers as pictures: which arrays are accepted, and how their values become 8 bits."""

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


def channel_as_8_bits(values: np.ndarray) -> np.ndarray:
    """Scale one wide channel of a file to uint8; the range of signed integers and floats is taken from the numbers.

    Args:
        values: (height, width) of uint16, int32 or float32, of any range; NaN and infinity count as 0.

    Returns:
        uint8 of the same shape; 0 is 0, or the lowest number if that is negative. White is the highest value of the 8,
        10, 12 or 16 bits that the numbers of uint16 need.
    """
    tops = {"u": (*_NARROW, 65535), "f": (_ONE, 255, 65535)}.get(values.dtype.kind, (255, 65535))
    floats = np.nan_to_num(values.astype(np.float32), copy=False, posinf=0, neginf=0)
    bottom, highest = min(0.0, float(floats.min())), float(floats.max())
    top = next((top for top in tops if highest <= top), highest)
    floats -= bottom
    floats *= 255 / (top - bottom)
    return _rounded(floats)


def _rounded(floats: np.ndarray) -> np.ndarray:
    np.rint(floats, out=floats)
    return floats.clip(0, 255, out=floats).astype(np.uint8)
