"""The report of the pictures suggested for a look, as data and in words."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from artlib.errors import counted


@dataclass(frozen=True)
class SuggestionReport:
    """What `find_suggestions` found.

    Attributes:
        pictures: how many were looked at: those that are neither discarded nor set apart.
        unread: the ids of those that can't be read.
        found: the pictures suggested, those of one reason together: columns id, artist (now), path (of the original,
            relative to the workspace), reason and detail.
        set_apart: how many pictures collecting set apart and nobody decided on, per reason.
    """

    pictures: int
    unread: list[str]
    found: pd.DataFrame
    set_apart: Counter[str]

    def __str__(self) -> str:
        lines = [f"{counted(self.pictures, 'picture')} looked at, {len(self.found)} suggested for a look{self._colon}"]
        lines += _counts(Counter(self.found["reason"]))
        if self.unread:
            lines.append(f"{counted(len(self.unread), 'picture')} could not be read. Collect again: 01_collect.")
        if self.set_apart:
            lines.append(f"Collecting set {counted(self.set_apart.total(), 'picture')} apart, which nobody decided on:")
            lines += _counts(self.set_apart)
        return "\n".join(lines)

    @property
    def _colon(self) -> str:
        return ", perhaps no works; they stay in until you decide:" if len(self.found) else "."


def _counts(counts: Counter[str]) -> list[str]:
    return [f"  {count:5d}  {reason}" for reason, count in counts.items()]
