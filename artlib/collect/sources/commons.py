"""Wikimedia Commons: free pictures in a category, by the API of MediaWiki (https://www.mediawiki.org/wiki/API)."""

import functools
import os
import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from artlib.collect.errors import CollectError, LeftOutError
from artlib.collect.naming import name_words, one_artist
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.sources.answers import ask_for_json, unknown_form
from artlib.collect.sources.polite_client import PICTURE, PoliteClient
from artlib.collect.work import Work
from artlib.images import USER_AGENT, is_url

NAME = "Wikimedia Commons"
ADDRESS = "https://commons.wikimedia.org/w/api.php"
OWN_ADDRESS = "ARTLIB_COMMONS"  # the environment variable that names another server with the same API
HEADERS = {"User-Agent": USER_AGENT}  # with a contact, as Wikimedia asks for
WIDTH = (
    1280  # pixels; one of the few widths that Commons serves (20, 40, 60, 120, 250, 330, 500, 960, 1280, 1920, 3840)
)
LIMIT = 50  # files in one answer
DEPTH, CATEGORIES = 3, 100  # how deep subcategories are followed, and how many
PREFIX = re.compile(r"^\s*category\s*:", re.IGNORECASE)
BY = re.compile(r"^.*?\bby (?=\S)|^", re.IGNORECASE)  # what stands before the name in "Paintings by Claude Monet"
FREE = re.compile(r"(cc[- ]?0|cc[- ]zero|public domain|pd\b|no restrictions|no known copyright)", re.IGNORECASE)
KINDS = ("image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif")
SHRUNK = ("image/jpeg", "image/png", "image/webp", "image/tiff")  # as thumbnails of WIDTH
ITEM_NUMBERS = re.compile(r"\b\w+ QS:\S+")  # hidden text in a creator's name


def commons_works(client: PoliteClient, category: str, wanted: Wanted, left_out: Counter[str]) -> Iterator[Work]:
    """Yield the artist's free pictures in a category and in those of its subcategories that name the artist.

    Args:
        client: asks Commons.
        category: its name, with or without "Category:".
        wanted: the artist, who has to stand alone in the field `Artist` of each file.
        left_out: counts by reason the files that are there, but not yielded.

    Raises:
        CollectError: Commons can't be reached, its answer is of another form, or there is no such category.
    """
    waiting, seen = deque([(PREFIX.sub("", category).strip(), 0)]), set[str]()
    while waiting and len(seen) < CATEGORIES:
        title, depth = waiting.popleft()
        if title in seen:
            continue
        seen.add(title)
        is_empty = True
        for page in _members(client, title):
            is_empty = False
            name = str(page["title"]).partition(":")[2]
            if page.get("ns") == 14:
                if depth < DEPTH and name_words(wanted.artist) <= name_words(name):
                    waiting.append((name, depth + 1))
            elif work := _work(client, page, wanted, left_out):
                yield work
        if is_empty and len(seen) == 1:
            raise CollectError(
                f"{NAME} has nothing in a category {title!r}. Look for its name on commons.wikimedia.org: capitals "
                "count there."
            )


def artist_of(category: str) -> str:
    """Return the artist in the name of a category, such as "Category:Paintings by Claude Monet"."""
    return BY.sub("", PREFIX.sub("", category).strip(), count=1).replace("_", " ")


def _members(client: PoliteClient, category: str) -> Iterator[dict[str, Any]]:
    """Yield the files and subcategories of a category."""
    query = {
        "action": "query",
        "format": "json",
        "formatversion": "2",
        "generator": "categorymembers",
        "gcmtitle": f"Category:{category}",
        "gcmtype": "file|subcat",
        "gcmlimit": str(LIMIT),
        "prop": "imageinfo",
        "iiprop": "url|size|mime|extmetadata",
        "iiurlwidth": str(WIDTH),
        "iiextmetadatafilter": "Artist|LicenseShortName|License",
    }
    further: dict[str, str] | None = {}
    while further is not None:
        answer = _answer(client, {**query, **further})
        found = (answer.get("query") or {}).get("pages") or []
        pages = list(found.values()) if isinstance(found, dict) else found
        if not all(isinstance(page, dict) and "title" in page for page in pages):
            raise unknown_form(NAME, "a page has no title")
        yield from pages
        further = answer.get("continue")


def _answer(client: PoliteClient, query: dict[str, str]) -> dict[str, Any]:
    try:
        answer = ask_for_json(client, f"{os.environ.get(OWN_ADDRESS) or ADDRESS}?{urlencode(query)}", NAME)
    except LeftOutError as error:
        raise CollectError(f"{NAME} did not give its list: {error}.") from error
    if "error" in answer:
        told = answer["error"]
        raise CollectError(f"{NAME} answered with an error: {told.get('info') if isinstance(told, dict) else told}.")
    return answer


def _work(client: PoliteClient, page: dict[str, Any], wanted: Wanted, left_out: Counter[str]) -> Work | None:
    title = str(page["title"]).partition(":")[2] or str(page["title"])
    info = next((info for info in page.get("imageinfo") or () if isinstance(info, dict)), {})
    stated = info.get("extmetadata") or {}
    licence = _plain(stated, "LicenseShortName")[:1] or _plain(stated, "License")[:1] or [""]
    if info.get("mime") not in KINDS:
        left_out["no picture of a kind that artlib reads"] += 1
    elif not _is_by(_plain(stated, "Artist"), wanted):
        left_out["by somebody else, or not by exactly one artist"] += 1
    elif not FREE.match(licence[0]):
        left_out["neither in the public domain nor CC0"] += 1
    elif not is_url(picture := _picture(info)):
        left_out["without a picture"] += 1
    else:
        return Work(
            artist=wanted.artist,
            title=title.rpartition(".")[0],
            name=title,
            source=f"commons: {title}",
            source_url=str(info.get("descriptionurl") or ""),
            licence=licence[0],
            read=functools.partial(client.get, str(picture), PICTURE),
        )
    return None


def _is_by(names: list[str], wanted: Wanted) -> bool:
    """Return whether the artist is stated: by the whole text, or by its link with dates and remarks beside it."""
    if not names:
        return False
    return wanted.is_by(names[0]) or (bool(one_artist(names[0])) and any(map(wanted.is_by, names[1:])))


def _picture(info: dict[str, Any]) -> Any:
    """Return the address of the thumbnail, or of the file itself if it is not larger."""
    is_large = isinstance(info.get("width"), int) and info["width"] > WIDTH and info.get("mime") in SHRUNK
    return info.get("thumburl") or info.get("url") if is_large else info.get("url")


def _plain(stated: Any, name: str) -> list[str]:
    """Return a field's text, and that of its links, without HTML."""
    field = stated.get(name) if isinstance(stated, dict) else None
    value = str(field.get("value") or "") if isinstance(field, dict) else ""
    reader = _Text()
    reader.feed(value)
    reader.close()
    texts = ["".join(reader.all), *(["".join(reader.linked)] if reader.links == 1 else [])]
    return [text for text in (" ".join(ITEM_NUMBERS.sub(" ", text).split()) for text in texts) if text]


class _Text(HTMLParser):
    """Collects the text of a piece of HTML, and that of its links alone."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []
        self.linked: list[str] = []
        self.links = 0
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside |= tag == "a"
        self.links += tag == "a"
        self.all.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "a"
        self.all.append(" ")

    def handle_data(self, data: str) -> None:
        self.all.append(data)
        if self._inside:
            self.linked.append(data)
