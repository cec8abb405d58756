"""The log of decisions made by hand. It is only appended to, so that an interruption loses no acknowledged decision."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from artlib.errors import warn
from artlib.workspace.artist_names import read_aliases
from artlib.workspace.decisions.decision import HAND, Decision, DecisionError, Step, checked, parse
from artlib.workspace.decisions.form import in_form, put_into_form
from artlib.workspace.decisions.history import Batch, History
from artlib.workspace.disk.writing import append_line, locked
from artlib.workspace.formats.reading import require_file
from artlib.workspace.paths import Workspace


class DecisionLog:
    """The decisions in a workspace's log; lines that other processes append are read by `catch_up` and each writing.

    Args:
        workspace: the workspace whose `decisions.jsonl` is read; the file need not exist yet.

    Attributes:
        session: names this sitting in the lines that it writes.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.path, self._workspace = workspace.decisions, workspace
        self.session = secrets.token_hex(4)
        self._history, self._offset, self._torn, self._file_number = History(), 0, b"", 0
        self.catch_up()
        self._since = self._history.place  # the lines of earlier sessions
        self._warn_of_what_was_cut_off()

    @property
    def latest(self) -> dict[str, Decision]:
        """The current decision about every image that has one; a move to an alias is one to the artist's name."""
        aliases = read_aliases(self._workspace)
        return {image_id: decision.obeying(aliases) for image_id, decision in self._history.latest.items()}

    @property
    def standing(self) -> list[Batch]:
        """All clicks that count, the latest last."""
        return self._history.standing

    @property
    def undoable(self) -> Batch | None:
        """What `undo` would take back."""
        return self._history.undoable(self.session, self._since)

    @property
    def redoable(self) -> Batch | None:
        """What `redo` would bring again."""
        return self._history.redoable(self.session, self._since)

    def append(self, wanted: Iterable[tuple[str, str, str | None]], by: str = HAND) -> list[Decision]:
        """Save decisions as one batch; they are on the disk when this returns.

        Args:
            wanted: image id, action, and artist or None; each image once.
            by: who decided.

        Returns:
            The decisions as saved.

        Raises:
            DecisionError: one of them is invalid, or the file could not be written.
        """
        wanted, at = list(wanted), _now()
        click: dict[str, Any] = {"batch": secrets.token_hex(4), "size": len(wanted), "session": self.session, "by": by}
        decisions = [checked(*each, at, **click) for each in wanted]
        _write(self._workspace, [decision.as_line() for decision in decisions])
        self.catch_up()
        return decisions

    def undo(self) -> Batch | None:
        """Take back the last batch of this session, or of those before it; None if there is nothing to undo."""
        self.catch_up()
        return self._step("undo", self.undoable)

    def redo(self) -> Batch | None:
        """Bring the batch again that was taken back last; None if there is none, or something was decided since."""
        self.catch_up()
        return self._step("redo", self.redoable)

    def catch_up(self) -> None:
        """Read the lines appended since the last time.

        Raises:
            DecisionError: the file could not be read; what was read before still counts.
        """
        try:
            content = self._appended()
        except OSError as error:
            raise DecisionError(
                f"The decisions in {self.path} could not be read ({error}). Nothing is lost: mount the disk again or "
                "correct the folder's permissions, then repeat the step."
            ) from error
        self._replay(content)

    def _appended(self) -> bytes:
        status = require_file(self.path).stat() if self.path.exists() else None
        size, file_number = (status.st_size, status.st_ino) if status else (0, 0)
        if size < self._offset:  # deleted or replaced by hand: only the new content counts
            self._history, self._offset, self._since = History(), 0, 0
        elif file_number != self._file_number:  # an editor saved it, or it was put into the house's form
            self._history, self._offset = History(), 0
        self._file_number = file_number
        if size <= self._offset:
            return b""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            return file.read()

    def _step(self, action: str, batch: Batch | None) -> Batch | None:
        if batch:
            _write(self._workspace, [Step(action, batch.key, _now(), self.session).as_line()])
            self.catch_up()
        return batch

    def _replay(self, content: bytes) -> None:
        # later, a line without its end may just be written by another session
        plain = content if self._offset else in_form(content)
        *lines, self._torn = plain.split(b"\n")
        self._offset += len(content) - len(self._torn)
        for line in filter(bytes.strip, lines):
            self._replay_line(line)

    def _replay_line(self, line: bytes) -> None:
        try:
            decision = parse(line)
        except (ValueError, RecursionError, DecisionError) as error:
            warn(f"{self.path.name}, line {self._history.place + 1}: skipped, all others are kept ({error}).")
            self._history.add_damaged()
        else:
            self._history.add(decision)

    def _warn_of_what_was_cut_off(self) -> None:
        """Say it once, at the beginning: later, another session may just be in the middle of a line."""
        place = self._history.place + bool(self._torn)
        if self._torn:
            warn(f"{self.path.name}, line {place}: skipped, all others are kept (the line is cut off).")
        elif self._history.is_cut_off:
            warn(f"{self.path.name}, line {place}: the last click was cut off in the middle, and counts as nothing.")


def record(workspace: Workspace, image_id: str, action: str, artist: str | None = None) -> Decision:
    """Save one decision; it is on the disk when this returns.

    Args:
        workspace: the workspace of the log.
        image_id: an id of the catalog; an unknown one is saved and has no effect.
        action: "keep", "discard", "move", "unsure", or "undo", which undoes the image's current decision.
        artist: the image's artist; given with "move" and only then. Extra spaces are removed.

    Returns:
        The decision as saved.

    Raises:
        DecisionError: an argument is invalid, or the file could not be written.
    """
    decision = checked(image_id, action, artist, _now())
    _write(workspace, [decision.as_line()])
    return decision


def latest(workspace: Workspace) -> dict[str, Decision]:
    """Read the log.

    Args:
        workspace: the workspace of the log; without a log, nothing has been decided.

    Returns:
        The current decision about every image that has one: the last one that was not undone. A line that is cut off
        or invalid is skipped, with a warning that gives its number.
    """
    return DecisionLog(workspace).latest


def _write(workspace: Workspace, lines: list[str]) -> None:
    path, text = workspace.decisions, "\n".join(lines)
    try:
        with locked(path):
            # every time, not only the first: another kernel may just have been killed in the middle of a line
            put_into_form(path)
            append_line(path, text)
            workspace.keep_decisions(text)
    except OSError as error:
        raise DecisionError(
            f"The decision could not be saved in {path} ({error}). Free some disk space or correct the folder's "
            "permissions, then decide again."
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
