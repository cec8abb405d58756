"""Predictions for each picture as if it and its near-duplicates had not been learned from, without folds."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.preprocessing import StandardScaler

PENALTY = 1.0  # on standardised features divided by the root of their number


def scores_from_others(features: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return how much each picture looks like each artist, learned from all pictures outside of its group.

    Ridge regression of each artist's pictures against all others, each artist with the same weight. Leaving a group out
    needs no further fit: the residuals of its pictures are divided by what the fit itself takes from them (Allen, The
    relationship between variable selection and data augmentation, 1974; of several pictures at once, with a matrix).

    Args:
        features: float (n, width).
        labels: int (n,), 0 to artists - 1, each at least once.
        groups: (n,) of any type, near-duplicate groups.

    Returns:
        float (n, artists); the higher the more alike, about -1 to 1.
    """
    counts = np.bincount(labels)
    root = np.sqrt(len(labels) / (len(counts) * counts[labels]))[:, None]
    known = StandardScaler().fit_transform(features.astype(float)) / np.sqrt(features.shape[1]) * root
    target = (np.eye(len(counts))[labels] - 1 / len(counts)) * root
    factor = cho_factor(known.T @ known + PENALTY * np.eye(known.shape[1]))
    solved = cho_solve(factor, known.T)  # (width, n)
    residual = target - known @ (solved @ target)
    left_out = residual / (1 - np.einsum("nw,wn->n", known, solved))[:, None]
    for group in _several(groups):
        own = known[group] @ solved[:, group]
        left_out[group] = np.linalg.solve(np.eye(len(group)) - own, residual[group])
    return (target - left_out) / root


def _several(groups: np.ndarray) -> list[np.ndarray]:
    """Return the positions of each group of two pictures or more."""
    _, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(codes, kind="stable")
    return [part for part in np.split(order, np.cumsum(counts)[:-1]) if len(part) > 1]
