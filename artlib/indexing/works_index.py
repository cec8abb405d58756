"""The index of known works: finds the works that share keypoints with a picture."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from artlib.indexing.building import build_shards, grey_of
from artlib.indexing.nearest import Nearest, nearest_of
from artlib.indexing.votes import NEIGHBOURS, Hits, best_works
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


class WorksIndex:
    """The keypoints of some works of a workspace. It is built or brought up to date first.

    Args:
        workspace: where the works lie.
        ids: of the works; others that are in the index are not found.
    """

    def __init__(self, workspace: Workspace, ids: Sequence[str]) -> None:
        self._workspace = workspace
        self._nearest = nearest_of(workspace.index, build_shards(workspace, ids))
        shards = self._nearest.shards
        self._rows = [(shard, row) for shard in shards for row in range(len(shard.works))]
        self.ids = [str(image_id) for shard in shards for image_id in shard.works["id"]]
        self._ends = np.cumsum([count for shard in shards for count in shard.works["points"]], dtype=np.int64)
        self._known = _first_of_each(self.ids, set(ids))
        points = [shard.points for shard in shards]
        self._sizes = _joined([np.log2(each["size"].astype(np.float32)) for each in points])
        self._angles = _joined([each["angle"] for each in points]).astype(np.float32) * (360 / 65536)
        self.grey = lru_cache(GREYS)(self._grey)

    def candidates(self, forms: Sequence[Keypoints], count: int) -> list[Candidate]:
        """Return the works that share most keypoints with a picture in one of its forms, the best first.

        Args:
            forms: the keypoints of the picture as it is, mirrored, and so on.
            count: how many works.
        """
        found = []
        for form, keypoints in enumerate(forms):
            if len(keypoints) and len(self._ends):
                works, votes = best_works(self._hits(self._nearest, keypoints), count)
                found += [Candidate(int(work), float(vote), form) for work, vote in zip(works, votes, strict=True)]
        return sorted(found, key=lambda candidate: -candidate.votes)[:count]

    def is_wanted(self, work: int) -> bool:
        """Return whether a work of the index can be found: it was asked for, and is not there a second time."""
        return bool(self._known[work])

    def keypoints(self, work: int) -> Keypoints:
        """Return the keypoints of a work, by its number."""
        shard, row = self._rows[work]
        return shard.keypoints(row)

    def _hits(self, nearest: Nearest, keypoints: Keypoints) -> Hits:
        distances, numbers = nearest.search(keypoints.descriptors, NEIGHBOURS)
        works = np.searchsorted(self._ends, numbers, side="right")
        works = np.where(numbers >= 0, works, 0)
        distances = np.where(numbers >= 0, distances, 0)  # where there are fewer, the last one is the last there is
        here = np.log2(np.maximum(keypoints.sizes, 1e-3) * 64)
        return Hits(
            works=np.where((numbers >= 0) & self._known[works], works, -1),
            weights=distances.max(axis=1, keepdims=True) - distances,
            turns=self._angles[numbers] - keypoints.angles[:, None],
            octaves=self._sizes[numbers] - here[:, None],
        )

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
