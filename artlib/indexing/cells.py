"""Cells: in which of 65,536 lists a keypoint lies, and 16 bytes that say where in it (Jégou et al., 2011, section 4).

A list is found in two steps of 256 comparisons instead of one of 65,536, as in a vocabulary tree (Nistér & Stewénius,
2006): only so can 300 million keypoints be added within an hour on two cores.
"""

from math import isqrt
from typing import Any

import faiss
import numpy as np
from faiss.contrib.ivf_tools import add_preassigned

from artlib.similarity.keypoints import WIDTH

BRANCHES = 256  # at most, of the tree and of each of its branches
LEARNED_FROM = 13  # keypoints a list
SAMPLE = BRANCHES**2 * LEARNED_FROM  # keypoints, from which cells are learned
PARTS, BITS = 16, 8  # bytes of a keypoint
ROUNDS = 8  # of k-means
VISITED, BRANCHES_VISITED = 8, 8  # when a keypoint is looked for


def learn_cells(descriptors: np.ndarray) -> Any:
    """Return an empty index whose lists were learned from descriptors, uint8 (n, 128)."""
    branches = max(1, min(BRANCHES, isqrt(len(descriptors) // LEARNED_FROM)))
    descriptors = descriptors.astype(np.float32)
    branch = faiss.IndexFlatL2(WIDTH)
    branch.add(_means(descriptors, branches))
    nearest = branch.search(descriptors, 1)[1][:, 0]
    means = [_means(descriptors[nearest == row], branches) for row in range(branches)]
    lists: Any = faiss.IndexIVFFlat(branch, WIDTH, branches)
    lists.is_trained = True
    parents = np.repeat(np.arange(branches), [len(each) for each in means])
    rows = np.arange(len(parents))  # under a name of its own: FAISS reads it after its helper has let go of it
    add_preassigned(lists, np.concatenate(means), parents, rows)
    lists.make_direct_map()  # by which a list's middle is looked up
    lists.nprobe = BRANCHES_VISITED
    cells: Any = faiss.IndexIVFPQ(lists, WIDTH, lists.ntotal, PARTS, BITS)
    cells.use_precomputed_table = -1  # it would be a gigabyte, and is no faster with short lists
    _learn_codes(cells, descriptors[:: max(1, len(descriptors) // 100_000)])
    return cells


class Filler:
    """Adds keypoints to an index that `learn_cells` made.

    Args:
        cells: the index.
    """

    def __init__(self, cells: Any) -> None:
        self._cells = cells
        lists: Any = faiss.downcast_index(cells.quantizer)
        self._branch = faiss.downcast_index(lists.quantizer)
        self._members = [
            faiss.rev_swig_ptr(lists.invlists.get_ids(row), lists.invlists.list_size(row)).copy()
            for row in range(lists.nlist)
        ]
        self._middles = [_flat(lists, members) for members in self._members]
        cells.pq.sync_transposed_centroids()  # codes are found in two thirds of the time

    def add(self, descriptors: np.ndarray, numbers: np.ndarray) -> None:
        """Add keypoints.

        Args:
            descriptors: uint8 (n, 128); many at once are faster.
            numbers: int64 (n,), which a search returns.
        """
        descriptors = descriptors.astype(np.float32)
        nearest = self._branch.search(descriptors, 1)[1][:, 0]
        order = np.argsort(nearest, kind="stable")
        descriptors, numbers = descriptors[order], np.ascontiguousarray(numbers[order])
        ends = np.searchsorted(nearest[order], np.arange(len(self._members) + 1))
        parts = zip(ends[:-1], ends[1:], self._members, self._middles, strict=True)
        cells = [members[middles.search(descriptors[a:b], 1)[1][:, 0]] for a, b, members, middles in parts if b > a]
        if cells:
            add_preassigned(self._cells, descriptors, np.concatenate(cells), numbers)


def _means(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the middles of at most so many groups of vectors, float32 (k, 128); at least one."""
    if not len(vectors):
        return np.zeros((1, WIDTH), np.float32)
    groups: Any = faiss.Kmeans(
        WIDTH, min(count, len(vectors)), niter=ROUNDS, seed=0, min_points_per_centroid=1, max_points_per_centroid=256
    )
    groups.train(np.ascontiguousarray(vectors))
    return groups.centroids


def _flat(lists: Any, members: np.ndarray) -> faiss.IndexFlatL2:
    middles = faiss.IndexFlatL2(WIDTH)
    middles.add(lists.reconstruct_batch(members))
    return middles


def _learn_codes(cells: Any, descriptors: np.ndarray) -> None:
    """Learn the codes from how descriptors differ from the middle of their list."""
    nearest = cells.quantizer.search(descriptors, 1)[1][:, 0]
    cells.pq.cp.niter, cells.pq.cp.seed, cells.pq.cp.min_points_per_centroid = ROUNDS, 0, 1
    cells.pq.train(descriptors - cells.quantizer.reconstruct_batch(nearest))
    cells.is_trained = True
