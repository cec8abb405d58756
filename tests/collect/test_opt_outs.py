"""Opt-outs: what makers and sites say against machine learning, in all the places where they say it."""

import io
import time
import zlib
from typing import Any

import pytest
from drawing import photo
from PIL import PngImagePlugin

from artlib.collect import opt_outs
from artlib.images.reservations import reservation

VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" {attribute}>{element}'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def as_attribute(value: str) -> bytes:
    return PACKET.format(attribute=f'plus:DataMining="{VOCABULARY}{value}"', element="").encode()


def saved(xmp: bytes, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {"xmp": xmp}
    if kind == "TIFF":
        options = {"tiffinfo": {700: xmp}}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"pnginfo": text}
    photo(1).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_data_mining_property_of_a_picture_is_obeyed(kind: str) -> None:
    assert "DMI-PROHIBITED" in reservation(saved(as_attribute("DMI-PROHIBITED"), kind))


def test_a_compressed_property_of_a_png_is_obeyed() -> None:
    buffer, text = io.BytesIO(), PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", as_attribute("DMI-PROHIBITED").decode(), zip=True)
    photo(1).save(buffer, "PNG", pnginfo=text)
    assert b"DataMining" not in buffer.getvalue()
    assert reservation(buffer.getvalue())


@pytest.mark.parametrize(
    "value",
    [
        "DMI-PROHIBITED-AIMLTRAINING",
        "DMI-PROHIBITED-GENAIMLTRAINING",
        "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
        "DMI-PROHIBITED-SEECONSTRAINT",
        "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
        "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
    ],
)
def test_every_prohibiting_value_is_obeyed(value: str) -> None:
    assert value in reservation(saved(as_attribute(value)))


@pytest.mark.parametrize("value", ["DMI-ALLOWED", "DMI-UNSPECIFIED", ""])
def test_values_that_allow_are_no_opt_out(value: str) -> None:
    assert reservation(saved(as_attribute(value))) == ""


@pytest.mark.parametrize(
    "element",
    [
        "<plus:DataMining>{value}</plus:DataMining>",
        '<plus:DataMining rdf:resource="{value}"/>',
        "<plus:DataMining><rdf:Bag><rdf:li>{value}</rdf:li></rdf:Bag></plus:DataMining>",
        '<p:DataMining xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/">{value}</p:DataMining>',
    ],
)
def test_the_property_is_found_however_it_is_written(element: str) -> None:
    xmp = PACKET.format(attribute="", element=element.format(value=f"{VOCABULARY}DMI-PROHIBITED"))
    assert reservation(saved(xmp.encode()))


def test_a_property_written_by_hand_is_found_without_its_namespace() -> None:
    assert reservation(b'<x:xmpmeta><rdf:Description plus:DataMining="DMI-PROHIBITED"/></x:xmpmeta>')
    assert not reservation(b'<x:xmpmeta><rdf:Description plus:DataMining="DMI-ALLOWED"/></x:xmpmeta>')


def test_a_tdm_reservation_in_a_picture_is_obeyed() -> None:
    xmp = PACKET.format(attribute='xmlns:tdm="http://www.w3.org/ns/tdmrep/" tdm:reservation="1"', element="")
    assert "tdm:reservation" in reservation(saved(xmp.encode()))


def test_a_property_of_another_standard_with_the_same_name_is_none() -> None:
    xmp = PACKET.format(attribute='xmlns:o="http://other.example/" o:DataMining="DMI-PROHIBITED"', element="")
    assert reservation(saved(xmp.encode())) == ""


def test_an_entity_is_not_read() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "ha"}">' for n in range(9))
    packet = f"<!DOCTYPE x [{laughs}]>{as_attribute('DMI-PROHIBITED').decode()}&a8;".encode()
    assert reservation(saved(packet)).startswith("its metadata says DMI-PROHIBITED")  # the declarations stand outside


@pytest.mark.parametrize("packet", [b"<x:xmpmeta><plus:DataMining", b"<x:xmpmeta>DataMining</x:xmpmeta", b"DataMining"])
def test_damaged_metadata_is_no_opt_out_and_no_error(packet: bytes) -> None:
    assert reservation(saved(packet)) == ""


