"""The report of fetching an artist's works from the web."""

from collections import Counter
from dataclasses import dataclass, field, fields

from artlib.images.reservations import OPTED_OUT
from artlib.workspace.ingest import CollectReport

SHOWN = 10  # rows of each list


@dataclass
class FetchReport:
    """What one run did.

    Attributes:
        source: what the source is called.
        artist: whose works were asked for; empty if the source says it of each.
        collected: what came of the pictures that were fetched.
        known: works that were there before and were not fetched again.
        fetched: bytes that came.
        left_out: works that the source lists, but that were not asked for, by reason.
        opted_out: source and reason of works that their makers or sites keep from machine learning.
        failed: source and reason of works that did not come this time; the same command tries them again.
        stopped: why the source gave no more.
        notes: what else is worth knowing.
        similar: artists with a similar name whom the source has, and how many of their works were seen.
    """

    source: str
    artist: str = ""
    collected: CollectReport = field(default_factory=CollectReport)
    known: int = 0
    fetched: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    opted_out: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    similar: Counter[str] = field(default_factory=Counter)

    @property
    def is_complete(self) -> bool:
        """Whether there is something, and everything came that may come; opted-out works may not."""
        there = self.collected.added.total() + self.known + self.collected.known
        return there > 0 and not (self.failed or self.stopped or self.rejected)

    @property
    def rejected(self) -> list[tuple[str, str]]:
        """Source and reason of pictures that came, but can't be used."""
        return [row for row in self.collected.rejected if not row[1].startswith(OPTED_OUT)]

    @property
    def all_opted_out(self) -> list[tuple[str, str]]:
        """Source and reason of works with an opt-out, on the web or in the picture."""
        return self.opted_out + [row for row in self.collected.rejected if row[1].startswith(OPTED_OUT)]

    def add(self, collected: CollectReport) -> None:
        """Add what came of further pictures."""
        for each in fields(CollectReport):
            total, more = getattr(self.collected, each.name), getattr(collected, each.name)
            setattr(self.collected, each.name, total + more)

    def __str__(self) -> str:
        works = f"Works by {self.artist} from {self.source}" if self.artist else f"Works from {self.source}"
        known = self.known + self.collected.known
        lines = [
            f"{works}: {self.collected.added.total()} added, {known} known already, "
            f"{len(self.all_opted_out)} opted out, {len(self.rejected)} rejected, "
            f"{len(self.failed)} to be tried again ({self.fetched / 1e6:.1f} MB fetched)."
        ]
        lines += [f"  {count:5d}  {artist}" for artist, count in sorted(self.collected.added.items())]
        lines += [f"  {count:5d}  left out: {reason}" for reason, count in self.left_out.most_common()]
        lines += _listed("", self.all_opted_out)  # the reasons begin with these words
        lines += _listed("rejected: ", self.rejected) + _listed("to be tried again: ", self.failed)
        lines += [
            f"  kept as {first}, although also found as {second}: {source}"
            for source, first, second, _ in self.collected.conflicts
        ]
        lines += [f"  {text}" for text in self.stopped + self.notes]
        if self.failed and not self.stopped:
            lines.append("  Run the same command again for what did not come.")
        if self.artist and not self.collected.added and not known and not self.stopped:
            lines += self._way_out()
        return "\n".join(lines)

    def _way_out(self) -> list[str]:
        similar = ", ".join(f"{artist} ({count})" for artist, count in self.similar.most_common(SHOWN))
        advice = f"It has works by {similar}. Ask for one of these names." if similar else ""
        return [f"  {self.source} shows no free work under exactly this name. {advice}".rstrip()]


def _listed(what: str, rows: list[tuple[str, str]]) -> list[str]:
    lines = [f"  {what}{source}: {reason}" for source, reason in rows[:SHOWN]]
    return lines + ([f"  (+{len(rows) - SHOWN} more in rejected.csv)"] if len(rows) > SHOWN else [])
