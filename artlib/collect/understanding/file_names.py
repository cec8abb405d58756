"""File names: those that begin or end with an artist's name, in the ways that downloads and data sets write them."""

import re
from collections import Counter
from collections.abc import Sequence

# the most telling first; which one a source has is judged over all of its names
_STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)^.+_by_(?P<artist>.*[^\W\d_].*?)[-_]d[0-9a-z]{6,7}(?:[-_].*)?$",  # DeviantArt: title_by_artist-d1a2b3c
        r"^(?:\d+ +[-–—] +)?(?P<artist>.*?[^\W\d_].*?) +[-–—] +\S.*$",  # Artist - Title
        r"^(?P<artist>.*[^\W\d_].*?)(?:[ _]+\d+| ?\(\d+\))+$",  # Some_Artist_12, artist (12)
        r"^(?P<artist>[^_]*[^\W\d_][^_]*)_+[^_].*$",  # artist_title
    )
)
MOST = 0.5  # of the names must have a style, and an artist who is there more than once


def artist_in(name: str, style: int) -> str:
    """Return the artist in a file name that is written in a style; "" if it is not."""
    match = _STYLES[style].match(name.rsplit(".", 1)[0])
    return match["artist"].strip() if match else ""


def style_of(names: Sequence[str]) -> int | None:
    """Return the style in which most names name an artist who has several works, or None."""
    for style in range(len(_STYLES)):
        artists = Counter(filter(None, (artist_in(name, style) for name in names)))
        if sum(count for count in artists.values() if count > 1) > MOST * len(names):
            return style
    return None


def commonest_style(names: Sequence[str]) -> int:
    """Return the style in which most of the names name an artist, however often."""
    return max(range(len(_STYLES)), key=lambda style: sum(bool(artist_in(name, style)) for name in names))
