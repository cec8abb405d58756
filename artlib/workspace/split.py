"""The split into train, validation and test, as all stages read it."""

import csv
import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from artlib.errors import ArgumentError, counted
from artlib.workspace.catalog import ADDED, read_catalog
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.paths import Workspace, WorkspaceError
from artlib.workspace.tables import ARTISTS, PARTS, SPLIT


@dataclass(frozen=True)
class Split:
    """A split.

    Attributes:
        ids: image ids.
        labels: int (n,), indices into class_names.
        parts: str (n,), train, validation or test.
        groups: str (n,), near-duplicate groups.
        class_names: the artists, sorted by name.
        class_weights: float (artists,), total / (number of artists x images of the artist).
    """

    ids: list[str]
    labels: np.ndarray
    parts: np.ndarray
    groups: np.ndarray
    class_names: list[str]
    class_weights: np.ndarray

    def __str__(self) -> str:
        sizes = ", ".join(f"{len(self.rows(part))} {part}" for part in PARTS)
        images, artists = counted(len(self.ids), "image"), counted(len(self.class_names), "artist")
        return f"{images} of {artists} in {counted(len(set(self.groups)), 'group')}: {sizes}."

    def rows(self, part: str) -> np.ndarray:
        """Return the positions of one part."""
        if part not in PARTS:
            raise ArgumentError(f"The parts are {', '.join(PARTS)}. Received: part={part!r}.")
        return np.flatnonzero(self.parts == part)


def read_split(workspace: Workspace, trained_on: str | None = None) -> Split:
    """Read the split.

    Args:
        workspace: where it lies.
        trained_on: the `split_hash` that a model keeps, which must be that of this split; None accepts any.

    Raises:
        WorkspaceError: there is no split yet, images were added, removed, discarded, moved or renamed since it was
            made, or it was made again after a model was trained.
    """
    table, catalog = workspace.read_table(workspace.split), sorted_catalog(workspace)
    # images that came with an artist added to a model are not part of this split, but of the next one
    waiting = catalog["source"].str.startswith(ADDED) & ~catalog["id"].isin(table["id"])
    current = dict(zip(*(catalog[~waiting][column] for column in ("id", "artist")), strict=True))
    split = dict(zip(table["id"], table["artist"], strict=True))
    if current != split:
        raise WorkspaceError(
            "Images were added, removed, discarded, moved or renamed since the split was made"
            f"{_of_no_image(split, current, workspace)}. Run `artlib split` again."
            f"{_if_edited(workspace)}"
        )
    if trained_on is not None and not is_split_of(workspace, trained_on):
        raise WorkspaceError(
            "The split was made again after this model was trained: images that it learned from may now be in "
            "the validation or the test part. Train again with 03_train (artlib train)."
            f"{_if_edited(workspace)}"
        )
    _check_groups(workspace, table)
    weights = _class_weights(workspace, table["artist"])
    names = sorted(weights)
    return Split(
        ids=table["id"].tolist(),
        labels=table["artist"].map({name: index for index, name in enumerate(names)}).to_numpy(int),
        parts=table["part"].to_numpy(str),
        groups=table["group"].to_numpy(str),
        class_names=names,
        class_weights=np.array([weights[name] for name in names]),
    )


def _check_groups(workspace: Workspace, table: pd.DataFrame) -> None:
    """Refuse a table with copies of one work in two parts, as where one of its columns was sorted alone."""
    parts = table.groupby("group", sort=False)["part"].nunique()
    if torn := parts.index[parts > 1].tolist():
        raise WorkspaceError(
            f"{workspace.split} is damaged: the group {torn[0]!r} stands in more than one part, so that copies "
            f"would be learned and asked about. {SPLIT.remedy}"
        )


def split_hash(workspace: Workspace) -> str:
    """Return the sha256 of split.csv as artlib writes it, whatever program saved it last.

    A model keeps it to recognise the split that it was trained on.
    """
    return _hash(workspace.read_table(workspace.split))


def is_split_of(workspace: Workspace, data_hash: str) -> bool:
    """Return whether a model with this `data_hash` was trained on the split, even if its rows were sorted by hand."""
    table = workspace.read_table(workspace.split)
    if _hash(table) == data_hash:
        return True
    place = {image_id: row for row, image_id in enumerate(read_catalog(workspace)["id"])}  # as they were split
    order = table["id"].map(place).fillna(len(place)).argsort(kind="stable")
    return _hash(table.iloc[order]) == data_hash


def _hash(table: pd.DataFrame) -> str:
    written = table[SPLIT.names].to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return hashlib.sha256(written.encode()).hexdigest()


def _class_weights(workspace: Workspace, artists: pd.Series) -> dict[str, float]:
    """Return the weight of each artist, by name: rows of artists.csv may have been sorted by hand."""
    table, counts = workspace.read_table(workspace.artists), Counter(artists)
    stated = dict(zip(table["name"], table["paintings"].astype(int), strict=True))
    if wrong := sorted(name for name in {*counts, *stated} if stated.get(name, 0) != counts[name]):
        raise WorkspaceError(
            f"{workspace.artists} does not fit split.csv: of {wrong[0]!r} it has {stated.get(wrong[0], 0)} paintings, "
            f"and split.csv {counts[wrong[0]]}. {ARTISTS.remedy}"
        )
    weights = dict(zip(table["name"], table["class_weight"].astype(float), strict=True))
    given = np.array([weights[name] for name in counts])
    made = len(artists) / (len(counts) * np.array([*counts.values()]))
    # other weights may be meant, but hardly the same ones for other artists
    if not np.allclose(given, made, atol=1e-5) and np.allclose(np.sort(given), np.sort(made), atol=1e-5):
        raise WorkspaceError(
            f"{workspace.artists} is damaged: its column class_weight was sorted without the others. {ARTISTS.remedy}"
        )
    return weights


def _if_edited(workspace: Workspace) -> str:
    return f" If only {workspace.split} was edited, `artlib split` makes it as it was: of the same pictures, the same."


def _of_no_image(split: dict[str, str], current: dict[str, str], workspace: Workspace) -> str:
    """Say which row of the split has an id that is in no catalog, as where a spreadsheet program changed a number."""
    known = {*current, *read_catalog(workspace)["id"]}
    odd = next((image_id for image_id in split if image_id not in known), None)
    return f", or split.csv was edited: it has an image {odd!r} that the catalog lacks" if odd else ""
