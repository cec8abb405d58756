"""Pictures for fuzzing: real ones of every kind that Pillow writes, damaged and joined, and the door they go to."""

import io
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from drawing import photo
from faults.damage import damaged, joined
from PIL import Image, ImageCms, features

from artlib import images
from artlib.images.reservations import reservation

LONGEST = 8.0  # seconds for one, on a busy machine
SIZE = (96, 72)
TIFF = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "lzma", "zstd")
Sample = tuple[str, Callable[[random.Random], bytes], Callable[[bytes], object]]


def samples(_: Path) -> tuple[list[Sample], float, type[Exception]]:
    """Return the name of each kind, what makes a damaged file of it, and what reads it; then how many seconds that may
    take, and the only exception that may be raised.
    """
    whole: dict[str, list[bytes]] = {}
    for name, content in _written():
        whole.setdefault(name, []).append(content)
    every = [content for contents in whole.values() for content in contents]

    def making(name: str) -> Callable[[random.Random], bytes]:
        def make(chance: random.Random) -> bytes:
            content = chance.choice(whole[name])
            if chance.random() < 0.3:
                content = joined(content, chance.choice(whole[name] if chance.random() < 0.5 else every), chance)
            content = damaged(content, chance) or b"\0"
            return _with_right_sums(content) if chance.random() < 0.8 else content

        return make

    return [(name, making(name), _door) for name in whole], LONGEST, images.ImageError


def _door(content: bytes) -> None:
    """Do what every command does with a picture."""
    reservation(content)
    images.load_usable(content, at_least=images.SEEN_SIDE)
    images.size_of(content)
    images.load(content)


def _written() -> Iterator[tuple[str, bytes]]:
    """Yield the kind and the content of pictures in all modes and with all that may come along."""
    picture = photo(1, SIZE)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x112], exif[0x10E] = 6, "a picture"
    several: dict[str, Any] = {"save_all": True, "append_images": [picture.rotate(9), picture.rotate(20)]}
    extras: list[dict[str, Any]] = [{}, {"exif": exif, "icc_profile": profile}]
    for mode in ("RGB", "L", "CMYK"):
        for options in (*extras, {"progressive": True}, {"restart_marker_rows": 1}):
            yield "JPEG", _encoded(picture.convert(mode), "JPEG", **options)
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"):
        for options in (*extras, several if mode == "RGB" else {"transparency": 3} if mode == "P" else {}):
            yield "PNG", _encoded(_converted(picture, mode), "PNG", **options)
    for options in (*extras, {"lossless": True}, several):
        yield "WEBP", _encoded(picture, "WEBP", **options)
        yield "WEBP", _encoded(_converted(picture, "RGBA"), "WEBP", **options)
    if features.check("avif"):
        for options in (*extras, several):
            yield "AVIF", _encoded(picture, "AVIF", **options)
    for options in ({}, several, {"interlace": 1, "transparency": 3}):
        yield "GIF", _encoded(picture.quantize(64), "GIF", **options)
    for mode in ("RGB", "L", "P", "1"):
        yield "BMP", _encoded(picture.convert(mode), "BMP")
    yield from (("TIFF", content) for content in _tiffs(picture, extras, several))
    for name in ("JPEG2000", "ICO", "PPM", "TGA", "PCX", "SGI", "DDS", "PDF", "ICNS"):
        yield "others", _encoded(picture, name)


def _tiffs(picture: Image.Image, extras: list[dict[str, Any]], several: dict[str, Any]) -> Iterator[bytes]:
    for mode in ("RGB", "RGBA", "L", "CMYK", "P", "LAB", "I;16", "F"):
        for options in (*extras, several):
            yield _encoded(_converted(picture, mode), "TIFF", **options)
    for compression in TIFF:
        for extent in ({}, {322: 32, 323: 32}):  # tiles
            yield _encoded(picture, "TIFF", compression=compression, tiffinfo=extent)
    yield _encoded(picture.convert("1"), "TIFF", compression="group4")
    dark = np.asarray(picture, np.uint16) * 15
    for suffix in (".png", ".tiff"):
        yield cv2.imencode(suffix, dark)[1].tobytes()


def _converted(picture: Image.Image, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 15)
    if mode == "LAB":
        return ImageCms.profileToProfile(
            picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
    return picture.convert(mode)


def _encoded(picture: Image.Image, name: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, name, **options)
    return buffer.getvalue()


def _with_right_sums(content: bytes) -> bytes:
    """Return a PNG with checksums that fit, so that what is damaged in its chunks is looked at."""
    if not content.startswith(b"\x89PNG"):
        return content
    changed, place = bytearray(content), 8
    while place + 12 <= len(changed) and re.fullmatch(rb"[A-Za-z]{4}", bytes(changed[place + 4 : place + 8])):
        end = place + 8 + int.from_bytes(changed[place : place + 4], "big")
        changed[end : end + 4] = zlib.crc32(changed[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(changed)
