"""One picture in the preview: its file, what is known about it, and the pictures to compare it with."""

import dataclasses
from typing import Any

from artlib.images.thumbnails import jpeg_or_grey
from artlib.sort.grid.thumbnail_store import ThumbnailStore
from artlib.sort.session import SortSession

BESIDE = 3  # others of its group, as large as it
EXAMPLES = 6  # thumbnails of the artist suggested


def large_picture(
    session: SortSession, thumbnails: ThumbnailStore, image_id: str
) -> tuple[dict[str, Any], list[bytes]]:
    """Return the facts of a picture and of those to compare it with, and a JPEG of each in the same order.

    In the answer, "beside" says that the others are of its near-duplicate group, in full size; else they are thumbnails
    of pictures by the artist that it looks like.
    """
    group = _others_of_group(session, image_id)
    others = group or _examples(session, image_id)
    files = [full_size(session, image_id)]
    files += [full_size(session, each) for each in group] if group else thumbnails.get(others)
    content = {"picture": _facts(session, image_id), "others": [_facts(session, each) for each in others]}
    return {**content, "beside": bool(group)}, files


def full_size(session: SortSession, image_id: str) -> bytes:
    """Return the workspace's copy of a picture, or a grey JPEG where the file is missing or damaged."""
    path = session.workspace.image(image_id)
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    return content if content.startswith(b"\xff\xd8") else jpeg_or_grey(path)


def _facts(session: SortSession, image_id: str) -> dict[str, Any]:
    group = _group(session, image_id)
    best = bool(group) and session.best(group) == image_id
    return {**dataclasses.asdict(session.picture(image_id)), "best": best}


def _group(session: SortSession, image_id: str) -> list[str]:
    number = session.pictures.group(image_id)
    return [] if number is None else session.pictures.groups[number - 1]


def _others_of_group(session: SortSession, image_id: str) -> list[str]:
    return [each for each in _group(session, image_id) if each != image_id][:BESIDE]


def _examples(session: SortSession, image_id: str) -> list[str]:
    """Return pictures under the artist suggested, first those that a person has kept there."""
    suggested = session.picture(image_id).suggested
    theirs = [
        each
        for each in session.pictures.ids
        if each != image_id and session.artist_of(each) == suggested and session.status(each) != "discard"
    ]
    # a suspect is no example of an artist as long as nobody has looked at it
    theirs.sort(key=lambda each: (not session.is_decided(each), each in session.pictures.suspects))
    return theirs[:EXAMPLES]
