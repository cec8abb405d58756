"""Suspects: the pictures that may stand under the wrong artist. They are only suggested; a person decides."""

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.tables import write_with_extras

NUMBERS = ("probability", "own_probability", "label_issue_score")
LOOKS, MIXED = "looks like another", "the same work stands under several artists"  # the reasons
COLUMNS = ("id", "artist", "looks_like", *NUMBERS, "reason")


def read_suspects(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the suspects as `artlib.find_suspects` left them, the most suspect first; none if it never ran.

    Args:
        workspace: a Workspace, or the path of one.

    Returns:
        Columns id, artist (that the picture stood under), looks_like, probability (of looks_like), own_probability (of
        artist), label_issue_score and reason. The three numbers are float, 0 to 1; NaN where an artist has too few
        works. Decisions since then are not in it.

    Raises:
        WorkspaceError: the file is damaged.
    """
    workspace = as_workspace(workspace)
    if not workspace.suspects.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str).astype(dict.fromkeys(NUMBERS, float))
    table = workspace.read_table(workspace.suspects)[list(COLUMNS)]
    return table.replace(dict.fromkeys(NUMBERS, ""), float("nan")).astype(dict.fromkeys(NUMBERS, float))


def write_suspects(workspace: Workspace, table: pd.DataFrame) -> None:
    """Write the suspects, in the order given."""
    write_with_extras(workspace.suspects, table[list(COLUMNS)])
