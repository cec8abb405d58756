"""The overview of a collection: what became of every picture, counted for each artist."""

from collections import Counter

import pandas as pd

from artlib.errors import counted
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import ACCEPTING, latest
from artlib.workspace.set_apart import BLANK, ICON, PLACEHOLDER, SHARED, SMALL_COPY, STRIP, read_set_apart

KEPT, DUPLICATE, DISCARDED, LEFT_OUT, OPTED_OUT = "kept", "duplicate", "discarded", "left out", "opted out"
COLUMNS = (KEPT, DUPLICATE, SMALL_COPY, SHARED, ICON, BLANK, PLACEHOLDER, STRIP, DISCARDED, LEFT_OUT, OPTED_OUT)
NO_ARTIST = "(artist not known)"
LINES = 20  # artists in a text


def collect_report(workspace: AnyWorkspace) -> pd.DataFrame:
    """Count for each artist what became of the pictures that were collected.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Returns:
        One row an artist, the one with most pictures first, and a column of counts for each fate: kept; duplicate (a
        further picture of a near-duplicate group, once 02_sort has found them); each reason to be set apart; discarded
        by hand; left out, because it is broken, of another kind or nobody's; opted out. Those have no artist.

    Raises:
        WorkspaceError: nothing has been collected yet.
    """
    workspace = as_workspace(workspace)
    counts = Counter(_fates(workspace)) + Counter(_rejected(workspace))
    table = pd.Series(counts, dtype=int).unstack(fill_value=0)
    others = sorted(set(table.columns) - set(COLUMNS))  # reasons that somebody else wrote into the table
    table = table.reindex(columns=[*COLUMNS, *others], fill_value=0)
    table.columns.name = None
    order = table.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("artist")


def described(table: pd.DataFrame) -> str:
    """Return a report as text: one line for all, and one for each artist, without the columns that hold nothing."""
    found = table.loc[:, table.sum() > 0]
    total = ", ".join(f"{count} {fate}" for fate, count in found.sum().items())
    artists = counted(len(table.index.drop(NO_ARTIST, errors="ignore")), "artist")
    lines = [f"{counted(table.to_numpy().sum(), 'picture')} of {artists}: {total}."]
    lines += found.head(LINES).rename_axis(None).to_string().splitlines() if len(found) else []
    return "\n".join(lines + ([f"(+{counted(len(found) - LINES, 'more artist')})"] if len(found) > LINES else []))


def _fates(workspace: Workspace) -> list[tuple[str, str]]:
    """Return the artist and the fate of every picture in the catalog."""
    catalog, decisions = read_catalog(workspace), latest(workspace)
    apart = read_set_apart(workspace)
    reasons = dict(zip(apart["id"], apart["reason"], strict=True))
    groups = (
        workspace.read_table(workspace.groups) if workspace.groups.exists() else pd.DataFrame({"id": [], "group": []})
    )
    group_of = dict(zip(groups["id"], groups["group"], strict=True))
    fates, seen = [], set()
    for image_id, artist in zip(catalog["id"], catalog["artist"], strict=True):
        decision = decisions.get(image_id)
        fate, name = KEPT, (decision and decision.artist) or artist
        if decision and decision.action not in ACCEPTING:
            fate = DISCARDED
        elif image_id in reasons and not decision:
            fate = reasons[image_id]
        elif (name, group := group_of.get(image_id, image_id)) in seen:
            fate = DUPLICATE
        else:
            seen.add((name, group))
        fates.append((name, fate))
    return fates


def _rejected(workspace: Workspace) -> list[tuple[str, str]]:
    """Return the artist, as far as the table names one, and the fate of every picture that was not taken in."""
    if not workspace.rejected.exists():
        return []
    table = workspace.read_table(workspace.rejected)
    artists = table["artist"].replace("", NO_ARTIST) if "artist" in table else [NO_ARTIST] * len(table)
    opted_out = table["reason"].str.startswith(OPTED_OUT)
    return [(name, OPTED_OUT if out else LEFT_OUT) for name, out in zip(artists, opted_out, strict=True)]
