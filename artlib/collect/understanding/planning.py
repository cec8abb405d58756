"""Planning: the artist of each picture of a source, from what was given, what is stated beside it, or its path."""

import csv
import io
from collections import Counter
from collections.abc import Sequence

from artlib.collect.errors import CollectError
from artlib.collect.gallery_dl_metadata import Metadata, metadata_names, read_metadata
from artlib.collect.naming import alike, joining_command, name_words, quoted
from artlib.collect.understanding import levels
from artlib.collect.understanding.file_names import commonest_style, style_of
from artlib.collect.understanding.levels import Choice, Level, name_at
from artlib.collect.understanding.listing import Listing
from artlib.collect.understanding.plan import Plan
from artlib.collect.understanding.tables import stated_in_tables
from artlib.images import SUPPORTED
from artlib.workspace import AnyWorkspace, WorkspaceError, as_workspace
from artlib.workspace.artist_names import clean_artist, read_aliases
from artlib.workspace.catalog import read_catalog

ARTISTS_TABLE = "artists.csv"
SHOWN = 3  # aliases in a note
PAIRS = 10  # notes on names that may be one
NAME_COLUMNS = ("name", "artist", "artist_name")


def make_plan(
    source: str,
    listing: Listing,
    workspace: AnyWorkspace,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    licence: str = "",
) -> Plan:
    """Infer the artist of each picture of a source.

    Args:
        source: in words, such as "folder: art".
        listing: what it holds.
        workspace: whose artists are known already.
        artist: one name for all pictures.
        level: which folder names the artist, 1 for the first; "file" for names as artist_title.jpg; None infers it.
        licence: of the pictures.

    Raises:
        CollectError: there is no picture, or no picture has a name at the level.
    """
    if not listing.pictures:
        raise CollectError(_nothing(source, listing))
    stated = stated_in_tables(listing) | _stated(listing)
    if artist is not None:
        if not clean_artist(artist):
            raise CollectError(f"An artist needs a name. Received: artist={artist!r}.")
        artists = [clean_artist(artist)] * len(listing.pictures)
        return Plan(source, listing, None, artists, stated, licence, _notes(artists, workspace))
    listed, paths = _listed(listing), [entry.parts for entry in listing.pictures]
    known = {*_known(workspace), *read_aliases(as_workspace(workspace))}
    named = {path for path, each in stated.items() if each.artist}
    silent = [path for path in paths if "/".join(path) not in named]
    choice: Choice | None = None
    if level is not None:
        choice = _given(paths, level)
    elif silent:
        choice = levels.choose(silent, known, listed)
        if named and choice.level is None:  # those that are not named are nobody's
            choice = None
    names = [name_at(path, choice.level.depth) if choice and choice.level else "" for path in paths]
    spelled = {name_words(name): name for name in listed}
    artists = [clean_artist(spelled.get(name_words(name), name)) if name else "" for name in names]
    artists = [_maker(stated, path) or artist for path, artist in zip(paths, artists, strict=True)]
    notes = [*_one_artist(paths, choice), *_notes(artists, workspace)]
    return Plan(source, listing, choice, artists, stated, licence, notes)


def _one_artist(paths: Sequence[Sequence[str]], choice: Choice | None) -> list[str]:
    """Say how to collect one artist's series, which look like several artists in one folder."""
    if choice and choice.level and choice.sure and (name := levels.around(paths, choice.level)):
        return [f'If all of them are by "{name}", give --artist {quoted(name)} (in Python artist={name!r}).']
    return []


def _stated(listing: Listing) -> dict[str, Metadata]:
    """Read gallery-dl's files beside the pictures; they leave the listing's metadata."""
    stated: dict[str, Metadata] = {}
    for entry in listing.pictures:
        for name in metadata_names(entry.path):
            if name in listing.metadata and (found := read_metadata(listing.metadata[name].read())):
                stated[entry.path] = found
                del listing.metadata[name]
                break
    return stated


def _maker(stated: dict[str, Metadata], path: Sequence[str]) -> str:
    found = stated.get("/".join(path))
    return found.artist if found else ""


def _given(paths: Sequence[Sequence[str]], level: int | str) -> Choice:
    files = [path[-1] for path in paths]
    if level == levels.FILE:
        style = style_of(files)
        depth = -1 - (commonest_style(files) if style is None else style)
    elif str(level).isdecimal() and int(level) > 0:
        depth = int(level) - 1
    else:
        raise CollectError(f"A level is 1 for the first folder, 2 for the second, or file. Received: {level!r}.")
    names = Counter(name for path in paths if (name := name_at(path, depth)))
    if not names:
        raise CollectError(f"No picture has a name at this level. Received: {level!r}; e.g. {'/'.join(paths[0])}.")
    return Choice(Level(depth, names, names.total() / len(paths), 0.0), True, [])


def _listed(listing: Listing) -> list[str]:
    """Return the artists in the source's own artists.csv, if it has one at its top."""
    for path, entry in listing.metadata.items():
        if path.rsplit("/", 1)[-1].lower() == ARTISTS_TABLE and len(entry.parts) <= 2:
            text = entry.read().decode("utf-8-sig", errors="replace")
            try:
                rows = list(csv.DictReader(io.StringIO(text)))
            except csv.Error:  # it is no table, whatever its name
                continue
            column = next((name for name in NAME_COLUMNS if rows and name in rows[0]), None)
            return [row[column].strip() for row in rows if row[column]] if column else []
    return []


def _known(workspace: AnyWorkspace) -> Counter[str]:
    """Return how many pictures each artist has in the workspace."""
    try:
        return Counter(read_catalog(workspace)["artist"])
    except WorkspaceError:  # nothing was collected yet
        return Counter()


def _notes(artists: Sequence[str], workspace: AnyWorkspace) -> list[str]:
    """Say which aliases are obeyed, and point out names that may mean one artist, with the command that joins them."""
    workspace = as_workspace(workspace)
    aliases, known = read_aliases(workspace), _known(workspace)
    renamed = [f"{alias} as {aliases[alias]}" for alias in sorted(aliases.keys() & set(artists))]
    names = {aliases.get(artist, artist) for artist in artists if artist}
    counts = known + Counter(aliases.get(artist, artist) for artist in artists)
    more = f" (+{len(renamed) - SHOWN} more)" if len(renamed) > SHOWN else ""
    pairs = [same for same in alike([*names, *known]) if names.intersection(same)]
    return [
        *[f"Collected under the names in aliases.csv: {', '.join(renamed[:SHOWN])}{more}."] * bool(renamed),
        *(
            f"{' and '.join(same)} may be one artist: {joining_command(same, counts, workspace.root)}"
            for same in pairs[:PAIRS]
        ),
        *[f"(+{len(pairs) - PAIRS} more names that may be one; `artlib artists` lists them)"] * (len(pairs) > PAIRS),
    ]


def _nothing(source: str, listing: Listing) -> str:
    groups = "; ".join(map(str, listing.left_out.values()))
    text = f"Found 0 pictures in {source}. Supported: {' '.join(SUPPORTED)}."
    if groups:
        text += f" Left out: {groups}."
    if listing.workspaces:
        text += (
            f" Passed over, because a workspace lies there: {', '.join(listing.workspaces)}. To use it, run `artlib "
            "unpack` if `artlib pack` wrote it, else unpack it by hand. For its pictures, collect its folder originals."
        )
    return text
