"""Finding near-duplicates: images of the same work, or nearly so, that the split must keep together.

Three rules join two images: their fingerprints, their frozen features, and the keypoints that they share.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artlib.errors import counted
from artlib.indexing.groups_of_works import group_works
from artlib.inference.appearance import appearance_of
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.disk.writing import write_table

NAMED = 3  # pairs that share a part, in words; the report has all


@dataclass(frozen=True)
class DuplicateReport:
    """What find_duplicates found.

    Attributes:
        images: how many images were compared.
        groups: the ids of each group of two or more images, the largest group first.
        mixed: the groups with several artists, because of a wrong label, a copy or a joint work.
        shared: the ids of each pair that is not in one group, but shares a part, such as a printed frame or a caption;
            the pairs with most in common first.
    """

    images: int
    groups: list[list[str]]
    mixed: list[list[str]]
    shared: list[tuple[str, str]]

    def __str__(self) -> str:
        inside = sum(map(len, self.groups))
        groups = counted(len(self.groups), "near-duplicate group")
        lines = [f"{counted(self.images, 'image')}, {groups} with {counted(inside, 'image')} in them."]
        if self.mixed:
            mixed = counted(len(self.mixed), "group holds", "groups hold")
            lines.append(f"{mixed} several artists: look there, a label may be wrong.")
        if self.shared:
            pairs = "; ".join(" and ".join(pair) for pair in self.shared[:NAMED])
            lines.append(
                f"{counted(len(self.shared), 'pair shares', 'pairs share')} a part, such as a printed frame, or one "
                "subject shown in the same way: "
                f"{pairs}{' …' if len(self.shared) > NAMED else ''}. They are not in one group."
            )
        return "\n".join(lines)


@writes("finding duplicates")
def find_duplicates(workspace: AnyWorkspace) -> DuplicateReport:
    """Find the near-duplicate groups of all images kept, and write `groups.csv` (`id,group`, one row per image).

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Returns:
        The groups; in the file, an image without near-duplicates is a group of its own.

    Raises:
        WorkspaceError: there is no catalog yet.
    """
    workspace = as_workspace(workspace)
    catalog = sorted_catalog(workspace)
    ids = catalog["id"].tolist()
    look = appearance_of(workspace, ids)
    groups, _, shared = group_works(workspace, ids, look.hashes, look.subjects)
    write_table(workspace.groups, pd.DataFrame({"id": ids, "group": [f"g{number:05d}" for number in groups]}))
    workspace.keep()
    return _report(catalog.assign(group=groups), shared)


def _report(catalog: pd.DataFrame, shared: np.ndarray) -> DuplicateReport:
    ids = catalog["id"].tolist()
    several = [table for _, table in catalog.groupby("group") if len(table) > 1]
    several.sort(key=len, reverse=True)
    return DuplicateReport(
        images=len(catalog),
        groups=[table["id"].tolist() for table in several],
        mixed=[table["id"].tolist() for table in several if table["artist"].nunique() > 1],
        shared=[(ids[one], ids[other]) for one, other in shared],
    )