@pytest.mark.parametrize("part", [b"<x:RDF ", b"<a%d:RDF "])
def test_a_file_that_is_made_to_take_long_does_not(part: bytes) -> None:
    parts = b"".join(part % number if b"%" in part else part for number in range(300_000))
    began = time.monotonic()
    assert reservation(b"DataMining" + parts) == ""
    assert time.monotonic() - began < 2


def test_a_packet_behind_a_broken_one_is_read() -> None:
    assert reservation(b"<x:xmpmeta>" + as_attribute("DMI-PROHIBITED")) and not reservation(as_attribute("DMI-ALLOWED"))
    assert reservation(b"<rdf:RDF " + as_attribute("DMI-PROHIBITED").replace(b"x:xmpmeta", b"y:xmpmeta"))


def test_a_packed_bomb_is_not_unpacked() -> None:
    bomb = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b" " * 200_000_000)
    assert reservation(bomb) == ""


def test_a_picture_without_metadata_is_no_opt_out() -> None:
    assert reservation(saved(b"")) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Robots-Tag": "noai"},
        {"x-robots-tag": "noindex, NoImageAI"},
        {"X-Robots-Tag": "otherbot: noindex, noai"},
        {"tdm-reservation": "1"},
        {"TDM-Reservation": " 1 "},
        {"Content-Usage": "search=y, train-ai=n"},
        {"Content-Signal": "search=yes, ai-train=no"},
    ],
)
def test_headers_are_obeyed(headers: dict[str, str]) -> None:
    assert opt_outs.in_headers(headers).startswith("opted out: ")


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Robots-Tag": "noindex"}, {"tdm-reservation": "0"}, {"Content-Usage": "train-ai=y"}, {"Server": "noai"}],
)
def test_other_headers_are_no_opt_out(headers: dict[str, str]) -> None:
    assert opt_outs.in_headers(headers) == ""


@pytest.mark.parametrize(
    "page",
    [
        b'<html><head><meta name="robots" content="noai, noimageai"></head>',
        b"<META CONTENT=noimageai NAME=Robots>",
        b'<meta name="tdm-reservation" content="1" />',
        b'<meta name="CCBot" content="no-ai">',
    ],
)
def test_meta_tags_are_obeyed(page: bytes) -> None:
    assert opt_outs.in_page(page).startswith("opted out: ")


@pytest.mark.parametrize("page", [b"", b"\xff\0<meta", b'<meta name="description" content="noai">', b"<p>noai</p>"])
def test_other_pages_are_no_opt_out(page: bytes) -> None:
    assert opt_outs.in_page(page) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ["girl", "NoAI"]},
        {"tags": ["no-ai"]},
        {"tags": ["no_ai_training"]},
        {"tags": ["AI: prohibited"]},
        {"tags": [{"id": 5, "name": "No AI"}]},
        {"tags": "girl noai blue"},
        {"tag_string": "girl no_ai"},
        {"hashtags": ["noimageai"]},
        {"noai": True},
        {"no_ai": "true"},
        {"ai": "prohibited"},
        {"user": {"ai_training": "disallowed"}},
        {"allow_ai_training": False},
        {"project": {"ai_opt_out": 1}},
        {"robots": "noindex, noai"},
        {"tdm-reservation": 1},
        {"description": "My work. #NoAI please"},
        {"description": "AI training: prohibited."},
    ],
)
def test_tags_and_fields_are_obeyed(fields: dict[str, Any]) -> None:
    assert opt_outs.in_fields(fields).startswith("opted out: ")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tags": ["piano", "ai", "noair", "Noah", "nomlp"]},
        {"title": "There is no AI in it"},
        {"is_ai_generated": False},
        {"illust_ai_type": 1},
        {"noai": False},
        {"allow_ai_training": True},
        {"licence": "all rights reserved"},
        {"tdm-reservation": 0},
        {"a": {"b": [{"c": None}, 1.5]}},
    ],
)
def test_other_fields_are_no_opt_out(fields: dict[str, Any]) -> None:
    assert opt_outs.in_fields(fields) == ""
