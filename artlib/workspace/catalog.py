"""The catalog: one row per image. Rows are appended, so that an interrupted collection keeps every acknowledged row."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import pandas as pd

from artlib.workspace.artist_names import clean_artist
from artlib.workspace.disk.writing import append_line, locked, write_table
from artlib.workspace.paths import AnyWorkspace, Workspace, WorkspaceError, as_workspace
from artlib.workspace.removal import finish_removal, note_leaving
from artlib.workspace.tables import prepare_to_append

ADDED = "added: "  # how the source begins of an image that came with an artist added to a trained model
PHASH_VERSION = "2"  # of the function that computed phash; the first version of artlib wrote no such column


class NoImagesError(WorkspaceError):
    """The catalog is there, and holds no image."""


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


def read_catalog(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the catalog; every column is text.

    Args:
        workspace: a Workspace, or the path of one.

    Raises:
        WorkspaceError: nothing has been collected yet, or the file is not a catalog.
    """
    workspace = as_workspace(workspace)
    table = workspace.read_table(workspace.catalog)
    if table.empty:
        raise NoImagesError(f"{workspace.catalog} holds no image. Run 01_collect (artlib collect) first.")
    return table


def original_paths(workspace: Workspace) -> dict[str, str]:
    """Return a dict from the id of each image to the path of its original, relative to the workspace.

    Raises:
        WorkspaceError: there is no catalog.
    """
    catalog = read_catalog(workspace)
    return dict(zip(catalog["id"], catalog["path"], strict=True))


def known_hashes(workspace: Workspace) -> dict[str, str]:
    """Return a dict from sha256 to artist of all images so far, and prepare the file for appending.

    Raises:
        WorkspaceError: the file is not a catalog; then it stays as it is.
    """
    with locked(workspace.catalog):
        table = prepare_to_append(workspace.catalog)
    return dict(zip(table["sha256"], table["artist"], strict=True))


def append_rows(workspace: Workspace, rows: Sequence[CatalogRow]) -> dict[str, tuple[str, str]]:
    """Append rows and write them through to the disk: from then on they are acknowledged.

    A row is not appended if another command has collected its image in the meantime.

    Returns:
        For each row's sha256, the artist and the path that the image has in the catalog now.
    """
    with locked(workspace.catalog):
        table = prepare_to_append(workspace.catalog)
        known = dict(zip(table["sha256"], zip(table["artist"], table["path"], strict=True), strict=True))
        new = [row for row in rows if row.sha256 not in known]
        text = io.StringIO()
        csv.DictWriter(text, table.columns, lineterminator="\n").writerows(map(_cells, new))
        if new:
            append_line(workspace.catalog, text.getvalue().removesuffix("\n"))
    return {row.sha256: known.get(row.sha256, (row.artist, row.path)) for row in rows}


def rename_artists(workspace: Workspace, names: Mapping[str, str]) -> Counter[str]:
    """Write other artists' names into the rows; the files stay where they are.

    Args:
        workspace: with the catalog; without one, nothing is to be done.
        names: from a clean name to the one that it becomes.

    Returns:
        How many rows had each of the former names.
    """
    if not workspace.catalog.exists():
        return Counter()
    with locked(workspace.catalog):
        try:
            catalog = read_catalog(workspace)
        except NoImagesError:
            return Counter()
        former = catalog["artist"].map(clean_artist)
        changed = former.isin(names)
        catalog.loc[changed, "artist"] = [names[name] for name in former[changed]]
        if changed.any():
            write_table(workspace.catalog, catalog)
    return Counter(former[changed])


def relabel_rows(workspace: Workspace, labels: Mapping[str, tuple[str, str]]) -> None:
    """Write the artist and the source that are given for some ids into their rows; the files stay where they are."""
    with locked(workspace.catalog):
        catalog = read_catalog(workspace)
        rows = catalog["id"].isin(labels)
        ids = catalog["id"][rows]
        catalog.loc[rows, "artist"] = [labels[image_id][0] for image_id in ids]
        catalog.loc[rows, "source"] = [labels[image_id][1] for image_id in ids]
        write_table(workspace.catalog, catalog)


def remove_rows(workspace: Workspace, ids: Collection[str]) -> None:
    """Remove images from the workspace: their rows first, then their files, so that no row is without its files.

    Raises:
        DiskError: their rows are gone, and a file could not be deleted.
    """
    with locked(workspace.catalog):
        catalog = read_catalog(workspace)
        gone = catalog[catalog["id"].isin(ids)]
        note_leaving(workspace, zip(gone["id"], gone["path"], strict=True))
        write_table(workspace.catalog, catalog.drop(gone.index))
    finish_removal(workspace)


def _cells(row: CatalogRow) -> dict[str, str]:
    """Return a row's cells, each on one line."""
    return {name: str(value).replace("\r", " ").replace("\n", " ") for name, value in asdict(row).items()}
