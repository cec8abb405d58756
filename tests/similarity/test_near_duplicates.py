"""The rule for near-duplicates, and groups made of pairs."""

import numpy as np
import pytest

from artlib.similarity.near_duplicates import are_near_duplicates, group, join_groups


def test_a_chain_of_pairs_is_one_group() -> None:
    """The first resembles the second and the second the third."""
    angles = np.radians([0, 20, 40, 170])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    hashes = np.array([[index * 0x1F1F1F1F1F1F1F1F % 2**64] * 8 for index in (1, 2, 4, 7)], np.uint64)
    numbers = group(hashes, features)
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]


def test_groups_are_found_across_blocks() -> None:
    """More pictures than are compared at once: the last is a copy of the first."""
    generator = np.random.default_rng(0)
    hashes = generator.integers(0, 2**64, (1100, 8), np.uint64)
    hashes[-1] = hashes[0]
    numbers = group(hashes, generator.normal(size=(1100, 200)))
    assert numbers[0] == numbers[-1]
    assert len(set(numbers.tolist())) == 1099


@pytest.mark.parametrize(
    ("bits", "cosine", "expected"),
    [(0, 0.0, True), (6, 0.0, True), (64, 0.99, True), (12, 0.88, True), (12, 0.5, False), (30, 0.85, False)],
)
def test_hash_alone_network_alone_or_both_a_little_less_make_a_pair(bits: int, cosine: float, expected: bool) -> None:
    assert bool(are_near_duplicates(np.array(bits), np.array(cosine))) is expected


def test_who_shares_a_group_in_any_grouping_even_by_a_chain_shares_one_when_they_are_joined() -> None:
    numbers = join_groups(np.array(["a", "a", "b", "c", "d"]), np.array([1, 2, 2, 3, 4]))
    assert numbers[0] == numbers[1] == numbers[2]
    assert len(set(numbers.tolist())) == 3
