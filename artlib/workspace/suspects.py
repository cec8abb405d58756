"""Suspects: the pictures whose artist the model doubts. They only suggest; a person decides."""

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, as_workspace

COLUMNS = ("id", "artist", "looks_like", "probability", "own_probability", "label_issue_score", "reason")


def read_suspects(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the suspects, the most suspect first; none if nobody looked for them so far."""
    workspace = as_workspace(workspace)
    if not workspace.suspects.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    return workspace.read_table(workspace.suspects)
