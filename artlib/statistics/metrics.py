"""Figures with intervals, from labels and probabilities."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from artlib.errors import ArgumentError

BINS = 15  # of the reliability diagram, as in Guo et al.
RESAMPLES = 1000


def wilson_interval(successes: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of a proportion (Wilson, Probable inference, JASA 1927); 95 % with the default z.

    Args:
        successes: 0 to n.
        n: trials, at least 1.

    Raises:
        ValueError: n is 0 or successes is not between 0 and n.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ArgumentError(
            f"A proportion needs n >= 1 and 0 <= successes <= n. Received: successes={successes}, n={n}."
        )
    share, denominator = successes / n, 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / denominator
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / denominator
    return max(0.0, middle - half), min(1.0, middle + half)


def summary(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, object]:
    """Return accuracy and macro-F1 with their 95 % intervals, expected calibration error, Brier score and n.

    Args:
        labels: int (n,), at least one.
        probabilities: float (n, artists), rows sum to 1.
    """
    predicted = probabilities.argmax(axis=1)
    right, n = int((predicted == labels).sum()), len(labels)
    return {
        "accuracy": right / n,
        "accuracy_ci95": list(wilson_interval(right, n)),
        "macro_f1": float(f1_score(labels, predicted, average="macro", zero_division=0)),
        "macro_f1_ci95": list(macro_f1_interval(labels, predicted)),
        "ece": expected_calibration_error(labels, probabilities),
        "brier": brier(labels, probabilities),
        "n": n,
    }


def macro_f1_interval(labels: np.ndarray, predicted: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of macro-F1 over pictures (Efron & Tibshirani, 1993, chapter 13).

    Args:
        labels: int (n,).
        predicted: int (n,).
        seed: of the resamples.
    """
    rows = np.random.default_rng(seed).integers(0, len(labels), (RESAMPLES, len(labels)))
    number = int(max(labels.max(), predicted.max())) + 1
    # all resamples are counted at once: a thousand calls of f1_score would take seconds
    offsets = np.arange(RESAMPLES)[:, None] * number**2
    cells = np.bincount((offsets + labels[rows] * number + predicted[rows]).ravel(), minlength=RESAMPLES * number**2)
    counts = cells.reshape(RESAMPLES, number, number)
    hits, both = counts.diagonal(axis1=1, axis2=2), counts.sum(axis=1) + counts.sum(axis=2)
    # an artist that is neither present nor predicted in a resample has no F1, as in scikit-learn's mean
    scores = np.nanmean(np.where(both > 0, 2 * hits / np.maximum(both, 1), np.nan), axis=1)
    low, high = np.quantile(scores, (0.025, 0.975))
    return float(low), float(high)


def per_artist(labels: np.ndarray, predicted: np.ndarray, class_names: Sequence[str]) -> pd.DataFrame:
    """Return one row for each artist: artist, precision, recall, recall_low, recall_high (95 % Wilson), f1, support."""
    columns = precision_recall_fscore_support(labels, predicted, labels=range(len(class_names)), zero_division=0)
    table = pd.DataFrame(dict(zip(("precision", "recall", "f1", "support"), columns, strict=True)))
    intervals = [
        wilson_interval(round(recall * support), support) if support else (0.0, 1.0)
        for recall, support in zip(columns[1].tolist(), columns[3].tolist(), strict=True)
    ]
    table = table.assign(recall_low=[low for low, _ in intervals], recall_high=[high for _, high in intervals])
    table.insert(0, "artist", list(class_names))
    return table


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Return the reliability diagram: one row for each equal-width bin of confidence that holds pictures.

    Args:
        labels: int (n,).
        probabilities: float (n, artists), rows sum to 1.
        bins: how many.

    Returns:
        Columns confidence (mean), accuracy, low and high (95 % Wilson), n.
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for each in sorted(set(place.tolist())):
        mine, n = right[place == each], int((place == each).sum())
        rows.append((confidence[place == each].mean(), mine.mean(), *wilson_interval(int(mine.sum()), n), n))
    return pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "n"])


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins (Guo et al., 2017, equation 3)."""
    table = reliability(labels, probabilities, bins)
    return float(((table["confidence"] - table["accuracy"]).abs() * table["n"]).sum() / table["n"].sum())


def brier(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the Brier score over all artists, 0 to 2 (Brier, Verification of forecasts, 1950, equation 2)."""
    actual = np.eye(probabilities.shape[1])[labels]
    return float(((probabilities - actual) ** 2).sum(axis=1).mean())


def confusion(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the confusion matrix, float (artists, artists): row = actual artist; a row sums to 1, or 0 if empty."""
    artists = range(probabilities.shape[1])
    return confusion_matrix(labels, probabilities.argmax(axis=1), labels=artists, normalize="true")


def risk_coverage(scores: np.ndarray, correct: np.ndarray) -> pd.DataFrame:
    """Return the error rate when only pictures with the lowest scores are accepted (El-Yaniv & Wiener, 2010).

    Args:
        scores: float (n,), such as the unknown scores.
        correct: bool (n,).

    Returns:
        Columns coverage (share accepted, rising to 1) and risk (share of these that is wrong).
    """
    order = np.argsort(scores, kind="stable")
    answered = np.arange(1, len(order) + 1)
    return pd.DataFrame({"coverage": answered / len(order), "risk": np.cumsum(~correct[order]) / answered})
