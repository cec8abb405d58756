"""The index of known works: finds the works that share keypoints with a picture."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from artlib.indexing.building import build_shards, grey_of
from artlib.indexing.nearest import nearest_of
from artlib.indexing.shards import ANGLE, PLACE
from artlib.indexing.votes import NEIGHBOURS, Hits, best_works, in_forms
from artlib.similarity.keypoints import Keypoints
from artlib.workspace import Workspace

GREYS = 256  # pictures of works that are kept in memory, 0.2 MB each


class Candidate(NamedTuple):
    """A work that may be shown in a picture.

    Attributes:
        work: its number in the index.
        votes: how strongly the keypoints speak for it.
        form: position of the form of the picture, such as mirrored, that got these votes.
    """

    work: int
    votes: float
    form: int


class Near(NamedTuple):
    """Known keypoints that are nearest to some keypoints; each array is (n, NEIGHBOURS).

    Attributes:
        distances: float32, between descriptors; 0 where there are fewer.
        works: int, numbers of their works; -1 where there are fewer.
        angles: float32, degrees.
        sizes: float32, log2 of pixels.
    """

    distances: np.ndarray
    works: np.ndarray
    angles: np.ndarray
    sizes: np.ndarray


class WorksIndex:
    """The keypoints of some works of a workspace. It is built or brought up to date first.

    Args:
        workspace: where the works lie.
        ids: of the works; others that are in the index are not found.
    """

    def __init__(self, workspace: Workspace, ids: Sequence[str]) -> None:
        self._nearest = nearest_of(workspace.index, build_shards(workspace, ids))
        shards = self._nearest.shards
        self._rows = [(shard, row) for shard in shards for row in range(len(shard.works))]
        self._use(workspace, [str(image_id) for shard in shards for image_id in shard.works["id"]], ids)
        self._ends = np.cumsum([count for shard in shards for count in shard.works["points"]], dtype=np.int64)
        points = [shard.points for shard in shards]
        self._sizes = _joined([np.log2(each["size"].astype(np.float32) / PLACE) for each in points])
        self._angles = _joined([each["angle"] for each in points]).astype(np.float32) / np.float32(ANGLE)

    def _use(self, workspace: Workspace, ids: list[str], known: Sequence[str]) -> None:
        """Take the works that are in the index, and those of them that are to be found."""
        self._workspace, self.ids = workspace, ids
        self._known = _first_of_each(ids, set(known))
        self.grey = lru_cache(GREYS)(self._grey)

    def candidates(self, forms: Sequence[Keypoints], count: int) -> list[Candidate]:
        """Return the works that share most keypoints with a picture in one of its forms, the best first.

        Args:
            forms: the keypoints of the picture as it is, mirrored, and so on.
            count: how many works; one that fits in two forms counts twice.
        """
        return self.candidates_of_many([forms], count)[0]

    def candidates_of_many(self, pictures: Sequence[Sequence[Keypoints]], count: int) -> list[list[Candidate]]:
        """Return the candidates of several pictures, which are searched together: that takes half the time.

        Args:
            pictures: the forms of each, see `candidates`.
            count: how many works of each.
        """
        hits = self._hits([keypoints for forms in pictures for keypoints in forms])
        return [self._best(list(islice(hits, len(forms))), count) for forms in pictures]

    def _best(self, hits: list[Hits], count: int) -> list[Candidate]:
        numbers, votes = best_works(in_forms(hits), count)
        works, forms = np.divmod(numbers, len(hits))
        return [Candidate(*each) for each in zip(works.tolist(), votes.tolist(), forms.tolist(), strict=True)]

    def is_wanted(self, work: int) -> bool:
        """Return whether a work of the index can be found: it was asked for, and is not there a second time."""
        return bool(self._known[work])

    def keypoints(self, work: int) -> Keypoints:
        """Return the keypoints of a work, by its number."""
        shard, row = self._rows[work]
        return shard.keypoints(row)

    def _hits(self, searched: Sequence[Keypoints]) -> Iterator[Hits]:
        """Yield the nearest known keypoints of each set of keypoints."""
        if not self.ids:
            yield from (Hits.none(len(keypoints)) for keypoints in searched)
            return
        near = self._near(np.concatenate([each.descriptors for each in searched]))
        works = np.where((near.works >= 0) & self._known[near.works], near.works, -1)
        weights = near.distances.max(axis=1, keepdims=True) - near.distances
        start = 0
        for keypoints in searched:
            rows = slice(start, start := start + len(keypoints))
            turns = near.angles[rows] - keypoints.angles[:, None]
            octaves = near.sizes[rows] - np.log2(np.maximum(keypoints.sizes, 1e-3))[:, None]
            yield Hits(works[rows], weights[rows], turns, octaves)

    def _near(self, descriptors: np.ndarray) -> Near:
        """Return the nearest known keypoints of descriptors, uint8 (n, 128)."""
        distances, numbers = self._nearest.search(descriptors, NEIGHBOURS)
        works = np.where(numbers >= 0, np.searchsorted(self._ends, np.maximum(numbers, 0), side="right"), -1)
        distances = np.where(numbers >= 0, distances, 0)  # where there are fewer, the last one is the last there is
        return Near(distances, works, self._angles[numbers], self._sizes[numbers])

    def _grey(self, work: int) -> np.ndarray:
        return grey_of(self._workspace, self.ids[work])


def _first_of_each(ids: Sequence[str], wanted: Collection[str]) -> np.ndarray:
    """Return which works are wanted, bool (n,); of a work that is there twice only the first."""
    seen: set[str] = set()
    known = np.zeros(len(ids), bool)
    for place, image_id in enumerate(ids):
        known[place] = image_id in wanted and image_id not in seen
        seen.add(image_id)
    return known


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.empty(0, np.float32)
