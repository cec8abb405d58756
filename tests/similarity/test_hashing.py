"""Perceptual hashes: alike in all eight orientations, and one function for the catalog and for what is asked about."""

import numpy as np
import pytest
from drawing import photo
from PIL import Image

from artlib.similarity.hashing import distances, orientation_hashes, phash


@pytest.mark.parametrize("turn", [None, *Image.Transpose])
def test_the_distance_to_oneself_is_zero_in_each_of_the_eight_orientations(turn: Image.Transpose | None) -> None:
    picture = photo(1, (256, 256))
    turned = picture if turn is None else picture.transpose(turn)
    assert distances(orientation_hashes(turned)[None], orientation_hashes(picture)[None, 0])[0, 0] == 0


@pytest.mark.parametrize("size", [(64, 64), (31, 40), (320, 240), (1000, 700)])
@pytest.mark.parametrize("seed", range(5))
def test_the_hash_of_the_catalog_is_the_upright_one_of_what_is_asked_about(seed: int, size: tuple[int, int]) -> None:
    picture = photo(seed, size)
    assert int(phash(picture), 16) == int(orientation_hashes(picture)[0])


@pytest.mark.parametrize("seed", range(8))
def test_distances_are_symmetric_but_for_a_few_bits(seed: int) -> None:
    """A bit says whether a frequency is above the median, and turning a picture moves the median a little."""
    first, second = (orientation_hashes(photo(seed + shift, (256, 256)))[None] for shift in (0, 100))
    there, back = (int(distances(*pair)[0, 0]) for pair in ((first, second[:, 0]), (second, first[:, 0])))
    assert abs(there - back) <= 4
    assert min(there, back) > 12


def test_distances_count_differing_bits() -> None:
    hashes = np.array([[0b1011] + [2**64 - 1] * 7], np.uint64)
    assert distances(hashes, np.array([0, 0b1011, 2**64 - 1], np.uint64)).tolist() == [[3, 0, 0]]


def test_a_hash_is_sixteen_hexadecimal_digits() -> None:
    assert len(phash(photo(1))) == 16 and int(phash(photo(1)), 16) >= 0
