"""Pictures whose end is missing although their files end as they should, and pictures on which there is nothing."""

import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from drawing import encoded, photo
from PIL import Image

from artlib import images

PNG_HEAD = 8  # bytes


def closed(content: bytes, share: float) -> bytes:
    """A JPEG of which only a share is left, with the mark of the end behind it."""
    return content[: int(len(content) * share)] + b"\xff\xd9"


def before_scan(content: bytes, number: int) -> bytes:
    """A progressive JPEG without its last scans."""
    return b"\xff\xda".join(content.split(b"\xff\xda")[:number]) + b"\xff\xd9"


def with_rows(content: bytes, share: float) -> bytes:
    """A PNG with a share of its rows, packed and closed properly."""
    result, place = content[:PNG_HEAD], PNG_HEAD
    packed = b""
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        place += 12 + size
        packed += data if kind == b"IDAT" else b""
        if kind == b"IEND":
            rows = zlib.decompress(packed)
            result += chunk(b"IDAT", zlib.compress(rows[: int(len(rows) * share)]))
        if kind != b"IDAT":
            result += chunk(kind, data)
    return result


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(**options: object) -> bytes:
    return encoded(photo(1), "JPEG", quality=85, **options)


CUT: dict[str, Callable[[], bytes]] = {
    "half a JPEG": lambda: closed(jpeg(), 0.5),
    "a JPEG without its last tenth": lambda: closed(jpeg(), 0.9),
    "half a grey JPEG": lambda: closed(encoded(photo(1).convert("L"), "JPEG"), 0.5),
    "half a CMYK JPEG": lambda: closed(encoded(photo(1).convert("CMYK"), "JPEG"), 0.5),
    "half a JPEG with marks to go on from": lambda: closed(jpeg(restart_marker_rows=1), 0.5),
    "half a progressive JPEG": lambda: closed(jpeg(progressive=True), 0.5),
    "a progressive JPEG without its last scan": lambda: before_scan(jpeg(progressive=True), -1),
    "a progressive JPEG of its first scan": lambda: before_scan(jpeg(progressive=True), 2),
    "half a PNG": lambda: with_rows(encoded(photo(1), "PNG"), 0.5),
    "a PNG without its last row": lambda: with_rows(encoded(photo(1), "PNG"), 0.997),
    "half a PNG with transparency": lambda: with_rows(encoded(photo(1).convert("RGBA"), "PNG"), 0.5),
    "half a PNG of few colours": lambda: with_rows(encoded(photo(1).quantize(9), "PNG"), 0.5),
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT)
@pytest.mark.parametrize("at_least", [None, 100])
def test_a_picture_that_was_cut_and_closed_is_named(cut: Callable[[], bytes], at_least: int | None) -> None:
    with pytest.raises(images.TruncatedImageError, match="its end is missing"):
        images.load(cut(), at_least=at_least)


def bordered(colour: str, mode: str = "RGB") -> Image.Image:
    picture = photo(2).convert(mode)
    picture.paste(colour, (0, 200, 320, 240))
    return picture


WHOLE = {
    "grey below": lambda: encoded(bordered("#808080"), "JPEG", quality=95),
    "grey below, with marks": lambda: encoded(bordered("#808080"), "JPEG", quality=95, restart_marker_rows=1),
    "grey below, progressive": lambda: encoded(bordered("#808080"), "JPEG", quality=95, progressive=True),
    "grey below, in CMYK": lambda: encoded(bordered("#808080").convert("CMYK"), "JPEG", quality=95),
    "grey below, in grey": lambda: encoded(bordered("#808080", "L"), "JPEG", quality=95),
    "black below": lambda: encoded(bordered("black"), "PNG"),
    "transparent below": lambda: encoded(bordered("#00000000", "RGBA"), "PNG"),
    "black below, two colours": lambda: encoded(bordered("black").convert("1"), "PNG"),
    "progressive": lambda: jpeg(progressive=True),
    "progressive and grey": lambda: encoded(photo(1).convert("L"), "JPEG", progressive=True),
}


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE)
def test_a_whole_picture_that_looks_as_if_it_were_cut_is_loaded(whole: Callable[[], bytes]) -> None:
    assert images.load(whole()).size == (320, 240)


@pytest.mark.parametrize("colour", ["white", "black", "#8090a0"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_one_colour_is_named_as_blank(colour: str, kind: str) -> None:
    content = encoded(Image.new("RGB", (90, 60), colour), kind)
    assert images.load_shrunk(content).size == (90, 60)  # it can be shown
    with pytest.raises(images.BlankImageError, match="one colour"):
        images.load_usable(content)


def test_a_picture_with_one_other_pixel_is_not_blank() -> None:
    picture = Image.new("RGB", (90, 60), "white")
    picture.putpixel((3, 3), (240, 255, 255))
    assert images.load_usable(encoded(picture, "PNG")).size == (90, 60)


@pytest.mark.parametrize("size", [(1, 1), (500, 1), (1, 500), (15, 400)])
def test_a_picture_of_too_few_pixels_is_named_with_its_size(size: tuple[int, int]) -> None:
    with pytest.raises(images.TooFewPixelsError, match=f"{size[0]}x{size[1]} pixels; 16 are needed"):
        images.load_usable(encoded(Image.effect_noise(size, 90), "PNG"))


def test_a_long_strip_is_used_although_it_is_one_pixel_high_when_it_is_shrunk() -> None:
    assert images.load_usable(encoded(Image.effect_noise((6000, 20), 90), "PNG"), 200).size == (200, 1)


def test_an_array_may_be_dark_below() -> None:
    array = np.asarray(bordered("black"))
    assert images.load(array).size == (320, 240)
