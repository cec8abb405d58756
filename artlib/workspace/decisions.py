"""The log of decisions made by hand. It is only appended to, so that an interruption loses no acknowledged decision.

One JSON object per line: `{"id", "action", "artist" (only for move), "at"}`. An undo is a line as well: it undoes the
current decision about its image, so that the one before is current again. Lines written by one click have the same time
and form one batch.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

import pandas as pd

from artlib.errors import ArtlibError, warn
from artlib.workspace.artist_names import clean_artist, read_aliases
from artlib.workspace.catalog import read_catalog
from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.set_apart import read_set_apart
from artlib.workspace.writing import append_line, drop_torn_line, locked

ACTIONS = ("keep", "discard", "move", "undo")
ACCEPTING = ("keep", "move")  # what makes a picture count that was set apart


class DecisionError(ArtlibError):
    """A decision is invalid or could not be saved."""


@dataclass(frozen=True)
class Decision:
    """A decision about one image: an action of `ACTIONS`, for a move the artist, and the time (ISO 8601, UTC)."""

    id: str
    action: str
    artist: str | None
    at: str

    def as_line(self) -> str:
        """Return the decision as one line of the log, without the line end."""
        fields = {"id": self.id, "action": self.action, "artist": self.artist, "at": self.at}
        return json.dumps({key: value for key, value in fields.items() if value is not None}, ensure_ascii=False)

    def obeying(self, aliases: dict[str, str]) -> "Decision":
        """Return the decision with the artist's name in place of an alias."""
        return replace(self, artist=aliases[self.artist]) if self.artist in aliases else self


class DecisionLog:
    """The decisions in a workspace's log; lines that other processes append are read by `append` and `catch_up`.

    Args:
        workspace: the workspace whose `decisions.jsonl` is read; the file need not exist yet.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.path, self._workspace = workspace.decisions, workspace
        self._start_over()
        self.catch_up()

    @property
    def latest(self) -> dict[str, Decision]:
        """The current decision about every image that has one; a move to an alias is one to the artist's name."""
        aliases = read_aliases(self._workspace)
        return {decision.id: decision.obeying(aliases) for decision in self._standing}

    @property
    def last_batch(self) -> list[str]:
        """The ids of the last batch that was not undone, in the order they were given."""
        newest_first = self._standing[::-1]
        batch = takewhile(lambda decision: decision.at == newest_first[0].at, newest_first)
        return [decision.id for decision in batch][::-1]

    def append(self, image_ids: Iterable[str], action: str, artist: str | None = None) -> None:
        """Save one decision about several images as one batch; it is on the disk when this returns."""
        _append(self._workspace, image_ids, action, artist)
        self.catch_up()

    def catch_up(self) -> None:
        """Read the lines appended since the last time."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._offset:  # deleted or replaced by hand: only the new content counts
            self._start_over()
        if size > self._offset:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                self._replay(file.read())

    def _start_over(self) -> None:
        self._standing: list[Decision] = []
        self._offset = 0
        self._line_number = 0

    def _replay(self, content: bytes) -> None:
        *lines, torn = content.split(b"\n")
        self._offset += len(content) - len(torn)
        for line in lines:
            self._line_number += 1
            self._replay_line(line)
        if torn:
            warn(f"{self.path.name}, line {self._line_number + 1}: skipped, all others are kept (the line is cut off).")

    def _replay_line(self, line: bytes) -> None:
        try:
            decision = _parse(line)
        except (ValueError, RecursionError, DecisionError) as error:
            warn(f"{self.path.name}, line {self._line_number}: skipped, all others are kept ({error}).")
            return
        if decision.action == "undo":
            self._take_back(decision.id)
        else:
            self._standing.append(decision)

    def _take_back(self, image_id: str) -> None:
        for index in reversed(range(len(self._standing))):
            if self._standing[index].id == image_id:
                del self._standing[index]
                return


def record(workspace: Workspace, image_id: str, action: str, artist: str | None = None) -> Decision:
    """Save one decision; it is on the disk when this returns.

    Args:
        workspace: the workspace of the log.
        image_id: an id of the catalog; an unknown one is saved and has no effect.
        action: "keep", "discard", "move", or "undo", which undoes the image's current decision.
        artist: the image's artist; given with "move" and only then. Extra spaces are removed.

    Returns:
        The decision as saved.

    Raises:
        DecisionError: an argument is invalid, or the file could not be written.
    """
    return _append(workspace, [image_id], action, artist)[0]


def latest(workspace: Workspace) -> dict[str, Decision]:
    """Read the log.

    Args:
        workspace: the workspace of the log; without a log, nothing has been decided.

    Returns:
        The current decision about every image that has one: the last one that was not undone. A line that is cut off
        or invalid is skipped, with a warning that gives its number.
    """
    return DecisionLog(workspace).latest


def accepted(decisions: dict[str, Decision]) -> set[str]:
    """Return the ids of the images that a person kept or moved: they count, even if they were set apart."""
    return {image_id for image_id, decision in decisions.items() if decision.action in ACCEPTING}


def apply(
    catalog: pd.DataFrame, decisions: dict[str, Decision], set_apart: Collection[str] = frozenset()
) -> pd.DataFrame:
    """Apply decisions to a catalog; an image without a decision stays as it is, unless it is set apart.

    Args:
        catalog: one row per image, with at least the columns `id` and `artist`; not changed.
        decisions: as `latest` returns them; those about other images are ignored.
        set_apart: ids of images that are left out until a person keeps or moves them.

    Returns:
        A new table without the rows left out, with the artists of moved ones, in the same order, indexed from 0.
    """
    left_out = {image_id for image_id, decision in decisions.items() if decision.action == "discard"}
    left_out |= set(set_apart) - accepted(decisions)
    moved = {image_id: decision.artist for image_id, decision in decisions.items() if decision.action == "move"}
    kept = catalog[~catalog["id"].isin(left_out)].reset_index(drop=True)
    artists = [moved.get(image_id, artist) for image_id, artist in zip(kept["id"], kept["artist"], strict=True)]
    return kept.assign(artist=pd.Series(artists, index=kept.index, dtype=catalog["artist"].dtype))


def sorted_catalog(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the catalog as sorted by hand; every later stage works on it.

    Args:
        workspace: the folder with `catalog.csv` and, if there are any, `decisions.jsonl` and `set_apart.csv`.

    Returns:
        The rows of the catalog that were neither discarded nor set apart, every column as text, under the artists they
        were moved to. A picture that was set apart and then kept or moved by hand is among them.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty or damaged.
    """
    workspace = as_workspace(workspace)
    return apply(read_catalog(workspace), latest(workspace), set(read_set_apart(workspace)["id"]))


