"""A plan: what would be collected, and under which names; it is made before anything is written."""

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from artlib.collect.errors import CollectError
from artlib.collect.gallery_dl_metadata import Metadata
from artlib.collect.understanding.levels import Choice, Level
from artlib.collect.understanding.listing import Entry, Listing
from artlib.collect.understanding.text import example
from artlib.errors import counted
from artlib.images import UnreadableImageError
from artlib.images.left_out import LeftOut
from artlib.workspace.ingest import Candidate

OPTED_OUT = "opted out"
STRAY = "in no artist's folder"


@dataclass(frozen=True)
class Plan:
    """What was understood of a source.

    Attributes:
        source: in words, such as "folder: art".
        listing: what the source holds.
        choice: the level that names the artists; None where a name was given for all.
        artists: of each picture of the listing; "" for one that is nobody's.
        stated: what a table, or gallery-dl's files beside the pictures, state, by the picture's path.
        licence: of the pictures, for the catalog.
        notes: what else there is to know before collecting, a line each.
        resources: what must stay until the pictures are collected, such as a temporary folder.
    """

    source: str
    listing: Listing
    choice: Choice | None
    artists: list[str]
    stated: dict[str, Metadata] = field(default_factory=dict)
    licence: str = ""
    notes: list[str] = field(default_factory=list)
    resources: list[Any] = field(default_factory=list, repr=False)

    @property
    def is_sure(self) -> bool:
        """Whether the artists are clear enough to collect without asking."""
        return self.choice is None or (self.choice.level is not None and self.choice.sure)

    @property
    def counts(self) -> Counter[str]:
        """How many pictures each artist has."""
        return Counter(artist for entry, artist in self._pairs() if artist and not self._opted_out(entry.path))

    @property
    def strays(self) -> list[str]:
        """The paths of pictures that are nobody's."""
        return [entry.path for entry, artist in self._pairs() if not artist and not self._opted_out(entry.path)]

    @property
    def left_out(self) -> list[LeftOut]:
        """What will not be collected, by kind, the largest group first."""
        groups = list(self.listing.left_out.values())
        refused: dict[str, list[str]] = {}
        for entry in self.listing.pictures:
            if reason := self._opted_out(entry.path):
                refused.setdefault(reason, []).append(entry.path)
        groups += [LeftOut(OPTED_OUT, reason, True, paths) for reason, paths in refused.items()]
        if self.strays:
            groups.append(
                LeftOut(f"picture {STRAY}", "move it into one, or name one artist for all", True, self.strays)
            )
        return sorted(groups, key=lambda group: -len(group.paths))

    def table(self) -> pd.DataFrame:
        """Return the artists as a table: artist, pictures and an example."""
        first: dict[str, str] = {}
        for entry, artist in self._pairs():
            first.setdefault(artist, entry.path)
        rows = [(artist, count, first[artist]) for artist, count in sorted(self.counts.items())]
        return pd.DataFrame(rows, columns=["artist", "pictures", "example"])

    def candidates(self) -> Iterator[Candidate]:
        """Yield the pictures to take in, and what is left out, so that each gets its row among the rejected ones."""
        for entry, artist in self._pairs():
            if artist and not self._opted_out(entry.path):
                stated = self.stated.get(entry.path)
                page, licence = (stated.page, stated.licence or self.licence) if stated else ("", self.licence)
                yield Candidate(artist, entry.parts[-1], entry.read, self._source(entry.path), page, licence)
        for group in self.left_out:
            for path in group.paths if group.is_loss else ():
                refuse = functools.partial(_refuse, f"{group.kind}: {group.advice}")
                yield Candidate("", path.rsplit("/", 1)[-1], refuse, self._source(path))

    def _pairs(self) -> Iterator[tuple[Entry, str]]:
        return zip(self.listing.pictures, self.artists, strict=True)

    def _opted_out(self, path: str) -> str:
        return self.stated[path].opted_out if path in self.stated else ""

    def _source(self, path: str) -> str:
        kind, _, name = self.source.partition(": ")
        return f"{kind}: {path}" if kind == "folder" else f"{kind}: {name}/{path}"

    def __str__(self) -> str:
        lines = [self.headline(), *self.notes, *(f"  {group}" for group in self.left_out)]
        if self.listing.workspaces:
            lines.append(f"  passed over, because a workspace lies there: {', '.join(self.listing.workspaces)}")
        if self.listing.empty:
            lines.append(f"  {counted(len(self.listing.empty), 'empty folder')}: {', '.join(self.listing.empty[:3])}")
        if self.listing.metadata:
            lines.append(f"  {counted(len(self.listing.metadata), 'data file')} (json, csv) were not collected")
        if self.listing.litter:
            lines.append(f"  {counted(self.listing.litter, 'file')} that a system left there: passed over")
        return "\n".join(lines)

    def headline(self) -> str:
        """Return what was understood in one line."""
        found = f"{counted(len(self.counts), 'artist')}, {counted(self.counts.total(), 'picture')}."
        if self.choice is None:
            names = ", ".join(name for name, _ in self.counts.most_common(3))
            how = "as the source's own files say" if self.stated else "as given"
            return f"artist = {names}{', …' if len(self.counts) > 3 else ''}, {how}: {found}"
        if self.choice.level is None:
            return f"The source does not say whose works these are: {counted(len(self.listing.pictures), 'picture')}."
        return f"artist = {_place(self.choice.level)}, e.g. {self._example(self.choice.level)}: {found}"

    def _example(self, level: Level) -> str:
        most, _ = self.counts.most_common(1)[0]
        entry = self.listing.pictures[self.artists.index(most)]
        return entry.path if level.depth < 0 else example(entry.parts, level.depth)

    def check(self) -> None:
        """Refuse a plan that is a guess.

        Raises:
            CollectError: it is not sure; the text says what to give.
        """
        if self.is_sure:
            return
        if self.choice is None or self.choice.level is None:
            raise CollectError(
                f"{self.headline()} Put each artist's works into a folder with the artist's name, or give one name for "
                "all: --artist NAME (in Python artist=NAME)."
            )
        options = [self.choice.level, *self.choice.others]
        raise CollectError(
            "It is not clear which part of the path names the artist. Give one of these (in Python level=…), or "
            "--artist NAME:\n  " + "\n  ".join(map(str, options))
        )


def _place(level: Level) -> str:
    if level.depth < 0:
        return "a part of the file name"
    return {0: "1st", 1: "2nd", 2: "3rd"}.get(level.depth, f"{level.depth + 1}th") + " folder"


def _refuse(reason: str) -> bytes:
    raise UnreadableImageError(reason)
