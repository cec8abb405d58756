"""Writing: whole files are written under a temporary name and moved into place; logs are appended to line by line.

An interruption at any moment therefore loses nothing that was acknowledged.
"""

import csv
import functools
import hashlib
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
TEMPORARY = re.compile(r"\..+-(?:[0-9a-f]{8}|[a-z0-9_]{8})(?:\.\w+)?")  # names that `atomic` gives, or gave
NAME_BYTES = 200  # of a file name; the usual limit is 255, and temporary names are a little longer


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place on success, leave the old file as it was on failure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path.parent)
    # not by mkstemp, so that it has the same permissions as other files of its owner
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@functools.cache  # once per folder: searching a large one takes longer than writing
def _remove_leftovers(folder: Path) -> None:
    """Remove old temporary files of interrupted processes; recent ones may belong to a running process."""
    for leftover in folder.glob(".*-????????*"):
        with suppress(OSError):
            if TEMPORARY.fullmatch(leftover.name) and is_leftover(leftover):
                leftover.unlink()


def is_leftover(path: Path) -> bool:
    """Return whether a file is so old that no running process can still be writing it."""
    return time.time() - path.stat().st_mtime > LEFTOVER_SECONDS


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock a file that several commands append to or rewrite; other processes wait until it is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with ExitStack() as stack:
        with suppress(NotImplementedError):  # a file system without locks, such as some network drives
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


def write_once(path: Path, content: bytes) -> Path:
    """Write a file unless it is there, and return its path; beside a file of other content it gets a longer name."""
    if path.exists() and path.read_bytes() != content:
        path = path.with_name(f"{path.stem}-{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}")
    if not path.exists():
        with atomic(path) as temporary:
            temporary.write_bytes(content)
    return path


BLOCK = 1 << 16  # bytes


def drop_torn_line(path: Path) -> None:
    """Remove a last line without a line end: an interrupted append left it, and it was never acknowledged."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        end = size = file.seek(0, os.SEEK_END)
        while end > 0:  # backwards, because the file may be large
            start = max(0, end - BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n") + 1
            end = start + found
            if found:
                break
        if end != size:
            file.truncate(end)


def append_line(path: Path, line: str) -> None:
    """Append one line and write it through to the disk; when this returns, the line is acknowledged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def safe_name(name: str) -> str:
    """Turn any text into a file name that Linux, macOS and Windows accept; letters of every script are kept."""
    text = unicodedata.normalize("NFC", name)
    text = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", text).strip(" .")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", text):
        text = f"_{text}"
    return _shortened(text) or "_"


def _shortened(name: str) -> str:
    """Shorten a file name to what every file system accepts, and keep its suffix."""
    suffix = Path(name).suffix
    if len(name.encode()) <= NAME_BYTES or len(suffix) > 6:
        return name.encode()[:NAME_BYTES].decode(errors="ignore").strip(" .")
    stem = name.removesuffix(suffix).encode()[: NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    return stem.strip(" .") + suffix
