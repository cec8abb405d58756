"""Label issues: which pictures probably have the wrong artist."""

import numpy as np
import pandas as pd
from scipy.special import softmax

from artlib.errors import warn
from artlib.recogniser.calibration import best_temperature
from artlib.statistics.folds import plan_folds
from artlib.statistics.linear_head import linear_head
from artlib.statistics.out_of_fold import out_of_fold
from artlib.workspace.split import Split

COLUMNS = ["id", "artist", "looks_like", "probability", "own_probability", "label_issue_score", "reason"]
LOOKS = "looks like another"
MIXED = "the same work stands under several artists"
# Of 20 labels changed at random among 3,056 paintings confident learning alone found 14 (mean of ten trials, 94
# suspects), because few pictures reach the mean of their artist. With this ratio added 19 were found (158 suspects), 16
# of them among the first 40. Folds of several seeds, or neighbours added to the head, found no more.
MUCH_LIKELIER = 10
TINY = 1e-9  # replaces a probability of 0, which has no logarithm


def find_wrong_labels(split: Split, features: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Find the pictures whose label may be wrong, the highest label issue score first.

    A linear head predicts each picture after learning from others; near-duplicates are in the same fold, so a picture
    is never predicted from a copy of itself. Confident learning (Northcutt, Jiang & Chuang, Confident learning:
    estimating uncertainty in dataset labels, 2021, section 3.1) takes each artist's mean probability on the artist's
    own pictures as a threshold, from which on a picture counts as this artist's. Suspects are pictures that count as
    another artist's, and pictures for which another artist is ten times as probable as the given one.

    Args:
        split: the pictures, their artists and near-duplicate groups.
        features: float (n, width), frozen features of `split.ids`.
        seed: of the folds.

    Returns:
        Columns `id`, `artist` (as given), `looks_like`, `probability` (of looks_like), `own_probability` (of the given
        artist), `label_issue_score` (0.5 to 1: the first probability as a share of both) and `reason`. A picture whose
        near-duplicate has another artist gets a score of 1: a label is wrong, or the work is by both artists.
        Artists whose pictures are all one group cannot be predicted; they are named on standard error, and their
        probabilities are NaN.
    """
    probabilities, predicted = _probabilities(split, features, seed)
    looks_like, mixed = split.labels.copy(), _other_artists(split)
    looks_like[predicted] = likely_labels(probabilities[predicted], split.labels[predicted])
    looks_like = np.where(mixed >= 0, mixed, looks_like)
    rows = np.flatnonzero(looks_like != split.labels)
    names, given = np.array(split.class_names, object), split.labels[rows]
    probability, own = probabilities[rows, looks_like[rows]], probabilities[rows, given]
    table = pd.DataFrame(
        {
            "id": [split.ids[row] for row in rows],
            "artist": names[given],
            "looks_like": names[looks_like[rows]],
            "probability": probability,
            "own_probability": own,
            "label_issue_score": np.where(mixed[rows] >= 0, 1.0, probability / (probability + own)),
            "reason": np.where(mixed[rows] >= 0, MIXED, LOOKS),
        },
        columns=COLUMNS,
    )
    return table.sort_values("label_issue_score", ascending=False, kind="stable", ignore_index=True)


def confident_labels(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each picture the artist that it confidently counts as, or the given one where there is none.

    Args:
        probabilities: float (n, artists), of pictures that were not learned from.
        labels: int (n,), as given.

    Returns:
        int (n,).
    """
    artists = range(probabilities.shape[1])
    # no picture can count as an artist without pictures: no probability reaches this threshold
    own = [probabilities[labels == artist, artist] for artist in artists]
    thresholds = np.array([mine.mean() if len(mine) else np.inf for mine in own])
    confident = np.where(probabilities >= thresholds, probabilities, 0)
    return np.where(confident.any(axis=1), confident.argmax(axis=1), labels)


def likely_labels(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the same, but an artist who is much more probable than the given one counts, too."""
    confident = confident_labels(probabilities, labels)
    best = probabilities.argmax(axis=1)
    own = np.take_along_axis(probabilities, labels[:, None], axis=1)[:, 0]
    much_likelier = probabilities.max(axis=1, initial=0) >= MUCH_LIKELIER * own
    return np.where((confident == labels) & much_likelier, best, confident)


def _probabilities(split: Split, features: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return out-of-fold probabilities (n, artists), NaN where not predicted, and what was predicted, bool (n,)."""
    folds = plan_folds(split.labels, split.groups, seed)
    splits = folds.grouped(split.labels, split.groups)
    probabilities = out_of_fold(linear_head(), features, split.labels, splits, len(split.class_names))
    predicted = np.isin(np.arange(len(split.ids)), folds.rows)
    probabilities[predicted] = _calibrated(probabilities[predicted], split.labels[predicted])
    probabilities[~predicted] = np.nan
    if folds.left_out:
        names = ", ".join(split.class_names[label] for label in folds.left_out)
        warn(f"Labels not checked, because all images of the artist are one work: {names}.")
    return probabilities, predicted


def _calibrated(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return calibrated probabilities; the head's strong penalty makes its own under-confident."""
    if not len(labels):
        return probabilities
    logits = np.log(np.maximum(probabilities, TINY))
    return softmax(logits / best_temperature(logits, labels), axis=1)


def _other_artists(split: Split) -> np.ndarray:
    """Return the other artist of each picture's near-duplicates, int (n,); -1 if there is none.

    In a group of three pictures by one artist and one by another, only the one is a suspect; in a group of two, both.
    """
    others = np.full(len(split.ids), -1)
    counts = pd.crosstab(split.groups, split.labels)
    for group in counts.index[(counts > 0).sum(axis=1) > 1]:
        for row in np.flatnonzero(split.groups == group):
            rest = counts.loc[group].drop(split.labels[row])
            if rest.max() >= counts.loc[group, split.labels[row]]:
                others[row] = rest.idxmax()
    return others
