"""Writing: whole files are written under a temporary name and moved into place; logs are appended to line by line.

An interruption at any moment therefore loses nothing that was acknowledged.
"""

import csv
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
from filelock import FileLock

from artlib.workspace.disk.unfinished import remove_leftovers, unfinished
from artlib.workspace.formats.reading import require_file

NAME_BYTES = 200  # of a file name; the usual limit is 255, and temporary names are a little longer


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place on success, leave the old file as it was on failure."""
    with _new_file_beside(path) as file:
        temporary = Path(file.name)
    with _moved_into_place(temporary, path):
        yield temporary


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically, in two calls of the file system: open and rename. On a network drive each is slow."""
    file = _new_file_beside(path)
    with _moved_into_place(Path(file.name), path), file:
        file.write(content)


def _new_file_beside(path: Path) -> BinaryIO:
    """Open a new file with a temporary name in the folder of `path`, which is made if it is missing."""
    remove_leftovers(path.parent)
    # not by mkstemp, so that it has the same permissions as other files of its owner
    return _opened(unfinished(path), "xb")


def _opened(path: Path, mode: str, **options: Any) -> Any:
    """Open a file for writing; only if that fails is its folder looked at, and made."""
    try:
        return path.open(mode, **options)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open(mode, **options)


@contextmanager
def _moved_into_place(temporary: Path, path: Path) -> Iterator[None]:
    try:
        yield
        temporary.replace(path)
    except BaseException:  # also when it is interrupted
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock a file that several commands append to or rewrite; other processes wait until it is free."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with ExitStack() as stack:
        with suppress(NotImplementedError):  # a file system without locks, such as some network drives
            stack.enter_context(lock)
        yield


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, as UTF-8."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file atomically."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file atomically, without the index."""
    write_text(path, table.to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n"))


def write_once(path: Path, content: bytes) -> tuple[Path, bool]:
    """Write a file unless it is there; beside a file of other content it gets a longer name.

    Returns:
        Its path, and whether it is new.
    """
    longer = path.with_name(f"{path.stem}-{hashlib.sha256(content).hexdigest()[:8]}{path.suffix}")
    for name in (path, longer):
        try:
            if name.read_bytes() == content:
                return name, False
        except FileNotFoundError:
            write_bytes(name, content)
            return name, True
    write_bytes(longer, content)  # what stands there was changed since
    return longer, True


BLOCK = 1 << 16  # bytes


def drop_torn_line(path: Path) -> None:
    """Remove a last line without a line end: an interrupted append left it, and it was never acknowledged."""
    if not path.exists():
        return
    with require_file(path).open("rb+") as file:
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
    """Append one line and write it through to the disk; when this returns, the line is acknowledged.

    Raises:
        OSError: the disk is full, or can't be written; then nothing was appended.
    """
    with _opened(path, "ab", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        try:
            _write_all(file, (line + "\n").encode())
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise


def _write_all(file: BinaryIO, content: bytes) -> None:
    """Write without a buffer, which would be written once more when the file is closed."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


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
