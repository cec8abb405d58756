"""Joining names: several spellings become one artist, in the workspace and in later collections."""

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from artlib.collect.errors import CollectError
from artlib.errors import ArgumentError, counted
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.artist_names import add_aliases, clean_artist, read_aliases, remove_alias
from artlib.workspace.catalog import NoImagesError, read_catalog, relabel_rows, rename_artists
from artlib.workspace.decisions import named_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.disk.writing import safe_name

SHOWN = 20  # names in an error
OUTDATED = "The split and the models have the names as they were: run `artlib split` and `artlib train` again."


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
        lines = [f"{name} → {self.artist}: {counted(self.pictures[name], 'picture')}" for name in self.names]
        lines.append(f"Later collections take {', '.join(self.names)} for {self.artist}, too.")
        return "\n".join([*lines, OUTDATED] if self.in_split else lines)


@dataclass(frozen=True)
class SeparateReport:
    """What making an alias an artist again did.

    Attributes:
        alias: the name that is an artist's own again.
        artist: whose alias it was.
        pictures: how many pictures it got back.
        in_split: whether the split was made with the two as one.
    """

    alias: str
    artist: str
    pictures: int
    in_split: bool

    def __str__(self) -> str:
        text = f"{self.artist} → {self.alias}: {counted(self.pictures, 'picture')}\n{self.alias} is no alias any more."
        return f"{text}\n{OUTDATED}" if self.in_split else text


@writes("changing artists names")
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


@writes("changing artists names")
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


@writes("changing artists names")
def separate_artist(workspace: AnyWorkspace, alias: str) -> SeparateReport:
    """Make an alias an artist of its own again.

    It gets the pictures of its artist whose originals lie in the alias's folder, as they were collected, and those that
    were moved to it by hand.

    Args:
        workspace: a Workspace, or the path of one.
        alias: the alias.

    Returns:
        What was changed.

    Raises:
        CollectError: there is no such alias.
        WorkspaceError: the catalog or the aliases are damaged.
    """
    workspace, name = as_workspace(workspace), clean_artist(alias)
    artist = remove_alias(workspace, name)
    if artist is None:
        known = ", ".join(read_aliases(workspace)) or "none"
        raise CollectError(f"There is no such alias. Received: {alias!r}; there are: {known}.")
    mine = _collected_as(workspace, name, artist)
    if mine:
        relabel_rows(workspace, {image_id: (name, source) for image_id, source in mine.items()})
    workspace.keep()
    return SeparateReport(name, artist, len(mine), _in_split(workspace, {artist}))


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


def _collected_as(workspace: Workspace, name: str, artist: str) -> dict[str, str]:
    """Return the ids and sources of an artist's pictures whose originals lie in the folder of another name."""
    if not _labels(workspace):
        return {}
    catalog = read_catalog(workspace)
    folder = f"{workspace.originals.name}/{safe_name(name)}/"
    mine = catalog[(catalog["artist"] == artist) & catalog["path"].str.startswith(folder)]
    return dict(zip(mine["id"], mine["source"], strict=True))


def _in_split(workspace: Workspace, names: set[str]) -> bool:
    return workspace.split.exists() and bool(names & set(workspace.read_table(workspace.split)["artist"]))
