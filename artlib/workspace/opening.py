"""Opening a workspace: the one line with which every notebook begins."""

import os
from collections.abc import Sequence

from artlib.workspace.needs import require
from artlib.workspace.paths import Workspace


def open_workspace(
    path: str | os.PathLike[str] = "data", *, needs: Sequence[str] = (), name: str = "default"
) -> Workspace:
    """Return the workspace in a folder, with what the caller needs in it.

    Args:
        path: the folder.
        needs: what must be there: "pictures", "groups", "split", "model".
        name: of the model that is needed.

    Raises:
        WorkspaceError: something that is needed is missing; the text says what to do here.
    """
    workspace = Workspace(path)
    require(workspace, needs, name)
    return workspace
