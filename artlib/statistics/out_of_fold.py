"""Predictions for pictures by classifiers that did not learn from them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.base import clone


def out_of_fold(
    head: Any, features: np.ndarray, labels: np.ndarray, splits: Iterable[tuple[np.ndarray, np.ndarray]], artists: int
) -> np.ndarray:
    """Return a classifier's probabilities for each picture after learning from the other folds.

    Args:
        head: an untrained scikit-learn classifier; it is copied.
        features: float (n, width).
        labels: int (n,).
        splits: (learned from, predicted) for each fold, as positions.
        artists: how many there are.

    Returns:
        float (n, artists), probabilities; a row that no fold predicts is all 0.
    """
    probabilities = np.zeros((len(labels), artists))
    for learn, ask in splits:
        known = np.unique(labels[learn])
        if len(known) == 1:  # groups with several artists can leave only one artist to learn from
            probabilities[ask, known] = 1
            continue
        fitted = clone(head).fit(features[learn], labels[learn])
        probabilities[np.ix_(ask, fitted.classes_)] = fitted.predict_proba(features[ask])
    return probabilities
