"""What gallery-dl's JSON file beside a picture says of it (`gallery-dl --write-metadata`).

The names of the fields differ from site to site: https://codeberg.org/mikf/gallery-dl.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from artlib.collect.json_text import read_json
from artlib.collect.naming import NOBODY
from artlib.collect.opt_outs import in_fields
from artlib.images.files import has_picture_name
from artlib.workspace.artist_names import clean_artist

LONGEST = 10_000_000  # bytes of one JSON file
# the maker comes before whoever has put the picture there; of a person, what people read before the account's name
MAKERS = ("artist", "artists", "author", "creator", "creators", "owners", "user", "userinfo", "account", "owner")
COLLECTORS = ("user", "account", "owner")
ACCOUNTS = ("full_name", "fullname", "display_name", "displayName", "username", "author_name", "name", "blog_name")
NAMES = ("artistName", "full_name", "fullname", "realname", "display_name", "displayName", "name", "username", "title")
# on these, people show what others have made
OF_OTHERS = re.compile(r"favou?rite|like|bookmark|collection|board|pool|following|search|^pin", re.IGNORECASE)
NOT_THE_MAKERS = {"pinterest", "reddit", "4chan", "imgur", "twitter-likes"}
PAGES = ("permalink", "post_url", "page_url", "pageurl", "webpage_url", "html_url", "short_url", "url", "link")
LICENCES = ("license_name", "licence", "license", "rights", "usage_terms")
PAGE_OF = {
    "pixiv": "https://www.pixiv.net/artworks/{}",
    "danbooru": "https://danbooru.donmai.us/posts/{}",
    "gelbooru": "https://gelbooru.com/index.php?page=post&s=view&id={}",
    "furaffinity": "https://www.furaffinity.net/view/{}/",
    "cara": "https://cara.app/post/{}",
}


@dataclass(frozen=True)
class Metadata:
    """What a JSON file states.

    Attributes:
        artist: the one maker; empty if none or several are stated, or only whoever has put the picture there.
        title: of the work; may be empty.
        page: its http(s) address; may be empty.
        licence: as the site states it; may be empty.
        opted_out: why it must not be used for AI; empty if it may.
    """

    artist: str
    title: str
    page: str
    licence: str
    opted_out: str


def metadata_names(picture: str) -> tuple[str, str]:
    """Return the names that the JSON file of a picture may have: gallery-dl's own, and that of older settings."""
    return f"{picture}.json", f"{PurePosixPath(picture).with_suffix('.json')}"


def read_metadata(content: bytes) -> Metadata | None:
    """Return what a JSON file states, or None if it is not one of gallery-dl's.

    Args:
        content: the bytes of the file.
    """
    try:
        stated = read_json(content) if len(content) <= LONGEST else None
    except ValueError:
        return None
    if not isinstance(stated, dict):
        return None
    artist = _artist(stated)
    if not (artist or isinstance(stated.get("category"), str)):
        return None
    title, licence = (_text(next(_values(stated, keys), "")) for keys in (("title", "illustTitle"), LICENCES))
    return Metadata(artist, title, _page(stated), licence, in_fields(stated))


def _artist(stated: dict[str, Any]) -> str:
    names = _tagged(stated)
    if names is None:
        names = next((found for value in _makers(stated) if (found := _names(value))), [])
    several = {name.casefold(): name for name in names}
    return names[0] if len(several) == 1 and not NOBODY.search(names[0]) else ""


def _tagged(stated: dict[str, Any]) -> list[str] | None:
    """Return the artists among a board's tags, or None if it is no board; who posts there is not the maker."""
    tags = stated.get("tags")
    found = stated.get("tags_artist") or stated.get("tag_string_artist")
    if not found and isinstance(tags, dict):
        found = tags.get("artist")
    if not found and not isinstance(tags, dict) and "tag_string" not in stated:
        return [] if "md5" in stated and isinstance(tags, str) else None
    words = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    names = [clean_artist(word.replace("_", " ")) for word in words if isinstance(word, str)]
    return [re.sub(r" \(artist\)$", "", name) for name in names if "do not post" not in name]


def _makers(stated: dict[str, Any]) -> Iterator[Any]:
    category, kind = str(stated.get("category")), str(stated.get("subcategory", ""))
    if category in NOT_THE_MAKERS:
        return
    is_of_others = OF_OTHERS.search(kind) is not None
    for key in MAKERS:
        # in a collection, a plain name of a user is that of the collector, and so is ArtStation's userinfo
        is_collector = key == "userinfo" or (key in COLLECTORS and isinstance(stated.get(key), str))
        if not (is_of_others and is_collector):
            yield stated.get(key)
    if not is_of_others:
        yield from (stated.get(key) for key in ACCOUNTS)


def _names(value: Any) -> list[str]:
    """Return the names in a text, in a person's fields, or in a list of them."""
    if isinstance(value, list):
        return [name for each in value if not isinstance(each, list) for name in _names(each)]
    if isinstance(value, dict):
        value = next((value[key] for key in NAMES if isinstance(value.get(key), str) and value[key].strip()), "")
    name = clean_artist(value) if isinstance(value, str) else ""
    return [name] if name else []


def _page(stated: dict[str, Any]) -> str:
    for page in _values(stated, PAGES):
        if isinstance(page, str) and _is_address(page) and not has_picture_name(PurePosixPath(urlsplit(page).path)):
            return page
    number, category = stated.get("id"), str(stated.get("category"))
    if isinstance(number, int | str) and category in PAGE_OF:
        return PAGE_OF[category].format(number)
    return f"https://x.com/i/status/{stated['tweet_id']}" if isinstance(stated.get("tweet_id"), int) else ""


def _is_address(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


def _values(stated: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Any]:
    return (stated[key] for key in keys if stated.get(key))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = next(_values(value, ("name", "title", "code", "url")), "")
    return " ".join(value.split()) if isinstance(value, str) else ""
