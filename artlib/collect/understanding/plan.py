"""A plan: what would be collected, and under which names; it is made before anything is written."""

import csv
import functools
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from artlib.collect.errors import CollectError
from artlib.collect.naming import alike, joining_command, name_words
from artlib.collect.understanding import levels
from artlib.collect.understanding.levels import Choice, Level, name_at
from artlib.collect.understanding.listing import LeftOut, Listing
from artlib.collect.understanding.text import example
from artlib.images import SUPPORTED, UnreadableImageError
from artlib.workspace import AnyWorkspace, WorkspaceError, as_workspace
from artlib.workspace.artist_names import read_aliases
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import clean_artist
from artlib.workspace.ingest import Candidate

ARTISTS_TABLE = "artists.csv"
NAME_COLUMNS = ("name", "artist", "artist_name")
STRAY = "in no artist's folder"


@dataclass(frozen=True)
class Plan:
    """What was understood of a source.

    Attributes:
        source: in words, such as "folder: art".
        listing: what the source holds.
        choice: the level that names the artists; None where a name was given for all.
        artists: of each picture of the listing; "" for one that is nobody's.
        licence: of the pictures, for the catalog.
        notes: what else there is to know before collecting, a line each.
    """

    source: str
    listing: Listing
    choice: Choice | None
    artists: list[str]
    licence: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def is_sure(self) -> bool:
        """Whether the artists are clear enough to collect without asking."""
        return self.choice is None or (self.choice.level is not None and self.choice.sure)

    @property
    def counts(self) -> Counter[str]:
        """How many pictures each artist has."""
        return Counter(filter(None, self.artists))

    @property
    def strays(self) -> list[str]:
        """The paths of pictures that are nobody's."""
        return [entry.path for entry, artist in zip(self.listing.pictures, self.artists, strict=True) if not artist]

    @property
    def left_out(self) -> list[LeftOut]:
        """What will not be collected, by kind, the largest group first."""
        groups = list(self.listing.left_out.values())
        if self.strays:
            groups.append(LeftOut(f"picture {STRAY}", "move it into one, or give --artist", self.strays, True))
        return sorted(groups, key=lambda group: -len(group.paths))

    def table(self) -> pd.DataFrame:
        """Return the artists as a table: artist, pictures and an example."""
        first: dict[str, str] = {}
        for entry, artist in zip(self.listing.pictures, self.artists, strict=True):
            first.setdefault(artist, entry.path)
        rows = [(artist, count, first[artist]) for artist, count in sorted(self.counts.items())]
        return pd.DataFrame(rows, columns=["artist", "pictures", "example"])

    def candidates(self) -> Iterator[Candidate]:
        """Yield the pictures to take in, and what is left out, so that each gets its row among the rejected ones."""
        for entry, artist in zip(self.listing.pictures, self.artists, strict=True):
            if artist:
                yield Candidate(artist, entry.parts[-1], entry.read, self._source(entry.path), licence=self.licence)
        for group in self.left_out:
            for path in group.paths if group.is_loss else ():
                refuse = functools.partial(_refuse, f"{group.kind}: {group.advice}")
                yield Candidate("", path.rsplit("/", 1)[-1], refuse, self._source(path))

    def _source(self, path: str) -> str:
        kind, _, name = self.source.partition(": ")
        return f"{kind}: {path}" if kind == "folder" else f"{kind}: {name}/{path}"

    def __str__(self) -> str:
        lines = [self.headline(), *self.notes, *(f"  {group}" for group in self.left_out)]
        if self.listing.workspaces:
            lines.append(f"  passed over, because a workspace lies there: {', '.join(self.listing.workspaces)}")
        if self.listing.empty:
            lines.append(f"  {len(self.listing.empty)} empty folders: {', '.join(self.listing.empty[:3])}")
        if self.listing.metadata:
            lines.append(f"  {counted(len(self.listing.metadata), 'data file')} (json, csv) were not collected")
        if self.listing.litter:
            lines.append(f"  {self.listing.litter} files that a system left there were passed over")
        return "\n".join(lines)

    def headline(self) -> str:
        """Return what was understood in one line."""
        found = f"{counted(len(self.counts), 'artist')}, {counted(self.counts.total(), 'picture')}."
        if self.choice is None:
            return f"artist = {', '.join(self.counts)}, as given: {found}"
        if self.choice.level is None:
            return f"The source does not say whose works these are: {len(self.listing.pictures)} pictures."
        return f"artist = {_place(self.choice.level)}, e.g. {self._example(self.choice.level)}: {found}"

    def _example(self, level: Level) -> str:
        most, _ = self.counts.most_common(1)[0]
        entry = self.listing.pictures[self.artists.index(most)]
        return entry.path if level.depth < 0 else example(entry.parts, level.depth)

    def check(self) -> None:
        """Refuse a plan that is a guess.

        Raises:
            CollectError: it is not sure; the text says what to give.
        """
        if self.is_sure:
            return
        if self.choice is None or self.choice.level is None:
            raise CollectError(
                f"{self.headline()} Put each artist's works into a folder with the artist's name, or give one name for "
                "all: --artist NAME (in Python artist=NAME)."
            )
        options = [self.choice.level, *self.choice.others]
        raise CollectError(
            "It is not clear which part of the path names the artist. Give one of these (in Python level=…), or "
            "--artist NAME:\n  " + "\n  ".join(map(str, options))
        )


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
    if artist is not None:
        if not clean_artist(artist):
            raise CollectError(f"An artist needs a name. Received: artist={artist!r}.")
        return Plan(source, listing, None, [clean_artist(artist)] * len(listing.pictures), licence)
    listed, paths = _listed(listing), [entry.parts for entry in listing.pictures]
    known = _known(workspace)
    choice = levels.choose(paths, list(known), listed) if level is None else _given(paths, level)
    names = [name_at(path, choice.level.depth) if choice.level else "" for path in paths]
    spelled = {name_words(name): name for name in listed}
    artists = [clean_artist(spelled.get(name_words(name), name)) if name else "" for name in names]
    return Plan(source, listing, choice, artists, licence, _notes(artists, known, workspace))


