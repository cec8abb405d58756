"""Joining names: several spellings become one artist, in the workspace and in later collections."""

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from artlib.collect.errors import CollectError
from artlib.errors import ArgumentError
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.artist_names import add_aliases, clean_artist, read_aliases
from artlib.workspace.catalog import NoImagesError, rename_artists
from artlib.workspace.decisions import named_catalog
from artlib.workspace.ingest import counted_pictures

SHOWN = 20  # names in an error


@dataclass(frozen=True)
class JoinReport:
    """What joining names did.

    Attributes:
        artist: the name that stays.
        names: its aliases now that were joined to it.
        pictures: how many pictures came from each of them.
        in_split: whether the split was made with one of them.
    """

    artist: str
    names: list[str]
    pictures: Counter[str]
    in_split: bool

    def __str__(self) -> str:
        lines = [f"{name} → {self.artist}: {counted_pictures(self.pictures[name])}" for name in self.names]
        lines.append(f"Later collections take {', '.join(self.names)} for {self.artist}, too.")
        if self.in_split:
            lines.append(
                "The split and the models have the name as it was: run `artlib split` and `artlib train` again."
            )
        return "\n".join(lines)


def join_artists(workspace: AnyWorkspace, names: Iterable[str], artist: str) -> JoinReport:
    """Make several names one artist's: of the pictures so far, of moves by hand, and of later collections.

    The originals stay where they lie. The aliases are kept in `aliases.csv`. A name may also be one that no picture has
    yet.

    Args:
        workspace: a Workspace, or the path of one.
        names: the names to join; that of the artist may be among them.
        artist: the name that stays. An alias means what it stands for.

    Returns:
        What was changed.

    Raises:
        ArgumentError: a name is empty, or there is nothing to join.
        WorkspaceError: the catalog or the aliases are damaged.
    """
    workspace, given = as_workspace(workspace), [names] if isinstance(names, str) else list(names)
    joined, stays = {clean_artist(name) for name in given}, clean_artist(artist)
    if not stays or "" in joined:
        raise ArgumentError(f"An artist needs a name. Received: names={given!r}, artist={artist!r}.")
    if joined <= {stays}:
        raise ArgumentError(f"Give another name to join. Received: names={given!r}, artist={artist!r}.")
    before = Counter(_labels(workspace))
    stays = add_aliases(workspace, joined, stays)
    aliases = sorted(joined - {stays})
    rename_artists(workspace, dict.fromkeys(aliases, stays))
    workspace.keep()
    pictures = Counter({name: before[name] for name in aliases})
    return JoinReport(stays, aliases, pictures, _in_split(workspace, set(aliases)))


def rename_artist(workspace: AnyWorkspace, old: str, new: str) -> JoinReport:
    """Rename an artist of the workspace; later collections take the old name for the new one, too.

    Renaming back takes it back.

    Args:
        workspace: a Workspace, or the path of one.
        old: the name now.
        new: the name that it becomes; if another artist has it, the two are joined.

    Returns:
        What was changed.

    Raises:
        CollectError: no artist has the old name.
        ArgumentError: a name is empty, or both are the same.
        WorkspaceError: the catalog or the aliases are damaged.
    """
    workspace = as_workspace(workspace)
    check_known(workspace, old)
    return join_artists(workspace, [old], new)


def check_known(workspace: Workspace, artist: str) -> None:
    """Refuse a name that no picture has and that is no alias.

    Raises:
        CollectError: the text names those that are most alike.
    """
    names = {*_labels(workspace), *read_aliases(workspace)}
    if clean_artist(artist) not in names:
        close = difflib.get_close_matches(artist, names) or sorted(names)
        more = ", …" if len(close) > SHOWN else ""
        raise CollectError(
            f"No artist has this name. Received: {artist!r}; there are: {', '.join(close[:SHOWN]) or 'none'}{more}. "
            "`artlib artists` lists all."
        )


def _labels(workspace: Workspace) -> list[str]:
    """Return the artists of all pictures, as collected or moved by hand, also of discarded ones."""
    if not workspace.catalog.exists():
        return []
    try:
        return named_catalog(workspace)["artist"].map(clean_artist).tolist()
    except NoImagesError:
        return []


def _in_split(workspace: Workspace, names: set[str]) -> bool:
    return workspace.split.exists() and bool(names & set(workspace.read_table(workspace.split)["artist"]))
