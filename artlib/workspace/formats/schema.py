"""Schemas: what each table of a workspace must hold, and the one way in which all of them are read.

People edit these files in spreadsheet programs and editors. What can be read without doubt is read; what can't is an
error with the file, the row, what was received and the remedy. Nothing is repaired in the file itself: the next command
that writes it puts it into the house's form, with all columns and rows that the user added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artlib.errors import warn
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.formats.columns import Column, is_turned, with_point
from artlib.workspace.formats.reading import NoFileError, content_of
from artlib.workspace.formats.sheets import SheetError, read_sheet

Cells = dict[str, list[str]]  # of each column
TURNED = (
    " A spreadsheet program turns such texts into numbers when it opens the file: in it, choose Data > From Text, and "
    "give these columns the type Text."
)


class CellError(Exception):
    """A cell that can't be read without doubt: what is wrong, and in which place of its column, from 0."""

    def __init__(self, problem: str, place: int) -> None:
        super().__init__(problem)
        self.problem, self.place = problem, place


@dataclass(frozen=True)
class Schema:
    """What a table must hold.

    Attributes:
        columns: that artlib writes, in this order; more may follow.
        remedy: how to get back what is damaged.
        key: the column that is another one in each row; empty if there is none.
        same: the columns that two rows of one key must have in common to count as one row; by default all.
        wrong: what is said about a file that is no such table.
        is_log: whether rows are appended: a last row without a line end was then never acknowledged.
        mend: puts into the columns what can be had from other cells of the row; raises CellError if they do not fit.
    """

    columns: tuple[Column, ...]
    remedy: str
    key: str = ""
    same: tuple[str, ...] = ()
    wrong: str = "is damaged"
    is_log: bool = False
    mend: Callable[[Cells], None] = lambda cells: None

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]

    @property
    def first_names(self) -> list[str]:
        """The names of the columns that every version of artlib wrote."""
        return [column.name for column in self.columns if not column.added]

    @property
    def heading(self) -> str:
        """The first line of a file that artlib writes."""
        return ",".join(self.names)


def read_table(path: Path, schema: Schema) -> pd.DataFrame:
    """Return a table; every column is text, the schema's first.

    Args:
        path: of the file, which is there.
        schema: of the table.

    Raises:
        WorkspaceError: it can't be read without doubt.
    """
    return read_with_form(path, schema)[0]


def read_with_form(path: Path, schema: Schema) -> tuple[pd.DataFrame, bool]:
    """Return a table, and whether lines can be appended to its file as it is; see `read_table`."""
    try:
        content = content_of(path)
    except NoFileError as error:
        raise WorkspaceError(f"{path} {schema.wrong}: {error.strerror}. {schema.remedy}") from error
    try:
        return _read(content, schema)
    except SheetError as error:
        acknowledged = content[: content.rfind(b"\n") + 1]
        if schema.is_log and acknowledged != content:
            try:
                table, _ = _read(acknowledged, schema)
            except SheetError:
                pass  # the last line is not all that is wrong
            else:
                warn(f"The last row of {path} was never finished, and is not read: what wrote it will write it again.")
                return table, False
        raise WorkspaceError(_said(path, schema, error)) from error


def _read(content: bytes, schema: Schema) -> tuple[pd.DataFrame, bool]:
    sheet = read_sheet(content, schema.first_names, schema.names)
    numbers = [number for number, _ in sheet.rows]
    # column by column, which takes two thirds of the time that row by row takes
    given = dict(zip(sheet.header, map(list, zip(*(cells for _, cells in sheet.rows), strict=True)), strict=False))
    order = schema.names + [name for name in sheet.header if name not in schema.names]
    cells = {name: given.get(name) or [""] * len(numbers) for name in order}
    try:
        schema.mend(cells)
        for column in schema.columns:
            cells[column.name] = _checked(column, cells[column.name], sheet.separator)
        kept = _once(cells, numbers, schema) if schema.key else range(len(numbers))
    except CellError as error:
        raise SheetError(error.problem, numbers[error.place]) from error
    table = pd.DataFrame({name: [values[place] for place in kept] for name, values in cells.items()}, dtype=str)
    return table, sheet.is_plain and sheet.header == order and len(kept) == len(numbers)


def _checked(column: Column, cells: list[str], separator: str) -> list[str]:
    """Return a column's cells as artlib writes them."""
    has_commas = column.is_number and separator != ","
    read = {cell: column.read(with_point(cell) if has_commas else cell) for cell in set(cells)}
    if column.added:
        read[""] = ""
    for place, cell in enumerate(cells):
        if read[cell] is None:
            hint = TURNED if is_turned(cell) and not column.is_number else ""
            raise CellError(f"{column.name} must be {column.needs}. Received: {cell!r}.{hint}", place)
    return [value for cell in cells if (value := read[cell]) is not None]


def _once(cells: Cells, numbers: Sequence[int], schema: Schema) -> Sequence[int]:
    """Return the places of the rows, each once; two that say different things about the same are refused."""
    keys = cells[schema.key]
    if len(set(keys)) == len(keys):
        return range(len(keys))
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        earlier = first.setdefault(key, place)
        if any(cells[name][earlier] != cells[name][place] for name in schema.same or cells):
            raise CellError(
                f"{schema.key} {key!r} stands in row {numbers[earlier]}, too, with other cells: delete one", place
            )
    return list(first.values())


def _said(path: Path, schema: Schema, error: SheetError) -> str:
    what = f"{path} can't be read in row {error.row}" if error.row else f"{path} {schema.wrong}"
    return f"{what}: {error.problem.removesuffix('.')}. {schema.remedy}"
