"""The Art Institute of Chicago: works in the public domain, by its public API (https://api.artic.edu/docs/)."""

import functools
import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError, LeftOutError
from artlib.collect.naming import name_words, one_artist
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.sources.answers import ask_for_json, unknown_form
from artlib.collect.sources.polite_client import PICTURE, PoliteClient
from artlib.collect.work import NOT_ONE_ARTIST, Work
from artlib.images import USER_AGENT
from artlib.images.fetching import is_url

NAME = "The Art Institute of Chicago"
ADDRESS = "https://api.artic.edu/api/v1"
OWN_ADDRESS = "ARTLIB_ART_INSTITUTE"  # the environment variable that names another server with the same API
IMAGES = "https://www.artic.edu/iiif/2"
HEADERS = {"User-Agent": USER_AGENT, "AIC-User-Agent": USER_AGENT}
LICENCE = "CC0 1.0 (Art Institute of Chicago)"
KINDS = ("painting", "drawing", "print", "illustration")
FIELDS = ("id", "title", "artist_title", "artist_titles", "image_id", "is_public_domain")
LIMIT, PAGES = 100, 10  # works on a page, and pages of one search: the server gives no more
WIDTH = 843  # pixels; the width that the museum asks everyone to take, because its cache has it


def art_institute_works(client: PoliteClient, artists: int, left_out: Counter[str]) -> list[Work]:
    """Return works in the public domain, each by one named artist, as the museum lists them.

    Args:
        client: asks the museum.
        artists: as soon as so many have two works, no further page is read.
        left_out: counts by reason the works that are listed, but not returned.

    Raises:
        CollectError: the museum can't be reached, or its answer is of another form.
    """
    works: dict[str, Work] = {}
    counts: Counter[frozenset[str]] = Counter()
    with tqdm(desc="Reading the museum's list", unit="work") as progress:
        for row, images in _rows(client):
            progress.update()
            artist = _artist(row)
            if row.get("is_public_domain") is not True or not row.get("image_id"):
                left_out["not in the public domain, or without a picture"] += 1
            elif not artist:
                left_out[NOT_ONE_ARTIST] += 1
            elif (work := _work(client, row, artist, images)).source not in works:
                works[work.source] = work
                counts[name_words(artist)] += 1
                if sum(count >= 2 for count in counts.values()) >= artists:
                    break
    return list(works.values())


def works_by(client: PoliteClient, wanted: Wanted, left_out: Counter[str]) -> Iterator[Work]:
    """Yield one artist's works in the public domain.

    Args:
        client: asks the museum.
        wanted: the artist.
        left_out: counts by reason the works that are listed, but not yielded.

    Raises:
        CollectError: the museum can't be reached, or its answer is of another form.
    """
    # a field of its own: the parameter `q` only ranks, it does not filter
    matches = {"match": {"artist_title": {"query": wanted.artist, "operator": "and"}}}
    for page in range(1, PAGES + 1):
        answer = _page(client, matches, page)
        for row in answer["data"]:
            names = _names(row)
            if len(names) != 1 or not wanted.is_by(names.pop()):
                left_out["by somebody else, or not by exactly one artist"] += 1
            elif row.get("is_public_domain") is not True or not row.get("image_id"):
                left_out["not in the public domain, or without a picture"] += 1
            else:
                yield _work(client, row, wanted.artist, _images(answer))
        if page >= answer["pagination"]["total_pages"]:
            return


def _rows(client: PoliteClient) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each work's fields and the address of the picture server; the first pages of all kinds come first."""
    ended = set()
    for page in range(1, PAGES + 1):
        for kind in KINDS:
            if kind in ended:
                continue
            answer = _page(client, {"match": {"classification_titles": kind}}, page)
            yield from ((row, _images(answer)) for row in answer["data"])
            if page >= answer["pagination"]["total_pages"]:
                ended.add(kind)


def _page(client: PoliteClient, matches: dict[str, Any], page: int) -> dict[str, Any]:
    terms = [{"term": {"is_public_domain": True}}, {"exists": {"field": "image_id"}}]
    parameters = {"query": {"bool": {"must": [*terms, matches]}}, "fields": ",".join(FIELDS), "limit": LIMIT}
    parameters["page"] = page
    address = os.environ.get(OWN_ADDRESS) or ADDRESS
    url = f"{address}/artworks/search?params={quote(json.dumps(parameters, separators=(',', ':')), safe='')}"
    try:
        answer = ask_for_json(client, url, NAME)
        if not (
            isinstance(answer["pagination"]["total_pages"], int)
            and all(isinstance(row, dict) and "id" in row for row in answer["data"])
        ):
            raise ValueError("data or pagination is missing")
    except LeftOutError as error:
        raise CollectError(f"{NAME} did not give its list: {error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise unknown_form(NAME, error) from error
    return answer


def _images(answer: dict[str, Any]) -> str:
    """Return the address of the picture server that an answer states."""
    stated = (answer.get("config") or {}).get("iiif_url")
    return str(stated) if is_url(stated) else IMAGES


def _names(row: dict[str, Any]) -> set[str]:
    stated = row.get("artist_titles") or [row.get("artist_title")]
    return {name for name in stated if isinstance(name, str)}


def _artist(row: dict[str, Any]) -> str:
    names = _names(row)
    return one_artist(names.pop()) if len(names) == 1 else ""


def _work(client: PoliteClient, row: dict[str, Any], artist: str, images: str) -> Work:
    picture = f"{images}/{quote(str(row['image_id']), safe='')}/full/{WIDTH},/0/default.jpg"
    return Work(
        artist=artist,
        title=str(row.get("title") or ""),
        name=f"artic-{row['id']}.jpg",
        source=f"artic: {row['id']}",
        source_url=f"https://www.artic.edu/artworks/{row['id']}",
        licence=LICENCE,
        read=functools.partial(client.get, picture, PICTURE),
    )
