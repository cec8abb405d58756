"""Pictures as columns: what a front end needs of 10,000 of them, in a message of less than 2 MB."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from artlib.sort.pictures import SortPicture
from artlib.sort.session import SortSession

SPARSE = ("reason", "suggested", "confidence", "group")  # most pictures have none


def whole_columns(session: SortSession, ids: Iterable[str]) -> dict[str, Any]:
    """Return all that a tile shows of pictures, in their order.

    Columns of few different values are {"values": …, "of": …}, the second with a place in the first for each picture;
    columns that most pictures leave empty are {row: value}.
    """
    pictures = [session.picture(image_id) for image_id in ids]
    return {
        **_changing(pictures),
        **{name: [getattr(picture, name) for picture in pictures] for name in ("name", "width", "height")},
        **{name: _sparse([getattr(picture, name) for picture in pictures]) for name in SPARSE},
    }


def changing_columns(session: SortSession, ids: Iterable[str]) -> dict[str, Any]:
    """Return what a decision changes of pictures, in their order."""
    return _changing([session.picture(image_id) for image_id in ids])


def _changing(pictures: Sequence[SortPicture]) -> dict[str, Any]:
    coded = {name: _coded([getattr(picture, name) for picture in pictures]) for name in ("artist", "status", "label")}
    return {"id": [picture.id for picture in pictures], **coded}


def _coded(column: Sequence[Hashable]) -> dict[str, list]:
    places: dict[Hashable, int] = {}
    of = [places.setdefault(value, len(places)) for value in column]
    return {"values": list(places), "of": of}


def _sparse(column: Sequence[Any]) -> dict[int, Any]:
    return {row: value for row, value in enumerate(column) if value not in (None, "")}
