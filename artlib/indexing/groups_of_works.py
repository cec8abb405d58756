"""Groups of works: the near-duplicates of a workspace, by their fingerprints, their features and their keypoints."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from artlib.indexing.pairs import Pair, find_pairs
from artlib.similarity.matching import COPY, SHARE
from artlib.similarity.near_duplicates import group, group_of_pairs, join_groups
from artlib.workspace import Workspace


class GroupsOfWorks(NamedTuple):
    """Works in groups.

    Attributes:
        groups: int (n,), each work's group number.
        same: positions of each pair of works that show the same work, int (m, 2).
        shared: positions of each pair that is in two groups and shares a part, such as a printed frame, int (k, 2), the
            pairs with most in common first.
    """

    groups: np.ndarray
    same: np.ndarray
    shared: np.ndarray


def group_works(workspace: Workspace, ids: Sequence[str], hashes: np.ndarray, features: np.ndarray) -> GroupsOfWorks:
    """Put works into groups of near-duplicates.

    Args:
        workspace: where the works lie. Its index is built first, or brought up to date.
        ids: of the works.
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        features: float (n, width), frozen features.
    """
    pairs = sorted(find_pairs(workspace, ids), key=lambda pair: -pair.inliers * pair.share)
    same = _positions([pair for pair in pairs if shows_the_same(pair)], ids)
    groups = join_groups(group(hashes, features), group_of_pairs(same, len(ids)))
    shared = _positions([pair for pair in pairs if not shows_the_same(pair)], ids)
    return GroupsOfWorks(groups, same, shared[groups[shared[:, 0]] != groups[shared[:, 1]]])


def shows_the_same(pair: Pair) -> bool:
    """Return whether two works belong in one group.

    A picture that is asked about is a copy, too, if much of it is covered by something else. Of two known works that
    agree in half of their area, that half is mostly a frame: all pages of a book would be one (docs/duplicates.md).
    """
    return pair.verdict == COPY and pair.share >= SHARE


def _positions(pairs: Sequence[Pair], ids: Sequence[str]) -> np.ndarray:
    place = {image_id: position for position, image_id in enumerate(ids)}
    return np.array([(place[pair.one], place[pair.other]) for pair in pairs], int).reshape(-1, 2)
