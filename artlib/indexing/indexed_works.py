"""The indexed works: all of the catalog but those set apart, with the keypoints by which they are found."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from artlib import images
from artlib.errors import ArgumentError
from artlib.indexing.building import build_shards
from artlib.indexing.compact_index import Finder, works_index
from artlib.indexing.works_index import WorksIndex
from artlib.similarity.hashing import distances
from artlib.similarity.matching import Form
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.decisions import accepted, apply, latest
from artlib.workspace.disk.writer import writes
from artlib.workspace.fingerprints import catalog_with_fingerprints
from artlib.workspace.set_apart import BLANK, SMALL_COPY, read_set_apart

ENGINES = ("local", "ray")
ALIKE_BITS = 4  # of 64, of the hashes of a picture and of a work that it copies as a whole


@dataclass(frozen=True)
class IndexedWorks:
    """The works of a workspace, with their index.

    Attributes:
        workspace: where they lie.
        index: of their keypoints.
        rows: from id to the row of the catalog.
        hashes: the perceptual hashes of the works of the index, uint64 (n,), in its order.
        unseen: those of works whose pictures are not here, as where a recogniser came without them, by their ids.
    """

    workspace: Workspace
    index: WorksIndex
    rows: Mapping[str, Mapping[str, str]]
    hashes: np.ndarray
    unseen: Mapping[str, np.uint64]

    @classmethod
    def read(cls, workspace: Workspace, find: Finder = build_shards) -> "IndexedWorks":
        """Read the catalog, and build the index or bring it up to date.

        Args:
            workspace: where the works lie.
            find: finds the keypoints that are missing.

        Raises:
            WorkspaceError: there is no catalog.
        """
        catalog = known_catalog(workspace)
        rows = {row["id"]: row for row in catalog.to_dict("records")}
        index = works_index(workspace, list(rows), find)
        hashes = {image_id: np.uint64(int(row["phash"], 16)) for image_id, row in rows.items()}
        indexed = [hashes.get(image_id, np.uint64(0)) for image_id in index.ids]
        seen = set(index.ids)
        unseen = {image_id: each for image_id, each in hashes.items() if image_id not in seen}
        return cls(workspace, index, rows, np.array(indexed, np.uint64), unseen)

    def alike_unseen(self, hashes: np.ndarray) -> str | None:
        """Return the id of the work whose picture is not here and whose hash is that of a picture; None without one.

        Args:
            hashes: of the picture's eight orientations, uint64 (8,).
        """
        if not self.unseen:
            return None
        bits = distances(hashes[None], np.array(list(self.unseen.values()), np.uint64))[0]
        return list(self.unseen)[int(bits.argmin())] if bits.min() <= ALIKE_BITS else None

    def row(self, work: int) -> Mapping[str, str]:
        """Return the row of the catalog of a work of the index."""
        return self.rows[self.index.ids[work]]

    def form(self, work: int) -> Form | None:
        """Return the picture of a work of the index, with its keypoints; None if it can't be read any more."""
        try:
            return Form(self.index.grey(work), self.index.keypoints(work))
        except images.ImageError:
            return None

    def is_known(self, work: int) -> bool:
        """Return whether a work of the index is still in the catalog."""
        return self.index.ids[work] in self.rows

    def size(self, work: int) -> tuple[int, int]:
        """Return width and height of the original of a work, in pixels."""
        row = self.row(work)
        return int(row["width"]), int(row["height"])


@writes("indexing")
def build_index(workspace: AnyWorkspace = "data", *, engine: str = "local", address: str | None = None) -> int:
    """Build the index that `artlib.trace` searches, or bring it up to date; return how many works are in it.

    Only works that are new in the catalog are looked at. An interruption loses the last 256 works at most.

    Args:
        workspace: a Workspace, or the path of one, with collected works.
        engine: what finds the keypoints: "local", this machine, or "ray", a Ray cluster (docs/scale.md).
        address: of the cluster; without one, Ray starts on this machine.

    Raises:
        WorkspaceError: there is no catalog.
        ArgumentError: there is no such engine, or an address without one.
        ArtlibError: Ray is not installed, or there is no cluster at this address.
    """
    known = IndexedWorks.read(as_workspace(workspace), _finder(engine, address))
    return sum(image_id in known.rows for image_id in known.index.ids)


def _finder(engine: str, address: str | None) -> Finder:
    if engine not in ENGINES or (address and engine != "ray"):
        raise ArgumentError(
            f'The engine is "local", or "ray" with or without the address of a cluster. Received: engine={engine!r}, '
            f"address={address!r}."
        )
    if engine == "local":
        return build_shards
    from artlib.indexing.ray_engine import ray_finder  # asks for an optional library

    return ray_finder(address)


def known_catalog(workspace: Workspace) -> pd.DataFrame:
    """Return the catalog of known works, with the artists as sorted by hand.

    Blank pictures are left out, and small copies of pictures that are there in full: these are found instead.
    """
    decisions = latest(workspace)
    moved = {image_id: decision for image_id, decision in decisions.items() if decision.action == "move"}
    apart = read_set_apart(workspace)
    no_works = set(apart.loc[apart["reason"].isin((BLANK, SMALL_COPY)), "id"]) - accepted(decisions)
    catalog = apply(catalog_with_fingerprints(workspace), moved)
    return catalog[~catalog["id"].isin(no_works)].reset_index(drop=True)
