"""Reservations: what a picture's own metadata (XMP) says against its use for machine learning.

The IPTC Photo Metadata Standard has the property `plus:DataMining` for it, whose values the PLUS coalition lists; the
TDM Reservation Protocol has `tdm:reservation`.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

OPTED_OUT = "opted out: "  # how the reason of every picture begins whose maker does not want that
OPENING = re.compile(rb"<((?:[A-Za-z]\w{0,30}:)?(?:xmpmeta|xapmeta|RDF))\b")
OPENINGS = 100  # that are looked at: pictures have one or two, files that are made to take long have thousands
COMPRESSED = b"XML:com.adobe.xmp\0\1\0"  # in a PNG, before two texts that end with a zero byte and the packed XMP
LONGEST = 10_000_000  # bytes of one packet
PLUS = "http://ns.useplus.org/ldf/xmp/1.0/ DataMining"
TDM = ("http://www.w3.org/ns/tdmrep/ reservation", "http://www.w3.org/ns/tdmrep# reservation")
BY_HAND = re.compile(rb"plus:DataMining\b[^<]{0,300}?(DMI-PROHIBITED[A-Z-]{0,60})")
PROPERTIES = (PLUS, *TDM)
WORDS = (b"DataMining", b"tdmrep")  # without one of them, no packet needs to be parsed


def reservation(content: bytes) -> str:
    """Return why a picture's metadata forbids that machines learn from it; "" if it does not.

    Args:
        content: the bytes of the file.
    """
    for packet in _packets(content):
        if any(word in packet for word in WORDS):
            for name, value in _stated(packet):
                if forbidden := _forbidden(name, value):
                    return forbidden
    return ""


def _packets(content: bytes) -> Iterator[bytes]:
    if any(word in content for word in WORDS):
        yield from _plain_packets(content)
    start = content.find(COMPRESSED, 0, LONGEST)
    if start >= 0:
        packed = content[start + len(COMPRESSED) :][: LONGEST // 10].split(b"\0", 2)[-1]
        try:
            yield zlib.decompressobj().decompress(packed, LONGEST)
        except zlib.error:
            return  # damaged, which decoding the picture says better


def _plain_packets(content: bytes) -> Iterator[bytes]:
    end = 0
    for found in islice(OPENING.finditer(content), OPENINGS):
        closing = b"</" + found.group(1)
        if found.start() >= end and (begin := content.find(closing, found.end(), found.end() + LONGEST)) >= 0:
            end = begin + len(closing)
            yield content[found.start() : end] + b">"


def _stated(packet: bytes) -> list[tuple[str, str]]:
    """Return the properties in a packet, each with its text; a packet that declares entities is not read further."""
    found: list[tuple[str, str]] = []
    inside: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        found.extend((name, value) for name, value in attributes.items() if name in PROPERTIES)
        inside.append(name if name in PROPERTIES else inside[-1] if inside else "")
        # as <plus:DataMining rdf:resource="…"/>, or deeper inside
        found.extend((inside[-1], value) for value in attributes.values() if inside[-1])

    def text(data: str) -> None:
        if inside and inside[-1]:
            found.append((inside[-1], data))

    def refuse(*_: object) -> None:
        raise expat.ExpatError("entities are not read")

    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda _: inside.pop()
    parser.EntityDeclHandler = refuse  # external ones are never fetched
    try:
        parser.Parse(packet, True)
    except expat.ExpatError:  # damaged, or written by hand: what can be read counts
        found += [(PLUS, value.decode("ascii", errors="replace")) for value in BY_HAND.findall(packet)[:1]]
    return found


def _forbidden(name: str, value: str) -> str:
    value = value.strip().rpartition("/")[2]
    if name == PLUS and "prohibit" in value.casefold():
        return f"its metadata says {value:.60} (plus:DataMining)"
    return "its metadata reserves text and data mining (tdm:reservation)" if name in TDM and value == "1" else ""
