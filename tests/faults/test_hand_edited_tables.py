"""Tables that people edited: the same data, or an error that names the file; never fewer rows, never another error."""

import re
from pathlib import Path

import pytest
from hand_edits import DIALECTS, FEW, Dialect, Rows, good_rows, plain, saved
from hypothesis import assume, given
from hypothesis import strategies as st

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import CatalogRow, append_rows, known_hashes, read_catalog
from artlib.workspace.tables import SCHEMAS, known_table

pytestmark = pytest.mark.thorough

FILES = pytest.mark.parametrize("file", sorted(SCHEMAS))
NEW = CatalogRow("f" * 16, "Wlop", "originals/Wlop/a.jpg", "", "", "", "", "f" * 64, 40, 30, "0" * 16)


def read(tmp_path: Path, file: str, content: bytes) -> Rows:
    (tmp_path / file).write_bytes(content)
    return known_table(tmp_path / file).to_dict("records")


def only(rows: Rows, names: list[str]) -> Rows:
    return [{name: row[name] for name in names} for row in rows]


@FILES
@FEW
@given(data=st.data(), dialect=DIALECTS)
def test_whatever_program_saved_a_table_it_says_the_same(
    file: str, data: st.DataObject, dialect: Dialect, tmp_path: Path
) -> None:
    schema = SCHEMAS[file]
    rows = data.draw(good_rows(schema))
    found = read(tmp_path, file, saved(rows, schema.names, dialect))
    assert only(found, schema.names) == rows
    assert all(row[dialect.extra] == "seen" for row in found if dialect.extra)


@FILES
@FEW
@given(data=st.data())
def test_a_changed_byte_costs_no_row_and_raises_nothing_else(file: str, data: st.DataObject, tmp_path: Path) -> None:
    schema = SCHEMAS[file]
    rows = data.draw(good_rows(schema))
    content = bytearray(plain(rows, schema))
    place = data.draw(st.integers(0, len(content) - 1))
    assume(place != len(schema.heading))  # without its line end, the heading has the first row's cells, too
    byte = data.draw(st.integers(0, 255) | st.sampled_from(list(b'\n\r,;\t"\0 .+-E0')))
    how = data.draw(st.sampled_from(["change", "insert", "delete"]))
    content[place : place + (how != "insert")] = b"" if how == "delete" else bytes([byte])
    try:
        found = read(tmp_path, file, bytes(content))
    except WorkspaceError as error:
        assert file in str(error)
    else:
        unfinished = schema.is_log and not content.endswith(b"\n")  # as after a kill; a line says so
        divided = how != "delete" and bytes([byte]) in b"\r\n"  # what was one row may be two good ones then
        assert len(rows) - unfinished <= len(found) <= len(rows) + divided


@FILES
@FEW
@given(content=st.binary(max_size=300))
def test_any_bytes_raise_nothing_else(file: str, content: bytes, tmp_path: Path) -> None:
    try:
        assert read(tmp_path, file, content) == []
    except WorkspaceError as error:
        assert file in str(error)


@FILES
@FEW
@given(data=st.data(), dialect=DIALECTS)
def test_a_column_that_is_gone_is_named(file: str, data: st.DataObject, dialect: Dialect, tmp_path: Path) -> None:
    schema = SCHEMAS[file]
    gone = data.draw(st.sampled_from(schema.first_names))
    names = [name for name in schema.names if name != gone]
    with pytest.raises(WorkspaceError, match=rf"{file}.* lacks {gone}"):
        read(tmp_path, file, saved(data.draw(good_rows(schema)), names, dialect))


