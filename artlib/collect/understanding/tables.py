"""Tables: a CSV file in a source that names the artist of each picture, as data sets and museums bring it."""

import csv
import io
from collections import Counter
from pathlib import PurePosixPath

from artlib.collect.gallery_dl_metadata import Metadata
from artlib.collect.naming import NOBODY
from artlib.collect.understanding.listing import Entry, Listing
from artlib.workspace.artist_names import clean_artist

FILES = ("filename", "file_name", "file", "image", "image_path", "imagepath", "path", "picture", "img", "new_filename")
ARTISTS = ("artist", "artist_name", "artistname", "painter", "author", "creator")
TITLES, PAGES, LICENCES = ("title", "artwork", "name"), ("url", "page", "source_url"), ("licence", "license", "rights")
LEAST = 0.5  # share of the pictures that a table must name
DELIMITERS = ",;\t|"

Row = dict[str, str]


def stated_in_tables(listing: Listing) -> dict[str, Metadata]:
    """Return what the tables of a source state, by the picture's path; tables that are used leave its metadata.

    A table counts if it has a column of files and one of artists, and names at least half of the pictures. A picture is
    found by its path, or by its name if no other picture has it, with or without the suffix.

    Args:
        listing: what the source holds.
    """
    stated: dict[str, Metadata] = {}
    for path, entry in list(listing.metadata.items()):
        if path.lower().endswith((".csv", ".tsv")):
            found = _matched(listing, _rows(entry))
            if len(found) >= LEAST * len(listing.pictures):
                stated |= found
                del listing.metadata[path]
    return stated


def _rows(entry: Entry) -> list[Row]:
    text = entry.read().decode("utf-8-sig", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [{str(key).strip().lower(): str(value or "").strip() for key, value in row.items()} for row in rows]
    except csv.Error:
        return []


def _matched(listing: Listing, rows: list[Row]) -> dict[str, Metadata]:
    file, artist = _column(rows, FILES), _column(rows, ARTISTS)
    if not file or not artist:
        return {}
    paths = _by_name(listing)
    found = {}
    for row in rows:
        name, maker = row[file].replace("\\", "/").lower(), clean_artist(row[artist])
        path = paths.get(name) or paths.get(PurePosixPath(name).name)
        if path and maker and not NOBODY.search(maker):
            found[path] = Metadata(maker, _value(row, TITLES), _address(row), _value(row, LICENCES), "")
    return found


def _by_name(listing: Listing) -> dict[str, str]:
    """Return the pictures' paths by all their names in lower case; a name that several have is nobody's."""
    names: list[tuple[str, str]] = []
    for entry in listing.pictures:
        path = PurePosixPath(entry.path.lower())
        several = {str(path), path.name, path.stem, str(path.with_suffix(""))}
        names += [(name, entry.path) for name in several]
    counts = Counter(name for name, _ in names)
    return {name: path for name, path in names if counts[name] == 1}


def _column(rows: list[Row], names: tuple[str, ...]) -> str:
    return next((name for name in names if rows and name in rows[0]), "")


def _value(row: Row, names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _address(row: Row) -> str:
    value = _value(row, PAGES)
    return value if value.startswith(("http://", "https://")) else ""
