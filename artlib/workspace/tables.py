"""The tables of a workspace: the schema of each file that stages share, by its name."""

import math
import re
from pathlib import Path

import pandas as pd

from artlib.workspace.disk.writing import append_line, drop_torn_line, write_table
from artlib.workspace.formats.columns import ID_LENGTH, hexadecimal, image_id, is_turned, number, one_of, text, whole
from artlib.workspace.formats.reading import content_of
from artlib.workspace.formats.schema import CellError, Cells, Schema, read_table, read_with_form

PARTS = ("train", "validation", "test")
PHASH_LENGTH = 16  # hexadecimal digits
UNKNOWN_PHASH = "0" * PHASH_LENGTH  # with an empty phash_version: it is computed again
IMAGE_ID = re.compile(f"[0-9a-f]{{{ID_LENGTH}}}")
NEARLY = 0.06  # spreadsheet programs show two digits at least


def _mend(cells: Cells) -> None:
    """Put right the ids, which are the beginning of sha256, and damaged hashes."""
    ids, hashes = cells["id"], cells["phash"]
    for place, (shown, sha256) in enumerate(zip(ids, cells["sha256"], strict=True)):
        if shown != sha256[:ID_LENGTH]:
            ids[place] = _mended(shown.strip(), sha256.strip().lower()[:ID_LENGTH], place)
    for place, phash in enumerate(hashes):
        if len(phash) != PHASH_LENGTH and is_turned(phash) and len(phash.strip()) != PHASH_LENGTH:
            hashes[place], cells["phash_version"][place] = UNKNOWN_PHASH, ""


def _mended(shown: str, digits: str, place: int) -> str:
    if is_turned(shown) and _is_about(shown, digits):
        return digits
    if shown != digits and IMAGE_ID.fullmatch(shown) and IMAGE_ID.fullmatch(digits):
        raise CellError(f"id is {shown!r}, and sha256 begins with {digits!r}, so they are of two images", place)
    return shown


def _is_about(shown: str, digits: str) -> bool:
    """Return whether a spreadsheet program may show some digits as this number."""
    try:
        exact, about = float(digits), float(shown.replace(",", "."))
    except ValueError:
        return False
    return math.isfinite(exact) and abs(exact - about) <= NEARLY * exact


BY_HAND = "Correct it there, or bring back the file from a copy"
CATALOG = Schema(
    (
        image_id("id"),
        text("artist", filled=True),
        text("path", filled=True),
        text("source"),
        text("source_url"),
        text("licence"),
        text("collected_at"),
        hexadecimal("sha256", 64),
        whole("width", 1),
        whole("height", 1),
        hexadecimal("phash", PHASH_LENGTH),
        text("phash_version", added=True),
    ),
    f"{BY_HAND}; or move it away and collect again.",
    key="id",
    same=("artist", "sha256"),
    wrong="is not a catalog",
    is_log=True,
    mend=_mend,
)
SPLIT = Schema(
    (image_id("id"), text("artist", filled=True), text("group", filled=True), one_of("part", PARTS)),
    f"{BY_HAND}; or delete it and run 03_train (artlib split) again: the same pictures give the same split.",
    key="id",
)
ARTISTS = Schema(
    (text("name", filled=True), whole("paintings", 1), number("class_weight", 0, 100_000)),
    "Delete it and run 03_train (artlib split) again: the same pictures give the same file.",
    key="name",
)
GROUPS = Schema(
    (image_id("id"), text("group", filled=True)),
    "Delete it and run 02_sort (artlib duplicates) again.",
    key="id",
)
ALIASES = Schema(
    (text("alias", filled=True), text("artist", filled=True)),
    'Its columns are alias and artist; a name with a comma in it stands in "…". Correct it, or move it away.',
    wrong="is not a table of aliases",
)
SET_APART = Schema(
    (image_id("id"), text("reason", filled=True), image_id("of", empty=True), text("detail")),
    "Delete it and run 01_collect (artlib collect) again.",
    key="id",
)
REJECTED = Schema(
    (text("source", filled=True), text("reason", filled=True), one_of("again", ("", "yes"), added=True)),
    "Delete it and collect again.",
)
SUSPECTS = Schema(
    (
        image_id("id"),
        text("artist", filled=True),
        text("looks_like", filled=True),
        number("probability", 0, 1, empty=True),
        number("own_probability", 0, 1, empty=True),
        number("label_issue_score", 0, 1, empty=True),
        text("reason"),
    ),
    "Delete it and run 02_sort (artlib.find_suspects) again.",
    key="id",
)
SUGGESTIONS = Schema(
    (image_id("id"), text("reason", filled=True), text("detail")),
    "Delete it and run 02_sort (artlib sort --suggest) again.",
    key="id",
)
SOURCES = Schema(
    (
        text("path", filled=True),
        text("artist", filled=True),
        text("title"),
        text("source", filled=True),
        text("source_url"),
        text("licence"),
        hexadecimal("sha256", 64),
    ),
    f"{BY_HAND}; or move it away and run this again.",
    is_log=True,
)
HISTORY = Schema(
    (text("phase", filled=True), whole("epoch", 1), number("seconds", 0)),
    "Bring it back from a copy; or train again with 03_train (artlib train).",
)
SCHEMAS = {
    "catalog.csv": CATALOG,
    "split.csv": SPLIT,
    "artists.csv": ARTISTS,
    "groups.csv": GROUPS,
    "aliases.csv": ALIASES,
    "set_apart.csv": SET_APART,
    "rejected.csv": REJECTED,
    "suspects.csv": SUSPECTS,
    "suggestions.csv": SUGGESTIONS,
    "sources.csv": SOURCES,
    "history.csv": HISTORY,
}


def known_table(path: Path) -> pd.DataFrame:
    """Return one of these tables, which is there; every column is text.

    Raises:
        WorkspaceError: it can't be read without doubt.
    """
    return read_table(path, SCHEMAS[path.name])


def prepare_to_append(path: Path) -> pd.DataFrame:
    """Put a table into the house's form, if it is in another, so that lines can be appended; begin it if it is new.

    The caller has locked it.

    Returns:
        The table so far; its columns are in the file's order.

    Raises:
        WorkspaceError: it can't be read without doubt; then it stays as it is.
    """
    schema = SCHEMAS[path.name]
    content = content_of(path) if path.exists() else b""
    if b"\n" not in content and schema.heading.encode().startswith(content):  # nothing, or a heading torn off
        drop_torn_line(path)
        append_line(path, schema.heading)
        return pd.DataFrame(columns=schema.names, dtype=str)
    table, is_plain = read_with_form(path, schema)
    if not is_plain:
        write_table(path, table)
    return table


def write_with_extras(path: Path, table: pd.DataFrame) -> None:
    """Write a table with the columns that the user added to its file; new rows have empty cells there."""
    key = SCHEMAS[path.name].key or SCHEMAS[path.name].names[0]
    before = known_table(path) if path.exists() else pd.DataFrame(columns=[key])
    extras = [name for name in before.columns if name not in SCHEMAS[path.name].names]
    for name in extras:
        table = table.assign(**{name: table[key].map(dict(zip(before[key], before[name], strict=True))).fillna("")})
    write_table(path, table)
