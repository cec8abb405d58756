"""Learning curves: accuracy and each artist's recall over the number of pictures, without test pictures or leaks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted import features_of, frozen_features, train_without_network

from artlib.evaluation.advice import enough_images
from artlib.evaluation.learning_curve import curves_of, learning_curve, recall_curves
from artlib.workspace import Workspace
from artlib.workspace.split import Split, read_split

NAMES = ["Katsura", "Ross", "Wlop"]


def split_of(labels: np.ndarray, groups: np.ndarray | None = None) -> Split:
    """Every tenth picture is in the test part."""
    ids = [str(row) for row in range(len(labels))]
    parts = np.where(np.arange(len(labels)) % 10 == 0, "test", "train")
    return Split(ids, labels, parts, np.array(ids) if groups is None else groups.astype(str), NAMES, np.ones(3))


def blobs(spread: Sequence[float] = (1, 1, 1), count: int = 40) -> tuple[Split, np.ndarray]:
    """Three artists whose features lie around a point each, some with more spread."""
    labels = np.repeat([0, 1, 2], count)
    noise = np.random.default_rng(0).normal(size=(len(labels), 8)) * np.array(spread)[labels][:, None]
    return split_of(labels), (4 * np.eye(3, 8)[labels] + noise).astype(np.float32)


def of_counts(*counts: int) -> tuple[Split, np.ndarray]:
    """So many pictures of each artist, none of them in the test part."""
    labels = np.repeat([0, 1, 2], counts)
    noise = np.random.default_rng(0).normal(size=(len(labels), 8))
    split = replace(split_of(labels), parts=np.full(len(labels), "train"))
    return split, (4 * np.eye(3, 8)[labels] + noise).astype(np.float32)


def test_accuracy_and_each_recall_are_estimated_at_a_quarter_a_half_and_all() -> None:
    accuracies, table = curves_of(*blobs(spread=(2, 4, 1)), seed=0)
    assert accuracies.columns.tolist() == ["share", "images", "accuracy", "low", "high"]
    assert table.columns.tolist() == ["artist", "images", "share", "recall", "low", "high"]
    assert table["artist"].unique().tolist() == NAMES
    assert table["share"].tolist() == [0.25, 0.5, 1.0] * 3
    # 36 pictures of each are no test pictures, and four fifths of these are 28.8
    assert table["images"].tolist() == [7, 14, 29] * 3
    for figures, measure in ((accuracies, "accuracy"), (table, "recall")):
        assert ((figures["low"] < figures[measure]) & (figures[measure] < figures["high"])).any()
        assert ((figures["low"] <= figures[measure]) & (figures[measure] <= figures["high"])).all()


def test_the_artist_with_the_most_spread_has_the_lowest_recall() -> None:
    _, table = curves_of(*blobs(spread=(1, 8, 1)), seed=0)
    full = table[table["share"] == 1].set_index("artist")["recall"]
    assert full.idxmin() == "Ross" and full.drop("Ross").min() > 0.8


def test_accuracy_is_the_mean_of_the_recalls_weighted_by_pictures() -> None:
    accuracies, table = curves_of(*blobs(spread=(2, 4, 1)), seed=0)
    assert accuracies["accuracy"].tolist() == pytest.approx(table.groupby("share")["recall"].mean().tolist())
    assert accuracies["images"].tolist() == pytest.approx(table.groupby("share")["images"].sum().tolist(), abs=1)


def test_the_test_part_is_not_looked_at() -> None:
    split, features = blobs()
    features[split.parts == "test"] = np.nan  # which no head accepts
    accuracies, _ = curves_of(split, features, seed=0)
    assert accuracies["accuracy"].iloc[-1] > 0.9


def test_near_duplicates_are_never_both_learned_from_and_predicted() -> None:
    """Pairs of the same picture, whose features are random: only the other one of a pair shows the artist."""
    split, _ = blobs(count=80)
    pairs = np.arange(len(split.ids)) // 2
    features = np.random.default_rng(1).normal(size=(len(pairs) // 2, 200)).astype(np.float32)[pairs]
    accuracies, _ = curves_of(replace(split, groups=pairs.astype(str)), features, seed=0)
    assert accuracies["accuracy"].max() < 0.45
    leaked, _ = curves_of(split, features, seed=0)
    assert leaked["accuracy"].iloc[-1] > 0.6


def test_a_share_of_the_pictures_is_about_the_same_share_of_the_groups() -> None:
    """Groups of eight equal pictures: one of each group would teach as much as all of them."""
    labels = np.repeat([0, 1, 2], 320)
    groups = np.arange(len(labels)) // 8
    noise = np.random.default_rng(2).normal(size=(groups.max() + 1, 60))[groups]
    accuracies, _ = curves_of(split_of(labels, groups), (2 * np.eye(3, 60)[labels] + noise).astype(np.float32))
    assert accuracies["accuracy"].iloc[-1] - accuracies["accuracy"].iloc[0] > 0.12


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again, other = (curves_of(*blobs(spread=(3, 3, 3)), seed=seed)[1] for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert first["recall"].tolist() != other["recall"].tolist()


def test_each_size_learns_from_every_artist() -> None:
    """A quarter of two pictures is none, and one is taken all the same."""
    _, table = curves_of(*of_counts(21, 21, 3))
    images = table.groupby("artist")["images"].agg(list)
    assert images.tolist() == [[4, 7, 14], [4, 7, 14], [1, 2]]


@pytest.mark.parametrize(("count", "expected"), [(1, []), (3, [0.5, 1.0]), (5, [0.25, 0.5, 1.0])])
def test_with_few_pictures_the_sizes_that_differ_are_kept(count: int, expected: list[float]) -> None:
    accuracies, table = curves_of(*of_counts(count, count, count))
    assert accuracies["share"].tolist() == expected and table["share"].tolist() == 3 * expected
    assert not accuracies.isna().any(axis=None) and not table.isna().any(axis=None)
    assert not any("rising" in sentence for sentence in enough_images(table))


def test_a_fold_that_takes_away_all_but_one_artist_is_no_error() -> None:
    """Two artists share a group: with it all that could be learned of one of them is held out."""
    split, features = of_counts(2, 2, 0)
    accuracies, _ = curves_of(replace(split, groups=np.array(["a", "b", "c", "a"]), class_names=NAMES[:2]), features)
    assert accuracies["accuracy"].between(0, 1).all() and len(accuracies)


def test_the_curves_of_a_model_are_those_of_its_frozen_features(workspace: Workspace, collected: Workspace) -> None:
    split = read_split(train_without_network(collected, workspace))
    features = features_of(split, width=8, spread=3)
    accuracies, table = curves_of(split, features, seed=1)
    with frozen_features(lambda _: features):
        pd.testing.assert_frame_equal(learning_curve(workspace, seed=1), accuracies)
        pd.testing.assert_frame_equal(recall_curves(workspace, seed=1), table)
        assert recall_curves(workspace)["recall"].tolist() != table["recall"].tolist()
