"""Mixtures: answers to pictures by known and by unknown artists, weighted so that a share of all is unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from artlib.prediction.verdict import Verdict
from artlib.statistics.metrics import BINS

SHARES = (0.0, 0.2, 0.5)
RESAMPLES = 1000


@dataclass(frozen=True)
class Mixture:
    """Answers to pictures by known and by unknown artists.

    Attributes:
        confidence: float (n,).
        firm: bool (n,).
        right: bool (n,), never for an unknown artist's picture.
        sources: str (n,); of an unknown artist's picture the artist, of a known one's the picture.
        unknown: bool (n,).
        share: of all pictures that count as unknown ones.
    """

    confidence: np.ndarray
    firm: np.ndarray
    right: np.ndarray
    sources: np.ndarray
    unknown: np.ndarray
    share: float

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], owners: Sequence[str], known: set[str], share: float) -> "Mixture":
        """Return the answers whose pictures have these artists; those that are not known artists are unknown."""
        return cls(
            np.array([verdict.confidence for verdict in verdicts]),
            np.array([verdict.strength == "firm" for verdict in verdicts]),
            np.array([verdict.artist == owner for verdict, owner in zip(verdicts, owners, strict=True)]),
            np.array([v.path if owner in known else owner for v, owner in zip(verdicts, owners, strict=True)]),
            np.array([owner not in known for owner in owners]),
            share,
        )

    @classmethod
    def joined(cls, parts: Sequence["Mixture"]) -> "Mixture":
        """Return all answers of one share together."""
        names = ("confidence", "firm", "right", "sources", "unknown")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names), parts[0].share)  # type: ignore[call-arg]

    def figures(self) -> Iterator[tuple[str, float, float, float]]:
        """Yield name, value and 95 % interval of each figure: a bootstrap over known pictures and unknown artists."""
        values, generator = self._values(np.ones(len(self.firm))), np.random.default_rng(0)
        names, place = np.unique(self.sources, return_inverse=True)
        unknown = np.zeros(len(names), bool)
        unknown[place] = self.unknown
        resampled = []
        for _ in range(RESAMPLES):
            counts = np.zeros(len(names))
            for part in (np.flatnonzero(unknown), np.flatnonzero(~unknown)):
                if len(part):
                    counts[part] = np.bincount(generator.integers(0, len(part), len(part)), minlength=len(part))
            resampled.append(list(self._values(counts[place]).values()))
        for (name, value), column in zip(values.items(), np.array(resampled).T, strict=True):
            counted = column[~np.isnan(column)]  # without a firm answer there is no precision
            yield name, value, *(np.quantile(counted, (0.025, 0.975)) if len(counted) else (np.nan, np.nan))

    def _values(self, counts: np.ndarray) -> dict[str, float]:
        """Return each figure where a picture counts so many times."""
        weights = np.zeros(len(counts))
        for part, share in ((self.unknown, self.share), (~self.unknown, 1 - self.share)):
            if part.any():
                weights[part] = share * counts[part] / counts[part].sum()
        known = weights * ~self.unknown
        firm = (weights * self.firm).sum()
        values = {
            "firm answers right": (weights * self.firm * self.right).sum() / firm if firm else np.nan,
            "known works firm and right": (known * self.firm * self.right).sum() / known.sum(),
            "calibration error": self._calibration_error(weights),
        }
        if self.unknown.any():
            values["AUROC"] = roc_auc_score(~self.unknown, self.confidence, sample_weight=counts)
        return values

    def _calibration_error(self, weights: np.ndarray) -> float:
        place = np.minimum((self.confidence * BINS).astype(int), BINS - 1)
        gaps = np.bincount(place, weights * (self.confidence - self.right), BINS)
        return float(np.abs(gaps).sum() / weights.sum())
