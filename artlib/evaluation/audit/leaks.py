"""Leaks: near-duplicates in different parts of the split, and how much accuracy they would add."""

from dataclasses import dataclass, field

import numpy as np

from artlib import backbones
from artlib.indexing.groups_of_works import group_works
from artlib.inference.appearance import BACKBONE, hashes_of
from artlib.inference.features import last_level
from artlib.similarity.cosines import unit
from artlib.similarity.hashing import distances
from artlib.similarity.near_duplicates import are_near_duplicates, join_groups
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
        shared_parts: held-out id and training id of each pair that shares a part, such as a printed frame, of two
            groups.
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
    shared_parts: list[tuple[str, str]] = field(default_factory=list)

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

    `groups.csv` and `split.csv` may be out of date, so all pictures are compared again, by the rules of
    `artlib.find_duplicates`.

    Args:
        workspace: where the images lie.
        split: the pictures, their artists, parts and groups.
        features: float (n, width), frozen features of `split.ids` by the backbone of `artlib.inference.appearance`.
        seed: of the folds.

    Raises:
        WorkspaceError: an image is missing or damaged.
    """
    hashes, subjects = hashes_of(workspace, split.ids), last_level(features, backbones.get(BACKBONE))
    works = group_works(workspace, split.ids, hashes, subjects)
    groups = join_groups(split.groups, works.groups)
    folds = plan_folds(split.labels, groups, seed)
    random, grouped = _correct(split, features, groups, folds)
    return Leaks(
        images=len(split.ids),
        groups=_ids(split, _several(groups)),
        across=_ids(split, [rows for rows in _several(split.groups) if len(set(split.parts[rows].tolist())) > 1]),
        unknown_pairs=unknown_pairs(split, hashes, subjects, works.same),
        random_split=proportion(random),
        grouped_split=proportion(grouped),
        p_value=by_chance(random, grouped),
        folds=folds.count,
        left_out=[split.class_names[label] for label in folds.left_out],
        shared_parts=across_parts(split, works.shared[groups[works.shared[:, 0]] != groups[works.shared[:, 1]]]),
    )


def unknown_pairs(split: Split, hashes: np.ndarray, subjects: np.ndarray, same: np.ndarray) -> list[tuple[str, str]]:
    """Return held-out id and training id of each near-duplicate pair that is in two groups of the split.

    Args:
        split: with parts and groups.
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        subjects: float (n, width), features of the last level.
        same: positions of each pair that shows the same work by its keypoints, int (m, 2).
    """
    train, held_out = split.rows("train"), np.flatnonzero(split.parts != "train")
    directions = unit(subjects)
    there = distances(hashes[held_out], hashes[train, 0])
    back = distances(hashes[train], hashes[held_out, 0])
    near = are_near_duplicates(np.minimum(there, back.T), directions[held_out] @ directions[train].T)
    rows, columns = np.nonzero(near)
    pairs = np.concatenate([np.stack([held_out[rows], train[columns]], axis=1), same])
    return across_parts(split, pairs[split.groups[pairs[:, 0]] != split.groups[pairs[:, 1]]])


def across_parts(split: Split, pairs: np.ndarray) -> list[tuple[str, str]]:
    """Return held-out id and training id of each of some pairs of positions, (n, 2), of which one is in training."""
    in_training = split.parts[pairs] == "train"
    across = pairs[in_training[:, 0] != in_training[:, 1]]
    ordered = np.where(split.parts[across[:, :1]] == "train", across[:, ::-1], across)
    return list(dict.fromkeys((split.ids[held_out], split.ids[train]) for held_out, train in ordered))


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
