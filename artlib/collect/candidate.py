"""What a source offers: one picture that may join the collection, and the rule that names its artist."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from artlib import images
from artlib.errors import ArtlibError


class CollectError(ArtlibError):
    """A source as a whole can't be used."""


@dataclass(frozen=True)
class Candidate:
    """One picture of a source.

    Attributes:
        artist: whose work the source says it is.
        name: the file name to keep it under.
        read: returns the file's bytes; may raise OSError or ImageError.
        source: where it comes from, in words.
        source_url: the same as an address, or empty.
        licence: as the source states it, or empty.
    """

    artist: str
    name: str
    read: Callable[[], bytes]
    source: str
    source_url: str = ""
    licence: str = ""


def is_picture(path: PurePosixPath) -> bool:
    """Say whether a file's name promises a picture, passing over hidden files and what archivers add."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in images.SUPPORTED


def name_artists(paths: Sequence[PurePosixPath], fallback: str, artist: str | None = None) -> list[str]:
    """Name the artist of each relative path: `artist` if given, else the first folder in which the paths differ.

    Args:
        paths: such as `wlop/2019/a.jpg`, or `my-set/wlop/a.jpg` where everything lies under one folder `my-set`.
        fallback: for pictures that lie in no folder.
        artist: one name for all.
    """
    depth = 0
    while (
        paths and min(len(path.parts) for path in paths) > depth + 2 and len({path.parts[depth] for path in paths}) == 1
    ):
        depth += 1
    names = [artist or (path.parts[depth] if len(path.parts) > depth + 1 else fallback) for path in paths]
    # macOS decomposes accents in file names; one artist must not become two
    return [unicodedata.normalize("NFC", name).strip() for name in names]
