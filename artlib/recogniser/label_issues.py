"""Label issues: which pictures probably have the wrong artist. A picture never vouches for itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax
from tqdm.auto import tqdm

from artlib.recogniser.calibration import best_temperature
from artlib.statistics.folds import plan_folds
from artlib.statistics.left_out import scores_from_others
from artlib.statistics.linear_head import linear_head
from artlib.statistics.out_of_fold import out_of_fold
from artlib.workspace.suspects import LOOKS, MIXED

COLUMNS = ["id", "artist", "looks_like", "probability", "own_probability", "label_issue_score", "reason"]
# Confident learning alone finds too few, because few pictures reach the mean of their artist. 40 wrong labels were
# planted among 600 paintings by 12 artists (7 draws): with a ratio of 10, 80 pictures are suspects and 36 of the
# planted are among the first 96; with 3, 105 and 38; with 2, 121 and 38. On the other half of the works 38.5 (10 draws,
# standard deviation 0.9) are among the first 96 and 32.7 among the first 48 (benchmarks/suspects.py).
MUCH_LIKELIER = 3
# The head alone, in these folds, has 37.5 of such 40 labels among the first 96, the regression alone 37.8, both 37.9
# (24 draws); of 40 that got the name of the artist most alike 33.3, 35.4 and 34.7 (10 draws). So both together are good
# at either kind. Other seeds, a mirrored view, neighbours, and a second round without the strongest gained less.
FOLDS = 10  # at most
SHARPNESS = 10  # makes logits of the scores of a regression, before the temperature, which has limits
FEWEST = 5  # works of an artist that is checked; fewer would leave all artists with fewer folds
TINY = 1e-9  # replaces a probability of 0, which has no logarithm


@dataclass(frozen=True)
class LabelIssues:
    """What `find_label_issues` found.

    Attributes:
        table: the suspects, the highest label issue score first: `id`, `artist` (as given), `looks_like`,
            `probability` (of looks_like), `own_probability` (of the given artist), `label_issue_score` (0.5 to 1: the
            first probability as a share of both) and `reason`. A picture whose near-duplicate has another artist gets
            a score of 1: a label is wrong, or the work is by both artists.
        left_out: artists who could not be predicted, because they have fewer than FEWEST groups, or no other artist has
            more; sorted. Only a near-duplicate makes one of their pictures a suspect, with probabilities of NaN.
    """

    table: pd.DataFrame
    left_out: list[str]


def find_label_issues(
    ids: Sequence[str],
    artists: Sequence[str],
    groups: Sequence[str],
    features: np.ndarray,
    seed: int = 0,
    progress: bool = False,
) -> LabelIssues:
    """Find the pictures whose label may be wrong.

    Each picture is predicted from others that are not its near-duplicates, so it never vouches for itself. Confident
    learning (Northcutt, Jiang & Chuang, Confident learning: estimating uncertainty in dataset labels, 2021, section
    3.1) takes each artist's mean probability on the artist's own pictures as a threshold, from which on a picture
    counts as this artist's. Suspects are pictures that count as another artist's, and pictures for which another artist
    is three times as probable as the given one.

    Args:
        ids: of n pictures.
        artists: as given, n.
        groups: near-duplicate groups, n.
        features: float (n, width), frozen features.
        seed: of the folds.
        progress: whether a bar is shown.
    """
    names, labels = np.unique(np.array(artists, object), return_inverse=True)
    grouped = np.array(groups)
    probabilities, predicted, left_out = predicted_from_others(labels, grouped, features, seed, progress)
    looks_like, mixed = labels.copy(), _other_artists(labels, grouped)
    if predicted.any():
        looks_like[predicted] = likely_labels(probabilities[predicted], labels[predicted])
    looks_like = np.where(mixed >= 0, mixed, looks_like)
    probabilities[:, left_out] = np.nan
    rows = np.flatnonzero(looks_like != labels)
    given, probability = labels[rows], probabilities[rows, looks_like[rows]]
    own = probabilities[rows, given]
    table = pd.DataFrame(
        {
            "id": np.array(ids, object)[rows],
            "artist": names[given],
            "looks_like": names[looks_like[rows]],
            "probability": probability,
            "own_probability": own,
            "label_issue_score": np.where(mixed[rows] >= 0, 1.0, probability / (probability + own)),
            "reason": np.where(mixed[rows] >= 0, MIXED, LOOKS),
        },
        columns=COLUMNS,
    )
    table = table.sort_values("label_issue_score", ascending=False, kind="stable", ignore_index=True)
    return LabelIssues(table, [str(names[label]) for label in left_out])


def predicted_from_others(
    labels: np.ndarray, groups: np.ndarray, features: np.ndarray, seed: int = 0, progress: bool = False
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Predict each picture after learning from pictures that are not its near-duplicates.

    Two classifiers are asked, and the mean of their calibrated logits is taken: the linear head, in folds, and a ridge
    regression that learns from all other pictures.

    Args:
        labels: int (n,), 0 to artists - 1.
        groups: (n,) of any type, near-duplicate groups.
        features: float (n, width).
        seed: of the folds.
        progress: whether a bar is shown.

    Returns:
        Calibrated probabilities, float (n, artists), NaN for a picture that is not predicted and 0 for an artist who
        can't be; which pictures were predicted, bool (n,); and the labels of the artists who can't be.
    """
    folds = plan_folds(labels, groups, seed, most=FOLDS, fewest=FEWEST)
    probabilities = np.zeros((len(labels), labels.max(initial=-1) + 1))
    predicted = np.isin(np.arange(len(labels)), folds.rows)
    if folds.count:
        splits = folds.grouped(labels, groups)
        shown = tqdm(splits, desc="Checking the labels", unit="fold", disable=not progress)
        by_head = out_of_fold(linear_head(), features, labels, shown, probabilities.shape[1])
        # only the artists who take part: the others would count in the temperature
        able, places = np.unique(labels[predicted], return_inverse=True)
        logits = np.log(np.maximum(by_head[np.ix_(predicted, able)], TINY))
        scores = SHARPNESS * scores_from_others(features[predicted], places, groups[predicted])
        both = _calibrated(logits, places) + _calibrated(scores, places)
        probabilities[np.ix_(predicted, able)] = softmax(both / 2, axis=1)
    probabilities[~predicted] = np.nan
    return probabilities, predicted, folds.left_out if folds.count else sorted(set(labels.tolist()))


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


def _calibrated(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return calibrated logits; the classifiers' strong penalties make them under-confident."""
    return logits / best_temperature(logits, labels)


def _other_artists(labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the other artist of each picture's near-duplicates, int (n,); -1 if there is none.

    In a group of three pictures by one artist and one by another, only the one is a suspect; in a group of two, both.
    """
    others = np.full(len(labels), -1)
    counts = pd.crosstab(groups, labels)
    for group in counts.index[(counts > 0).sum(axis=1) > 1]:
        for row in np.flatnonzero(groups == group):
            rest = counts.loc[group].drop(labels[row])
            if rest.max() >= counts.loc[group, labels[row]]:
                others[row] = rest.idxmax()
    return others
