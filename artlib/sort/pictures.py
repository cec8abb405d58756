"""The pictures to sort: what is known about each of them before anybody decides."""

from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.set_apart import read_set_apart
from artlib.workspace.suggestions import read_suggestions
from artlib.workspace.suspects import MIXED, read_suspects


@dataclass(frozen=True)
class SortPicture:
    """One picture as a grid shows it.

    Attributes:
        id: of the catalog.
        artist: under which it is now.
        name: of its file, as it was collected.
        width: of the original, in pixels; 0 if unknown.
        height: of the original, in pixels; 0 if unknown.
        source: where it came from: its address, or words.
        licence: as the source states it, or empty.
        status: "undecided", "keep", "discard", "move" or "unsure".
        label: the same in words.
        reason: why it was set apart, or why it is suggested to look at it; empty for most.
        suggested: the artist whose hand it looks like, where it is a suspect; None for others.
        confidence: the probability of that artist, 0 to 1; None where there is none.
        group: the number of its near-duplicate group, where it is not alone; None for others.
    """

    id: str
    artist: str
    name: str
    width: int
    height: int
    source: str
    licence: str
    status: str
    label: str
    reason: str
    suggested: str | None
    confidence: float | None
    group: int | None


@dataclass(frozen=True)
class Suspect:
    """The model's doubt about a picture: the artist it was under, the one it looks like, and how probable that is."""

    artist: str
    looks_like: str
    probability: float | None
    reason: str


class CollectedPictures:
    """What the workspace's files say about its pictures, read once.

    Args:
        workspace: with a catalog.

    Attributes:
        ids: all of the catalog, in its order.
        artist: the artist of each, as collected.
        apart: from the id to the reason why a collection set it apart.
        suggestions: from the id to the reason why a person should look at it.
        suspects: from the id to the model's doubt, the most suspect first.
        groups: the near-duplicate groups of two or more pictures, as lists of ids.

    Raises:
        WorkspaceError: there is no catalog yet, or one of the files is damaged.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._rows = read_catalog(workspace)
        self.ids: list[str] = self._rows["id"].tolist()
        self.artist: dict[str, str] = dict(zip(self.ids, self._rows["artist"], strict=True))
        self._place = {image_id: place for place, image_id in enumerate(self.ids)}
        self.apart = _reasons(read_set_apart(workspace), self.artist)
        self.suggestions = _reasons(read_suggestions(workspace), self.artist)
        self.suspects = _suspects(read_suspects(workspace), self.artist)
        self.groups = _groups(workspace, self.artist)
        self._group = {image_id: number for number, ids in enumerate(self.groups, start=1) for image_id in ids}
        self._facts = {name: self._rows[name].tolist() for name in ("path", "source", "source_url", "licence")}
        self._sizes = self._rows[["width", "height"]].apply(pd.to_numeric, errors="coerce").fillna(0).astype(int)
        self._sizes_list = self._sizes.to_numpy().tolist()

    def __contains__(self, image_id: object) -> bool:
        return image_id in self._place

    def name(self, image_id: str) -> str:
        """The name of a picture's file, as it was collected."""
        return PurePosixPath(self._facts["path"][self._place[image_id]]).name

    def size(self, image_id: str) -> tuple[int, int]:
        """Width and height of the original in pixels; (0, 0) if unknown."""
        width, height = self._sizes_list[self._place[image_id]]
        return width, height

    def original(self, image_id: str) -> str:
        """The path of the original, relative to the workspace."""
        return self._facts["path"][self._place[image_id]]

    def source(self, image_id: str) -> str:
        """The address that a picture came from, or words."""
        place = self._place[image_id]
        return self._facts["source_url"][place] or self._facts["source"][place]

    def licence(self, image_id: str) -> str:
        """The licence that the source states, or empty."""
        return self._facts["licence"][self._place[image_id]]

    def group(self, image_id: str) -> int | None:
        """The number of a picture's near-duplicate group, from 1; None if it is alone."""
        return self._group.get(image_id)


def _reasons(table: pd.DataFrame, known: dict[str, str]) -> dict[str, str]:
    return {row["id"]: row["reason"] for row in table.to_dict("records") if row["id"] in known}


def _suspects(table: pd.DataFrame, known: dict[str, str]) -> dict[str, Suspect]:
    # that the same work is under another name is no matter of probability
    probabilities = pd.to_numeric(table["probability"], errors="coerce").where(table["reason"] != MIXED).tolist()
    return {
        row["id"]: Suspect(row["artist"], row["looks_like"], None if np.isnan(share) else share, row["reason"])
        for row, share in zip(table.to_dict("records"), probabilities, strict=True)
        if row["id"] in known
    }


def _groups(workspace: Workspace, known: dict[str, str]) -> list[list[str]]:
    if not workspace.groups.exists():
        return []
    table = workspace.read_table(workspace.groups)
    table = table[table["id"].isin(known)]
    together = table[table.duplicated("group", keep=False)]
    return [part["id"].tolist() for _, part in together.groupby("group", sort=False)]
