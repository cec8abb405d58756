"""Cleaning: what sorting did to accuracy. One simple model learns from the pictures as collected, one as sorted."""

from dataclasses import dataclass, replace

import numpy as np

from artlib import backbones
from artlib.indexing.groups_of_works import group_works
from artlib.inference.appearance import BACKBONE, appearance_of
from artlib.inference.features import frozen_features
from artlib.statistics.bootstrap import difference_interval
from artlib.statistics.linear_head import linear_head
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import latest, sorted_catalog
from artlib.workspace.split import Split

TRAINING = 0.8  # share of the pictures left out that would have been in the training part, as of all others


@dataclass(frozen=True)
class Gain:
    """Two accuracies on the same test pictures, which count under their artists as sorted.

    Attributes:
        before: of a head that learned from the pictures as collected.
        after: of one that learned from them as sorted.
        low: of the 95 % interval of after - before, -1 to 1; near-duplicates are drawn together.
        high: of the same.
        n: test pictures.
    """

    before: float
    after: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Cleaning:
    """What sorting changed, and what that did to accuracy.

    Attributes:
        moved: pictures that are under another artist than when they were collected.
        discarded: pictures that were discarded.
        set_apart: pictures that the collection set apart and nobody accepted.
        in_training: how many of all these are in the training part, or would be.
        gain: in accuracy; None where there is nothing to compare.
    """

    moved: int
    discarded: int
    set_apart: int
    in_training: int = 0
    gain: Gain | None = None


def measure_cleaning(workspace: Workspace, split: Split, seed: int = 0) -> Cleaning:
    """Measure what sorting did to accuracy, with a linear head on frozen features before and after it.

    The pictures left out are not in the split. With a near-duplicate in the validation or the test part they are in
    neither training; the others are taken in whole groups, as many as the split would have taken.

    Args:
        workspace: where the pictures lie.
        split: of the pictures as sorted.
        seed: decides which of the pictures left out are in the training as collected, and the draws of the interval.

    Raises:
        WorkspaceError: there is no catalog, or a picture is missing or damaged.
    """
    catalog = read_catalog(workspace).set_index("id")["artist"]
    now = sorted_catalog(workspace).set_index("id")["artist"]
    left_out = catalog.index.difference(now.index, sort=False)
    decided = latest(workspace)
    discarded = sum(image_id in decided and decided[image_id].action == "discard" for image_id in left_out)
    moved = int((catalog[now.index] != now).sum())
    changes = (moved, discarded, len(left_out) - discarded)
    if not any(changes):
        return Cleaning(*changes)
    more = _in_training(workspace, split, left_out.tolist(), seed)
    collected = catalog[[*split.ids, *more]].to_numpy(object)
    return _compared(Cleaning(*changes), workspace, split, more, collected, seed)


def _in_training(workspace: Workspace, split: Split, left_out: list[str], seed: int) -> list[str]:
    """Return which of the pictures left out would have been in the training part."""
    if not left_out:
        return []
    ids = [*split.ids, *left_out]
    # groups.csv may not hold them: it has the pictures that were kept when it was written
    look = appearance_of(workspace, ids)
    groups = group_works(workspace, ids, look.hashes, look.subjects).groups
    known, theirs = groups[: len(split.ids)], groups[len(split.ids) :]
    held_out, learned = set(known[split.parts != "train"].tolist()), set(known[split.parts == "train"].tolist())
    new = sorted(set(theirs.tolist()) - held_out - learned)
    drawn = np.random.default_rng(seed).permutation(new)[: round(TRAINING * len(new))]
    taken = (learned - held_out) | set(drawn.tolist())
    return [image_id for image_id, group in zip(left_out, theirs.tolist(), strict=True) if group in taken]


def _compared(
    changes: Cleaning, workspace: Workspace, split: Split, more: list[str], collected: np.ndarray, seed: int
) -> Cleaning:
    """Add the accuracies to what was changed.

    Args:
        changes: without accuracies.
        workspace: where the pictures lie.
        split: of the pictures as sorted.
        more: ids of pictures that are only in the training as collected.
        collected: str (n + m,), the artists as collected of `split.ids`, then of these.
        seed: of the interval.
    """
    train, test = split.rows("train"), split.rows("test")
    now = np.array(split.class_names, object)[split.labels]
    then = np.concatenate([train, np.arange(len(split.ids), len(collected))])
    in_training = len(more) + int((collected[train] != now[train]).sum())
    changes = replace(changes, in_training=in_training)
    if not in_training or not len(test):
        return changes
    features = frozen_features(workspace, [*split.ids, *more], backbones.get(BACKBONE))
    before = _predicted(features[then], collected[then], features[test]) == now[test]
    after = _predicted(features[train], now[train], features[test]) == now[test]
    low, high = difference_interval(after.astype(float) - before, split.groups[test], seed)
    return replace(changes, gain=Gain(float(before.mean()), float(after.mean()), low, high, len(test)))


def _predicted(features: np.ndarray, artists: np.ndarray, asked: np.ndarray) -> np.ndarray:
    if len(set(artists)) == 1:  # collected as one folder, and told apart by sorting
        return np.full(len(asked), artists[0], object)
    return linear_head().fit(features, artists).predict(asked)
