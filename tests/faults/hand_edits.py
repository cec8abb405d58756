"""Tables as artlib writes them, and as people's programs save them; for property tests."""

import csv
import io
import os
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from artlib.workspace.formats.columns import Column
from artlib.workspace.formats.schema import Schema
from artlib.workspace.tables import SCHEMAS

Rows = list[dict[str, str]]
# the same examples in each run, so that a red one stays red; `make fuzz` asks for a number of others
FEW = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DIGITS = "0123456789abcdef"
# without line ends, which artlib takes out of what it writes, and without what no text file has
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
WORDS = st.text(LETTERS, min_size=1, max_size=12).filter(str.strip)
EXAMPLES = {
    "again": st.sampled_from(["", "yes"]),
    "part": st.sampled_from(["train", "validation", "test"]),
    "phash_version": st.just("2"),
    "of": st.text(DIGITS, min_size=16, max_size=16) | st.just(""),
}


def cells_of(column: Column) -> st.SearchStrategy[str]:
    """Return what artlib could have written into a column."""
    if column.name in EXAMPLES:
        return EXAMPLES[column.name]
    if column.is_number and "whole" in column.needs:
        return st.integers(1, 9999).map(str)
    if column.is_number:
        return st.floats(0, 1).map(lambda figure: f"{figure:.6f}")
    if column.name in ("id", "phash"):
        return st.text(DIGITS, min_size=16, max_size=16)
    if column.name == "sha256":
        return st.text(DIGITS, min_size=64, max_size=64)
    return WORDS if column.read(" ") is None else st.text(LETTERS, max_size=12)


@st.composite
def good_rows(draw: st.DrawFn, schema: Schema) -> Rows:
    """Rows that artlib could have written, each of another key."""
    one = st.fixed_dictionaries({column.name: cells_of(column) for column in schema.columns})
    rows = draw(st.lists(one, min_size=1, max_size=5, unique_by=lambda row: row[schema.key] if schema.key else id(row)))
    if schema is SCHEMAS["catalog.csv"]:
        for row in rows:
            row["sha256"] = row["id"] + row["sha256"][16:]
    return rows


@dataclass(frozen=True)
class Dialect:
    """A way to save a table that says the same."""

    encoding: str = "utf-8"
    separator: str = ","
    line_end: str = "\n"
    quoted: bool = False
    capitals: bool = False
    order: int = 0
    empty_columns: int = 0
    empty_rows: list[int] = field(default_factory=list)
    extra: str = ""
    ends: bool = True


DIALECTS = st.builds(
    Dialect,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoted=st.booleans(),
    capitals=st.booleans(),
    order=st.integers(0, 5),
    empty_columns=st.integers(0, 3),
    empty_rows=st.lists(st.integers(0, 6), max_size=3),
    extra=st.sampled_from(["", "note", "Bemerkung; kurz"]),
    ends=st.booleans(),
)


def saved(rows: Rows, names: list[str], dialect: Dialect) -> bytes:
    """Return the content of a file in which a program saved a table."""
    turn = dialect.order % len(names)
    names = names[turn:] + names[:turn]
    extras = [dialect.extra] if dialect.extra else []
    lines = [[name.upper() if dialect.capitals else name for name in names] + extras]
    lines += [[row[name] for name in names] + ["seen"] * len(extras) for row in rows]
    lines = [line + [""] * dialect.empty_columns for line in lines]
    for place in dialect.empty_rows:
        lines.insert(min(place, len(lines)), [""] * len(lines[0]))
    text, quoting = io.StringIO(), csv.QUOTE_ALL if dialect.quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=dialect.separator, lineterminator="\n", quoting=quoting).writerows(lines)
    content = text.getvalue().replace("\n", dialect.line_end)
    content = content if dialect.ends else content.removesuffix(dialect.line_end)
    if dialect.encoding == "utf-16-be":
        return b"\xfe\xff" + content.encode("utf-16-be")
    return content.encode(dialect.encoding)


def plain(rows: Rows, schema: Schema) -> bytes:
    """Return the file as artlib writes it."""
    return saved(rows, schema.names, Dialect())
