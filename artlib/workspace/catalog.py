"""The catalog: one row per image. Rows are appended, so that an interrupted collection keeps every acknowledged row."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields

import pandas as pd

from artlib.workspace.paths import AnyWorkspace, Workspace, WorkspaceError, as_workspace
from artlib.workspace.writing import append_line, drop_torn_line, locked, write_table

ID_LENGTH = 16  # an image's id is so many digits of the sha256 of its bytes
ADDED = "added: "  # how the source begins of an image that came with an artist added to a trained model
PHASH_VERSION = "2"  # of the function that computed phash; the first version of artlib wrote no such column


@dataclass(frozen=True)
class CatalogRow:
    """One image of the collection.

    Attributes:
        id: the first 16 digits of `sha256`; the normalised copy is `images/<id>.jpg`.
        artist: the artist, as collected (decisions made by hand are kept apart).
        path: the original, relative to the workspace, with forward slashes.
        source: where it came from, in words.
        source_url: its address; empty if there is none.
        licence: as the source states it; empty if unknown.
        collected_at: ISO 8601, UTC.
        sha256: of the original's bytes, 64 hexadecimal digits.
        width: of the upright original, in pixels.
        height: of the upright original, in pixels.
        phash: 64-bit perceptual hash, 16 hexadecimal digits.
        phash_version: of the function that computed it.
    """

    id: str
    artist: str
    path: str
    source: str
    source_url: str
    licence: str
    collected_at: str
    sha256: str
    width: int
    height: int
    phash: str
    phash_version: str = PHASH_VERSION


COLUMNS = tuple(field.name for field in fields(CatalogRow))
FIRST_COLUMNS = COLUMNS[:-1]  # of the first version of artlib


def read_catalog(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the catalog; every column is text.

    Args:
        workspace: a Workspace, or the path of one.

    Raises:
        WorkspaceError: nothing has been collected yet, or the file is not a catalog.
    """
    workspace = as_workspace(workspace)
    content = workspace.require(workspace.catalog).read_bytes()
    # a last line without a line end was never acknowledged: an interruption left it
    whole = content[: content.rfind(b"\n") + 1]
    try:
        table = pd.read_csv(io.BytesIO(whole), dtype=str, keep_default_na=False) if whole else pd.DataFrame()
    except (pd.errors.ParserError, UnicodeDecodeError):
        table = pd.DataFrame()
    if missing := [column for column in FIRST_COLUMNS if column not in table]:
        raise WorkspaceError(
            f"{workspace.catalog} is not a catalog: it lacks {', '.join(missing)}. Move it away and collect again."
        )
    if table.empty:
        raise WorkspaceError(f"{workspace.catalog} holds no image. Run 01_collect (artlib collect) first.")
    return table


def original_paths(workspace: Workspace) -> dict[str, str]:
    """Return a dict from the id of each image to the path of its original, relative to the workspace.

    Raises:
        WorkspaceError: there is no catalog.
    """
    catalog = read_catalog(workspace)
    return dict(zip(catalog["id"], catalog["path"], strict=True))


def known_hashes(workspace: Workspace) -> dict[str, str]:
    """Return a dict from sha256 to artist of all images so far, and prepare the file for appending."""
    with locked(workspace.catalog):
        drop_torn_line(workspace.catalog)
        if not workspace.catalog.exists() or workspace.catalog.stat().st_size == 0:
            append_line(workspace.catalog, ",".join(COLUMNS))
        _add_missing_column(workspace)
        return {sha256: artist for sha256, (artist, _) in _known(workspace).items()}


def append_rows(workspace: Workspace, rows: Sequence[CatalogRow]) -> dict[str, tuple[str, str]]:
    """Append rows and write them through to the disk: from then on they are acknowledged.

    A row is not appended if another command has collected its image in the meantime.

    Returns:
        For each row's sha256, the artist and the path that the image has in the catalog now.
    """
    with locked(workspace.catalog):
        known = _known(workspace)
        new = [row for row in rows if row.sha256 not in known]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            [str(value).replace("\r", " ").replace("\n", " ") for value in asdict(row).values()] for row in new
        )
        if new:
            append_line(workspace.catalog, text.getvalue().removesuffix("\n"))
    return {row.sha256: known.get(row.sha256, (row.artist, row.path)) for row in rows}


def remove_rows(workspace: Workspace, ids: Collection[str]) -> None:
    """Remove images from the workspace: their rows first, then their files, so that no row is without its files."""
    with locked(workspace.catalog):
        catalog = read_catalog(workspace)
        gone = catalog[catalog["id"].isin(ids)]
        write_table(workspace.catalog, catalog.drop(gone.index))
    for image_id, path in zip(gone["id"], gone["path"], strict=True):
        workspace.image(image_id).unlink(missing_ok=True)
        workspace.original(path).unlink(missing_ok=True)


def _add_missing_column(workspace: Workspace) -> None:
    """Add the column that the first version of artlib did not write, so that rows can be appended."""
    with workspace.catalog.open(encoding="utf-8", newline="") as file:
        if next(csv.reader(file), None) != list(FIRST_COLUMNS):
            return
    table = pd.read_csv(workspace.catalog, dtype=str, keep_default_na=False)
    write_table(workspace.catalog, table.assign(phash_version=""))


def _known(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Return a dict from sha256 to artist and path of all images in the catalog."""
    with workspace.catalog.open(encoding="utf-8", newline="") as file:
        return {row["sha256"]: (row["artist"], row["path"]) for row in csv.DictReader(file)}
