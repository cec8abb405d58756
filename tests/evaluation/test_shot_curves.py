"""Shot curves: what adding an artist from a few images would give, estimated on the user's own artists."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from planted import features_of, frozen_features, train_without_network

from artlib import plots, shots_curve
from artlib.evaluation.shot_curves import COLUMNS
from artlib.workspace import Workspace
from artlib.workspace.split import Split, read_split

LAST_STAGE = 1280  # columns of the backbone's features, behind those of the lower stages


@pytest.fixture(scope="module")
def model(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """24 images of each of three artists, without near-duplicates; only to be read."""
    return train_without_network(collected, Workspace(tmp_path_factory.mktemp("shots") / "data"))


def with_last_stage(lower: np.ndarray) -> np.ndarray:
    return np.concatenate([lower, np.zeros((len(lower), LAST_STAGE), np.float32)], axis=1)


def apart(split: Split, width: int = 40) -> np.ndarray:
    return with_last_stage(features_of(split, width, spread=0.5))


def far_apart(split: Split) -> np.ndarray:
    """With so little noise a head predicts every picture correctly."""
    return apart(split, width=6)


def the_first_two_alike(split: Split) -> np.ndarray:
    """Of the first two artists' pictures the features have the same distribution."""
    labels = np.maximum(split.labels, 1)
    return with_last_stage(features_of(Split(**{**vars(split), "labels": labels}), width=40, spread=0.5))


def alike_in_pairs_only(split: Split) -> np.ndarray:
    """Near-duplicates have the same features, which say nothing of the artist."""
    _, pair = np.unique(split.groups, return_inverse=True)
    return with_last_stage(np.random.default_rng(3).normal(size=(max(pair) + 1, 400)).astype(np.float32)[pair])


def curve_of(model: Workspace, features: Callable[[Split], np.ndarray], seed: int = 0) -> pd.DataFrame:
    with frozen_features(features):
        return shots_curve(model, seed=seed)


def test_each_artist_has_a_row_for_each_number_of_images_it_can_spare(model: Workspace) -> None:
    curve = curve_of(model, apart)
    assert list(curve.columns) == COLUMNS
    # of 24 images at most half are drawn
    expected = [(artist, images) for artist in read_split(model).class_names for images in (5, 10)]
    assert list(zip(curve["artist"], curve["images"], strict=True)) == expected


def test_an_artist_with_a_look_of_its_own_is_recognised_from_a_few_images(model: Workspace) -> None:
    assert curve_of(model, apart)["recall"].min() > 0.9


def test_an_artist_who_looks_like_another_is_hardly_recognised(model: Workspace) -> None:
    recall = curve_of(model, the_first_two_alike).groupby("artist", sort=False)["recall"].mean().tolist()
    assert max(recall[:2]) < 0.4 and recall[2] > 0.9


def test_it_costs_some_of_the_other_artists_test_pictures(model: Workspace) -> None:
    """There are 16 of them, all predicted correctly before, and five draws."""
    lost = curve_of(model, far_apart)["lost"] * 5 * 16
    assert lost.tolist() == pytest.approx(lost.round().tolist())
    assert lost.max() < 0.4 * 5 * 16 and lost.mean() > 0.02 * 5 * 16
    # of the ten validation pictures, from which the threshold is learned, it would be one each time
    assert lost.nunique() > 1


def test_the_same_seed_gives_the_same_curve(model: Workspace) -> None:
    first, again, other = (curve_of(model, the_first_two_alike, seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert first["recall"].tolist() != other["recall"].tolist()


def test_no_near_duplicate_of_a_drawn_image_is_asked_about(collected: Workspace, workspace: Workspace) -> None:
    """Of 12 pairs 5 are drawn from, so each of five draws asks about the other 7 pairs."""
    curve = curve_of(train_without_network(collected, workspace, each_group=2), alike_in_pairs_only)
    recognised = curve["recall"] * 5 * 14
    assert curve["images"].tolist() == [5, 5, 5] and 0 < curve["recall"].max() < 1
    assert recognised.tolist() == pytest.approx(recognised.round().tolist())


def test_with_two_artists_there_is_no_curve(collected: Workspace, workspace: Workspace) -> None:
    assert curve_of(train_without_network(collected, workspace, artists=2), apart).empty


def test_the_curve_has_a_line_for_each_artist_and_one_for_the_mean(model: Workspace) -> None:
    (axes,) = plots.recall_by_shots(curve_of(model, the_first_two_alike)).axes
    assert len(axes.lines) == 4
