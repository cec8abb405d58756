"""What artlib wrote itself is checked when it is read back; a pipe in its place is not waited for."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of
from drawing import encoded, photo

from artlib.errors import ArtlibError
from artlib.indexing.shards import read_shards, write_shard
from artlib.inference.pixels import prepare
from artlib.recogniser.content_files import write_arrays as write_content
from artlib.similarity.keypoints import find_keypoints
from artlib.sort.place import read_place
from artlib.sort.suggestions.measures import SCHEMA, measures_of
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.decisions import DecisionLog, latest, record
from artlib.workspace.disk.faults import advice
from artlib.workspace.disk.writing import write_text
from artlib.workspace.formats.arrays import read_arrays, write_arrays
from artlib.workspace.formats.json_files import read_json
from artlib.workspace.formats.seals import check_seal, seal, seal_of
from artlib.workspace.ingest import Candidate, take_in
from artlib.workspace.split import read_split
from artlib.workspace.tables import SCHEMAS, known_table

pytestmark = pytest.mark.thorough

pipes = pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes in folders")


# --- arrays ---

ARRAYS = {
    "ids": np.array(["a", "b"]),
    "logits": np.eye(2, dtype=np.float32),
    "none": np.array(""),
    "one": np.array(0.5),
}


def test_arrays_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.npz", ARRAYS)
    found = read_arrays(tmp_path / "a.npz")
    assert found.keys() == ARRAYS.keys() and all((found[name] == ARRAYS[name]).all() for name in ARRAYS)


@pytest.mark.parametrize(
    "change",
    [
        {"ids": np.array(["b", "a"])},
        {"logits": np.eye(2)},
        {"logits": np.ones((2, 2), np.float32)},
        {"more": np.ones(1)},
    ],
    ids=["sorted", "other type", "other numbers", "one more"],
)
def test_arrays_that_a_program_wrote_anew_are_named(change: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = write_content(tmp_path, "others", ARRAYS)
    with np.load(path) as file:
        np.savez(path, **{name: file[name] for name in file.files} | change)
    with pytest.raises(ValueError, match="it was changed since it was written"):
        read_arrays(path)


def test_an_earlier_artlibs_arrays_have_no_hash_and_are_taken(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **ARRAYS)
    assert read_arrays(tmp_path / "a.npz").keys() == ARRAYS.keys()


# --- large files that are mapped into memory ---


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "a.npy"
    np.save(path, np.arange(1000))
    seal(path)
    return path


def test_a_file_that_was_sealed_is_whole_also_after_it_was_copied(sealed: Path) -> None:
    check_seal(sealed)
    os.utime(sealed, ns=(1, 1))
    check_seal(sealed)
    assert read_json(seal_of(sealed))["changed"] == 1  # so that it need not be read again


def test_zeroed_bytes_in_it_are_seen(sealed: Path) -> None:
    with sealed.open("r+b") as file:
        file.seek(4000)
        file.write(bytes(100))
    with pytest.raises(ValueError, match=r"a.npy was changed since it was written"):
        check_seal(sealed)


def test_so_is_a_damaged_seal(sealed: Path) -> None:
    seal_of(sealed).write_text('{"size": NaN}')
    with pytest.raises(ValueError, match="NaN"):
        check_seal(sealed)


def test_prepared_pixels_that_were_changed_are_prepared_again(
    collected: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    ids = known_table(workspace.catalog)["id"].tolist()[:3]
    good = np.array(prepare(workspace, ids, 32))
    (path,) = workspace.features.glob("pixels-32-*.npy")
    with path.open("r+b") as file:
        file.seek(-3000, os.SEEK_END)
        file.write(bytes(3000))
    assert (prepare(workspace, ids, 32) == good).all()
    assert "the images are prepared again" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["points zeroed", "works sorted"])
def test_a_shard_that_was_changed_is_made_again(how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = [find_keypoints(np.asarray(photo(seed).convert("L")), 50, 4) for seed in (1, 2)]
    shard = write_shard(tmp_path, ["a", "b"], found)
    if how == "points zeroed":
        with (shard.folder / "points.npy").open("r+b") as file:
            file.seek(1000)
            file.write(bytes(500))
    else:
        heading, *rows = (shard.folder / "works.csv").read_text().splitlines()
        (shard.folder / "works.csv").write_text("\n".join([heading, *rows[::-1]]) + "\n")
    assert read_shards(tmp_path) == [] and not shard.folder.exists()
    assert "its works are indexed again" in capsys.readouterr().err


# --- pipes and folders in the place of files ---


@pipes
@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_a_pipe_in_the_place_of_a_table_is_named(file: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / file)
    with pytest.raises(WorkspaceError, match=rf"{file} .*: It is a pipe and no file\. "):
        known_table(tmp_path / file)


@pipes
@pytest.mark.parametrize("file", ["catalog.csv", "decisions.jsonl"])
def test_nor_does_what_appends_wait_for_it(file: str, workspace: Workspace) -> None:
    workspace.root.mkdir()
    os.mkfifo(workspace.root / file)
    candidates = [
        Candidate("Wlop", "a.png", lambda: encoded(photo(1)), "x"),
        Candidate("Wlop", "b.png", lambda: b"bad", "x"),
    ]
    with pytest.raises((ArtlibError, OSError), match="It is a pipe and no file"):
        take_in(workspace, candidates)
        record(workspace, "0" * 16, "keep")


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_so_is_a_folder(file: str, tmp_path: Path) -> None:
    (tmp_path / file).mkdir()
    with pytest.raises(WorkspaceError, match="It is a folder and no file"):
        known_table(tmp_path / file)


@pipes
def test_arrays_and_json_are_not_waited_for_either(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    for read in (read_arrays, read_json, check_seal):
        with pytest.raises(OSError, match="a pipe and no file"):
            read(tmp_path / "a")


def test_a_folder_in_the_place_of_what_is_written_is_named_and_not_a_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OSError) as raised:
        write_text(tmp_path / "a.csv", "x")
    assert "a.csv'). Move away what is in the place" in advice(raised.value) and ".a-" not in advice(raised.value)


# --- the log of decisions, saved by an editor ---

FORMS = {
    "byte-order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "Mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "Mac line ends, no last one": lambda text: text.replace("\n", "\r").rstrip().encode(),
    "no last line end": lambda text: text.rstrip().encode(),
    "empty lines": lambda text: ("\n" + text.replace("\n", "\n\n")).encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_decisions_in_another_form_all_count_and_stay(
    form, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        record(workspace, f"{number:016}", "move", "北斎")
    workspace.decisions.write_bytes(form(workspace.decisions.read_text(encoding="utf-8")))
    session = DecisionLog(workspace)
    assert len(session.latest) == 3
    session.append([("f" * 16, "keep", None)])
    assert len(session.latest) == len(latest(workspace)) == 4
    assert session.undo() and len(latest(workspace)) == 3
    assert capsys.readouterr().err == ""
    lines = workspace.decisions.read_bytes().decode().split("\n")
    assert [json.loads(line)["action"] for line in lines if line] == ["move"] * 3 + ["keep", "undo"]


def test_a_session_sees_what_an_editor_saved_meanwhile(workspace: Workspace) -> None:
    record(workspace, "0" * 16, "keep")
    session = DecisionLog(workspace)
    text = workspace.decisions.read_text().replace("keep", "discard") * 2
    workspace.decisions.unlink()  # as editors do that write a new file in its place
    workspace.decisions.write_bytes(text.encode("utf-8-sig"))
    session.catch_up()
    assert session.latest["0" * 16].action == "discard"


# --- other files ---


def test_a_column_of_the_split_that_was_sorted_alone_is_named(collected: Workspace, tmp_path: Path) -> None:
    import artlib

    workspace = copy_of(collected, tmp_path / "data")
    artlib.make_split(workspace)
    table = known_table(workspace.split)
    first = table["group"].iloc[0]
    table.loc[table["part"] != table["part"].iloc[0], "group"] = first
    table.to_csv(workspace.split, index=False)
    with pytest.raises(WorkspaceError, match=r"split.csv is damaged: the group .* stands in more than one part.*split"):
        read_split(workspace)


@pytest.mark.parametrize("cell", ["nan", "inf", "-", "1e999", "three"])
def test_measures_that_can_not_be_so_are_made_again(cell: str, collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    ids = known_table(workspace.catalog)["id"].tolist()[:2]
    good = measures_of(workspace, ids)
    path = workspace.root / ".measures.csv"
    heading, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    cells[3] = cell
    path.write_text("\n".join([heading, ",".join(cells), *rest]) + "\n")
    assert measures_of(workspace, ids).equals(good)
    assert len(known_table_of(path)) == 2


def known_table_of(path: Path):
    from artlib.workspace.formats.schema import read_table

    return read_table(path, SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        '{"tile": NaN, "only": "new"}',
        '{"tile": -5}',
        '{"focus": "\\ud800"}',
        "[1]",
        "",
        '{"advance": 3}',
        '{"tile: 1e999}',
    ],
)
def test_a_place_that_can_not_be_so_is_forgotten(text: str, workspace: Workspace) -> None:
    workspace.root.mkdir()
    (workspace.root / "sorting.json").write_text(text)
    assert read_place(workspace) == {}


def test_a_place_with_a_byte_order_mark_is_read(workspace: Workspace) -> None:
    workspace.root.mkdir()
    (workspace.root / "sorting.json").write_text('{"only": "new", "tile": "large"}', encoding="utf-16")
    assert read_place(workspace) == {"only": "new"}
