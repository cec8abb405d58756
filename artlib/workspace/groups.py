"""The groups of near-duplicates: all images of a group belong to the same part of the split."""

import numpy as np

from artlib.errors import counted
from artlib.workspace.paths import Workspace, WorkspaceError


def read_groups(workspace: Workspace, ids: list[str]) -> np.ndarray:
    """Return the group name of each of `ids`.

    Raises:
        WorkspaceError: there is no `groups.csv`, or images were added after it was written.
    """
    table = workspace.read_table(workspace.groups)
    known = dict(zip(table["id"], table["group"], strict=True))
    if missing := [image_id for image_id in ids if image_id not in known]:
        raise WorkspaceError(
            f"{counted(len(missing), 'image is', 'images are')} not in {workspace.groups}, which was written before. "
            "Run 02_sort (artlib duplicates) again."
        )
    return np.array([known[image_id] for image_id in ids])
