"""Writing: whole files are written to a temporary name and moved into place, growing ones are appended to by lines.

So a kill at any moment loses nothing that was acknowledged.
"""

import csv
import glob
import json
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

LEFTOVER_SECONDS = 24 * 3600
NAME_BYTES = 200  # of a file name; 255 is the usual limit, and temporary names are longer by a little


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success move it into place, on failure leave the old file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes private files; what the workspace holds is as readable as anything else its owner writes
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    """Remove temporary files for `path` that a kill left behind; younger ones may be another process'."""
    for leftover in path.parent.glob(f".{glob.escape(path.stem)}-*{path.suffix}"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                leftover.unlink()


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


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value
