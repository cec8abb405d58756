"""How well unknown artists are told apart, on features whose answer is known."""

import numpy as np
import pytest

from artlib.inference import unknown_scores
from artlib.openset import detection, leave_one_artist_out
from artlib.split import Split


def clusters(artists: int, spread: float, each: int = 40, seed: int = 0) -> tuple[Split, np.ndarray]:
    """Artists as clouds of points, each around an axis of its own."""
    generator, labels = np.random.default_rng(seed), np.repeat(np.arange(artists), each)
    features = 10 * np.eye(artists)[labels] + generator.normal(scale=spread, size=(len(labels), artists))
    parts = np.tile(np.array(["train"] * 8 + ["validation", "test"]), len(labels) // 10)
    ids = [str(number) for number in range(len(labels))]
    names = [f"artist {number}" for number in range(artists)]
    return Split(ids, labels, parts, np.array(ids), names, np.ones(artists)), features


def test_the_unknown_score_is_what_the_best_artist_lacks() -> None:
    scores = unknown_scores(np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0], [0.34, 0.33, 0.33]]))
    assert scores == pytest.approx([0.3, 0.0, 0.66])


def test_well_separated_scores_are_told_apart_perfectly() -> None:
    found = detection(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    assert (found["auroc"], found["fpr95"]) == (1.0, 0.0)


def test_swapped_scores_are_told_apart_as_badly_as_can_be() -> None:
    found = detection(np.array([0.9, 0.8, 0.1, 0.2]), np.array([False, False, True, True]))
    assert (found["auroc"], found["fpr95"]) == (0.0, 1.0)


def test_fpr95_is_the_share_of_unknown_pictures_accepted_when_95_percent_of_the_known_are() -> None:
    known, unknown = np.arange(100) / 100, np.array([0.5, 0.7, 0.93, 0.96, 0.99])
    found = detection(np.concatenate([known, unknown]), np.arange(105) >= 100)
    # accepting 95 of the 100 known ones means accepting all scores up to 0.94
    assert found["fpr95"] == pytest.approx(3 / 5)


def test_known_and_unknown_pictures_are_counted() -> None:
    found = detection(np.array([0.1, 0.2, 0.9]), np.array([False, False, True]))
    assert (found["n_known"], found["n_unknown"]) == (2, 1)


def test_each_held_out_picture_is_unknown_once_and_known_otherwise() -> None:
    found = leave_one_artist_out(*clusters(4, spread=1))
    assert found is not None
    held_out = 4 * 40 // 5
    assert (found["n_unknown"], found["n_known"], found["artists"]) == (held_out, held_out * 3, 4)


def test_artists_far_apart_are_told_apart_and_mixed_ones_are_not() -> None:
    far, mixed = (leave_one_artist_out(*clusters(6, spread)) for spread in (1, 100))
    assert far is not None and mixed is not None
    assert far["auroc"] > 0.9 and mixed["auroc"] < 0.7


def test_with_two_artists_there_is_no_estimate() -> None:
    assert leave_one_artist_out(*clusters(2, spread=1)) is None
