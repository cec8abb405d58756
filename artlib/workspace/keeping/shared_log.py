"""The decisions where a workspace is kept: lines are appended there at once, and two machines' lines are joined."""

from pathlib import Path

from artlib.workspace.writing import append_line, drop_torn_line, locked


def append(path: Path, lines: str) -> None:
    """Append lines to the log there.

    Raises:
        OSError: the folder can't be reached.
    """
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(lines + "\n")


def join(here: Path, there: Path) -> None:
    """Append to each of two logs the lines that only the other has; each line is unique by its time.

    Raises:
        OSError: one of them can't be reached.
    """
    if _size(here) == _size(there):
        return
    with locked(here):
        drop_torn_line(here)
        drop_torn_line(there)
        ours, theirs = _lines(here), _lines(there)
        _append_missing(here, theirs, set(ours))
        _append_missing(there, ours, set(theirs))


def _append_missing(path: Path, lines: list[str], known: set[str]) -> None:
    if new := [line for line in lines if line not in known]:
        append_line(path, "\n".join(new))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
