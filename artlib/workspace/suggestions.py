"""Suggestions: pictures that a person should look at first, because they are probably no works. They decide nothing."""

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.tables import write_with_extras

COLUMNS = ("id", "reason", "detail")
BLURRY = "blurry"
BLANK = "nearly blank"
SCREENSHOT = "screenshot"
PHOTOGRAPH = "photograph among drawings"
TEXT = "text page"
FRAME = "frame"


def read_suggestions(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the pictures suggested for a look, one row each; none if they were never looked for.

    Args:
        workspace: a Workspace, or the path of one.

    Returns:
        Columns id, reason (a few words, the same for each such picture) and detail (the reason for this picture, with
        the figure measured).

    Raises:
        WorkspaceError: the file is damaged.
    """
    workspace = as_workspace(workspace)
    if not workspace.suggestions.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    return workspace.read_table(workspace.suggestions)


def write_suggestions(workspace: Workspace, table: pd.DataFrame) -> None:
    """Write the pictures suggested; a table without rows says that they were looked for, and none was found."""
    write_with_extras(workspace.suggestions, table[list(COLUMNS)])
