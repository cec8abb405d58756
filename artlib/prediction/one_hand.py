"""Galleries: whether many pictures are by one hand, whoever that is, and which of them are the odd ones out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from artlib.prediction.verdict import Verdict

FEWEST = 5  # pictures; of fewer, each one is too large a part of what it is compared with
# A picture is odd that is less like the mean of the others than this. With models of 12 painters and 10 to 25 pictures
# by each of 16 others, 8 to 15 % of a painter's own pictures are odd, and 66 to 84 % of single ones by somebody else.
LEAST_LIKENESS = 0.1
# Share of pictures that must not be odd: 78 to 88 % of those painters' galleries pass, none with as many painters as
# pictures; but one that is half one painter's and half another's passes in 33 to 65 % of cases (docs/prediction.md).
ONE_HAND = 0.8


@dataclass(frozen=True)
class OneHandCheck:
    """Pictures that claim to be by one hand.

    Attributes:
        names: of those pictures that could be read.
        likeness: of each to the mean of the others, float (n,), -1 to 1; nan where there are too few.
        artists: who was named for each.
    """

    names: list[str]
    likeness: np.ndarray
    artists: list[str]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "OneHandCheck":
        """Compare the pictures of verdicts; those that could not be read do not count."""
        # what is kept of each is small, so that verdicts can come one by one from a file
        read = [(each.path, each.artist, each.style) for each in verdicts if each.verdict != "error"]
        names, artists, styles = zip(*read, strict=True) if read else ((), (), ())
        seen = np.array(styles, np.float32)
        likeness = likeness_to_others(seen) if len(read) >= FEWEST and seen.size else np.full(len(read), np.nan)
        return cls(list(names), likeness, list(artists))

    @property
    def odd(self) -> list[str]:
        """Names of the pictures unlike the others, the least alike first."""
        order = self.likeness.argsort()
        return [self.names[row] for row in order if self.likeness[row] < LEAST_LIKENESS]

    @property
    def one_hand(self) -> bool | None:
        """Whether the pictures look like one hand; None if there are too few to say."""
        if not len(self.likeness) or np.isnan(self.likeness).all():
            return None
        return bool((self.likeness >= LEAST_LIKENESS).mean() >= ONE_HAND)

    def __str__(self) -> str:
        if self.one_hand is None:
            return f"Whether they are by one hand can be said of {FEWEST} pictures and more, with an evaluated model."
        alike = f"{len(self.names) - len(self.odd)} of {len(self.names)} pictures look like one hand"
        if not self.one_hand:
            return f"Not by one hand: only {alike}."
        names, counts = np.unique(self.artists, return_counts=True)
        nearest = f"the known artist named most is {names[counts.argmax()]} ({counts.max()} of {len(self.names)})"
        odd = f" Odd ones out: {', '.join(self.odd[:10])}." if self.odd else ""
        return f"By one hand, it seems: {alike}; {nearest}.{odd}"


def likeness_to_others(styles: np.ndarray) -> np.ndarray:
    """Return the cosine of each picture's style to the mean of the others', float (n,); styles are float (n, k)."""
    others = styles.sum(axis=0) - styles
    return (styles * others).sum(axis=1) / np.maximum(np.linalg.norm(others, axis=1), 1e-12)
