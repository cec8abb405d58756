"""The artists of a workspace, with their aliases, and names that may mean one artist."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from artlib.collect.naming import alike, joining_command
from artlib.errors import counted
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.artist_names import read_aliases
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import sorted_catalog


@dataclass(frozen=True)
class Artists:
    """The artists of a workspace.

    Attributes:
        table: one row an artist: `artist`, `pictures` (without discarded ones), `groups` of near-duplicates (missing
            while they are not known) and `aliases`, a list.
        alike: groups of names that agree but for case, accents, separators and the order of their words.
        commands: the command that joins each of these groups.
    """

    table: pd.DataFrame
    alike: list[list[str]]
    commands: list[str]

    def __str__(self) -> str:
        lines = [
            f"{counted(len(self.table), 'artist')}, {counted(self.table['pictures'].sum(), 'picture')}.",
            "  pictures  groups  artist",
        ]
        lines += map(_line, self.table.to_dict("records"))
        if self.alike:
            lines.append("These names may mean one artist; the command joins them, for later collections, too:")
        for names, command in zip(self.alike, self.commands, strict=True):
            lines += [f"  {', '.join(names)}", f"    {command}"]
        return "\n".join(lines)


def artists(workspace: AnyWorkspace) -> Artists:
    """Return the artists of a workspace.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Raises:
        WorkspaceError: there is no catalog yet, or a table is damaged.
    """
    workspace = as_workspace(workspace)
    kept = sorted_catalog(workspace)
    pictures, groups, aliases = Counter(kept["artist"]), _groups(workspace, kept), read_aliases(workspace)
    names = sorted({*pictures, *read_catalog(workspace)["artist"], *aliases.values()})
    rows = [
        (name, pictures[name], groups.get(name), [alias for alias, artist in aliases.items() if artist == name])
        for name in names
    ]
    table = pd.DataFrame(rows, columns=["artist", "pictures", "groups", "aliases"]).astype({"groups": "Int64"})
    same = alike(names)
    return Artists(table, same, [joining_command(group, pictures, workspace.root) for group in same])


def _groups(workspace: Workspace, kept: pd.DataFrame) -> dict[str, int]:
    """Return how many groups of near-duplicates each artist has; empty if some picture's group is not known."""
    if not workspace.groups.exists():
        return {}
    table = workspace.read_table(workspace.groups)
    group = kept["id"].map(dict(zip(table["id"], table["group"], strict=True)))
    return {} if group.isna().any() else group.groupby(kept["artist"]).nunique().to_dict()


def _line(row: dict) -> str:
    groups = "-" if pd.isna(row["groups"]) else row["groups"]
    also = f" (also: {', '.join(row['aliases'])})" if row["aliases"] else ""
    return f"  {row['pictures']:8d}  {groups:>6}  {row['artist']}{also}"
