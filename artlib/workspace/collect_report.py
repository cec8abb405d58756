"""The report of one collection: what was added, known, relabelled, set apart and rejected, in few lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from artlib.errors import counted

SHOWN = 20  # artists, or pairs of names, in a report; data sets have thousands


class Conflict(NamedTuple):
    """The bytes of a known picture, found under another artist's name.

    Attributes:
        source: where they were found.
        first: the artist in the catalog.
        second: the artist that the source states.
        id: of the picture.
    """

    source: str
    first: str
    second: str
    id: str


@dataclass
class CollectReport:
    """What one collection did.

    Attributes:
        added: images new in the catalog, per artist.
        known: pictures whose bytes were in the workspace already.
        brought_back: known pictures whose original or normalised copy was missing, and is there again.
        conflicts: the same bytes under two names; the first name is kept.
        relabelled: how many pictures that were known under the first name have the second one now.
        rejected: source and reason of each picture that can't be used.
        set_apart: pictures newly set apart because they are probably no works, per reason.
    """

    added: Counter = field(default_factory=Counter)
    known: int = 0
    brought_back: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    relabelled: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    set_apart: Counter = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = [
            f"{counted(self.added.total(), 'image')} added, {self.known} known already, {len(self.rejected)} rejected."
        ]
        if self.brought_back:
            lines.append(f"  {self.brought_back:5d}  known pictures brought back, whose files were missing")
        lines += self._about_artists()
        lines += [f"  {count:5d}  set apart: {reason}" for reason, count in sorted(self.set_apart.items())]
        if self.set_apart:
            lines.append("         They are not learned from until somebody accepts them in 02_sort.")
        lines += [f"  rejected  {source}: {reason}" for source, reason in self.rejected[:10]]
        if len(self.rejected) > 10:
            lines.append(f"  (+{len(self.rejected) - 10} more in rejected.csv)")
        lines += [
            f"  {counted(count, 'picture')} relabelled from {old} to {new}"
            for (old, new), count in self.relabelled.most_common(SHOWN)
        ]
        if len(self.relabelled) > SHOWN:
            lines.append(f"  (+{counted(len(self.relabelled) - SHOWN, 'more name')} corrected)")
        return "\n".join([*lines, *self._about_conflicts()])

    def _about_artists(self) -> Iterator[str]:
        shown = self.added.most_common(SHOWN)
        yield from (f"  {count:5d}  {artist}" for artist, count in sorted(shown))
        if more := len(self.added) - len(shown):
            yield f"  {self.added.total() - sum(count for _, count in shown):5d}  by {counted(more, 'more artist')}"

    def _about_conflicts(self) -> Iterator[str]:
        pairs = Counter((conflict.first, conflict.second) for conflict in self.conflicts)
        examples = {(conflict.first, conflict.second): conflict.source for conflict in reversed(self.conflicts)}
        for (first, second), count in pairs.most_common(SHOWN):
            example = f"{counted(count, 'picture')}, e.g. {examples[first, second]}"
            yield f"  kept as {first}, although also found as {second}: {example}"
        if len(pairs) > SHOWN:
            yield f"  (+{counted(len(pairs) - SHOWN, 'more pair')} of names)"
        if pairs:
            yield "  Where the second name is right, move the pictures to it in 02_sort."
