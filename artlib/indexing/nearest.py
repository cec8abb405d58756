"""Nearest keypoints: a FAISS index over the descriptors of all shards (Jégou et al., 2011, sections 3 and 4).

An inverted file of product-quantised descriptors: 16 bytes a keypoint, and on 3,056 paintings as good as the full ones
(docs/tracing.md). Fewer than FEW keypoints are compared one by one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from artlib.indexing.faiss_files import write_faiss
from artlib.indexing.shards import VERSION, Shard
from artlib.similarity.keypoints import WIDTH
from artlib.workspace.disk.writing import atomic, locked, write_json
from artlib.workspace.formats.json_files import read_json
from artlib.workspace.formats.seals import file_hash

FEW = 10_000  # keypoints, of some 30 works
LISTS, A_LIST = 2048, 100  # inverted lists at most, and keypoints in each at least
TRAINED_ON = 48  # keypoints a list, from which the lists are learned
CODES = "PQ32x4fs"  # 32 parts of 4 bits, compared 32 keypoints at a time
VISITED = 4  # lists that are looked through for a keypoint
NAME = f"nearest-v{VERSION}"
BLOCK = 100_000  # keypoints that are added at once
GROWN = 2  # times as many keypoints as the lists were learned from: they are learned again


@dataclass(frozen=True)
class Nearest:
    """A FAISS index, with the shards whose keypoints its numbers count.

    Attributes:
        index: of FAISS.
        shards: in the order in which they were added.
        learned_from: how many keypoints there were when its lists were learned.
    """

    index: faiss.Index
    shards: list[Shard]
    learned_from: int

    def search(self, descriptors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest keypoints of all works.

        Args:
            descriptors: uint8 (n, 128).
            count: how many for each.

        Returns:
            Distances, float32 (n, count), and numbers, int64 (n, count), the nearest first; -1 where there are fewer.
        """
        faiss.omp_set_num_threads(1)  # of the thread that calls: pictures run side by side
        squared, numbers = self.index.search(descriptors.astype(np.float32), count)
        return np.sqrt(np.maximum(squared, 0)), numbers


def nearest_of(folder: Path, shards: Sequence[Shard]) -> Nearest:
    """Return the FAISS index of some shards: read from disk, extended, or built, and written there.

    Args:
        folder: of the shards.
        shards: all of them, in any order.
    """
    with locked(folder / "building"):
        names = {shard.folder.name: shard for shard in shards}
        before = _read(folder, names)
        after = _extended(before, names) if before else None
        after = after or _built(list(names.values()))
        if after is not before:
            _write(folder, after)
    if hasattr(after.index, "nprobe"):
        after.index.nprobe = VISITED
    return after


def _read(folder: Path, shards: Mapping[str, Shard]) -> Nearest | None:
    """Return what is on disk; None if that is nothing, damaged, or about shards that are gone."""
    path = folder / NAME
    try:
        known = read_json(path.with_suffix(".json"))
        order = [shards[name] for name in known["shards"]]
        if known.get("sha256") not in (None, file_hash(folder / known["file"])):  # an earlier artlib kept none
            return None
        index = faiss.read_index(str(folder / known["file"]))
        if index.ntotal != sum(len(shard.points) for shard in order):
            return None
        return Nearest(index, order, int(known["learned_from"]))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # it can be built again, so why does not matter
        return None


def _write(folder: Path, nearest: Nearest) -> None:
    """Write an index; what names it is written last, so that a kill leaves the old one or the new one."""
    names = [shard.folder.name for shard in nearest.shards]
    file = f"{NAME}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}.faiss"
    with atomic(folder / file) as temporary:
        write_faiss(nearest.index, temporary)
    about = {"file": file, "shards": names, "learned_from": nearest.learned_from, "sha256": file_hash(folder / file)}
    write_json(folder / f"{NAME}.json", about)
    for old in folder.glob("nearest-v*"):
        if old.name not in (file, f"{NAME}.json"):
            old.unlink(missing_ok=True)


def _extended(before: Nearest, shards: Mapping[str, Shard]) -> Nearest | None:
    """Return an index with the shards that are new; None if its lists were learned from much less."""
    known = {shard.folder.name for shard in before.shards}
    new = [shard for name, shard in shards.items() if name not in known]
    if not new:
        return before
    count = sum(len(shard.points) for shard in shards.values())
    if count > GROWN * before.learned_from or (before.learned_from < FEW <= count):
        return None
    _add(before.index, new)
    return Nearest(before.index, [*before.shards, *new], before.learned_from)


def _built(shards: list[Shard]) -> Nearest:
    count = sum(len(shard.points) for shard in shards)
    index: Any = faiss.IndexFlatL2(WIDTH)
    if count >= FEW:
        index = faiss.index_factory(WIDTH, f"IVF{min(LISTS, count // A_LIST)},{CODES}")
        index.cp.seed, index.cp.max_points_per_centroid = 0, TRAINED_ON
        index.train(_sample(shards, TRAINED_ON * index.nlist))
    _add(index, shards)
    return Nearest(index, shards, count)


def _add(index: faiss.Index, shards: Sequence[Shard]) -> None:
    for shard in shards:
        for start in range(0, len(shard.points), BLOCK):
            index.add(shard.points["descriptor"][start : start + BLOCK].astype(np.float32))


def _sample(shards: Sequence[Shard], count: int) -> np.ndarray:
    """Return descriptors from all shards, float32 (about count, 128)."""
    step = max(1, sum(len(shard.points) for shard in shards) // count)
    return np.concatenate([shard.points["descriptor"][::step] for shard in shards]).astype(np.float32)
