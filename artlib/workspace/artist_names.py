"""Artists' names: as text, and the aliases that the user gave them (`aliases.csv`: alias, artist)."""

import unicodedata
from collections.abc import Iterable

import pandas as pd

from artlib.errors import warn
from artlib.workspace.disk.writing import locked
from artlib.workspace.paths import Workspace, WorkspaceError
from artlib.workspace.tables import write_with_extras

COLUMNS = ["alias", "artist"]


def clean_artist(artist: str) -> str:
    """Return an artist's name in Unicode's form NFC and without extra spaces, so that equal names are equal texts."""
    return " ".join(unicodedata.normalize("NFC", artist).split())


def read_aliases(workspace: Workspace) -> dict[str, str]:
    """Return a dict from each alias to the artist's name; no alias stands for another alias.

    Raises:
        WorkspaceError: the file is not a table of aliases.
    """
    if not workspace.aliases.exists():
        return {}
    table = workspace.read_table(workspace.aliases)
    named = [(clean_artist(alias), clean_artist(artist)) for alias, artist in table[COLUMNS].itertuples(index=False)]
    _refuse_two_meanings(workspace, named)
    return _without_chains({alias: artist for alias, artist in named if alias and artist and alias != artist})


def add_aliases(workspace: Workspace, names: Iterable[str], artist: str) -> str:
    """Make names aliases of an artist, together with the names that stand for them so far.

    If the artist's name is itself an alias, what it stands for is meant; but if that is among the names, the two change
    places: so a renaming is taken back.

    Args:
        workspace: where the aliases are kept.
        names: clean names; the artist's own may be among them.
        artist: the clean name that stays.

    Returns:
        The name that stays.
    """
    names = set(names)
    with locked(workspace.aliases):
        aliases = read_aliases(workspace)
        if aliases.get(artist, artist) not in names:
            artist = aliases.get(artist, artist)
        aliases = {alias: artist if stays in names else stays for alias, stays in aliases.items()}
        aliases |= dict.fromkeys(names, artist)
        aliases.pop(artist, None)
        write_with_extras(workspace.aliases, pd.DataFrame(sorted(aliases.items()), columns=COLUMNS))
    return artist


def remove_alias(workspace: Workspace, alias: str) -> str | None:
    """Remove an alias, and return the artist that it stood for; None if it was none."""
    with locked(workspace.aliases):
        aliases = read_aliases(workspace)
        if artist := aliases.pop(alias, None):
            write_with_extras(workspace.aliases, pd.DataFrame(sorted(aliases.items()), columns=COLUMNS))
    return artist


def _refuse_two_meanings(workspace: Workspace, named: Iterable[tuple[str, str]]) -> None:
    meant: dict[str, str] = {}
    for alias, artist in named:
        if meant.setdefault(alias, artist) != artist:
            raise WorkspaceError(
                f"{workspace.aliases} is not a table of aliases: {alias!r} stands for {meant[alias]!r} and for "
                f"{artist!r}. Delete one of the rows."
            )


def _without_chains(aliases: dict[str, str]) -> dict[str, str]:
    """Follow each alias to its end, as a file that was edited by hand needs; those in a circle stand for nobody."""
    ends = {alias: _end_of(alias, aliases) for alias in aliases}
    if circle := sorted(alias for alias, end in ends.items() if not end):
        warn(
            f"In aliases.csv these names stand for each other, and are not used: {', '.join(circle)}. Correct the file."
        )
    return {alias: end for alias, end in ends.items() if end}


def _end_of(alias: str, aliases: dict[str, str]) -> str:
    """Return the name that an alias stands for in the end; "" if that is an alias again."""
    name, seen = alias, set()
    while name in aliases and name not in seen:
        seen.add(name)
        name = aliases[name]
    return "" if name in aliases else name
