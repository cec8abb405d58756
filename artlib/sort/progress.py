"""How far a session is."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class ArtistCount:
    """The counts of one artist: `total` images under the name now, `decided` and `discarded` ones among them."""

    total: int = 0
    decided: int = 0
    discarded: int = 0


@dataclass
class SortProgress:
    """The counts of all images of a session; `artists` maps every name to its own counts, sorted by name."""

    total: int = 0
    decided: int = 0
    artists: dict[str, ArtistCount] = field(default_factory=dict)


def progress_of(pictures: Iterable[tuple[str, str]]) -> SortProgress:
    """Count pictures.

    Args:
        pictures: the artist and the status of each, "undecided" or what was decided.
    """
    counts: dict[str, ArtistCount] = {}
    for artist, status in pictures:
        count = counts.setdefault(artist, ArtistCount())
        count.total += 1
        count.decided += status != "undecided"
        count.discarded += status == "discard"
    total, decided = (sum(getattr(count, name) for count in counts.values()) for name in ("total", "decided"))
    return SortProgress(total, decided, dict(sorted(counts.items())))
