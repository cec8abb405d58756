"""The decisions where a workspace is kept: lines are appended there at once, and two machines' lines are joined."""

from pathlib import Path

from artlib.workspace.disk.writing import append_line, drop_torn_line, locked
from artlib.workspace.formats.reading import content_of


def append(path: Path, lines: str) -> None:
    """Append lines to the log there.

    Raises:
        OSError: the folder can't be reached.
    """
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(lines + "\n")


def join(here: Path, there: Path) -> None:
    """Append to each of two logs the lines that only the other has; each line is unique by its time.

    They are compared whole: two machines' last lines are often of the same length.

    Raises:
        OSError: one of them can't be reached.
    """
    if _content(here) == _content(there):
        return
    with locked(here):
        ours, theirs = _content(here), _content(there)
        _append_missing(here, ours, _lines(theirs))  # first: the other one may be read-only
        _append_missing(there, theirs, _lines(ours))


def _append_missing(path: Path, content: bytes, lines: list[bytes]) -> None:
    known = set(_lines(content))
    if content and not content.endswith(b"\n"):
        drop_torn_line(path)
    if new := [line for line in lines if line not in known]:
        append_line(path, b"\n".join(new).decode(errors="replace"))


def _content(path: Path) -> bytes:
    return content_of(path) if path.exists() else b""


def _lines(content: bytes) -> list[bytes]:
    """Return the whole lines; not by splitlines(), which ends them at characters that JSON has within texts, too."""
    return content.split(b"\n")[:-1]
