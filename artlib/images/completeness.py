"""Completeness: whether all of a picture was in its file, also where the file ends as it should.

Who cuts a file, or repairs one that was cut, may close it properly: Pillow then fills what is missing with grey, or
black.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import IO

from PIL import Image

GREY = {127, 128}  # what the decoder of JPEG puts where there is nothing
MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")  # in the data of a scan, FF 00 is data, and FF D0 to D7 goes on
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of the picture's own head
SCAN, END = 0xDA, 0xD9
COEFFICIENTS = 64
FILLING = bytes(range(1, 255)) * 4  # more data, for each of the eight marks from which a decoder goes on
MORE = FILLING + b"".join(bytes([0xFF, mark]) + FILLING for mark in range(0xD0, 0xD8)) * 2
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG's colour type
PIECE = 1 << 20  # bytes


def is_complete(image: Image.Image, stream: IO[bytes]) -> bool:
    """Return whether nothing of a decoded picture is missing.

    Only JPEG and PNG are looked at: decoders of other kinds say so themselves. Where the picture does not look as if
    its end were missing, that takes next to no time.

    Args:
        image: decoded, as it is stored.
        stream: its file.
    """
    if image.format in ("JPEG", "MPO"):
        return _is_complete_jpeg(image, stream)
    return image.format != "PNG" or not _ends_black(image) or _is_complete_png(stream)


def _is_complete_jpeg(image: Image.Image, stream: IO[bytes]) -> bool:
    last: object = image.getpixel((image.width - 1, image.height - 1))
    ends_grey = set(last if isinstance(last, tuple) else (last,)) <= GREY
    if not ends_grey and not image.info.get("progressive"):
        return True
    stream.seek(0)
    content = stream.read()
    if not _has_all_scans(content):
        return False
    return not ends_grey or _small(content) == _small(_with_more(content))


def _has_all_scans(content: bytes) -> bool:
    """Return whether each component's coefficients come in full (ISO/IEC 10918-1, annex G.1.1)."""
    missing: dict[int, list[int]] = {}
    for marker, segment in _segments(content):
        if marker in FRAMES and not missing:
            missing = {component: [1] * COEFFICIENTS for component in segment[6::3]}
        elif marker == SCAN and segment:
            first, last, precision = segment[-3:]
            for component in segment[1 : 1 + 2 * segment[0] : 2]:
                if component in missing:
                    missing[component][first : last + 1] = [precision & 15] * (last + 1 - first)
    return not any(map(any, missing.values()))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker and the content of each segment of a JPEG, without the data of scans, up to its end."""
    place = 2
    while (found := MARKER.search(content, place)) and found[1][0] != END:
        length = int.from_bytes(content[found.end() : found.end() + 2], "big")
        yield found[1][0], content[found.end() + 2 : found.end() + length]
        place = found.end() + max(2, length)


def _with_more(content: bytes) -> bytes:
    """Return a JPEG with more data before its end, which a decoder that has the whole picture does not need."""
    place = 2
    while (found := MARKER.search(content, place)) and found[1][0] != END:
        place = found.end() + max(2, int.from_bytes(content[found.end() : found.end() + 2], "big"))
    end = found.start() if found else len(content)
    return content[:end] + MORE + content[end:]


def _small(content: bytes) -> bytes:
    image = Image.open(io.BytesIO(content), formats=["JPEG"])
    image.draft(None, (1, 1))
    return image.tobytes()


def _ends_black(image: Image.Image) -> bool:
    """Return whether one of the last two rows has nothing but zeros; in an interlaced picture they come last."""
    rows = range(max(0, image.height - 2), image.height)
    return any(image.crop((0, row, image.width, row + 1)).getbbox(alpha_only=False) is None for row in rows)


def _is_complete_png(stream: IO[bytes]) -> bool:
    """Return whether a PNG's data are as long as its head says (W3C, PNG, section 7)."""
    stream.seek(16)
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", stream.read(13))
    grids = PASSES if interlaced else ((0, 0, 1, 1),)
    expected = 0
    for left, top, across, down in grids:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + -(-columns * depth * CHANNELS.get(kind, 0) // 8))
    return _unpacked_length(stream, expected) >= expected


def _unpacked_length(stream: IO[bytes], enough: int) -> int:
    unpacking, length = zlib.decompressobj(), 0
    for data in _image_data(stream):
        left = data
        while left and length < enough:
            length += len(unpacking.decompress(left, PIECE))
            left = unpacking.unconsumed_tail
    return length


def _image_data(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        size = int.from_bytes(head[:4], "big")
        if head[4:] == b"IDAT":
            yield stream.read(size)
            stream.seek(4, 1)
        else:
            stream.seek(size + 4, 1)
