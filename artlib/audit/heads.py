"""Heads: small classifiers on numbers that are there already, and what they answer of pictures they did not learn."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler


def linear_head() -> Pipeline:
    """Return the linear head on frozen features whose figures artlib's estimates are."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.003, tol=1e-2, class_weight="balanced"))


def out_of_fold(
    head: Any, features: np.ndarray, labels: np.ndarray, splits: Iterable[tuple[np.ndarray, np.ndarray]], artists: int
) -> np.ndarray:
    """Return what a head says of each picture when it learned from the other folds.

    Args:
        head: an untrained scikit-learn classifier; it is copied.
        features: float (n, width).
        labels: int (n,).
        splits: (learned from, asked about) for each fold, as positions.
        artists: how many there are.

    Returns:
        float (n, artists), probabilities; a row that no fold asks about is all 0.
    """
    probabilities = np.zeros((len(labels), artists))
    for learn, ask in splits:
        known = np.unique(labels[learn])
        if len(known) == 1:  # mixed groups can take every other artist away
            probabilities[ask, known] = 1
            continue
        fitted = clone(head).fit(features[learn], labels[learn])
        probabilities[np.ix_(ask, fitted.classes_)] = fitted.predict_proba(features[ask])
    return probabilities
