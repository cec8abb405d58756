"""One hand: whether many pictures are by the same artist, known or not, and which of them differ from the others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from artlib.prediction.verdict import Verdict

FEWEST = 5  # pictures; with fewer, the mean of the others depends too much on each one
# A picture is odd if its likeness to the mean of the others is less than this. With models of 12 painters, and 10 to 25
# pictures by each of 16 others, 8 to 15 % of a painter's own pictures are odd, and 66 to 84 % of single pictures by
# another painter.
LEAST_LIKENESS = 0.1
# The share of pictures that must not be odd. Of those painters' sets of pictures, 78 to 88 % pass; of sets with as many
# painters as pictures, none; but of sets with two painters, half of each, 33 to 65 % (docs/prediction.md).
ONE_HAND = 0.8


@dataclass(frozen=True)
class OneHandCheck:
    """The check whether pictures are by one hand.

    Attributes:
        names: the names of the pictures that could be read.
        likeness: of each to the mean of the others, float (n,), -1 to 1; nan if there are too few pictures.
        artists: the predicted artist of each.
    """

    names: list[str]
    likeness: np.ndarray
    artists: list[str]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "OneHandCheck":
        """Compare the pictures of verdicts; those that could not be read do not count."""
        # little is kept of each verdict, so that many can be read one by one from a file
        read = [(each.path, each.artist, each.style) for each in verdicts if each.verdict != "error"]
        names, artists, styles = zip(*read, strict=True) if read else ((), (), ())
        seen = np.array(styles, np.float32)
        likeness = likeness_to_others(seen) if len(read) >= FEWEST and seen.size else np.full(len(read), np.nan)
        return cls(list(names), likeness, list(artists))

    @property
    def odd(self) -> list[str]:
        """The names of the pictures that differ from the others, the most different first."""
        order = self.likeness.argsort()
        return [self.names[row] for row in order if self.likeness[row] < LEAST_LIKENESS]

    @property
    def one_hand(self) -> bool | None:
        """Whether the pictures look like one hand; None if this can't be checked."""
        if not len(self.likeness) or np.isnan(self.likeness).all():
            return None
        return bool((self.likeness >= LEAST_LIKENESS).mean() >= ONE_HAND)

    def __str__(self) -> str:
        if self.one_hand is None:
            return f"Whether they are by one hand can only be checked with {FEWEST} or more pictures, after evaluating."
        alike = f"{len(self.names) - len(self.odd)} of {len(self.names)} pictures look like one hand"
        if not self.one_hand:
            return f"Probably not by one hand: only {alike}."
        names, counts = np.unique(self.artists, return_counts=True)
        nearest = f"the artist predicted most often is {names[counts.argmax()]} ({counts.max()} of {len(self.names)})"
        odd = f" Different from the others: {', '.join(self.odd[:10])}." if self.odd else ""
        return f"Probably by one hand: {alike}; {nearest}.{odd}"


def likeness_to_others(styles: np.ndarray) -> np.ndarray:
    """Return the cosine of each picture's style to the mean of the others, float (n,); styles are float (n, k)."""
    others = styles.sum(axis=0) - styles
    return (styles * others).sum(axis=1) / np.maximum(np.linalg.norm(others, axis=1), 1e-12)
