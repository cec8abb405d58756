"""Overlap: how much of a picture and of a work agree, where one lies over the other."""

import cv2
import numpy as np
import pytest
from drawing import scene
from PIL import ImageFilter
from structureless import PLAIN, scan

from artlib.similarity.overlap import Overlap, laid_over, overlap

WIDTH, HEIGHT = 480, 360


def grey(seed: int) -> np.ndarray:
    return np.asarray(scene(seed, (WIDTH, HEIGHT)).convert("L"))


def with_itself(picture: np.ndarray, to_work: np.ndarray | None = None) -> Overlap:
    return overlap(picture, grey(1), np.eye(3) if to_work is None else to_work)


CHANGES = {
    "as it is": lambda picture: picture,
    "darker": lambda picture: (picture * 0.6).astype(np.uint8),
    "of less contrast": lambda picture: (picture * 0.5 + 100).astype(np.uint8),
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 3),
    "grainy": lambda picture: (
        (picture + np.random.default_rng(0).normal(0, 8, picture.shape)).clip(0, 255).astype("u1")
    ),
    "compressed": lambda picture: cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 15])[1], 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_picture_agrees_with_its_work(change: str) -> None:
    laid = with_itself(CHANGES[change](grey(1)))
    assert laid.share > 0.8 and laid.kept == 1


@pytest.mark.parametrize("seed", range(2, 12))
def test_unlike_pictures_agree_in_a_small_part(seed: int) -> None:
    assert with_itself(grey(seed)).share < 0.45


def test_inverted_tones_do_not_agree() -> None:
    assert with_itself(255 - grey(1)).share < 0.1


def test_what_is_covered_does_not_agree() -> None:
    covered = grey(1).copy()
    covered[:, : WIDTH // 2] = np.asarray(scene(9, (WIDTH // 2, HEIGHT)).convert("L"))
    assert 0.4 < with_itself(covered).share < 0.7


def test_a_crop_is_compared_where_it_lies_and_covers_a_part_of_the_work() -> None:
    laid = with_itself(grey(1)[90:270, 120:360], np.array([[1, 0, 120], [0, 1, 90], [0, 0, 1.0]]))
    assert laid.share > 0.95 and laid.kept == pytest.approx(0.25, abs=0.02)


def test_a_picture_that_is_shifted_does_not_agree() -> None:
    assert with_itself(grey(1), np.array([[1, 0, 30], [0, 1, 30], [0, 0, 1.0]])).share < 0.5


def test_a_much_larger_picture_is_shrunk_without_flicker() -> None:
    large = cv2.resize(grey(1), None, fx=6, fy=6, interpolation=cv2.INTER_CUBIC)
    large[::2] = 255 - large[::2] // 8  # every other line is nearly white, as on a screen
    assert with_itself(large, np.diag([1 / 6, 1 / 6, 1])).share > 0.9


def test_plain_paper_has_no_windows_to_compare() -> None:
    one, other = (np.asarray(scan(seed, 2).convert("L")) for seed in (1, 2))
    assert overlap(one, other, np.eye(3)).windows < 2


def test_texture_on_one_side_alone_counts_against_a_pair() -> None:
    """A painting over an empty sheet: only windows that are plain on both sides say nothing."""
    empty = np.full((HEIGHT, WIDTH), 244, np.uint8)
    assert overlap(grey(1), empty, np.eye(3)).share < 0.05
    assert overlap(empty, grey(1), np.eye(3)).share < 0.05


def test_a_soft_picture_is_not_compared_with_the_grain_of_a_sharp_one() -> None:
    soft = np.asarray(scene(1, (WIDTH, HEIGHT)).filter(ImageFilter.GaussianBlur(5)).convert("L"))
    assert with_itself(soft).share > 0.7


@pytest.mark.parametrize("name", ["white", "black", "gradient 45", "two tones"])
def test_nothing_is_divided_by_zero(name: str) -> None:
    flat = np.asarray(PLAIN[name][0]().convert("L"))
    for laid in (overlap(flat, grey(1), np.eye(3)), overlap(flat, flat, np.eye(3))):
        assert np.isfinite([laid.share, laid.kept, laid.windows]).all() and 0 <= laid.share <= 1


def test_a_picture_far_outside_covers_nothing() -> None:
    laid = with_itself(grey(1), np.array([[1, 0, 5000], [0, 1, 0], [0, 0, 1.0]]))
    assert (laid.share, laid.kept, laid.windows) == (0, 0, 0)


def test_where_a_picture_lies_on_a_canvas_is_known() -> None:
    above, inside = laid_over(grey(1), np.array([[1, 0, 100], [0, 1, 0], [0, 0, 1.0]]), (WIDTH, HEIGHT))
    assert not inside[:, :100].any() and inside[:, 101:].all()
    assert np.abs(above[:, 101:] - grey(1)[:, 1:-100]).max() <= 1
