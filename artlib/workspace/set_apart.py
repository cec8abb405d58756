"""Pictures set apart: those that are probably no works. They are kept, and left out until a person accepts them."""

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.tables import write_with_extras

COLUMNS = ("id", "reason", "of", "detail")
SMALL_COPY = "small copy"
SHARED = "under several artists"
ICON = "avatar or icon"
BLANK = "nearly blank"
PLACEHOLDER = "placeholder"
STRIP = "strip"


def read_set_apart(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the pictures that are set apart, one row each; none if nothing was ever set apart.

    Args:
        workspace: a Workspace, or the path of one.

    Returns:
        Columns id, reason (a few words, the same for each such picture), of (the id of the full picture, or empty) and
        detail (the reason for this picture, in words).

    Raises:
        WorkspaceError: the file is damaged.
    """
    workspace = as_workspace(workspace)
    if not workspace.set_apart.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    return workspace.read_table(workspace.set_apart)


def write_set_apart(workspace: Workspace, table: pd.DataFrame) -> None:
    """Write the pictures that are set apart, or no file if there are none and never were."""
    if len(table) or workspace.set_apart.exists():
        write_with_extras(workspace.set_apart, table[list(COLUMNS)])
