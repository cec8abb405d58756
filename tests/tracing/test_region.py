"""The region: where a picture and a work show the same, in both."""

import numpy as np
import pytest
from copies import APART, CROP, INSIDE, MIRROR, QUARTER_TURN, SLANTED, WHOLE, match

from artlib.similarity.matching import Match
from artlib.tracing.proof import area
from artlib.tracing.region import SQUARE, shared_region


def box(corners: np.ndarray) -> list[float]:
    """Left, top, right and bottom."""
    return [*corners.min(axis=0).round(6).tolist(), *corners.max(axis=0).round(6).tolist()]


@pytest.mark.parametrize("to_work", [WHOLE, MIRROR, QUARTER_TURN], ids=["same", "mirrored", "turned"])
def test_of_a_whole_copy_both_are_outlined_whole(to_work: np.ndarray) -> None:
    region = shared_region(match(to_work))
    assert box(region.in_picture) == box(region.in_work) == [0, 0, 1, 1]


def test_of_a_crop_the_picture_is_outlined_whole_and_the_work_where_it_was_cut() -> None:
    region = shared_region(match(CROP))
    assert (box(region.in_picture), box(region.in_work)) == ([0, 0, 1, 1], [0.25, 0.125, 0.75, 0.625])


def test_of_a_work_inside_a_larger_picture_the_work_is_outlined_whole() -> None:
    region = shared_region(match(INSIDE))
    assert (box(region.in_picture), box(region.in_work)) == ([0.25, 0.25, 0.75, 0.75], [0, 0, 1, 1])


def test_what_lies_behind_the_horizon_is_not_outlined() -> None:
    """As of a page that is photographed from so low that the picture shows what is above it, too."""
    low = np.array([[1.0, 0, 0], [0, 1, 0], [0, 2, -0.5]])  # the horizon is at a quarter of the picture's height
    region = shared_region(Match("copy", 9, 0.9, low, np.array([[0.5, 0.9, 0, 0]], np.float32)))
    assert region.in_picture[:, 1].min() > 0.25
    assert (region.in_work >= -1e-6).all() and (region.in_work <= 1 + 1e-6).all()


@pytest.mark.parametrize("to_work", [CROP, INSIDE, SLANTED])
def test_a_homography_may_be_multiplied_by_any_number(to_work: np.ndarray) -> None:
    for factor in (-1, 0.01, -300):
        assert box(shared_region(match(to_work * factor)).in_work) == box(shared_region(match(to_work)).in_work)


def test_without_a_common_area_nothing_is_outlined() -> None:
    region = shared_region(Match("part", 9, 0.1, APART))
    assert region.in_picture.shape == region.in_work.shape == (0, 2)


def test_the_area_of_the_whole_is_one_in_both_directions() -> None:
    assert area(SQUARE) == area(SQUARE[::-1]) == 1 and area(SQUARE[:0]) == 0
