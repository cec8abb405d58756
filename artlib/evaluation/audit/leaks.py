"""Leaks: near-duplicates in different parts of the split, and how much accuracy they would add."""

from dataclasses import dataclass

import numpy as np

from artlib import backbones
from artlib.inference.appearance import BACKBONE, hashes_of
from artlib.inference.features import last_level
from artlib.similarity.cosines import unit
from artlib.similarity.hashing import distances
from artlib.similarity.near_duplicates import are_near_duplicates, group, join_groups
from artlib.statistics.folds import Folds, plan_folds
from artlib.statistics.linear_head import linear_head
from artlib.statistics.out_of_fold import out_of_fold
from artlib.statistics.proportion import Proportion, by_chance, proportion
from artlib.workspace import Workspace
from artlib.workspace.split import Split

ALPHA = 0.05


@dataclass(frozen=True)
class Leaks:
    """The result of `find_leaks`.

    Attributes:
        images: how many were compared.
        groups: ids of each near-duplicate group of two images or more, the largest first: the split's own groups joined
            with those that the search found.
        across: ids of the split's own groups that are in more than one part of it.
        unknown_pairs: held-out id and training id of each near-duplicate pair that the split's groups do not contain.
        random_split: accuracy by cross-validation with folds that ignore groups.
        grouped_split: the same with near-duplicates in the same fold; equal to `random_split` without groups.
        p_value: how probable so large a difference is by chance alone.
        folds: of the cross-validation; 0 if there were too few pictures.
        left_out: artists that are left out of both figures, because all their images are one group.
    """

    images: int
    groups: list[list[str]]
    across: list[list[str]]
    unknown_pairs: list[tuple[str, str]]
    random_split: Proportion
    grouped_split: Proportion
    p_value: float
    folds: int
    left_out: list[str]

    @property
    def difference_points(self) -> int:
        """Accuracy of the random split minus that of the grouped one, in points, rounded as they are printed."""
        return round(100 * self.random_split.share) - round(100 * self.grouped_split.share)

    @property
    def leakage_points(self) -> int:
        """Points of accuracy that near-duplicates would add in a random split; 0 where that may be chance."""
        return max(0, self.difference_points) if self.p_value <= ALPHA else 0


def find_leaks(workspace: Workspace, split: Split, features: np.ndarray, seed: int = 0) -> Leaks:
    """Search for near-duplicates across the split, and measure how much accuracy they would add in a random one.

    `groups.csv` and `split.csv` may be out of date, so all pictures are compared again, by the rule of
    `artlib.similarity.near_duplicates`.

    Args:
        workspace: where the images lie.
        split: the pictures, their artists, parts and groups.
        features: float (n, width), frozen features of `split.ids` by the backbone of `artlib.inference.appearance`.
        seed: of the folds.

    Raises:
        WorkspaceError: an image is missing or damaged.
    """
    hashes, subjects = hashes_of(workspace, split.ids), last_level(features, backbones.get(BACKBONE))
    groups = join_groups(split.groups, group(hashes, subjects))
    folds = plan_folds(split.labels, groups, seed)
    random, grouped = _correct(split, features, groups, folds)
    return Leaks(
        images=len(split.ids),
        groups=_ids(split, _several(groups)),
        across=_ids(split, [rows for rows in _several(split.groups) if len(set(split.parts[rows].tolist())) > 1]),
        unknown_pairs=unknown_pairs(split, hashes, subjects),
        random_split=proportion(random),
        grouped_split=proportion(grouped),
        p_value=by_chance(random, grouped),
        folds=folds.count,
        left_out=[split.class_names[label] for label in folds.left_out],
    )


def unknown_pairs(split: Split, hashes: np.ndarray, subjects: np.ndarray) -> list[tuple[str, str]]:
    """Return held-out id and training id of each near-duplicate pair that is in two groups of the split.

    Args:
        split: with parts and groups.
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        subjects: float (n, width), features of the last level.
    """
    train, held_out = split.rows("train"), np.flatnonzero(split.parts != "train")
    directions = unit(subjects)
    there = distances(hashes[held_out], hashes[train, 0])
    back = distances(hashes[train], hashes[held_out, 0])
    near = are_near_duplicates(np.minimum(there, back.T), directions[held_out] @ directions[train].T)
    unknown = near & (split.groups[held_out, None] != split.groups[None, train])
    return [(split.ids[held_out[row]], split.ids[train[column]]) for row, column in np.argwhere(unknown)]


def _correct(split: Split, features: np.ndarray, groups: np.ndarray, folds: Folds) -> tuple[np.ndarray, np.ndarray]:
    """Return which pictures are predicted correctly with random folds and with grouped ones, bool (m,) each."""

    def predict(splits: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        probabilities = out_of_fold(linear_head(), features, split.labels, splits, len(split.class_names))
        return probabilities[folds.rows].argmax(axis=1) == split.labels[folds.rows]

    grouped = predict(folds.grouped(split.labels, groups))
    if len(set(groups.tolist())) == len(groups):
        return grouped, grouped  # other folds would differ by chance, which would look like leakage
    return predict(folds.random(split.labels)), grouped


def _several(groups: np.ndarray) -> list[list[int]]:
    """Return the positions of each group of two pictures or more, the largest first."""
    members: dict[object, list[int]] = {}
    for row, name in enumerate(groups.tolist()):
        members.setdefault(name, []).append(row)
    return sorted((each for each in members.values() if len(each) > 1), key=len, reverse=True)


def _ids(split: Split, groups: list[list[int]]) -> list[list[str]]:
    return [[split.ids[row] for row in rows] for rows in groups]
