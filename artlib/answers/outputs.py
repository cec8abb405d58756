"""Outputs: the files and folders that answers are written to. Nothing is replaced that artlib did not write there."""

import csv
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from artlib import images
from artlib.errors import ArgumentError
from artlib.images.kinds import SUPPORTED

STANDARD_OUTPUT = "-"
PAGE_HEAD = 4096  # bytes in which a page of artlib says what it is
EARLIER_PAGE = "<title>artlib: "  # how pages of earlier versions did
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute


def check_files(files: Mapping[str, str | None], inputs: Sequence[str], columns: Sequence[str], page: str) -> None:
    """Refuse files that must not or can't be written, before any picture is looked at.

    Args:
        files: where answers are wanted: "csv" and "html", to a path, "-" for the standard output, or None.
        inputs: the files and addresses that are asked about.
        columns: of the CSV file, by which an earlier one is known.
        page: the kind of the HTML page, by which an earlier one is known.

    Raises:
        ArgumentError: it is an input, a picture, a file that artlib did not write, a folder or a device; two are the
            same; or its folder can't be used.
    """
    wanted = {option: file for option, file in files.items() if file is not None}
    asked = {_identity(each) for each in inputs if not images.is_url(each)} - {None}
    for option, file in wanted.items():
        if file == STANDARD_OUTPUT:
            continue
        path = Path(file)
        is_own = partial(_is_table, columns=columns) if option == "csv" else partial(_is_page, page=page)
        problem = _problem_of_name(file) or _problem_of_file(path, is_own, _identity(file) in asked)
        if problem:
            raise ArgumentError(
                f"Answers can't be written to this file: {problem}. Received: {option}={file}. Give another one."
            )
    places = [file if file == STANDARD_OUTPUT else os.path.realpath(file) for file in wanted.values()]
    if len(set(places)) < len(places):
        raise ArgumentError(f"The table and the page need two files. Received: {wanted['csv']} for both.")


def check_folder(folder: Path, asked: Sequence[str]) -> None:
    """Make a folder for pictures if it is missing; refuse one in which none can be written or should be.

    Args:
        folder: for pictures that artlib draws.
        asked: the files, folders (which are searched) and addresses that are asked about.

    Raises:
        ArgumentError: it can't be made or used, or its pictures would be asked about next time.
    """
    if problem := _problem_of_place(folder, asked) or _problem_of_folder(folder, "it can't be used"):
        raise ArgumentError(
            f"Pictures can't be written to this folder: {problem}. Received: {folder}. Give another one."
        )


def _problem_of_name(file: str) -> str:
    """Return why a text is no name of a file; empty if it is."""
    if not file.strip():
        return "it has no name"
    if file.endswith(("/", os.sep)):
        return "its name is a folder's"
    if os.path.islink(file) and not os.path.exists(file):  # noqa: PTH110, PTH114 - a Path has lost its last "/"
        return f"it is a link to {os.readlink(file)}, which is not there"  # noqa: PTH115
    return ""


def _problem_of_place(folder: Path, asked: Sequence[str]) -> str:
    """Return why drawn pictures should not lie in a folder; empty if they may."""
    place, searched = folder.resolve(), (Path(each) for each in asked if not images.is_url(each))
    for each in searched:
        if each.is_dir() and each.resolve() in (place, *place.parents):
            return f"it lies in {each}, which is searched for pictures, so they would be asked about next time"
    return ""


def _problem_of_file(path: Path, is_own: Callable[[Path], bool], is_input: bool) -> str:
    """Return why a file must not be written; empty if it may."""
    if path.is_dir():
        return "it is a folder"
    if is_input:
        return "it is one of the pictures that are asked about"
    if path.exists() and not path.is_file():
        return "it is no file but a device; - stands for the standard output"
    if path.suffix.lower() in SUPPORTED:
        return "its name is a picture's"
    if path.exists() and path.stat().st_size and not is_own(path):
        return "it is there already, and artlib did not write it"
    return _problem_of_folder(path.parent, "its folder can't be used")


def _problem_of_folder(folder: Path, words: str) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{words} ({error.strerror})"


def _identity(file: str) -> tuple[int, int] | None:
    """Return what tells a file from all others, by whatever name; None if it is not there."""
    try:
        status = os.stat(file)  # noqa: PTH116 - thousands of them
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _is_table(path: Path, columns: Sequence[str]) -> bool:
    """Return whether a file is an earlier table of these columns; earlier versions had the first ones only."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading = next(csv.reader([file.readline()]), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return len(heading) > 2 and heading == list(columns[: len(heading)])


def _is_page(path: Path, page: str) -> bool:
    """Return whether a file is an earlier page of this kind."""
    try:
        with path.open("rb") as file:
            head = file.read(PAGE_HEAD).decode(errors="replace")
    except OSError:
        return False
    return f'<meta name="generator" content="artlib {page}">' in head or (
        EARLIER_PAGE in head and 'name="generator"' not in head
    )


WriteRow = Callable[[Mapping[str, str]], object]


@contextmanager
def table(path: str | None, columns: Sequence[str], excel: bool = False) -> Iterator[WriteRow]:
    """Yield a function that writes a row of a CSV file at once; it does nothing without a path.

    Args:
        path: of the file; "-" is the standard output.
        columns: the first row.
        excel: for spreadsheets: with a byte-order mark, by which Excel knows UTF-8, and with an apostrophe before each
            cell that would be computed as a formula.
    """
    if path is None:
        yield lambda row: None
        return
    with _opened(path, "utf-8-sig" if excel else "utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        cell = _harmless if excel else str
        yield lambda row: writer.writerow([cell(row[column]) for column in columns])


@contextmanager
def _opened(path: str, encoding: str) -> Iterator[TextIO]:
    if path == STANDARD_OUTPUT:
        if encoding == "utf-8-sig":
            sys.stdout.write("\ufeff")
        yield sys.stdout
        return
    # written line by line; a file name that is not UTF-8 must not stop the work
    with Path(path).open("w", encoding=encoding, errors="backslashreplace", newline="", buffering=1) as file:
        yield file


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
