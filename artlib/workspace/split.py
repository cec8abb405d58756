"""The split into train, validation and test, as all stages read it."""

import hashlib
from dataclasses import dataclass

import numpy as np

from artlib.errors import ArgumentError
from artlib.workspace.catalog import ADDED
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.paths import Workspace, WorkspaceError

PARTS = ("train", "validation", "test")


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
        return f"{len(self.ids)} images of {len(self.class_names)} artists in {len(set(self.groups))} groups: {sizes}."

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
    table = workspace.read_table(workspace.split)
    catalog = sorted_catalog(workspace)
    # images that came with an artist added to a model are not part of this split, but of the next one
    waiting = catalog["source"].str.startswith(ADDED) & ~catalog["id"].isin(table["id"])
    current = dict(zip(*(catalog[~waiting][column] for column in ("id", "artist")), strict=True))
    if current != dict(zip(table["id"], table["artist"], strict=True)):
        raise WorkspaceError(
            "Images were added, removed, discarded, moved or renamed since the split was made. "
            "Run `artlib split` again."
        )
    if trained_on is not None and split_hash(workspace) != trained_on:
        raise WorkspaceError(
            "The split was made again after this model was trained: images that it learned from may now be in "
            "the validation or the test part. Train again with 03_train (artlib train)."
        )
    artists = workspace.read_table(workspace.artists)
    names = artists["name"].tolist()
    return Split(
        ids=table["id"].tolist(),
        labels=table["artist"].map({name: index for index, name in enumerate(names)}).to_numpy(int),
        parts=table["part"].to_numpy(str),
        groups=table["group"].to_numpy(str),
        class_names=names,
        class_weights=artists["class_weight"].to_numpy(float),
    )


def split_hash(workspace: Workspace) -> str:
    """Return the sha256 of split.csv; a model keeps it to recognise the split that it was trained on."""
    return hashlib.sha256(workspace.require(workspace.split).read_bytes()).hexdigest()
