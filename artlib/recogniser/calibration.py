"""Calibration: probabilities that match the accuracy, and prediction sets with a stated coverage.

Both are learned from the validation part: the temperature by likelihood, the sets by split-conformal prediction.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from artlib.errors import ArgumentError, ArtlibError

COVERAGES = (0.95, 0.90, 0.80)  # the first one for which there are enough calibration pictures is taken
COLDEST, HOTTEST = 0.05, 20.0


class CalibrationError(ArtlibError):
    """There are too few calibration pictures for what was asked."""


@dataclass(frozen=True)
class Calibration:
    """How logits become probabilities and prediction sets.

    Attributes:
        temperature: logits are divided by it; under 1 the model was underconfident, over 1 overconfident.
        coverage: share of pictures by known artists whose prediction set holds the correct artist; None if there
            were too few pictures.
        conformal_threshold: the highest 1 - probability with which an artist is in the set; with 1 all are.
        n: pictures it was learned from.
    """

    temperature: float = 1.0
    coverage: float | None = None
    conformal_threshold: float = 1.0
    n: int = 0

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities (n, artists) of logits (n, artists)."""
        return softmax(logits / self.temperature, axis=1)

    def prediction_sets(self, probabilities: np.ndarray) -> np.ndarray:
        """Return which artists are in each picture's set, bool (n, artists), from calibrated probabilities.

        The most probable artist always is, so a set is never empty. If the accuracy is above the coverage, more sets
        hold the correct artist than the coverage states.
        """
        return (1 - probabilities <= self.conformal_threshold) | (
            probabilities == probabilities.max(axis=1, keepdims=True)
        )


def fit(logits: np.ndarray, labels: np.ndarray) -> Calibration:
    """Learn temperature and prediction sets from pictures that were not learned from.

    Args:
        logits: float (n, artists).
        labels: int (n,), at least one.
    """
    temperature = best_temperature(logits, labels)
    probabilities = softmax(logits / temperature, axis=1)
    for coverage in COVERAGES:
        if len(labels) >= pictures_needed(coverage):
            return Calibration(temperature, coverage, conformal_threshold(probabilities, labels, coverage), len(labels))
    return Calibration(temperature, n=len(labels))


def best_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature with the highest likelihood (Guo et al., On calibration, 2017, section 4.2).

    If every prediction is correct, likelihood alone would make all probabilities 1, however few pictures there are. So
    each label counts with probability (n + 1) / (n + 2) (Platt, Probabilistic outputs for support vector machines,
    1999, section 2.2).
    """

    def surprise(log_temperature: float) -> float:
        return cross_entropy(logits / np.exp(log_temperature), labels)

    limits = (np.log(COLDEST), np.log(HOTTEST))
    return float(np.exp(minimize_scalar(surprise, bounds=limits, method="bounded").x))


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of minus the logarithm of each label's probability, counted as in `best_temperature`."""
    smoothing = 1 / (len(labels) + 2)
    logs = log_softmax(logits, axis=1)
    given = logs[np.arange(len(labels)), labels]
    return -((1 - smoothing) * given + smoothing * (logs.sum(axis=1) - given) / (logits.shape[1] - 1)).mean()


def pictures_needed(coverage: float) -> int:
    """Return how many calibration pictures a coverage (0 to 1) needs: 19 for 0.95."""
    return int(np.ceil(1 / (1 - coverage) - 1 - 1e-9))


def conformal_threshold(probabilities: np.ndarray, labels: np.ndarray, coverage: float) -> float:
    """Return the highest 1 - probability of an artist in a set at which the sets reach the coverage.

    Split-conformal prediction with 1 - probability as its score (Sadinle et al., Least ambiguous set-valued
    classifiers, 2019; Angelopoulos & Bates, A gentle introduction, 2021, section 1).

    Args:
        probabilities: float (n, artists), of pictures that were not learned from.
        labels: int (n,).
        coverage: 0 to 1.

    Raises:
        CalibrationError: there are too few pictures for this coverage.
        ValueError: the coverage is not between 0 and 1.
    """
    if not 0 < coverage < 1:
        raise ArgumentError(f"The coverage must be between 0 and 1. Received: coverage={coverage}.")
    if len(labels) < (needed := pictures_needed(coverage)):
        raise CalibrationError(
            f"Prediction sets that hold the correct artist {coverage:.0%} of the time need at least {needed} "
            f"calibration pictures. Received: {len(labels)}. Collect more, or ask for a coverage of at most "
            f"{len(labels) / (len(labels) + 1):.2f}."
        )
    surprisals = np.sort(1 - probabilities[np.arange(len(labels)), labels])
    rank = int(np.ceil((len(labels) + 1) * coverage - 1e-9))
    return float(surprisals[rank - 1])