def _given(paths: Sequence[Sequence[str]], level: int | str) -> Choice:
    depth = -1 if level == levels.FILE else int(level) - 1 if str(level).isdecimal() and int(level) > 0 else None
    if depth is None:
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
            rows = list(csv.DictReader(io.StringIO(text)))
            column = next((name for name in NAME_COLUMNS if rows and name in rows[0]), None)
            return [row[column].strip() for row in rows if row[column]] if column else []
    return []


def _known(workspace: AnyWorkspace) -> Counter[str]:
    """Return how many pictures each artist has in the workspace."""
    try:
        return Counter(sorted(read_catalog(workspace)["artist"]))
    except WorkspaceError:  # nothing was collected yet
        return Counter()


def _notes(artists: Sequence[str], known: Counter[str], workspace: AnyWorkspace) -> list[str]:
    """Point out names that may mean one artist, with the command that joins them."""
    workspace = as_workspace(workspace)
    aliases = read_aliases(workspace)
    names = {aliases.get(artist, artist) for artist in artists if artist}
    renamed = [f"{alias} as {aliases[alias]}" for alias in sorted(set(artists) & set(aliases))]
    notes = [f"Collected under the names in aliases.csv: {', '.join(renamed)}."] if renamed else []
    return notes + [
        f"{' and '.join(same)} may be one artist: {joining_command(same, known or Counter(artists), workspace.root)}"
        for same in alike([*names, *known])
        if names.intersection(same)
    ]


def counted(number: int, what: str) -> str:
    """Return a number of things in words, such as "1 picture" or "2 pictures"."""
    return f"{number} {what}" + "s" * (number != 1)


def _place(level: Level) -> str:
    if level.depth < 0:
        return "the first part of the file name"
    return {0: "1st", 1: "2nd", 2: "3rd"}.get(level.depth, f"{level.depth + 1}th") + " folder"


def _refuse(reason: str) -> bytes:
    raise UnreadableImageError(reason)


def _nothing(source: str, listing: Listing) -> str:
    groups = "; ".join(map(str, listing.left_out.values()))
    return f"Found 0 pictures in {source}. Supported: {' '.join(SUPPORTED)}." + (
        f" Left out: {groups}." if groups else ""
    )
