"""Schemas: what each table of a workspace must hold, and the one way in which all of them are read.

People edit these files in spreadsheet programs and editors. What can be read without doubt is read; what can't is an
error with the file, the row, what was received and the remedy. Nothing is repaired in the file itself: the next command
that writes it puts it into the house's form, with all columns and rows that the user added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artlib.errors import warn
from artlib.workspace.columns import Column, is_turned, with_point
from artlib.workspace.disk import content_of
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.sheets import Sheet, SheetError, read_sheet

Row = dict[str, str]
TURNED = (
    " A spreadsheet program turns such texts into numbers when it opens the file: in it, choose Data > From Text, and "
    "give these columns the type Text."
)


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
        mended: returns a row with what can be had from its other cells; raises SheetError if they do not fit.
    """

    columns: tuple[Column, ...]
    remedy: str
    key: str = ""
    same: tuple[str, ...] = ()
    wrong: str = "is damaged"
    is_log: bool = False
    mended: Callable[[Row], Row] = lambda row: row

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
    content = content_of(path)
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
    header = sheet.header + [name for name in schema.names if name not in sheet.header]
    rows = [(number, dict(zip(sheet.header, cells, strict=True))) for number, cells in sheet.rows]
    rows = [(number, _checked(row, number, sheet, schema)) for number, row in rows]
    kept = _once(rows, schema) if schema.key else rows
    order = schema.names + [name for name in header if name not in schema.names]
    table = pd.DataFrame({name: [row[name] for _, row in kept] for name in order}, dtype=str)
    return table, sheet.is_plain and sheet.header == order and len(kept) == len(rows)


def _checked(row: Row, number: int, sheet: Sheet, schema: Schema) -> Row:
    """Return a row as artlib writes it."""
    try:
        row = schema.mended(row)
    except SheetError as error:
        raise SheetError(error.problem, number) from error
    for column in schema.columns:
        cell = row.get(column.name, "")
        if column.added and not cell:
            row[column.name] = ""
            continue
        plain = with_point(cell) if column.is_number and sheet.separator != "," else cell
        value = column.read(plain)
        if value is None:
            hint = TURNED if is_turned(cell) and not column.is_number else ""
            raise SheetError(f"{column.name} must be {column.needs}. Received: {cell!r}.{hint}", number)
        row[column.name] = value
    return row


def _once(rows: list[tuple[int, Row]], schema: Schema) -> list[tuple[int, Row]]:
    """Return each row once; two that say different things about the same are refused."""
    first: dict[str, tuple[int, Row]] = {}
    for number, row in rows:
        earlier, known = first.setdefault(row[schema.key], (number, row))
        if any(known[name] != row[name] for name in schema.same or row):
            raise SheetError(
                f"{schema.key} {row[schema.key]!r} stands in row {earlier}, too, with other cells: delete one", number
            )
    return list(first.values())


def _said(path: Path, schema: Schema, error: SheetError) -> str:
    what = f"{path} can't be read in row {error.row}" if error.row else f"{path} {schema.wrong}"
    return f"{what}: {error.problem.removesuffix('.')}. {schema.remedy}"
