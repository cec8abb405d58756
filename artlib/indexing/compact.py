"""The compact index of many works: some 7 kB a work instead of 40, on disk and read only where it is looked at.

Each keypoint is 16 bytes of code and a number of 8 bytes, which holds its work, angle and size: the vote needs no more.
Whole shards are encoded into pieces, and the pieces merged into one index; a kill loses one piece at most.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pandas as pd

from artlib.indexing.cells import Filler
from artlib.indexing.faiss_files import write_faiss
from artlib.indexing.shards import Shard
from artlib.workspace.disk.space import reserve
from artlib.workspace.disk.writing import atomic

PIECE = 10_000_000  # keypoints: 240 MB in memory
BLOCK = 250_000  # keypoints that are encoded at once: 130 MB in memory
NUMBER = 8  # bytes of a keypoint's number
TURN = 65536 // 256  # steps of a shard's angle in one of the 256 of a number
SIZE_STEPS, SMALLEST = 16, -2.0  # steps an octave, and log2 of the smallest size in pixels
NO_TABLE = faiss.IO_FLAG_SKIP_PRECOMPUTE_TABLE  # it takes a gigabyte, and short lists gain little by it
CELLS, LISTS, WORKS = "cells.faiss", "lists.faiss", "works.csv"


def encode(cells: Path, shards: Iterable[Shard], folder: Path, first: int = 0) -> int:
    """Encode shards into pieces.

    Args:
        cells: the file of an empty index that `learn_cells` made.
        shards: with the works, in a lasting order.
        folder: where the pieces are written, each with a list of its works; those that are there are kept.
        first: number of the first work.

    Returns:
        The number after the last work.
    """
    for part in _parts(shards):
        key = hashlib.sha256(f"{first} {' '.join(shard.folder.name for shard in part)}".encode()).hexdigest()[:12]
        works = folder / f"piece-{first:010d}-{key}.csv"
        if not works.exists():
            with atomic(works.with_suffix(".faiss")) as temporary:
                write_faiss(_piece(cells, part, first), temporary)
            with atomic(works) as temporary:  # the last file: with it the piece is whole
                pd.concat([shard.works for shard in part]).to_csv(temporary, index=False)
        first += sum(len(shard.works) for shard in part)
    return first


def merge(cells: Path, pieces: Path, folder: Path, before: Path | None = None) -> None:
    """Merge pieces into one index, and remove them.

    Args:
        cells: the file of the empty index.
        pieces: their folder.
        folder: of the new index, which is moved there when it is whole.
        before: the folder of an index whose works come first.
    """
    works = sorted(pieces.glob("piece-*.csv"))
    temporary = folder.with_name(f".{folder.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    merged: Any = faiss.read_index(str(cells), NO_TABLE)
    lists = [open_lists(before)] if before else []
    lists += [faiss.read_index(str(each.with_suffix(".faiss")), faiss.IO_FLAG_MMAP | NO_TABLE) for each in works]
    _merge_lists(merged, lists, temporary / LISTS)
    write_faiss(merged, temporary / CELLS)
    works = [before / WORKS, *works] if before else works
    pd.concat([pd.read_csv(each, dtype={"id": str}) for each in works]).to_csv(temporary / WORKS, index=False)
    del lists, merged  # closes the files
    temporary.replace(folder)
    shutil.rmtree(pieces)


def open_lists(folder: Path) -> Any:
    """Return a merged index; its lists stay on disk until they are looked at, its cells (34 MB) are in memory."""
    found: Any = faiss.read_index(str(folder / CELLS), faiss.IO_FLAG_SKIP_IVF_DATA | NO_TABLE)
    lists: Any = faiss.downcast_InvertedLists(found.invlists)
    lists.filename, lists.read_only = str(folder / LISTS), True  # the folder may have been moved
    lists.do_mmap()
    found.use_precomputed_table = -1
    return found


def unpacked(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return works (-1 for none), angles in degrees and log2 of sizes in pixels, from the numbers of keypoints."""
    angles = (numbers >> 8 & 255).astype(np.float32) * (360 / 256)
    return numbers >> 16, angles, (numbers & 255).astype(np.float32) / SIZE_STEPS + SMALLEST


def _packed(shard: Shard, first: int) -> np.ndarray:
    """Return a number for each keypoint of a shard whose first work has this number, int64 (n,)."""
    works = np.repeat(np.arange(first, first + len(shard.works)), shard.works["points"])
    angles = (shard.points["angle"].astype(np.int64) + TURN // 2) // TURN % 256
    octaves = np.log2(shard.points["size"].astype(np.float32) / 64) - SMALLEST
    sizes = np.clip(np.rint(octaves * SIZE_STEPS), 0, 255).astype(np.int64)
    return works.astype(np.int64) << 16 | angles << 8 | sizes


def _parts(shards: Iterable[Shard]) -> Iterator[list[Shard]]:
    """Yield shards in groups of about as many keypoints as fit into a piece."""
    part: list[Shard] = []
    for shard in shards:
        part.append(shard)
        if sum(int(each.offsets[-1]) for each in part) >= PIECE:
            yield part
            part = []
    if part:
        yield part


def _piece(cells: Path, shards: Sequence[Shard], first: int) -> Any:
    piece: Any = faiss.read_index(str(cells), NO_TABLE)
    filler = Filler(piece)
    waiting: list[tuple[np.ndarray, np.ndarray]] = []
    for shard in shards:
        waiting.append((shard.points["descriptor"], _packed(shard, first)))
        first += len(shard.works)
        if sum(len(numbers) for _, numbers in waiting) >= BLOCK:
            _add(filler, waiting)
    _add(filler, waiting)
    return piece


def _add(filler: Filler, waiting: list[tuple[np.ndarray, np.ndarray]]) -> None:
    if waiting:
        filler.add(*(np.concatenate(each) for each in zip(*waiting, strict=True)))
    waiting.clear()


def _merge_lists(merged: Any, pieces: Sequence[Any], path: Path) -> None:
    """Fill an empty index with the lists of all pieces, which lie in a file; little of them is in memory at a time."""
    lists: Any = faiss.OnDiskInvertedLists(merged.nlist, merged.code_size, str(path))
    reserve(path, sum(piece.ntotal for piece in pieces) * (merged.code_size + NUMBER))
    path.unlink()  # FAISS takes no file that is there already, but now it is known that there is room
    pointers = faiss.InvertedListsPtrVector()  # type: ignore[attr-defined]
    for piece in pieces:
        pointers.push_back(piece.invlists)
    merged.ntotal = lists.merge_from_multiple(pointers.data(), pointers.size(), False)
    merged.replace_invlists(lists, True)
    lists.this.disown()  # the index owns them now
