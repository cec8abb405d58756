"""What gallery-dl's JSON files say, in the forms of several sites."""

import json
from typing import Any

import pytest

from artlib.collect.gallery_dl_metadata import Metadata, metadata_names, read_metadata


def read(**fields: Any) -> Metadata:
    found = read_metadata(json.dumps({"category": "site", "subcategory": "user", **fields}).encode())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "artist"),
    [
        ({"artist": "Wlop"}, "Wlop"),
        ({"artist": ["Wlop"]}, "Wlop"),
        ({"artist": {"artistName": "Claude Monet", "id": 3}}, "Claude Monet"),
        ({"author": {"username": "loish", "type": "regular"}, "username": "loish"}, "loish"),
        ({"user": {"username": "wlop", "full_name": "Wang Ling"}, "userinfo": {"username": "wlop"}}, "Wang Ling"),
        ({"category": "pixiv", "user": {"id": 1, "name": "wlop", "account": "wlop2"}}, "wlop"),
        ({"author": {"name": "maker", "nick": "M"}, "user": {"name": "fan"}}, "maker"),
        ({"username": "instagrammer"}, "instagrammer"),
        ({"account": {"username": "toot", "display_name": "Toot Er"}}, "Toot Er"),
        ({"owners": ["Ann Lee"]}, "Ann Lee"),
        ({"user": "  Ann   Lee "}, "Ann Lee"),
        ({"uploader": "z", "md5": "x", "tags": "a b", "tags_artist": "ann_lee"}, "ann lee"),
        ({"uploader_id": 5, "tag_string": "a", "tag_string_artist": "ann_lee_(artist)"}, "ann lee"),
        ({"tags": {"artist": ["ann_lee", "conditional_do_not_post"], "general": []}}, "ann lee"),
    ],
)
def test_the_maker_is_found_in_the_form_of_each_site(fields: dict[str, Any], artist: str) -> None:
    assert read(**fields).artist == artist


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"artist": ["Ann", "Bo"]},
        {"artist": "Unknown"},
        {"artist": {"id": 5}},
        {"author": "poster", "md5": "x", "tags": "a b"},
        {"tags": {"artist": []}, "uploader": "z"},
        {"category": "pinterest", "user": "pinner"},
        {"category": "reddit", "author": "poster"},
        {"subcategory": "collection", "user": "collector"},
        {"subcategory": "favorite", "username": "collector", "userinfo": {"username": "collector"}},
    ],
)
def test_who_only_shows_a_picture_is_not_its_maker(fields: dict[str, Any]) -> None:
    assert read(**fields).artist == ""


def test_in_a_collection_the_author_counts() -> None:
    assert read(subcategory="favorite", author={"username": "maker"}, username="collector").artist == "maker"


def test_title_and_licence_are_read() -> None:
    found = read(title=" The\n Sea ", license={"name": "CC BY 4.0"})
    assert (found.title, found.licence) == ("The Sea", "CC BY 4.0")
    assert read(license_name="Public Domain Mark", license=10).licence == "Public Domain Mark"


@pytest.mark.parametrize(
    ("fields", "page"),
    [
        ({"permalink": "https://www.artstation.com/artwork/x", "url": "https://cdn.example/a.jpg"}, "artwork/x"),
        ({"url": "https://www.deviantart.com/loish/art/a-1"}, "/art/a-1"),
        ({"url": "https://cdn.example/a.jpg"}, ""),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": "http://[bad"}, ""),
        ({"category": "pixiv", "id": 5}, "https://www.pixiv.net/artworks/5"),
        ({"tweet_id": 7}, "https://x.com/i/status/7"),
    ],
)
def test_the_page_is_an_address_of_the_work_and_not_of_its_file(fields: dict[str, Any], page: str) -> None:
    found = read(**fields).page
    assert found.endswith(page) and bool(found) == bool(page)


def test_a_tag_against_ai_is_an_opt_out() -> None:
    assert read(tags=["sea", "NoAI"]).opted_out.startswith("opted out: ")
    assert read(tags=["sea"]).opted_out == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'"text"', b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_any_other_file_is_none(content: bytes) -> None:
    assert read_metadata(content) is None


@pytest.mark.parametrize("depth", [10, 900])
def test_nested_fields_are_no_trouble(depth: int) -> None:
    content = b'{"category": "x", "artist": ' + b"[" * depth + b"1" + b"]" * depth + b"}"
    found = read_metadata(content)
    assert found is None or found.artist == ""


def test_half_characters_become_writable() -> None:
    found = read_metadata(b'{"category": "x", "artist": "Ann \\ud800", "title": "\\udfff"}')
    assert found is not None and (found.artist, found.title) == ("Ann ?", "?")


def test_a_json_file_is_named_after_its_picture() -> None:
    assert metadata_names("a b.v2.jpg") == ("a b.v2.jpg.json", "a b.v2.json")
