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
from artlib.collect.sources.polite_client import PoliteClient
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


def _rows(client: PoliteClient) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each work's fields and the address of the picture server; the first pages of all kinds come first."""
    ended = set()
    for page in range(1, PAGES + 1):
        for kind in KINDS:
            if kind in ended:
                continue
            answer = _page(client, kind, page)
            stated = (answer.get("config") or {}).get("iiif_url")
            images = str(stated) if is_url(stated) else IMAGES
            yield from ((row, images) for row in answer["data"])
            if page >= answer["pagination"]["total_pages"]:
                ended.add(kind)


def _page(client: PoliteClient, kind: str, page: int) -> dict[str, Any]:
    terms = [{"term": {"is_public_domain": True}}, {"exists": {"field": "image_id"}}]
    query = {"bool": {"must": [*terms, {"match": {"classification_titles": kind}}]}}
    parameters = {"query": query, "fields": ",".join(FIELDS), "limit": LIMIT, "page": page}
    address = os.environ.get(OWN_ADDRESS) or ADDRESS
    url = f"{address}/artworks/search?params={quote(json.dumps(parameters, separators=(',', ':')), safe='')}"
    try:
        answer = json.loads(client.get(url, "application/json"))
        if not (
            isinstance(answer["pagination"]["total_pages"], int)
            and all(isinstance(row, dict) and "id" in row for row in answer["data"])
        ):
            raise ValueError("data or pagination is missing")
    except LeftOutError as error:
        raise CollectError(f"{NAME} did not give its list: {error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CollectError(f"{NAME} answered in a form that artlib does not know ({error}).") from error
    return answer


def _artist(row: dict[str, Any]) -> str:
    stated = row.get("artist_titles") or [row.get("artist_title")]
    names = {name for name in stated if isinstance(name, str)}
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
        read=functools.partial(client.get, picture, "image/"),
    )
