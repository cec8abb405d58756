"""The rejected pictures: one row for each picture of any source that could not be taken, with the reason."""

from collections.abc import Collection, Iterable

import pandas as pd

from artlib.errors import warn
from artlib.workspace.disk.writing import locked, write_table
from artlib.workspace.paths import Workspace, WorkspaceError

COLUMNS = ("source", "reason", "again")
AGAIN = "yes"  # in the column `again`: the next collection from the same source tries it again


def record_rejections(
    workspace: Workspace, rejected: Iterable[tuple[str, str]], looked_at: Collection[str], *, again: bool = False
) -> None:
    """Write which pictures were rejected; rows of pictures that were not looked at this time stay as they are.

    Args:
        workspace: whose `rejected.csv` it is.
        rejected: the source and the reason of each picture.
        looked_at: the sources of all pictures that were looked at; a former row of one of them goes away.
        again: whether the next collection is to try these once more, because the reason may pass.
    """
    with locked(workspace.catalog):  # one lock for the tables of a collection
        table = _table(workspace)
        table = table[~table["source"].isin(looked_at)]
        new = pd.DataFrame([(*row, AGAIN if again else "") for row in rejected], columns=list(COLUMNS))
        write_table(workspace.rejected, pd.concat([table, new], ignore_index=True).fillna(""))


def rejected_for_good(workspace: Workspace) -> set[str]:
    """Return the sources of those pictures that no further attempt can change."""
    table = _table(workspace)
    return set(table.loc[table["again"] != AGAIN, "source"])


def rejected_for_now(workspace: Workspace) -> set[str]:
    """Return the sources of those pictures that are to be tried again."""
    table = _table(workspace)
    return set(table.loc[table["again"] == AGAIN, "source"])


def _table(workspace: Workspace) -> pd.DataFrame:
    """Read the table; put a damaged one aside and begin anew: it only repeats what collecting again would say."""
    if not workspace.rejected.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
    try:
        return workspace.read_table(workspace.rejected)
    except WorkspaceError as error:
        aside = workspace.rejected.with_name("rejected-damaged.csv")
        workspace.rejected.replace(aside)
        warn(f"{error} It is called {aside.name} now, and a new one is begun.")
        return pd.DataFrame(columns=list(COLUMNS), dtype=str)
