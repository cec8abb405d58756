"""The report of fetching works by other artists."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from artlib.errors import counted


@dataclass
class OthersReport:
    """What one run did, and what is there now.

    Attributes:
        folder: where the works are, in a folder for each artist.
        wanted: works that were asked for.
        works: fetched works that are there now.
        artists: whose works these are.
        known: works that were there before.
        added: new works, per artist.
        left_out: works that were not taken, by reason.
        stopped: why a source gave no more.
        own_artists: folders of artists who are among the user's own.
        has_catalog: whether there were collected works to compare with.
    """

    folder: Path
    wanted: int
    works: int = 0
    artists: int = 0
    known: int = 0
    added: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    stopped: list[str] = field(default_factory=list)
    own_artists: list[str] = field(default_factory=list)
    has_catalog: bool = True

    @property
    def is_complete(self) -> bool:
        """Whether as many works are there as were asked for."""
        return self.works >= self.wanted

    def __str__(self) -> str:
        lines = [
            f"{counted(self.works, 'work')} by {counted(self.artists, 'other artist')} in {self.folder}: "
            f"{self.added.total()} added, {self.known} known already, {self.left_out.total()} left out."
        ]
        lines += [f"  {count:5d}  left out: {reason}" for reason, count in self.left_out.most_common()]
        lines += [f"  {reason}" for reason in self.stopped]
        if not self.is_complete:
            way_on = "Run this again to go on." if self.stopped else "There are no more."
            lines.append(f"  {self.wanted - self.works} fewer than asked for. {way_on}")
        lines += [
            f"  {artist} is one of your artists: delete the folder {self.folder / artist}."
            for artist in self.own_artists
        ]
        if not self.has_catalog:
            lines.append("  Nothing is collected yet, so your own artists could not be left out. Collect them first.")
        return "\n".join(lines)
