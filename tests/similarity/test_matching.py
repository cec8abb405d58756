"""Matching: the verdict on one pair of pictures, and where in both they agree."""

import numpy as np
import pytest
from drawing import scene
from PIL import Image, ImageOps
from structureless import PLAIN

from artlib.similarity.keypoints import find_keypoints
from artlib.similarity.matching import (
    COPY,
    NOTHING,
    PART,
    PROBABLE,
    Form,
    as_fractions,
    as_pixels,
    match,
    match_whole,
    verdict_of,
)
from artlib.similarity.overlap import Overlap


def form(picture: Image.Image) -> Form:
    grey = np.asarray(picture.convert("L"))
    return Form(grey, find_keypoints(grey, 400, 4))


@pytest.mark.parametrize(
    ("inliers", "share", "windows", "verdict"),
    [
        (6, 0.60, 9, COPY),
        (5, 0.80, 9, COPY),  # a small crop
        (4, 0.80, 9, PROBABLE),
        (3, 0.99, 9, NOTHING),
        (5, 0.79, 9, NOTHING),
        (5, 0.99, 5, NOTHING),
        (6, 0.59, 9, PROBABLE),
        (6, 0.45, 9, PROBABLE),
        (6, 0.44, 9, NOTHING),
        (12, 0.10, 9, PART),
        (11, 0.10, 9, NOTHING),
        (6, 1.00, 1.9, NOTHING),
    ],
)
def test_the_verdict_follows_from_keypoints_and_share(inliers: int, share: float, windows: float, verdict: str) -> None:
    assert verdict_of(inliers, Overlap(share, 1.0, share, windows)) == verdict


@pytest.mark.parametrize(
    ("inliers", "share", "inner", "verdict"),
    [
        (20, 0.40, 0.35, COPY),
        (19, 0.40, 0.35, PART),
        (20, 0.39, 0.35, PART),
        (45, 0.40, 0.10, COPY),
        (45, 0.40, 0.09, PART),
        (44, 0.50, 0.30, PROBABLE),
        (44, 0.50, 0.24, PART),
        (45, 0.50, 0.05, PROBABLE),
        (20, 0.60, 0.00, COPY),
    ],
)
def test_where_half_is_covered_some_of_the_middle_must_agree_as_frames_lie_near_the_edges(
    inliers: int, share: float, inner: float, verdict: str
) -> None:
    assert verdict_of(inliers, Overlap(share, 1.0, inner, 9)) == verdict


def test_a_crop_matches_and_its_places_are_known() -> None:
    found = match(form(scene(1).crop((120, 90, 360, 270))), form(scene(1)))
    assert found.verdict == COPY and found.share > 0.9 and found.inliers == pytest.approx(len(found.pairs), abs=20)
    moved = found.pairs[:, :2] * 0.5 + 0.25
    assert np.abs(moved - found.pairs[:, 2:]).max() < 0.02


def test_places_of_a_mirrored_form_are_those_of_the_picture_as_it_is() -> None:
    found = match(form(ImageOps.mirror(scene(1))).other_way_round, form(scene(1)))
    assert found.verdict == COPY and found.change.mirrored
    assert np.abs(found.pairs[:, 0] - (1 - found.pairs[:, 2])).max() < 0.02
    assert np.abs(found.pairs[:, 1] - found.pairs[:, 3]).max() < 0.02
    corner = found.to_work @ np.array([1, 0, 1.0])
    assert np.abs(corner[:2] / corner[2]).max() < 0.02


def test_the_negative_of_inverted_tones_matches() -> None:
    inverted = form(ImageOps.invert(scene(1)))
    assert match(inverted, form(scene(1))).verdict == NOTHING
    found = match(inverted.negative, form(scene(1)))
    assert found.verdict == COPY and found.change.inverted and not found.change.mirrored


@pytest.mark.parametrize("seed", range(2, 12))
def test_another_picture_does_not_match(seed: int) -> None:
    assert match(form(scene(seed)), form(scene(1))).verdict == NOTHING


@pytest.mark.parametrize("name", ["checkerboard", "dots", "slanting stripes", "thick frame", "gradient 45"])
def test_a_pattern_does_not_match_itself(name: str) -> None:
    one, other = (form(drawn()) for drawn in PLAIN[name])
    assert match(one, other).verdict == match_whole(one, other, np.eye(3)).verdict == NOTHING


def test_a_picture_as_a_whole_matches_where_it_lies_over_the_work() -> None:
    assert match_whole(form(scene(1)), form(scene(1)), np.eye(3)).verdict == COPY
    assert match_whole(form(scene(2)), form(scene(1)), np.eye(3)).verdict == NOTHING


def test_fractions_and_pixels_are_the_reverse_of_each_other() -> None:
    to_work = np.array([[0.5, 0.1, 30], [-0.1, 0.6, 12], [0.0001, 0, 1]])
    fractions = as_fractions(to_work, (200, 300), (400, 500))
    assert np.allclose(as_pixels(fractions, (200, 300), (400, 500)), to_work)
    corner = fractions @ np.array([1, 1, 1.0])
    expected = to_work @ np.array([300, 200, 1.0])
    assert np.allclose(corner[:2] / corner[2] * (500, 400), expected[:2] / expected[2])
