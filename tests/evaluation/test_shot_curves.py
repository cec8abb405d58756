"""Shot curves: what adding an artist from a few images would give, estimated on the user's own artists."""

import numpy as np
import pandas as pd
import pytest
from conftest import Trained
from matplotlib import pyplot as plt

from artlib import plots, shots_curve
from artlib.evaluation.shot_curves import COLUMNS, _draw
from artlib.workspace.split import Split, read_split

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def curve(trained: Trained) -> pd.DataFrame:
    return shots_curve(trained.workspace)


def test_each_artist_has_a_row_for_each_number_of_images_it_can_spare(curve: pd.DataFrame, trained: Trained) -> None:
    assert list(curve.columns) == COLUMNS
    # of 24 images at most half are drawn
    expected = [(artist, images) for artist in read_split(trained.workspace).class_names for images in (5, 10)]
    assert list(zip(curve["artist"], curve["images"], strict=True)) == expected


def test_recall_and_loss_are_shares(curve: pd.DataFrame) -> None:
    assert curve[["recall", "lost"]].stack().between(0, 1).all()


def test_looks_that_differ_are_recognised_from_a_few_images(curve: pd.DataFrame) -> None:
    assert curve["recall"].mean() > 0.6


def test_the_same_seed_gives_the_same_curve(curve: pd.DataFrame, trained: Trained) -> None:
    pd.testing.assert_frame_equal(curve, shots_curve(trained.workspace))


def test_the_curve_can_be_drawn(curve: pd.DataFrame) -> None:
    figure = plots.recall_by_shots(curve)
    assert len(figure.axes[0].lines) >= 3
    plt.close(figure)


def test_no_near_duplicate_of_a_drawn_image_is_asked_about(trained: Trained) -> None:
    split = read_split(trained.workspace)
    paired = Split(**{**vars(split), "groups": np.arange(len(split.ids)) // 2})
    drawn, asked = _draw(paired, 0, 5, np.random.default_rng(0)) or pytest.fail("too few")
    assert not set(paired.groups[drawn]) & set(paired.groups[asked])
    assert len(set(paired.groups[drawn])) == 5