@pytest.mark.parametrize("file", [file for file, schema in sorted(SCHEMAS.items()) if schema.key == "id"])
@FEW
@given(data=st.data(), shown=st.sampled_from(["1.23457E+15", "1,23E+15", "1E+20", "12345678901234", "1.2e+08", "0"]))
def test_an_id_that_became_a_number_is_named_by_its_row_or_had_again(
    file: str, data: st.DataObject, shown: str, tmp_path: Path
) -> None:
    schema = SCHEMAS[file]
    rows = data.draw(good_rows(schema))
    place = data.draw(st.integers(0, len(rows) - 1))
    assume(not rows[place]["id"].isdigit())  # of such ids the catalog's can be had again, from the sha256
    rows[place] = rows[place] | {"id": shown}
    named = re.escape(f"{file} can't be read in row {place + 2}: ")
    with pytest.raises(WorkspaceError, match=f"{named}.*Received: {re.escape(repr(shown))}"):
        read(tmp_path, file, plain(rows, schema))


@pytest.mark.parametrize("file", [file for file, schema in sorted(SCHEMAS.items()) if schema.key])
@FEW
@given(data=st.data())
def test_a_row_that_stands_there_twice_counts_once(file: str, data: st.DataObject, tmp_path: Path) -> None:
    schema = SCHEMAS[file]
    rows = data.draw(good_rows(schema))
    place = data.draw(st.integers(0, len(rows) - 1))
    found = read(tmp_path, file, plain([*rows, rows[place]], schema))
    assert only(found, schema.names) == rows


@pytest.mark.parametrize(
    ("file", "column"), [("split.csv", "artist"), ("groups.csv", "group"), ("catalog.csv", "artist")]
)
def test_two_rows_that_say_different_things_about_one_image_are_both_named(
    file: str, column: str, tmp_path: Path
) -> None:
    cells = {"id": "a" * 16, "sha256": "a" * 64, "phash": "0" * 16, "part": "train", "width": "40", "height": "30"}
    row = dict.fromkeys(SCHEMAS[file].names, "x") | cells
    rows = [{name: row[name] for name in SCHEMAS[file].names} | {column: value} for value in ("Ross", "Wlop")]
    with pytest.raises(WorkspaceError, match=rf"{file} can't be read in row 3: .*stands in row 2, too"):
        read(tmp_path, file, plain(rows, SCHEMAS[file]))


@pytest.mark.parametrize("shown", ["1.23457E+15", "1,23E+15", "1234567890123450", "1.23456789012346E+015"])
def test_in_the_catalog_it_is_had_again_from_the_sha256(shown: str, tmp_path: Path) -> None:
    rows = [{**dict.fromkeys(SCHEMAS["catalog.csv"].names, "x"), "width": "40", "height": "30", "phash": "0" * 16}]
    rows[0] |= {"id": "1234567890123456", "sha256": "1234567890123456" + "a" * 48}
    found = read(tmp_path, "catalog.csv", plain([rows[0] | {"id": shown}], SCHEMAS["catalog.csv"]))
    assert found == rows


@FEW
@given(data=st.data(), dialect=DIALECTS)
def test_a_collection_puts_the_catalog_into_its_form_and_loses_nothing(
    data: st.DataObject, dialect: Dialect, tmp_path: Path
) -> None:
    schema, workspace = SCHEMAS["catalog.csv"], Workspace(tmp_path / "data")
    rows = data.draw(good_rows(schema))
    assume("f" * 64 not in [row["sha256"] for row in rows])
    workspace.root.mkdir(exist_ok=True)
    workspace.catalog.write_bytes(saved(rows, schema.names, dialect))
    known_hashes(workspace)
    append_rows(workspace, [NEW])
    found = read_catalog(workspace).to_dict("records")
    assert only(found[:-1], schema.names) == rows and found[-1]["id"] == NEW.id
    assert [row.get(dialect.extra, "") for row in found] == ["seen" * bool(dialect.extra)] * len(rows) + [""]
    assert workspace.catalog.read_bytes().startswith(schema.heading.encode())


def test_a_catalog_that_can_not_be_read_is_left_alone_by_a_collection(workspace: Workspace) -> None:
    workspace.root.mkdir()
    content = b"id;artist\r1;Wlop\r2;Ross\r"
    workspace.catalog.write_bytes(content)
    with pytest.raises(WorkspaceError, match="catalog.csv is not a catalog: it lacks path"):
        known_hashes(workspace)
    assert workspace.catalog.read_bytes() == content
