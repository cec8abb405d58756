"""Keypoints: found in a picture, and in its mirrored and inverted forms without looking again."""

import numpy as np
import pytest
from drawing import scene
from structureless import gradient

from artlib.similarity.geometry import descriptor_distances
from artlib.similarity.keypoints import Keypoints, find_keypoints


def grey(seed: int) -> np.ndarray:
    return np.asarray(scene(seed, (480, 360)).convert("L"))


def found(picture: np.ndarray, most: int = 400) -> Keypoints:
    return find_keypoints(picture, most, 4)


def share_found_again(predicted: Keypoints, looked: Keypoints) -> float:
    """Return for which share of the keypoints there is one in the same place, of its size and direction, and alike."""
    apart = np.linalg.norm(predicted.places[:, None] - looked.places, axis=2)
    turn = np.abs((predicted.angles[:, None] - looked.angles + 180) % 360 - 180)
    alike = descriptor_distances(predicted.descriptors, looked.descriptors) < 200**2
    size = np.abs(np.log2(predicted.sizes[:, None] / looked.sizes))
    return float(((apart < 1.5) & (turn < 15) & alike & (size < 0.3)).any(axis=1).mean())


def test_the_mirrored_ones_are_those_of_the_mirrored_picture() -> None:
    picture = grey(1)
    looked = found(np.ascontiguousarray(picture[:, ::-1]))
    assert share_found_again(found(picture).mirrored(), looked) > 0.8
    assert share_found_again(found(picture), looked) < 0.2


def test_the_inverted_ones_are_those_of_the_picture_in_inverted_tones() -> None:
    picture = grey(1)
    looked = found(255 - picture)
    assert share_found_again(found(picture).inverted(), looked) > 0.8
    assert share_found_again(found(picture), looked) < 0.2


@pytest.mark.parametrize("twice", [lambda each: each.mirrored().mirrored(), lambda each: each.inverted().inverted()])
def test_what_is_turned_round_twice_is_as_before(twice) -> None:
    before = found(grey(2))
    after = twice(before)
    assert (after.descriptors == before.descriptors).all()
    assert np.allclose(after.places, before.places) and np.allclose(after.angles % 360, before.angles % 360, atol=1e-3)


def test_there_are_no_more_than_asked_for() -> None:
    assert len(found(grey(1), most=50)) == 50


def test_a_plain_picture_has_none() -> None:
    plain = found(np.full((200, 300), 128, np.uint8))
    assert len(plain) == 0 and plain.descriptors.shape == (0, 128) and len(plain.mirrored()) == 0


def test_a_gradient_has_hardly_any() -> None:
    assert len(found(np.asarray(gradient(30).convert("L")))) < 4


def test_a_busy_part_does_not_take_all_of_them() -> None:
    """As the text of a page would, beside a soft picture."""
    picture = np.full((400, 400), 255, np.uint8)
    picture[:, 200:] = np.random.default_rng(0).integers(0, 2, (50, 25), np.uint8).repeat(8, 0).repeat(8, 1) * 255
    soft = np.asarray(scene(4, (200, 400)).convert("L")).astype(float)
    picture[:, :200] = (128 + (soft - soft.mean()) / 6).clip(0, 255)
    places = found(picture, most=100).places
    assert 20 <= (places[:, 0] < 195).sum() <= 80


def test_descriptors_are_of_about_the_same_length() -> None:
    lengths = np.linalg.norm(found(grey(3)).descriptors.astype(float), axis=1)
    assert lengths.min() > 480 and lengths.max() < 530


def test_a_picture_gives_the_same_every_time() -> None:
    first, again = found(grey(5)), found(grey(5))
    assert (first.places == again.places).all() and (first.descriptors == again.descriptors).all()
