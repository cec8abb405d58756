"""The catalog: fixed columns, rows that survive a kill and another command, and plain words about a damaged file."""

import subprocess
import sys
from dataclasses import replace

import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import (
    COLUMNS,
    PHASH_VERSION,
    CatalogRow,
    append_rows,
    known_hashes,
    read_catalog,
    remove_rows,
)
from artlib.workspace.disk.writing import write_table

ROW = CatalogRow(
    id="0123456789abcdef",
    artist="Wlop",
    path="originals/Wlop/a.jpg",
    source="folder: Wlop/a.jpg",
    source_url="",
    licence="",
    collected_at="2026-01-31T12:00:00+00:00",
    sha256="0123456789abcdef" * 4,
    width=640,
    height=480,
    phash="ffff0000ffff0000",
)


@pytest.fixture
def catalogued(workspace: Workspace) -> Workspace:
    """A workspace with two rows."""
    known_hashes(workspace)
    append_rows(workspace, [ROW, replace(ROW, id="b", path="originals/b.jpg", sha256="b" * 64, artist="北斎")])
    return workspace


def test_the_first_columns_are_the_fixed_ones_in_their_order() -> None:
    fixed = "id artist path source source_url licence collected_at sha256 width height phash"
    assert list(COLUMNS[:11]) == fixed.split()


def test_rows_come_back_in_order_and_as_text(catalogued: Workspace) -> None:
    catalog = read_catalog(catalogued)
    assert catalog["artist"].tolist() == ["Wlop", "北斎"]
    assert catalog.loc[0, "width"] == "640"


def test_an_artist_named_na_is_an_artist(catalogued: Workspace) -> None:
    append_rows(catalogued, [replace(ROW, id="c", sha256="c" * 64, artist="NA")])
    assert read_catalog(catalogued)["artist"].tolist()[-1] == "NA"


@pytest.mark.parametrize("text", ['a "quoted", name', "two\nlines", "carriage\rreturn", "=1+1", "emoji 🎨"])
def test_any_text_takes_exactly_one_line(text: str, catalogued: Workspace) -> None:
    append_rows(catalogued, [replace(ROW, id="c", sha256="c" * 64, source=text)])
    assert catalogued.catalog.read_bytes().count(b"\n") == 4
    assert read_catalog(catalogued)["source"].tolist()[-1] == text.replace("\n", " ").replace("\r", " ")


def test_a_torn_last_line_is_not_read(catalogued: Workspace) -> None:
    with catalogued.catalog.open("a") as file:
        file.write("c,Ross Tr")
    assert read_catalog(catalogued)["id"].tolist() == [ROW.id, "b"]


def test_a_torn_last_line_is_cut_before_the_next_append(catalogued: Workspace) -> None:
    with catalogued.catalog.open("a") as file:
        file.write("c,Ross Tr")
    known_hashes(catalogued)
    append_rows(catalogued, [replace(ROW, id="d", sha256="d" * 64)])
    assert read_catalog(catalogued)["id"].tolist() == [ROW.id, "b", "d"]


def test_a_letter_torn_in_its_middle_does_not_hide_the_rows_before(catalogued: Workspace) -> None:
    with catalogued.catalog.open("ab") as file:
        file.write("c,北斎".encode()[:-1])
    assert read_catalog(catalogued)["id"].tolist() == [ROW.id, "b"]


def test_a_torn_heading_is_written_again(workspace: Workspace) -> None:
    workspace.root.mkdir()
    workspace.catalog.write_text("id,artist,pa")
    known_hashes(workspace)
    append_rows(workspace, [ROW])
    assert read_catalog(workspace)["id"].tolist() == [ROW.id]


def test_known_hashes_tell_whose_each_is(catalogued: Workspace) -> None:
    assert known_hashes(catalogued) == {ROW.sha256: "Wlop", "b" * 64: "北斎"}


def test_no_rows_append_nothing(catalogued: Workspace) -> None:
    before = catalogued.catalog.read_bytes()
    append_rows(catalogued, [])
    assert catalogued.catalog.read_bytes() == before