def named_catalog(workspace: Workspace) -> pd.DataFrame:
    """Return all rows of the catalog, also those discarded, under the artists that they were collected for or moved to.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty or damaged.
    """
    moves = {image_id: decision for image_id, decision in latest(workspace).items() if decision.action == "move"}
    return apply(read_catalog(workspace), moves)


def _append(workspace: Workspace, image_ids: Iterable[str], action: str, artist: str | None) -> list[Decision]:
    path = workspace.decisions
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    decisions = [_checked(image_id, action, artist, at) for image_id in dict.fromkeys(image_ids)]
    lines = "\n".join(decision.as_line() for decision in decisions)
    try:
        with locked(path):
            # every time, not only the first: another kernel may just have been killed in the middle of a line
            drop_torn_line(path)
            append_line(path, lines)
            workspace.keep_decisions(lines)
    except OSError as error:
        raise DecisionError(
            f"The decision could not be saved in {path} ({error}). Free some disk space or correct the folder's "
            "permissions, then decide again."
        ) from error
    return decisions


def _checked(image_id: Any, action: Any, artist: Any, at: str) -> Decision:
    if not isinstance(image_id, str) or not image_id:
        raise DecisionError(f"A decision needs an image's id as text. Received: id={image_id!r}; see catalog.csv.")
    if action not in ACTIONS:
        raise DecisionError(f"There is no such action. Received: action={action!r}; use one of {', '.join(ACTIONS)}.")
    if action != "move":
        if artist is not None:
            raise DecisionError(f"Only a move names an artist. Received: action={action!r}, artist={artist!r}.")
        return Decision(image_id, action, None, at)
    name = clean_artist(artist) if isinstance(artist, str) else ""
    if not name:
        raise DecisionError(f"A move needs the name of an artist. Received: artist={artist!r}; give one.")
    return Decision(image_id, action, name, at)


def _parse(line: bytes) -> Decision:
    fields = json.loads(line)
    if not isinstance(fields, dict) or not isinstance(fields.get("at"), str):
        raise DecisionError("not a decision with id, action and at")
    return _checked(fields.get("id"), fields.get("action"), fields.get("artist"), fields["at"])
