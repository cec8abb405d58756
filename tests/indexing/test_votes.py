"""Votes: hits that agree in turn and size count together, and one keypoint counts once."""

import numpy as np

from artlib.indexing.votes import Hits, best_works


def hits(works: list[list[int]], turns: float | list = 0.0, octaves: float | list = 0.0, weights: float = 1.0) -> Hits:
    numbers = np.array(works)
    fill = lambda value: np.broadcast_to(np.asarray(value, np.float32), numbers.shape).copy()  # noqa: E731
    return Hits(numbers, fill(weights), fill(turns), fill(octaves))


def test_the_work_with_most_hits_comes_first() -> None:
    works, votes = best_works(hits([[7, 3], [7, 4], [7, 5]]), 3)
    assert works[0] == 7 and votes[0] == 3 and len(works) == 3


def test_hits_that_disagree_in_turn_do_not_add_up() -> None:
    turns = [[0, 0], [90, 0], [180, 0], [270, 0]]
    works, _ = best_works(hits([[1, 2], [1, 3], [1, 2], [1, 2]], turns=turns), 3)
    assert works[0] == 2


def test_hits_that_disagree_in_size_do_not_add_up() -> None:
    octaves = [[-4, 0], [-1, 0], [2, 0], [5, 0]]
    works, _ = best_works(hits([[1, 2], [1, 3], [1, 2], [1, 2]], octaves=octaves), 3)
    assert works[0] == 2


def test_a_turn_just_below_and_just_above_zero_is_nearly_the_same() -> None:
    works, votes = best_works(hits([[1], [1]], turns=[[359.0], [1.0]]), 1)
    assert works.tolist() == [1] and votes[0] > 1.9


def test_of_one_keypoint_only_the_strongest_hit_of_a_work_counts() -> None:
    """Else a work with the same letter all over would win."""
    works, votes = best_works(hits([[1, 1, 1, 2], [2, 3, 4, 5]]), 2)
    assert works[0] == 2 and votes[0] == 2


def test_places_without_a_neighbour_do_not_vote() -> None:
    works, votes = best_works(hits([[-1, -1], [-1, 4]]), 5)
    assert works.tolist() == [4] and votes.tolist() == [1]


def test_without_hits_there_is_no_work() -> None:
    works, votes = best_works(hits([[-1], [-1]]), 5)
    assert len(works) == len(votes) == 0


def test_no_more_works_are_returned_than_asked_for() -> None:
    assert len(best_works(hits([[number] for number in range(50)]), 10)[0]) == 10
