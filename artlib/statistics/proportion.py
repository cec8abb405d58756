"""Proportions with intervals, and whether two on the same pictures differ by more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from artlib.statistics.metrics import wilson_interval


@dataclass(frozen=True)
class Proportion:
    """How many of n are correct, with the 95 % interval (Wilson) of the share.

    Attributes:
        right: 0 to n.
        n: of how many; 0 if there were no pictures.
        share: right / n, 0 where n is 0.
        low: of the interval; 0 where n is 0.
        high: of the interval; 1 where n is 0.
    """

    right: int
    n: int
    share: float
    low: float
    high: float

    @property
    def interval(self) -> str:
        """The interval in words."""
        return f"95 % interval {100 * self.low:.0f} to {100 * self.high:.0f}"


def proportion(right: np.ndarray) -> Proportion:
    """Return how many of bool (n,) are true."""
    count, n = int(right.sum()), len(right)
    low, high = wilson_interval(count, n) if n else (0.0, 1.0)
    return Proportion(count, n, count / n if n else 0.0, low, high)


def percent(share: float) -> str:
    """Return a share of 0 to 1 as text in whole percent."""
    return f"{100 * share:.0f} %"


def by_chance(before: np.ndarray, after: np.ndarray) -> float:
    """Return the probability that two results on the same pictures differ as much by chance alone.

    The exact test of McNemar (Note on the sampling error of the difference between correlated proportions, 1947): only
    pictures that are right in one result and wrong in the other count.

    Args:
        before: bool (n,).
        after: bool (n,).

    Returns:
        The p-value, 0 to 1; 1 where no picture changed.
    """
    lost, won = int((before & ~after).sum()), int((~before & after).sum())
    return float(binomtest(lost, lost + won).pvalue) if lost + won else 1.0
