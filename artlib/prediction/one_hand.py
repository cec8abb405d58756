"""One hand: whether many pictures are by the same artist, known or not, and which of them differ from the others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from artlib.prediction.verdict import Verdict

FEWEST = 8  # pictures; with fewer, two different halves are found in almost any gallery
# The pictures are divided into the two halves that differ most. If one artist made all of them, the halves still agree:
# the mean cosine of a picture of one half to one of the other is at least ONE. If it is below SEVERAL, or the mean
# cosine of all pairs below SEVERAL_PAIRS, several artists made them. In between nothing is said. Chosen on galleries by
# 8 painters. Of galleries by 8 others (a model of 12 painters), 65 to 79 % by one painter were called one hand, 1 to
# 7 % by two, none by eight; several hands were named for 6 to 9, 37 to 61 and 99 to 100 % (docs/prediction.md).
ONE, SEVERAL = 0.05, 0.0
ONE_PAIRS, SEVERAL_PAIRS = 0.06, 0.04
ODD = 0.02  # a picture with a lower mean cosine to the others: 5 % of an artist's own, 63 % of another artist's
ALIKE = 0.9  # share of the pictures that must not be odd; else the odd ones count like the others
MOSTLY = 0.8  # share of the pictures that must be of a kind that the model knows
STEPS = 5


@dataclass(frozen=True)
class OneHandCheck:
    """The check whether pictures are by one hand.

    Attributes:
        names: the names of the pictures that could be read.
        likeness: of each, its mean cosine to the others, float (n,), -1 to 1; nan if there are too few pictures.
        agreement: mean cosine between the two halves that differ most, -1 to 1; nan if there are too few pictures.
        known_kind: share of the pictures that are of a kind that the model knows, 0 to 1.
        artists: the predicted artist of each.
    """

    names: list[str]
    likeness: np.ndarray
    agreement: float
    known_kind: float
    artists: list[str]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "OneHandCheck":
        """Compare the pictures of verdicts; those that could not be read do not count."""
        # little is kept of each verdict, so that many can be read one by one from a file
        read = [(each.path, each.artist, each.style, each.same_kind) for each in verdicts if each.verdict != "error"]
        names, artists, styles, kinds = zip(*read, strict=True) if read else ((), (), (), ())
        seen, known_kind = np.array(styles, np.float32), float(np.mean(np.array(kinds) >= 1)) if read else 1.0
        if len(read) < FEWEST or not seen.size:
            return cls(list(names), np.full(len(read), np.nan), np.nan, known_kind, list(artists))
        likeness = likeness_to_others(seen)
        alike = likeness >= ODD  # a few works by others among those of one artist must not decide about all
        agreement = agreement_of_halves(seen[alike] if alike.mean() >= ALIKE else seen)
        return cls(list(names), likeness, agreement, known_kind, list(artists))

    @property
    def odd(self) -> list[str]:
        """The names of the pictures that differ from the others, the most different first."""
        order = self.likeness.argsort()
        return [self.names[row] for row in order if self.likeness[row] < ODD]

    @property
    def one_hand(self) -> bool | None:
        """Whether the pictures look like one hand; None if this can't be said."""
        if np.isnan(self.agreement) or self.known_kind < MOSTLY:
            return None
        pairs = self.likeness.mean()
        if self.agreement >= ONE and pairs >= ONE_PAIRS:
            return True
        return False if self.agreement < SEVERAL or pairs < SEVERAL_PAIRS else None

    def __str__(self) -> str:
        count = len(self.names)
        if np.isnan(self.agreement):
            return f"Whether they are by one hand can only be said of {FEWEST} or more pictures, after evaluating."
        if self.known_kind < MOSTLY:
            others = round((1 - self.known_kind) * count)
            return (
                f"Whether they are by one hand can't be said: {others} of {count} pictures are of another kind than "
                "those that the model learned from."
            )
        if self.one_hand is None:
            return (
                "Whether they are by one hand can't be said: they are more alike than works by several artists usually "
                "are, and less alike than those by one."
            )
        if not self.one_hand:
            return f"Probably not by one hand: the {count} pictures are as different as works by several artists."
        names, counts = np.unique(self.artists, return_counts=True)
        nearest = f"the artist predicted most often is {names[counts.argmax()]} ({counts.max()} of {count})"
        odd = f" Different from the others: {', '.join(self.odd[:10])}." if self.odd else ""
        return f"Probably by one hand: the {count} pictures are alike; {nearest}.{odd}"


def likeness_to_others(styles: np.ndarray) -> np.ndarray:
    """Return the mean cosine of each picture to the others, float (n,); styles are float (n, k) of length one."""
    return ((styles @ styles.sum(axis=0)) - 1) / (len(styles) - 1)


def agreement_of_halves(styles: np.ndarray) -> float:
    """Return the mean cosine between the two halves of pictures that differ most, -1 to 1.

    The halves begin at the principal axis of the pictures around their own mean (not around the training pictures'
    mean, from which all foreign pictures lie in one direction), then k-means moves them (Lloyd, 1982).

    Args:
        styles: float (n, k), of length one.
    """
    axis = np.linalg.svd(styles - styles.mean(axis=0), full_matrices=False)[0][:, 0]
    first = axis > np.median(axis)
    for _ in range(STEPS):
        means = styles[first].mean(axis=0), styles[~first].mean(axis=0)
        nearer = np.linalg.norm(styles - means[0], axis=1) < np.linalg.norm(styles - means[1], axis=1)
        if nearer.all() or not nearer.any() or (nearer == first).all():
            break
        first = nearer
    return float((styles[first] @ styles[~first].T).mean())
