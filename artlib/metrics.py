"""Figures with intervals, from labels and probabilities."""

import math

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score


def wilson_interval(successes: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of a proportion (Wilson, Probable inference, JASA 1927); 95 % with the default z.

    Args:
        successes: 0 to n.
        n: trials, at least 1.

    Raises:
        ValueError: n is 0 or successes is not between 0 and n.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"A proportion needs n >= 1 and 0 <= successes <= n. Received: successes={successes}, n={n}.")
    share, denominator = successes / n, 1 + z**2 / n
    middle = (share + z**2 / (2 * n)) / denominator
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / denominator
    return max(0.0, middle - half), min(1.0, middle + half)


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins (Guo et al., 2017, equation 3).

    Args:
        labels: int (n,).
        probabilities: float (n, artists), rows sum to 1.
        bins: how many.
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[place == each].mean() - right[place == each].mean()) * (place == each).mean()
        for each in set(place)
    ]
    return float(sum(gaps))


def summary(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, object]:
    """Return accuracy with its 95 % interval, macro-F1, expected calibration error and n."""
    predicted = probabilities.argmax(axis=1)
    right, n = int((predicted == labels).sum()), len(labels)
    return {
        "accuracy": right / n,
        "accuracy_ci95": list(wilson_interval(right, n)),
        "macro_f1": float(f1_score(labels, predicted, average="macro", zero_division=0)),
        "ece": expected_calibration_error(labels, probabilities),
        "n": n,
    }


def confusion(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the confusion matrix, float (artists, artists): row = actual artist; a row sums to 1, or 0 if empty."""
    number = probabilities.shape[1]
    counts = confusion_matrix(labels, probabilities.argmax(axis=1), labels=range(number)).astype(float)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
