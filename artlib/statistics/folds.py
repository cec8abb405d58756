"""Folds for cross-validation: each picture is predicted once, by a classifier that learned from the other folds."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

FOLDS = 5


@dataclass(frozen=True)
class Folds:
    """Which pictures are predicted, and in how many folds.

    Attributes:
        rows: int (m,), positions of the pictures that take part; empty if fewer than two artists can.
        count: of folds; 0 without rows. If an artist has fewer groups than there should be folds, all artists get
            fewer folds.
        left_out: indices of artists with too few groups: one group can't be both learned from and predicted.
        seed: of the folds.
    """

    rows: np.ndarray
    count: int
    left_out: list[int]
    seed: int

    def grouped(self, labels: np.ndarray, groups: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (learned from, predicted) for each fold, as positions; a group is never on both sides."""
        if not self.count:
            return []
        folds = StratifiedGroupKFold(self.count, shuffle=True, random_state=self.seed)
        split = folds.split(self.rows, labels[self.rows], groups[self.rows])
        return [(self.rows[learn], self.rows[ask]) for learn, ask in split]

    def random(self, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (learned from, predicted) for each fold of a random split, without regard to groups."""
        if not self.count:
            return []
        folds = StratifiedKFold(self.count, shuffle=True, random_state=self.seed)
        split = folds.split(self.rows, labels[self.rows])
        return [(self.rows[learn], self.rows[ask]) for learn, ask in split]


def plan_folds(
    labels: np.ndarray,
    groups: np.ndarray,
    seed: int = 0,
    rows: np.ndarray | None = None,
    *,
    most: int = FOLDS,
    fewest: int = 2,
) -> Folds:
    """Decide which pictures can be predicted, and in how many folds.

    Args:
        labels: int (n,).
        groups: (n,) of any type, near-duplicate groups.
        seed: of the folds.
        rows: int (m,), positions of the pictures to take; None takes all.
        most: folds.
        fewest: groups of an artist who takes part, at least 2.
    """
    taken = np.arange(len(labels)) if rows is None else rows
    held = {label: len(set(groups[taken[labels[taken] == label]].tolist())) for label in set(labels.tolist())}
    able = [label for label, count in held.items() if count >= fewest]
    left_out = sorted(set(held) - set(able))
    if len(able) < 2:
        return Folds(np.empty(0, int), 0, left_out, seed)
    return Folds(taken[np.isin(labels[taken], able)], min(most, *(held[label] for label in able)), left_out, seed)
