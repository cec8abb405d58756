"""Votes: which known works share keypoints with a picture, turned and resized by about the same amount."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 8  # nearest keypoints of all works that a keypoint of the picture votes for
TURNS = 12  # bins of 30 degrees
OCTAVES, SMALLEST = 16, -8.0  # bins of a factor of two in size, the first from 2^-8 on


@dataclass(frozen=True)
class Hits:
    """The nearest known keypoints of each keypoint of a picture.

    Attributes:
        works: int (n, k), numbers of the works; -1 where there are fewer neighbours.
        weights: float32 (n, k), how much nearer than the last neighbour.
        turns: float32 (n, k), degrees from the picture's keypoint to the work's.
        octaves: float32 (n, k), log2 of how many times as large the work's keypoint is.
    """

    works: np.ndarray
    weights: np.ndarray
    turns: np.ndarray
    octaves: np.ndarray

    @classmethod
    def none(cls, points: int) -> "Hits":
        """Return those of so many keypoints where nothing is known."""
        nothing = np.zeros((points, 1), np.float32)
        return cls(np.full((points, 1), -1), nothing, nothing, nothing)


def in_forms(hits: Sequence[Hits]) -> Hits:
    """Return the hits of several forms of a picture together; work w in form f gets the number w * forms + f."""
    numbers = [np.where(each.works >= 0, each.works * len(hits) + form, -1) for form, each in enumerate(hits)]
    return Hits(
        np.concatenate(numbers),
        np.concatenate([each.weights for each in hits]),
        np.concatenate([each.turns for each in hits]),
        np.concatenate([each.octaves for each in hits]),
    )


def best_works(hits: Hits, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the works with the strongest bins, int (m,), and these votes, float32 (m,), the strongest first.

    Each hit votes for the two nearest bins of turn and of size, in parts, as in Lowe, 2004, section 7.4; of the hits
    of one keypoint in one bin only the strongest counts. Only bins with votes are kept, because a million works have
    200 million bins.
    """
    points, ranks = np.nonzero((hits.works >= 0) & (hits.weights > 0))
    works, weights = hits.works[points, ranks].astype(np.int64), hits.weights[points, ranks]
    turn = hits.turns[points, ranks] % 360 / (360 / TURNS)
    octave = np.clip(hits.octaves[points, ranks] - SMALLEST, 0, OCTAVES - 1.001)
    keys, votes = [], []
    for turn_bin, turn_part in _two_bins(turn):
        for octave_bin, octave_part in _two_bins(octave):
            keys.append((works * TURNS + turn_bin % TURNS) * OCTAVES + octave_bin)
            votes.append(weights * turn_part * octave_part)
    bins, strength = _strongest_a_point(np.concatenate(keys), np.concatenate(votes), np.tile(points, 4))
    return _best(bins // (TURNS * OCTAVES), strength, count)


def _two_bins(value: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the two bins beside a value, and the part of the vote that each gets."""
    lower = np.floor(value).astype(np.int64)
    part = value - lower
    return [(lower, 1 - part), (lower + 1, part)]


def _strongest_a_point(keys: np.ndarray, votes: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each bin once, with the sum of the strongest vote of each keypoint in it."""
    if not len(keys):
        return keys, votes
    count = int(points.max()) + 1
    both = keys * count + points
    order = np.argsort(both)
    both, votes = both[order], votes[order]
    starts = np.flatnonzero(np.diff(both, prepend=-1))
    strongest, bins = np.maximum.reduceat(votes, starts), both[starts] // count
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    return bins[starts], np.add.reduceat(strongest, starts)


def _best(works: np.ndarray, strength: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-strength, kind="stable")
    found, first = np.unique(works[order], return_index=True)
    best = np.argsort(first)[:count]
    return found[best], strength[order][first[best]].astype(np.float32)
