"""Regions: where in a picture a work lies."""

import numpy as np
import pytest

from artlib.similarity.regions import is_same_place, outside, region_of

WHOLE = np.eye(3)


def box(left: float, top: float, width: float, height: float) -> np.ndarray:
    """The movement from a picture to a work that takes this part of it."""
    return np.linalg.inv(np.array([[width, 0, left], [0, height, top], [0, 0, 1.0]]))


def area(region: np.ndarray) -> float:
    x, y = region.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def test_a_copy_takes_the_whole_picture() -> None:
    assert area(region_of(WHOLE)) == pytest.approx(1)


def test_a_crop_takes_the_whole_picture_too() -> None:
    assert area(region_of(np.array([[0.4, 0, 0.3], [0, 0.4, 0.3], [0, 0, 1.0]]))) == pytest.approx(1)


def test_a_work_inside_a_larger_picture_takes_its_part() -> None:
    assert area(region_of(box(0.5, 0.25, 0.4, 0.5))) == pytest.approx(0.2)


def test_of_a_work_that_is_cut_off_only_what_is_seen_counts() -> None:
    assert area(region_of(box(0.8, 0, 0.4, 1))) == pytest.approx(0.2)


def test_a_work_outside_of_the_picture_has_no_region() -> None:
    assert len(region_of(box(2, 2, 0.5, 0.5))) == 0


def test_two_halves_are_different_places() -> None:
    assert not is_same_place(region_of(box(0, 0, 0.5, 1)), region_of(box(0.5, 0, 0.5, 1)))


def test_a_part_is_in_the_place_of_the_whole() -> None:
    assert is_same_place(region_of(WHOLE), region_of(box(0.2, 0.2, 0.1, 0.1)))


def test_near_corners_stay_apart() -> None:
    """With sides of one, OpenCV takes near corners for the same: two works of a large collage would be one place."""
    assert not is_same_place(region_of(box(0.1, 0.1, 0.01, 0.01)), region_of(box(0.11, 0.1, 0.01, 0.01)))


def test_nothing_is_in_no_place() -> None:
    nowhere = np.empty((0, 2), np.float32)
    assert not is_same_place(nowhere, region_of(WHOLE)) and not is_same_place(nowhere, nowhere)


def test_what_is_left_over_lies_outside_of_all_regions() -> None:
    left = outside([region_of(box(0, 0, 0.5, 1)), region_of(box(0.5, 0, 0.5, 0.5))])
    assert left.mean() == pytest.approx(0.25, abs=0.03)
    assert left[-1, -1] and not left[0, 0] and not left[-1, 0]


def test_without_regions_all_is_left_over() -> None:
    assert outside([]).all() and outside([np.empty((0, 2), np.float32)]).all()
