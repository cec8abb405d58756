"""Leaks: near-duplicates on two sides of the split, and how much of the accuracy is memory of them."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from artlib import backbones
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import last_level
from artlib.inference.pixels import prepare, prepared_side
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.similarity.near_duplicates import group, same
from artlib.statistics.folds import Folds, plan_folds
from artlib.statistics.linear_head import linear_head
from artlib.statistics.out_of_fold import out_of_fold
from artlib.statistics.proportion import Proportion, by_chance, percent, proportion
from artlib.workspace import Workspace
from artlib.workspace.split import Split

MUCH = 3  # points of accuracy; under this it is called flattery and not memory
ALPHA = 0.05


@dataclass(frozen=True)
class Leaks:
    """What find_leaks found.

    Attributes:
        images: how many were looked at.
        groups: ids of each near-duplicate group of two images or more, the largest first: those of the split, joined
            with what was found anew.
        across: ids of those groups of the split itself that stand on more than one side of it.
        unknown_pairs: held-out id and training id of each near-duplicate pair that the split's groups do not know.
        random: accuracy by cross-validation with folds that know nothing of groups.
        honest: the same over the same pictures, near-duplicates kept together; equal to `random` without groups.
        p_value: how probable a difference as large is by chance alone.
        folds: of the cross-validation; 0 if there were too few pictures for any.
        left_out: artists that the two figures leave out, because all their images are one group.
    """

    images: int
    groups: list[list[str]]
    across: list[list[str]]
    unknown_pairs: list[tuple[str, str]]
    random: Proportion
    honest: Proportion
    p_value: float
    folds: int
    left_out: list[str]

    def __str__(self) -> str:
        return self.in_words()

    @property
    def points(self) -> int:
        """How many points of accuracy the random split gives more than the honest one, as they are printed."""
        return round(100 * self.random.share) - round(100 * self.honest.share)

    def in_words(self) -> str:
        """Say what leaks, what it does to accuracy, and what to do."""
        inside = sum(map(len, self.groups))
        lines = [f"{len(self.groups)} near-duplicate groups hold {inside} of {self.images} images."]
        if self.across:
            lines.append(
                f"{len(self.across)} of the split's groups stand on more than one side of it, the first is "
                f"{', '.join(self.across[0][:4])}: the model is asked what it has learned. Run `artlib split` again."
            )
        if self.unknown_pairs:
            held_out = len({pair[0] for pair in self.unknown_pairs})
            lines.append(
                f"{held_out} held-out images are near-duplicates of training images and the split does not know it, "
                f"the first is {self.unknown_pairs[0][0]} of {self.unknown_pairs[0][1]}. "
                "Run `artlib duplicates` and `artlib split` again."
            )
        if not self.across and not self.unknown_pairs:
            lines.append("No near-duplicate stands on two sides of the split.")
        lines.append(self.accuracies())
        if self.left_out:
            lines.append(f"Left out of this, because all their images are one work: {', '.join(self.left_out)}.")
        return "\n".join(lines)

    @property
    def memory(self) -> int:
        """How many points of accuracy a random split would owe to near-duplicates; 0 where chance may explain them."""
        return max(0, self.points) if self.p_value <= ALPHA else 0

    def accuracies(self) -> str:
        """Say what a random split would have said, and what an honest one says."""
        if not self.folds:
            return "There are too few images to compare a random split with an honest one."
        figures = (
            f"A linear head on frozen features, {self.folds} folds ({self.honest.interval}, n={self.honest.n}): "
            f"random split {percent(self.random.share)}, honest split {percent(self.honest.share)}"
        )
        unit = "point" if self.points == 1 else "points"
        if not self.groups:
            return f"{figures}: without near-duplicates the two are the same."
        if self.points < 1:
            return f"{figures}: near-duplicates do not flatter the figure."
        if self.p_value > ALPHA:
            return f"{figures}: the difference of {self.points} {unit} is within chance."
        if self.points < MUCH:
            return f"{figures}: near-duplicates flatter the figure by {self.points} {unit}."
        return f"{figures}: {self.points} {unit} were memory."


def find_leaks(workspace: Workspace, split: Split, features: np.ndarray, seed: int = 0) -> Leaks:
    """Look for near-duplicates across the split, and measure how much they would flatter a random one.

    Neither `groups.csv` nor the groups in `split.csv` are trusted: pictures are compared anew, by the rule of
    `artlib.duplicates.same`.

    Args:
        workspace: where the images lie.
        split: what to look at.
        features: float (n, width), frozen features of `split.ids` by the backbone of `artlib.duplicates`.
        seed: of the folds.

    Raises:
        WorkspaceError: an image is missing or damaged.
    """
    backbone = backbones.get(BACKBONE)
    pixels = prepare(workspace, split.ids, prepared_side(backbone.image_size))
    hashes = np.stack([orientation_hashes(Image.fromarray(pixel)) for pixel in pixels])
    subjects = last_level(features, backbone)
    groups = joined(split.groups, group(hashes, subjects))
    folds = plan_folds(split.labels, groups, seed)
    random, honest = _right(split, features, groups, folds)
    return Leaks(
        images=len(split.ids),
        groups=_ids(split, _several(groups)),
        across=_ids(split, [rows for rows in _several(split.groups) if len(set(split.parts[rows].tolist())) > 1]),
        unknown_pairs=unknown_pairs(split, hashes, subjects),
        random=proportion(random),
        honest=proportion(honest),
        p_value=by_chance(random, honest),
        folds=folds.count,
        left_out=[split.class_names[label] for label in folds.left_out],
    )


def joined(*groupings: np.ndarray) -> np.ndarray:
    """Join groupings of the same pictures: who shares a group in any of them, even by a chain, shares one here.

    Args:
        groupings: (n,) each, of any type.

    Returns:
        int (n,), group numbers.
    """
    positions = np.arange(len(groupings[0]))
    # each picture is tied to the first one of its group
    left, right = np.tile(positions, len(groupings)), np.concatenate([_first_members(each) for each in groupings])
    graph = coo_matrix((np.ones(len(left), bool), (left, right)), shape=(len(positions), len(positions)))
    return connected_components(graph, directed=False)[1]


def unknown_pairs(split: Split, hashes: np.ndarray, subjects: np.ndarray) -> list[tuple[str, str]]:
    """Return held-out id and training id of each near-duplicate pair that is in two groups of the split.

    Args:
        split: with parts and groups.
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        subjects: float (n, width), features of the last level.
    """
    train, held_out = split.rows("train"), np.flatnonzero(split.parts != "train")
    unit = subjects / np.linalg.norm(subjects, axis=1, keepdims=True)
    there = distances(hashes[held_out], hashes[train, 0])
    back = distances(hashes[train], hashes[held_out, 0])
    near = same(np.minimum(there, back.T), unit[held_out] @ unit[train].T)
    unknown = near & (split.groups[held_out, None] != split.groups[None, train])
    return [(split.ids[held_out[row]], split.ids[train[column]]) for row, column in np.argwhere(unknown)]


def _first_members(grouping: np.ndarray) -> np.ndarray:
    _, first, number = np.unique(grouping, return_index=True, return_inverse=True)
    return first[number]


def _right(split: Split, features: np.ndarray, groups: np.ndarray, folds: Folds) -> tuple[np.ndarray, np.ndarray]:
    """Return which pictures are named rightly with random folds and with honest ones, bool (m,) each."""

    def asked(splits: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        answers = out_of_fold(linear_head(), features, split.labels, splits, len(split.class_names))
        return answers[folds.rows].argmax(axis=1) == split.labels[folds.rows]

    honest = asked(folds.grouped(split.labels, groups))
    if len(set(groups.tolist())) == len(groups):
        return honest, honest  # other folds would differ by chance, which would look like a finding
    return asked(folds.random(split.labels)), honest


def _several(groups: np.ndarray) -> list[list[int]]:
    """Return the positions of each group of two pictures or more, the largest first."""
    members: dict[object, list[int]] = {}
    for row, name in enumerate(groups.tolist()):
        members.setdefault(name, []).append(row)
    return sorted((each for each in members.values() if len(each) > 1), key=len, reverse=True)


def _ids(split: Split, groups: list[list[int]]) -> list[list[str]]:
    return [[split.ids[row] for row in rows] for rows in groups]