def test_a_removed_image_loses_its_row_and_its_files(catalogued: Workspace) -> None:
    files = [catalogued.image("b"), catalogued.image(ROW.id), catalogued.root / ROW.path]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    remove_rows(catalogued, {ROW.id})
    assert read_catalog(catalogued)["id"].tolist() == ["b"]
    assert [file.exists() for file in files] == [True, False, False]


def test_further_columns_may_follow(catalogued: Workspace) -> None:
    lines = catalogued.catalog.read_text(encoding="utf-8").splitlines()
    catalogued.catalog.write_text("".join(f"{line},more\n" for line in lines), encoding="utf-8")
    assert read_catalog(catalogued)["more"].tolist() == ["more", "more"]


def test_without_a_catalog_the_error_names_the_command_that_makes_it(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib collect"):
        read_catalog(workspace)


def test_an_empty_catalog_names_the_first_notebook(workspace: Workspace) -> None:
    known_hashes(workspace)
    with pytest.raises(WorkspaceError, match="holds no image.*01_collect"):
        read_catalog(workspace)


@pytest.mark.parametrize(
    "content",
    [b"name,paintings\nWlop,3\n", b"", b"no line end", b"\xff\xfe\x00binary\n", b"id,artist\n1,2,3,4\n5\n6,7,8,9,10\n"],
)
def test_another_file_under_its_name_is_named_and_left_alone(content: bytes, workspace: Workspace) -> None:
    workspace.root.mkdir()
    workspace.catalog.write_bytes(content)
    with pytest.raises(WorkspaceError, match="catalog.csv is not a catalog"):
        read_catalog(workspace)
    assert workspace.catalog.read_bytes() == content


# --- several commands at once ---

APPENDING = """
import hashlib, sys
from dataclasses import replace
from artlib import Workspace
from artlib.workspace.catalog import CatalogRow, append_rows
workspace, name = Workspace(sys.argv[1]), sys.argv[2]
row = CatalogRow("", name, "originals/a.jpg", "", "", "", "", "", 1, 1, "0" * 16)
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    image_id = f"{name}{number}"
    append_rows(workspace, [replace(row, id=image_id, sha256=hashlib.sha256(image_id.encode()).hexdigest())])
"""
REMOVING = """
import sys
from artlib import Workspace
from artlib.workspace.catalog import remove_rows
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    remove_rows(Workspace(sys.argv[1]), {f"gone{number}"})
"""


def test_rows_appended_while_others_append_and_remove_are_all_kept(workspace: Workspace) -> None:
    known_hashes(workspace)
    append_rows(workspace, [replace(ROW, id=f"gone{number}", sha256=f"{number:064x}") for number in range(30)])
    codes = [(APPENDING, "one"), (APPENDING, "two"), (REMOVING, "")]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(workspace.root), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for code, name in codes
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:  # so that all three begin at once
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait() for process in running] == [0, 0, 0]
    assert set(read_catalog(workspace)["id"]) == {f"{name}{number}" for name in ("one", "two") for number in range(100)}


def test_an_image_that_another_command_has_collected_meanwhile_is_not_appended(catalogued: Workspace) -> None:
    assert append_rows(catalogued, [replace(ROW, id="again", artist="Ross")]) == {ROW.sha256: ("Wlop", ROW.path)}
    assert read_catalog(catalogued)["id"].tolist() == [ROW.id, "b"]


# --- the first artlib's catalog ---


@pytest.fixture
def old(catalogued: Workspace) -> Workspace:
    table = read_catalog(catalogued).drop(columns="phash_version")
    write_table(catalogued.catalog, table)
    return catalogued


def test_it_can_be_appended_to(old: Workspace) -> None:
    known_hashes(old)
    append_rows(old, [replace(ROW, id="c", sha256="c" * 64)])
    catalog = read_catalog(old)
    assert catalog["id"].tolist() == [ROW.id, "b", "c"]
    assert catalog["phash_version"].tolist() == ["", "", PHASH_VERSION]
