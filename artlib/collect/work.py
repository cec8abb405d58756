"""A work by another artist, as a source offers it."""

from collections.abc import Callable
from dataclasses import dataclass

NOT_ONE_ARTIST = "not by exactly one named artist"  # why sources leave works out


@dataclass(frozen=True)
class Work:
    """One picture that a source offers.

    Attributes:
        artist: the one artist whom the source names.
        title: of the work; may be empty.
        name: the file name.
        source: where it comes from, in words; two works never have the same.
        source_url: its page.
        licence: as the source states it.
        read: returns the file's bytes; may raise OSError, ImageError, LeftOutError, or CollectError if no further
            picture can be had from the source.
    """

    artist: str
    title: str
    name: str
    source: str
    source_url: str
    licence: str
    read: Callable[[], bytes]
