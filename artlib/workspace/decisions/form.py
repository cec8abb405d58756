"""The form of the log: as artlib writes it, and as editors save it, with another beginning or other line ends."""

import json
from contextlib import suppress
from pathlib import Path

from artlib.workspace.disk.writing import drop_torn_line, write_bytes
from artlib.workspace.formats.reading import content_of, mark_of, require_file, text_of

TAIL = 1 << 16  # bytes at the end, from which the line ends are known


def in_form(content: bytes) -> bytes:
    """Return the content of a log as artlib writes it; what can't be read as text stays as it is."""
    plain = content.removeprefix(mark_of(content))
    with suppress(UnicodeDecodeError):
        plain = text_of(content).encode()
    return _with_last_end(plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def put_into_form(path: Path) -> None:
    """Write a log anew if an editor saved it in another form, so that lines can be appended; the caller has locked it.

    Only its two ends are looked at: this is done for every click.
    """
    if not path.exists():
        return
    if not _is_in_form(path):
        write_bytes(path, in_form(content_of(path)))
    drop_torn_line(path)


def _is_in_form(path: Path) -> bool:
    with require_file(path).open("rb") as file:
        head = file.read(4)
        file.seek(max(0, file.seek(0, 2) - TAIL))
        tail = file.read()
    return not mark_of(head) and b"\r" not in tail and _with_last_end(tail) == tail


def _with_last_end(content: bytes) -> bytes:
    """Return the content with an end after a last line that is whole: editors take it away."""
    last = content[content.rfind(b"\n") + 1 :]
    with suppress(ValueError, RecursionError):
        return content + b"\n" if isinstance(json.loads(last), dict) else content
    return content
