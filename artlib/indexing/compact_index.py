"""The index of very many works: like WorksIndex, with the compact index instead of all descriptors in memory.

Works are taken in stages: their shards are found, encoded into a piece and removed, so that the disk never holds many
full descriptors. At the end all pieces are merged. A kill loses the stage's last shard at most.
"""

import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import faiss
import numpy as np

from artlib.errors import warn
from artlib.indexing.building import build_shards, keypoints_of_work
from artlib.indexing.cells import SAMPLE, VISITED, learn_cells
from artlib.indexing.compact import NO_TABLE, WORKS, encode, merge, open_lists, unpacked
from artlib.indexing.faiss_files import write_faiss
from artlib.indexing.shards import SCHEMA, VERSION, Shard, read_shards
from artlib.indexing.votes import NEIGHBOURS
from artlib.indexing.works_index import Near, WorksIndex
from artlib.similarity.keypoints import Keypoints
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.disk.writing import atomic, locked
from artlib.workspace.formats.arrays import DAMAGED
from artlib.workspace.formats.schema import read_table

MANY = 50_000  # works, from which on the index is compact
STAGE = 30_000  # works, whose full descriptors take 1.2 GB
FOLDER, CELLS, PIECES = f"compact-v{VERSION}", f"cells-v{VERSION}.faiss", f"pieces-v{VERSION}"

Finder = Callable[[Workspace, Sequence[str]], list[Shard]]


def works_index(workspace: Workspace, ids: Sequence[str], find: Finder = build_shards, many: int = MANY) -> WorksIndex:
    """Return the index of some works; it is built or brought up to date first.

    Args:
        workspace: where the works lie.
        ids: of the works.
        find: finds keypoints and writes the shards that are missing, as `build_shards` does.
        many: from so many works on, or where it once was made, the index is compact.
    """
    if len(ids) >= many or _newest(workspace.index):
        return CompactIndex(workspace, ids, find)
    if find is not build_shards:
        find(workspace, ids)
    return WorksIndex(workspace, ids)


class CompactIndex(WorksIndex):
    """The keypoints of very many works; see WorksIndex.

    Args:
        workspace: where the works lie.
        ids: of the works; others that are in the index are not found.
        find: finds keypoints and writes the shards that are missing.
    """

    def __init__(self, workspace: Workspace, ids: Sequence[str], find: Finder = build_shards) -> None:
        workspace.index.mkdir(parents=True, exist_ok=True)
        with locked(workspace.index / "compacting"):
            folder = _built(workspace, ids, find)
        self._lists = open_lists(folder)
        self._lists.nprobe = VISITED
        self._use(workspace, _ids_in(folder / WORKS), ids)

    def keypoints(self, work: int) -> Keypoints:
        """Return the keypoints of a work, by its number; they are found again in its picture.

        Raises:
            ImageError: the picture is missing or damaged.
        """
        return keypoints_of_work(self.grey(work))

    def _near(self, descriptors: np.ndarray) -> Near:
        squared, numbers = self._lists.search(descriptors.astype(np.float32), NEIGHBOURS)
        distances = np.sqrt(np.maximum(squared, 0), where=numbers >= 0, out=np.zeros_like(squared))
        return Near(distances, *unpacked(numbers))


def _built(workspace: Workspace, ids: Sequence[str], find: Finder) -> Path:
    """Return the folder of the compact index, with all works in it."""
    index = workspace.index
    _remove_damaged(index)
    _remove_old(index)
    tried: set[str] = set()  # works without a readable picture are tried once
    # ids are random numbers: in their order, the first stage is a fair sample, from which the cells are learned
    while stage := sorted(set(ids) - _done(index) - tried)[:STAGE]:
        _take(workspace, stage, find)
        tried.update(stage)
    newest = _newest(index)
    pieces = index / PIECES
    if newest and not any(pieces.glob("*.csv")):
        return newest
    folder = index / f"{FOLDER}-{_count(index):010d}"
    merge(index / CELLS, pieces, folder, before=newest)
    _remove_old(index)
    return folder


def _take(workspace: Workspace, ids: Sequence[str], find: Finder) -> None:
    """Take one stage of works into a piece, and remove their shards."""
    index = workspace.index
    shards = [shard for shard in find(workspace, ids) if len(shard.works)]
    if not (index / CELLS).exists():
        with atomic(index / CELLS) as temporary:
            write_faiss(learn_cells(_sample(shards)), temporary)
    encode(index / CELLS, shards, index / PIECES, _count(index))
    for shard in shards:
        shard.remove()


def _sample(shards: Sequence[Shard]) -> np.ndarray:
    """Return descriptors from all shards, uint8 (about SAMPLE, 128)."""
    step = max(1, sum(len(shard.points) for shard in shards) // SAMPLE)
    return np.concatenate([shard.points["descriptor"][::step] for shard in shards])


def _newest(index: Path) -> Path | None:
    """Return the folder of the newest compact index, if there is one and its cells are there."""
    found = sorted(index.glob(f"{FOLDER}-*"))
    return found[-1] if found and (index / CELLS).exists() else None


def _lists_of_works(index: Path) -> list[Path]:
    newest = _newest(index)
    return [*([newest / WORKS] if newest else []), *sorted((index / PIECES).glob("*.csv"))]


def _count(index: Path) -> int:
    return sum(len(_ids_in(path)) for path in _lists_of_works(index))


def _done(index: Path) -> set[str]:
    return {image_id for path in _lists_of_works(index) for image_id in _ids_in(path)}


def _ids_in(path: Path) -> list[str]:
    return read_table(path, SCHEMA)["id"].tolist()


def _remove_damaged(index: Path) -> None:
    """Remove what can't be read, with all that depends on it: its works are taken in again."""
    for path in _lists_of_works(index):
        try:
            ids = _ids_in(path)
            if path.name == WORKS and len(ids) < 1:
                raise ValueError("it has no works")
            if path.name == WORKS:
                open_lists(path.parent)
        except (WorkspaceError, *DAMAGED) as error:
            warn(f"{path.parent} is damaged ({error}); its works are indexed again.")
            shutil.rmtree(path.parent, ignore_errors=True)
    try:
        if (index / CELLS).exists():
            faiss.read_index(str(index / CELLS), NO_TABLE)
    except DAMAGED as error:
        warn(f"{index / CELLS} is damaged ({error}); all works are indexed again.")
        (index / CELLS).unlink()


def _remove_old(index: Path) -> None:
    """Remove what no index needs any more: other versions, what an interruption left, and shards that were encoded."""
    newest = _newest(index)
    kept: Collection[Path] = [index / CELLS, index / PIECES, *([newest] if newest else [])]
    if not (index / CELLS).exists():
        kept = []  # codes say nothing without the cells in which they lie
    for old in [each for name in ("*compact-v*", "cells-v*", "pieces-v*") for each in index.glob(name)]:
        if old in kept:
            continue
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)  # on Windows not while another process reads it; the next time does
        else:
            old.unlink(missing_ok=True)
    done = _done(index)
    for shard in read_shards(index) if done else ():
        if done.issuperset(shard.works["id"]):
            shard.remove()
