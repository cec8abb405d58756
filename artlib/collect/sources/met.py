"""The Metropolitan Museum of Art: works in the public domain, by its public API (https://metmuseum.github.io)."""

import functools
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError, LeftOutError
from artlib.collect.portfolio.wanted import Wanted
from artlib.collect.sources.answers import ask_for_json, unknown_form
from artlib.collect.sources.polite_client import PICTURE, PoliteClient
from artlib.collect.work import Work
from artlib.images import USER_AGENT, is_url
from artlib.workspace.disk.writing import write_json
from artlib.workspace.formats.json_files import read_json

NAME = "The Met"
ADDRESS = "https://collectionapi.metmuseum.org/public/collection/v1"
OWN_ADDRESS = "ARTLIB_MET"  # the environment variable that names another server with the same API
HEADERS = {"User-Agent": USER_AGENT}
LICENCE = "CC0 1.0 (The Metropolitan Museum of Art)"
MAKER = ("artistPrefix", "artistDisplayName", "artistSuffix", "artistRole")
FIELDS = (*MAKER, "isPublicDomain", "primaryImage", "primaryImageSmall", "title", "objectURL", "constituents")
NOT_THE_HAND = {"publisher", "printer", "author", "sitter", "dedicatee", "patron", "editor", "former owner", "subject"}
KEPT = 30 * 24 * 3600  # seconds for which an object's fields are not asked for again


def met_works(client: PoliteClient, wanted: Wanted, left_out: Counter[str], cache: Path) -> Iterator[Work]:
    """Yield the artist's works in the public domain, each as soon as the museum has said that it is one.

    The search finds the name anywhere in an object, so that each object has to be looked at.

    Args:
        client: asks the museum.
        wanted: the artist.
        left_out: counts by reason the objects that are found, but not yielded.
        cache: a folder for the objects' fields, which are asked for once.

    Raises:
        CollectError: the museum can't be reached, or its answer is of another form.
    """
    for number in tqdm(_found(client, wanted.artist), desc="Reading the museum's list", unit="object"):
        try:
            fields = _fields(client, number, cache)
        except LeftOutError as error:
            left_out[f"the museum's list does not show it: {error}"] += 1
            continue
        picture = fields.get("primaryImageSmall") or fields.get("primaryImage")
        if not _is_by(fields, wanted):
            left_out["by somebody else, or not by exactly one artist"] += 1
        elif fields.get("isPublicDomain") is not True or not is_url(picture):
            left_out["not in the public domain, or without a picture"] += 1
        else:
            yield _work(client, wanted.artist, number, fields, str(picture))


def _found(client: PoliteClient, artist: str) -> list[int]:
    try:
        answer = ask_for_json(
            client, f"{_address()}/search?artistOrCulture=true&hasImages=true&q={quote(artist)}", NAME
        )
    except LeftOutError as error:
        raise CollectError(f"{NAME} did not give its list: {error}.") from error
    numbers = answer.get("objectIDs") or []  # null if there are none
    if not (isinstance(numbers, list) and all(isinstance(number, int) for number in numbers)):
        raise unknown_form(NAME, "objectIDs is no list of numbers")
    return list(dict.fromkeys(numbers))


def _fields(client: PoliteClient, number: int, cache: Path) -> dict[str, Any]:
    file = cache / f"{number}.json"
    try:
        if time.time() - file.stat().st_mtime < KEPT:
            return read_json(file)
    except (OSError, ValueError, TypeError):
        pass  # not asked for yet, or damaged
    answer = ask_for_json(client, f"{_address()}/objects/{number}", NAME)
    fields = {name: answer.get(name) for name in FIELDS}
    write_json(file, fields)
    return fields


def _is_by(fields: dict[str, Any], wanted: Wanted) -> bool:
    """Return whether the work is by the artist alone: "After", "Workshop of" and publishers do not count."""
    prefix, name, suffix, role = (str(fields.get(key) or "") for key in MAKER)
    if role.strip().lower() in NOT_THE_HAND or not wanted.is_by(" ".join((prefix, name, suffix)).strip()):
        return False
    stated = fields.get("constituents")
    makers = [each for each in stated if isinstance(each, dict)] if isinstance(stated, list) else []
    artists = {str(each.get("name")) for each in makers if str(each.get("role")).lower() == "artist"}
    return all(wanted.is_by(artist) for artist in artists)


def _work(client: PoliteClient, artist: str, number: int, fields: dict[str, Any], picture: str) -> Work:
    page = fields.get("objectURL")
    return Work(
        artist=artist,
        title=str(fields.get("title") or ""),
        name=f"met-{number}.jpg",
        source=f"met: {number}",
        source_url=str(page) if is_url(page) else f"https://www.metmuseum.org/art/collection/search/{number}",
        licence=LICENCE,
        read=functools.partial(client.get, picture, PICTURE),
    )


def _address() -> str:
    return os.environ.get(OWN_ADDRESS) or ADDRESS
