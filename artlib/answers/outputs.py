"""Outputs: the files and folders that answers are written to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from csv import writer as csv_writer
from pathlib import Path
from tempfile import TemporaryFile

from artlib.errors import ArgumentError


def check_file(file: Path) -> None:
    """Refuse a file that can't be written, before the pictures are looked at.

    Raises:
        ArgumentError: it is a folder, or its folder can't be used.
    """
    problem = _problem_of(file.parent, "its folder can't be used") or ("it is a folder" if file.is_dir() else "")
    if problem:
        raise ArgumentError(f"Answers can't be written to this file: {problem}. Received: {file}. Give another one.")


def check_folder(folder: Path) -> None:
    """Make a folder if it is missing; refuse one in which no file can be written.

    Raises:
        ArgumentError: it can't be made, or can't be used.
    """
    if problem := _problem_of(folder, "it can't be used"):
        raise ArgumentError(
            f"Pictures can't be written to this folder: {problem}. Received: {folder}. Give another one."
        )


def _problem_of(folder: Path, words: str) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{words} ({error.strerror})"


@contextmanager
def table(path: str | None, columns: Sequence[str]) -> Iterator[Callable[[Mapping[str, str]], None]]:
    """Yield a function that writes a row of a CSV file at once; it does nothing without a path."""
    if path is None:
        yield lambda row: None
        return
    # written line by line; a file name that is not UTF-8 must not stop the work
    with Path(path).open("w", encoding="utf-8", errors="backslashreplace", newline="", buffering=1) as file:
        writer = csv_writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield lambda row: writer.writerow([row[column] for column in columns])
