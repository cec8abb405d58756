"""Building the index: the keypoints of each work of the catalog that has none yet are found and written."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from artlib import images
from artlib.errors import counted, warn
from artlib.indexing.shards import Shard, read_shards, remove_leftovers, write_shard
from artlib.similarity.keypoints import WORK_POINTS, WORK_SIDE, WORK_TILES, Keypoints, find_keypoints
from artlib.workspace import Workspace
from artlib.workspace.copies import open_copy
from artlib.workspace.disk.writing import locked

WORKS_A_SHARD = 256  # a kill loses no more
THREADS = 2  # OpenCV works without holding the interpreter's lock
MANY_SMALL = 8  # shards with less than half of that, which are put together


def build_shards(workspace: Workspace, ids: Sequence[str]) -> list[Shard]:
    """Return shards in which each work is that has a readable picture; what is missing is found and written.

    Works that left the catalog stay in their shards until these are small.

    Args:
        workspace: where the pictures lie.
        ids: of all works.
    """
    index = workspace.index
    index.mkdir(parents=True, exist_ok=True)
    with locked(index / "building"):
        remove_leftovers(index)
        shards = _together(index, read_shards(index), set(ids))
        # a recogniser that was handed over without its pictures has no such folder
        missing = missing_works(shards, ids) if workspace.images.is_dir() else []
        with tqdm(total=len(missing), desc="Indexing works", unit="image", disable=not missing) as bar:
            for start in range(0, len(missing), WORKS_A_SHARD):
                part = missing[start : start + WORKS_A_SHARD]
                if found := find_works(workspace, part):
                    shards.append(write_shard(index, list(found), list(found.values())))
                bar.update(len(part))
    return shards


def grey_of(workspace: Workspace, image_id: str) -> np.ndarray:
    """Return the picture of a work as it is indexed, uint8 (height, width), grey.

    Raises:
        ImageError: it is missing or damaged.
    """
    copy = open_copy(workspace, image_id, at_least=WORK_SIDE)
    return np.asarray(images.normalised(copy, WORK_SIDE).convert("L"))


def keypoints_of_work(grey: np.ndarray) -> Keypoints:
    """Return the keypoints of a work, by which it is found."""
    return find_keypoints(grey, WORK_POINTS, WORK_TILES)


def missing_works(shards: Sequence[Shard], ids: Sequence[str]) -> list[str]:
    """Return those of some works that are in no shard."""
    indexed = {image_id for shard in shards for image_id in shard.works["id"]}
    return [image_id for image_id in ids if image_id not in indexed]


def find_works(workspace: Workspace, ids: Sequence[str]) -> dict[str, Keypoints]:
    """Return the keypoints of each work whose picture can be read; the others are tried again the next time."""

    def of_one(image_id: str) -> Keypoints | str:
        try:
            return keypoints_of_work(grey_of(workspace, image_id))
        except images.ImageError as error:
            return str(error)

    with ThreadPoolExecutor(THREADS) as pool:
        found = dict(zip(ids, pool.map(of_one, ids), strict=True))
    errors = [each for each in found.values() if isinstance(each, str)]
    if errors:
        works = counted(len(errors), "work is", "works are")
        warn(f"{works} not indexed, and their copies are not found. The first: {errors[0]}")
    return {image_id: each for image_id, each in found.items() if isinstance(each, Keypoints)}


def _together(index: Path, shards: list[Shard], alive: set[str]) -> list[Shard]:
    """Put small shards together, without the works that left the catalog, once there are many."""
    sizes = [int(shard.works["id"].isin(alive).sum()) for shard in shards]
    small = [shard for shard, size in zip(shards, sizes, strict=True) if size < WORKS_A_SHARD / 2]
    if len(small) <= MANY_SMALL:
        return shards
    found = {
        image_id: shard.keypoints(row)
        for shard in small
        for row, image_id in enumerate(shard.works["id"])
        if image_id in alive
    }
    ids = list(found)
    for start in range(0, len(ids), WORKS_A_SHARD):
        part = ids[start : start + WORKS_A_SHARD]
        write_shard(index, part, [found[image_id] for image_id in part])
    for shard in small:  # only now, so that a kill loses nothing; until then, their works are in two shards
        shard.remove()
    return read_shards(index)
