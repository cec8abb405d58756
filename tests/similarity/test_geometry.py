"""Geometry: the one movement of the plane that explains which keypoints of two pictures belong together."""

import cv2
import numpy as np
import pytest
from drawing import scene

from artlib.similarity.geometry import Fit, fits, guided_matches, is_sane, matches, moved_places
from artlib.similarity.keypoints import Keypoints, find_keypoints

WIDTH, HEIGHT = 480, 360


def grey(seed: int) -> np.ndarray:
    return np.asarray(scene(seed, (WIDTH, HEIGHT)).convert("L"))


def keypoints(picture: np.ndarray) -> Keypoints:
    return find_keypoints(picture, 500, 4)


def best_fit(to_picture: np.ndarray, size: tuple[int, int], seed: int = 1) -> Fit:
    """Move a work, and fit the picture that this gives to the work."""
    picture = cv2.warpPerspective(grey(seed), to_picture, size, borderValue=128)
    return fits(keypoints(picture), keypoints(grey(seed)))[0]


def turned(degrees: float, scale: float = 1.0) -> np.ndarray:
    return np.vstack([cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, scale), [0, 0, 1]])


MOVEMENTS = {
    "as it is": np.eye(3),
    "cropped": np.array([[1, 0, -120], [0, 1, -80], [0, 0, 1.0]]),
    "turned a little": turned(7),
    "turned a lot": turned(140),
    "half as large": np.diag([0.5, 0.5, 1]),
    "cropped and enlarged": np.array([[2, 0, -240], [0, 2, -180], [0, 0, 1.0]]),
    "stretched": np.diag([1.3, 0.9, 1]),
    "seen from the side": np.array([[0.9, 0.05, 20], [0.02, 0.85, 10], [0.0004, 0.0001, 1]]),
}


@pytest.mark.parametrize("name", MOVEMENTS)
def test_a_movement_is_found_to_a_few_pixels(name: str) -> None:
    fit = best_fit(MOVEMENTS[name], (WIDTH, HEIGHT))
    inner = np.array([[200, 150], [280, 150], [280, 210], [200, 210.0]])  # of the work; in all these pictures
    back = moved_places(fit.to_work, moved_places(MOVEMENTS[name], inner))
    assert fit.inliers >= 12
    assert np.abs(back - inner).max() < 4


@pytest.mark.parametrize("seed", range(2, 12))
def test_two_unlike_pictures_have_no_movement_in_common(seed: int) -> None:
    found = fits(keypoints(grey(1)), keypoints(grey(seed)))
    assert not found or found[0].inliers < 6


def test_nothing_fits_a_picture_without_keypoints() -> None:
    assert fits(keypoints(np.zeros((90, 90), np.uint8)), keypoints(grey(1))) == []
    assert fits(keypoints(grey(1)), keypoints(np.zeros((90, 90), np.uint8))) == []


def test_the_rows_are_of_keypoints_that_belong_together() -> None:
    here, there = keypoints(cv2.warpPerspective(grey(1), turned(20), (WIDTH, HEIGHT))), keypoints(grey(1))
    fit = fits(here, there)[0]
    moved = moved_places(fit.to_work, here.places[fit.rows[:, 0]])
    assert np.linalg.norm(moved - there.places[fit.rows[:, 1]], axis=1).max() < 8


def test_many_keypoints_in_one_place_are_one_proof() -> None:
    """Of repeated letters, or around one blob: they would agree with any other letter or blob."""
    generator = np.random.default_rng(0)
    here, there = keypoints(grey(1)), keypoints(grey(1))
    crowded = Keypoints(
        here.places[:30] * 0.004 + 99.1,
        here.sizes[:30],
        here.angles[:30],
        generator.integers(0, 255, (30, 128), np.uint8),
        WIDTH,
        HEIGHT,
    )
    assert fits(crowded, crowded) == []
    assert fits(here, there)[0].inliers > 30


def test_only_mutual_and_clearly_nearest_ones_match() -> None:
    distances = np.array([[1, 100, 100], [100, 50, 55], [2, 100, 100], [90, 95, 3]], np.float32)
    assert matches(distances).tolist() == [[0, 0], [3, 2]]  # row 1 is not clear, and column 0 prefers row 0 to row 2


def test_a_movement_brings_further_matches_that_the_first_look_could_not_tell_apart() -> None:
    here = keypoints(grey(1))
    alike = np.full((len(here), len(here)), 100.0, np.float32)  # all look alike: no match is clear
    assert len(matches(alike)) == 0
    rows = guided_matches(here, here, alike + 50 * (1 - np.eye(len(here), dtype=np.float32)), np.eye(3), 2.0)
    assert (rows[:, 0] == rows[:, 1]).all() and len(rows) == len(here)


@pytest.mark.parametrize(
    ("to_work", "sane"),
    [
        (np.eye(3), True),
        (turned(33, 0.4), True),
        (np.diag([-1.0, 1, 1]), False),  # mirrored: that is searched for in another form
        (np.diag([3.0, 1, 1]), False),
        (np.diag([0.001, 0.001, 1]), False),
        (np.array([[1, 0, 0], [0, 1, 0], [-0.004, 0, 1.0]]), False),  # folded
        (np.array([[1, 0, 0], [0, 1, 0], [0.003, 0, 1.0]]), False),  # much slanted
    ],
)
def test_a_picture_is_not_folded_mirrored_or_squeezed_much(to_work: np.ndarray, sane: bool) -> None:
    assert is_sane(to_work, keypoints(grey(1))) is sane


def test_a_fit_is_the_same_every_time() -> None:
    first, again = (best_fit(turned(12), (WIDTH, HEIGHT)) for _ in range(2))
    assert (first.to_work == again.to_work).all() and (first.rows == again.rows).all()
