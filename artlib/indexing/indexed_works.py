"""The indexed works: all of the catalog but blank pictures, with the keypoints by which they are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from artlib import images
from artlib.indexing.works_index import WorksIndex
from artlib.similarity.matching import Form
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.decisions import accepted, apply, latest
from artlib.workspace.fingerprints import catalog_with_fingerprints
from artlib.workspace.set_apart import BLANK, SMALL_COPY, read_set_apart


@dataclass(frozen=True)
class IndexedWorks:
    """The works of a workspace, with their index.

    Attributes:
        workspace: where they lie.
        index: of their keypoints.
        rows: from id to the row of the catalog.
        hashes: the perceptual hashes of the works of the index, uint64 (n,), in its order.
        full_of: from the id of a small copy to the id of the full picture, which is named instead of it.
    """

    workspace: Workspace
    index: WorksIndex
    rows: Mapping[str, Mapping[str, str]]
    hashes: np.ndarray
    full_of: Mapping[str, str]

    @classmethod
    def read(cls, workspace: Workspace) -> "IndexedWorks":
        """Read the catalog, and build the index or bring it up to date.

        Raises:
            WorkspaceError: there is no catalog.
        """
        catalog = known_catalog(workspace)
        apart = read_set_apart(workspace)
        copies = apart[(apart["reason"] == SMALL_COPY) & apart["of"].isin(catalog["id"])]
        rows = {row["id"]: row for row in catalog.to_dict("records")}
        index = WorksIndex(workspace, list(rows))
        hashes = [int(rows[image_id]["phash"], 16) if image_id in rows else 0 for image_id in index.ids]
        full_of = dict(zip(copies["id"], copies["of"], strict=True))
        return cls(workspace, index, rows, np.array(hashes, np.uint64), full_of)

    def row(self, work: int) -> Mapping[str, str]:
        """Return the row of the catalog of a work of the index; instead of a small copy, that of the full picture."""
        image_id = self.index.ids[work]
        return self.rows[self.full_of.get(image_id, image_id)]

    def form(self, work: int) -> Form | None:
        """Return the picture of a work of the index, with its keypoints; None if it can't be read any more."""
        try:
            return Form(self.index.grey(work), self.index.keypoints(work))
        except images.ImageError:
            return None

    def is_known(self, work: int) -> bool:
        """Return whether a work of the index is still in the catalog."""
        return self.index.ids[work] in self.rows

    def image(self, work: int) -> Path:
        """Return the normalised copy of a work of the index."""
        return self.workspace.image(self.index.ids[work])

    def size(self, work: int) -> tuple[int, int]:
        """Return width and height of the original of a work, in pixels."""
        row = self.rows[self.index.ids[work]]
        return int(row["width"]), int(row["height"])


def build_index(workspace: AnyWorkspace = "data") -> int:
    """Build the index that `artlib.trace` searches, or bring it up to date; return how many works are in it.

    Only works that are new in the catalog are looked at. An interruption loses the last 256 works at most.

    Args:
        workspace: a Workspace, or the path of one, with collected works.

    Raises:
        WorkspaceError: there is no catalog.
    """
    known = IndexedWorks.read(as_workspace(workspace))
    return sum(image_id in known.rows for image_id in known.index.ids)


def known_catalog(workspace: Workspace) -> pd.DataFrame:
    """Return the catalog of known works, with the artists as sorted by hand; blank pictures are left out."""
    decisions = latest(workspace)
    moved = {image_id: decision for image_id, decision in decisions.items() if decision.action == "move"}
    apart = read_set_apart(workspace)
    blank = set(apart.loc[apart["reason"] == BLANK, "id"]) - accepted(decisions)
    catalog = apply(catalog_with_fingerprints(workspace), moved)
    return catalog[~catalog["id"].isin(blank)].reset_index(drop=True)
