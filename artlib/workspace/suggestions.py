"""Suggestions: pictures that are perhaps no works, each with its reason. They only suggest; a person decides."""

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, as_workspace

COLUMNS = ("id", "reason", "detail")


def read_suggestions(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the suggestions, one row a picture; none if nobody looked for them so far."""
    workspace = as_workspace(workspace)
    if not workspace.suggestions.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    return workspace.read_table(workspace.suggestions)
