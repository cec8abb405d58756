"""Colours of 16 bits a channel: those that hold 10 or 12 bits are not dark, and all others are as they were."""

import io
import zlib

import cv2
import numpy as np
import pytest
from drawing import photo
from PIL import Image

from artlib import images
from artlib.images.decoding import _UPRIGHT

TIFF = {"raw": 1, "lzw": 5, "deflate": 8}


def picture() -> Image.Image:
    """A picture in which one pixel is white."""
    result = photo(3)
    result.putpixel((0, 0), (255, 255, 255))
    return result


def written(bits: int, suffix: str, alpha: bool = False, compression: str = "") -> bytes:
    """A picture of so many bits in a file of 16 bits a channel."""
    values = np.asarray(picture(), np.float64) / 255 * ((1 << bits) - 1)
    channels = values[..., ::-1].astype(np.uint16)
    if alpha:
        channels = np.dstack([channels, np.full(channels.shape[:2], 65535, np.uint16)])
    options = [cv2.IMWRITE_TIFF_COMPRESSION, TIFF[compression]] if compression else []
    return cv2.imencode(suffix, channels, options)[1].tobytes()


def difference(left: Image.Image, right: Image.Image) -> int:
    return int(np.abs(np.asarray(left, int) - np.asarray(right, int)).max())


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize(("suffix", "compression"), [(".png", ""), *((".tiff", name) for name in TIFF)])
@pytest.mark.parametrize("alpha", [False, True])
def test_colours_of_few_bits_in_a_file_of_16_are_not_dark(
    bits: int, suffix: str, compression: str, alpha: bool
) -> None:
    assert difference(images.load(written(bits, suffix, alpha, compression)), picture()) <= 2


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_colours_of_16_bits_are_as_pillow_reads_them(suffix: str) -> None:
    content = written(16, suffix)
    with Image.open(io.BytesIO(content)) as opened:
        assert images.load(content).tobytes() == opened.convert("RGB").tobytes()


def test_a_black_picture_of_16_bits_stays_black() -> None:
    content = cv2.imencode(".png", np.zeros((20, 20, 3), np.uint16))[1].tobytes()
    assert images.load(content).getextrema() == ((0, 0),) * 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_dark_picture_of_16_bits_stands_upright(orientation: int) -> None:
    content, exif = written(12, ".png"), Image.Exif()
    exif[0x112] = orientation
    data = exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = len(data).to_bytes(4, "big") + b"eXIf" + data
    chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
    turned = images.load(content[:33] + chunk + content[33:])
    upright = picture().transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else picture()
    assert difference(turned, upright) <= 2
