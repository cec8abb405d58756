"""Shards: the keypoints of known works on disk, some hundred works a folder, read as if they were in memory.

A shard is written under a temporary name and moved into place as a whole, and never changed afterwards. So a kill loses
one shard at most, several machines can write shards at once, and a work that left the catalog is simply not asked for.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from artlib.errors import warn
from artlib.similarity.keypoints import WIDTH, Keypoints
from artlib.workspace.disk.unfinished import is_left, is_leftover, unfinished
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.formats.arrays import DAMAGED
from artlib.workspace.formats.columns import text, whole
from artlib.workspace.formats.schema import Schema, read_table
from artlib.workspace.formats.seals import check_seal, seal

# changes whenever other keypoints would be found or they are stored otherwise; shards of another version are removed
VERSION = 1
PREFIX = f"shard-v{VERSION}-"
WORKS, POINTS = "works.csv", "points.npy"
SCHEMA = Schema(
    (text("id", filled=True), whole("points", 0, 1 << 24), whole("width", 0, 1 << 24), whole("height", 0, 1 << 24)),
    "Delete it.",
)
PLACE, ANGLE = 64, 65536 / 360  # steps a pixel and a degree
POINT = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "<u2"), ("angle", "<u2"), ("descriptor", "u1", WIDTH)])


@dataclass(frozen=True)
class Shard:
    """Some works' keypoints.

    Attributes:
        folder: in which it lies.
        works: one row a work: id, points (how many keypoints), width and height (of the picture they were found in).
    """

    folder: Path
    works: pd.DataFrame

    @cached_property
    def points(self) -> np.ndarray:
        """All keypoints, work after work, of dtype POINT; read from disk where they are used."""
        return np.load(self.folder / POINTS, mmap_mode="r")

    @cached_property
    def offsets(self) -> np.ndarray:
        """Where each work's keypoints begin, and where the last one's end, int (works + 1,)."""
        return np.concatenate([[0], np.cumsum(self.works["points"])])

    def remove(self) -> None:
        """Remove it from the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def keypoints(self, row: int) -> Keypoints:
        """Return the keypoints of a work, by its row."""
        points = np.array(self.points[self.offsets[row] : self.offsets[row + 1]])
        return Keypoints(
            np.stack([points["x"], points["y"]], axis=1).astype(np.float32) / PLACE,
            points["size"].astype(np.float32) / PLACE,
            (points["angle"] / ANGLE).astype(np.float32),
            points["descriptor"],
            int(self.works["width"].iat[row]),
            int(self.works["height"].iat[row]),
        )


def write_shard(index: Path, ids: Sequence[str], found: Sequence[Keypoints]) -> Shard:
    """Write a shard and return it.

    Args:
        index: the folder of all shards.
        ids: of the works.
        found: the keypoints of each.
    """
    works = pd.DataFrame(
        {
            "id": ids,
            "points": [len(each) for each in found],
            "width": [each.width for each in found],
            "height": [each.height for each in found],
        }
    )
    # two commands may build at the same time: with a name made of the ids, neither overwrites other works
    folder = index / f"{PREFIX}{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:12]}"
    temporary = unfinished(folder)
    temporary.mkdir(parents=True)
    try:
        works.to_csv(temporary / WORKS, index=False)
        np.save(temporary / POINTS, np.concatenate([_packed(each) for each in found]))
        for name in (WORKS, POINTS):
            seal(temporary / name)
        if not folder.exists():  # else it holds the same
            temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Shard(folder, works)


def read_shards(index: Path) -> list[Shard]:
    """Return all whole shards of this version, in the order of their names; damaged ones are removed."""
    shards = []
    for folder in sorted(index.glob(f"{PREFIX}*")):
        try:
            for name in (WORKS, POINTS):
                check_seal(folder / name)
            works = read_table(folder / WORKS, SCHEMA)[SCHEMA.names]
            shard = Shard(folder, works.astype({"points": int, "width": int, "height": int}))
            if shard.points.dtype != POINT or shard.points.shape != (shard.offsets[-1],):
                raise ValueError(f"points of shape {shard.points.shape} instead of {shard.offsets[-1]}")
            shards.append(shard)
        except (WorkspaceError, *DAMAGED) as error:
            warn(f"{folder} is damaged ({error}); its works are indexed again.")
            shutil.rmtree(folder, ignore_errors=True)
    return shards


def remove_leftovers(index: Path) -> None:
    """Remove shards of other versions, and old ones that were never finished."""
    for folder in index.glob("*shard-v*"):
        is_hidden, is_ours = folder.name.startswith("."), folder.name.startswith(PREFIX)
        if (is_left(folder) or is_leftover(folder)) if is_hidden else not is_ours:
            shutil.rmtree(folder, ignore_errors=True)


def _packed(found: Keypoints) -> np.ndarray:
    points = np.zeros(len(found), POINT)
    places = np.clip(found.places * PLACE + 0.5, 0, 65535)
    points["x"], points["y"] = places[:, 0], places[:, 1]
    points["size"] = np.clip(found.sizes * PLACE + 0.5, 1, 65535)
    points["angle"] = np.round(found.angles * ANGLE).astype(int) % 65536
    points["descriptor"] = found.descriptors
    return points
