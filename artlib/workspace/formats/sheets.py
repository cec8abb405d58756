"""Sheets: CSV files as artlib and people's programs write them, read as rows of text that nothing was cut from.

Spreadsheet programs and editors save the same table in many ways: with semicolons or tabs, with other line ends, as
UTF-16, with a byte-order mark, with quotes everywhere, with empty columns and rows. All of these can be read without
doubt. What can't is an error that says which row it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from artlib.workspace.formats.reading import mark_of, text_of

SEPARATORS = ",;\t|"
SEPARATOR_LINE = re.compile(r'\A"?sep=."?(?:\r\n|\r|\n)')  # Excel's own hint, which it does not show


class SheetError(Exception):
    """A file that can't be read without doubt: what is wrong, and in which row, as a spreadsheet program counts."""

    def __init__(self, problem: str, row: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.row = problem, row


@dataclass(frozen=True)
class Sheet:
    """The rows of a CSV file.

    Attributes:
        header: the columns' names: of columns that were asked for as they were asked for, of others as they stand.
        rows: the row's number as a spreadsheet program counts it, from 1, and one cell a column, in the header's order.
        separator: between cells.
        is_plain: whether artlib itself could have written it, so that lines can be appended to it.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    separator: str
    is_plain: bool


def read_sheet(content: bytes, wanted: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Read the content of a CSV file.

    Args:
        content: of the whole file.
        wanted: the names of columns that must be there, in any order and with capitals or without.
        optional: the names of columns that may be there.

    Raises:
        SheetError: it is no such table, or can't be read without doubt.
    """
    whole = _text_of(content)
    text = SEPARATOR_LINE.sub("", whole)
    separator, records = _records(text, wanted)
    (top, heading), *rest = records
    places = _columns(heading, [cells for _, cells in rest], top)
    header = _named([heading[place] for place in places], [*wanted, *optional], top)
    rows = [(number, _row(cells, places, number)) for number, cells in rest if any(map(str.strip, cells))]
    plain = separator == "," and top == 1 and heading == header and len(rows) == len(rest)
    is_plain = plain and text == whole and text.endswith("\n") and "\r" not in text and not mark_of(content)
    return Sheet(header, rows, separator, is_plain)


def _text_of(content: bytes) -> str:
    mark = mark_of(content)
    try:
        text = text_of(content)
    except UnicodeDecodeError as error:
        row = 1 + max(content[: error.start].count(b"\n"), content[: error.start].count(b"\r"))
        where = "" if mark.startswith((b"\xff", b"\xfe")) else f" in row {row}"
        raise SheetError(
            f"its text{where} is not in UTF-8; in the spreadsheet program, save it as CSV UTF-8"
        ) from error
    if "\0" in text:
        raise SheetError("it holds bytes that are no text")
    return text


def _records(text: str, wanted: Sequence[str]) -> tuple[str, list[tuple[int, list[str]]]]:
    """Return the separator, and the rows from the heading on, with their numbers."""
    if not text.strip():
        raise SheetError("it is empty")
    best: tuple[str, list[str]] = ("", list(wanted))
    for separator in SEPARATORS:
        found = _heading(text, separator)
        missing = [name for name in wanted if name.casefold() not in found]
        if not missing:
            return separator, _parsed(text, separator)
        best = min(best, (separator, missing), key=lambda each: len(each[1]))
    raise SheetError(f"it lacks {', '.join(best[1])}")


def _heading(text: str, separator: str) -> set[str]:
    """Return the names of the first row that is not empty, without capitals; none if that row can't be read."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if any(map(str.strip, cells)):
                return {cell.strip().casefold() for cell in cells}
    except csv.Error:
        pass
    return set()


def _parsed(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return all rows with their numbers, from the first that is not empty; a line end within a cell becomes \\n."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    has_others = "\r" in text
    try:
        for number, cells in enumerate(reader, start=1):
            records.append((number, list(map(_with_line_ends, cells)) if has_others else cells))
    except csv.Error as error:
        raise SheetError(f"its quotes can't be read ({error})", len(records) + 1) from error
    while not any(map(str.strip, records[0][1])):
        del records[0]
    return records


def _with_line_ends(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _columns(heading: list[str], rows: Iterable[list[str]], top: int) -> list[int]:
    """Return the places of the columns: all that have a name; what stands in others has no meaning."""
    named = [place for place, name in enumerate(heading) if name.strip()]
    without = [place for place in range(len(heading)) if place not in named]
    for row, cells in enumerate(rows, start=top + 1):
        for place in without:
            if place < len(cells) and cells[place].strip():
                raise SheetError(f"{cells[place]!r} stands in a column without a name", row)
    return named


def _named(names: list[str], known: Sequence[str], top: int) -> list[str]:
    """Return the names with those that are known as they are written there."""
    plain = {name.casefold(): name for name in known}
    header = [plain.get(name.strip().casefold(), name.strip()) for name in names]
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise SheetError(f"two of its columns are called {twice[0]}", top)
    return header


def _row(cells: list[str], places: list[int], number: int) -> list[str]:
    """Return a row's cells; those that are missing at its end are empty."""
    last = places[-1] + 1
    if len(cells) == last == len(places):
        return cells  # the usual row
    if extra := [cell for cell in cells[last:] if cell.strip()]:
        raise SheetError(f"it has more cells than there are columns: {extra[0]!r} is too much", number)
    return [cells[place] if place < len(cells) else "" for place in places]
