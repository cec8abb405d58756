"""Structure: keypoints that repeat within a picture do not show whose work it is."""

import numpy as np
import pytest
from drawing import scene
from PIL import Image
from structureless import PLAIN

from artlib.similarity.keypoints import Keypoints, find_keypoints
from artlib.similarity.structure import are_own, count_own, is_regular


def keypoints(picture: Image.Image) -> Keypoints:
    return find_keypoints(np.asarray(picture.convert("L")), 300, 4)


@pytest.mark.parametrize("name", ["checkerboard", "fine checkerboard", "dots", "slanting stripes", "thick frame"])
def test_most_keypoints_of_a_pattern_repeat(name: str) -> None:
    found = keypoints(PLAIN[name][1]())
    assert len(found) >= 8 and is_regular(found, np.arange(len(found)))
    assert count_own(found) < 8


@pytest.mark.parametrize("seed", range(5))
def test_most_keypoints_of_a_picture_are_its_own(seed: int) -> None:
    found = keypoints(scene(seed))
    assert are_own(found, np.arange(len(found))).mean() > 0.9
    assert not is_regular(found, np.arange(0, len(found), 5))


def test_two_directions_in_one_place_do_not_repeat_each_other() -> None:
    found = keypoints(scene(1))
    twice = found.taken(np.repeat(np.arange(len(found)), 2))
    assert count_own(twice) > len(found)


def test_no_keypoints_are_no_pattern() -> None:
    nothing = keypoints(Image.new("RGB", (80, 60)))
    assert not is_regular(nothing, np.arange(0)) and count_own(nothing) == 0
