"""Doubles: of a few pictures, those that show the same work are named; plain ones and shared frames are not."""

import pytest
from drawing import scene
from PIL import Image, ImageOps
from structureless import PLAIN

from artlib.indexing.doubles import doubles

pytestmark = pytest.mark.thorough


def test_a_crop_a_mirrored_picture_and_a_resized_one_are_doubles() -> None:
    work = scene(1)
    pictures = [work, scene(2), work.crop((80, 60, 380, 300)), ImageOps.mirror(work), work.resize((200, 150))]
    assert {(0, 2), (0, 3), (0, 4)} <= set(doubles(pictures))
    assert not any(1 in pair for pair in doubles(pictures))


def test_unlike_pictures_are_none() -> None:
    assert doubles([scene(number) for number in range(10)]) == []


def test_a_common_frame_makes_no_double() -> None:
    framed = scene(1)
    framed.paste(scene(9, (330, 240)), (75, 60))
    assert doubles([scene(1), framed]) == []


def test_plain_pictures_are_none_though_they_look_alike() -> None:
    pictures = [drawn() for name in ("gradient 45", "thin frame", "checkerboard", "dots") for drawn in PLAIN[name][1:]]
    changed = [Image.eval(picture, lambda value: int(value * 0.8) + 20) for picture in pictures]
    assert doubles([*pictures, *changed]) == []


def test_the_same_picture_twice_is_a_double_even_if_it_is_plain() -> None:
    white = Image.new("RGB", (200, 200), "white")
    assert doubles([white, white.copy()]) == [(0, 1)]


def test_of_no_picture_there_is_none() -> None:
    assert doubles([]) == []
