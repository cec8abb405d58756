"""Writing: whole files are written to a temporary name and moved into place, growing ones are appended to by lines.

So a kill at any moment loses nothing that was acknowledged.
"""

import csv
import functools
import json
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

LEFTOVER_SECONDS = 24 * 3600
TEMPORARY = re.compile(r"\..+-(?:[0-9a-f]{8}|[a-z0-9_]{8})(?:\.\w+)?")  # names that atomic gives, now and earlier
NAME_BYTES = 200  # of a file name; 255 is the usual limit, and temporary names are longer by a little


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success move it into place, on failure leave the old file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path.parent)
    # made by open() and not by mkstemp, so that it is as readable as anything else its owner writes
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@functools.cache  # once for each folder: to look through a large one at every write would take longer than writing
def _remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a kill left behind; younger ones may be another process'."""
    for leftover in folder.glob(".*-????????*"):
        with suppress(OSError):
            if TEMPORARY.fullmatch(leftover.name) and time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from changing a file that several commands append to or rewrite; they wait meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with ExitStack() as stack:
        with suppress(NotImplementedError):  # a file system without locks, as some network drives are
            stack.enter_context(lock)
        yield


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, as UTF-8."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file atomically."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file atomically, without the index."""
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")


BLOCK = 1 << 16  # bytes


def drop_torn_line(path: Path) -> None:
    """Cut off a last line without its line end: a kill in the middle of an append left it, unacknowledged."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        end = size = file.seek(0, os.SEEK_END)
        while end > 0:  # backwards, as the file may be large
            start = max(0, end - BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n") + 1
            end = start + found
            if found:
                break
        if end != size:
            file.truncate(end)


def append_line(path: Path, line: str) -> None:
    """Append one line and see it to the disk before returning: from then on it is acknowledged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def safe_name(name: str) -> str:
    """Turn any text into one file name that Linux, macOS and Windows accept, keeping letters of every script."""
    text = unicodedata.normalize("NFC", name)
    text = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", text).strip(" .")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", text):
        text = f"_{text}"
    return _shortened(text) or "_"


def _shortened(name: str) -> str:
    """Cut a file name to the bytes that every file system takes, keeping its suffix."""
    suffix = Path(name).suffix
    if len(name.encode()) <= NAME_BYTES or len(suffix) > 6:
        return name.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")
    stem = name.removesuffix(suffix).encode()[: NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    return stem.strip(" .") + suffix
