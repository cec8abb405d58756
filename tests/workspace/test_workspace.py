"""Where files lie, and that writing them loses nothing."""

import json
import os
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.disk.writing import (
    append_line,
    atomic,
    drop_torn_line,
    safe_name,
    write_json,
    write_table,
    write_text,
)

# --- where files lie ---


def test_the_default_workspace_is_the_folder_data() -> None:
    assert Workspace().root == Path("data")


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Workspace("~/art").root == tmp_path / "art"


def test_opening_a_workspace_writes_nothing(tmp_path: Path) -> None:
    Workspace(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["catalog.csv", "decisions.jsonl", "groups.csv", "artists.csv", "split.csv"])
def test_the_fixed_files_have_their_fixed_names(name: str, workspace: Workspace) -> None:
    assert getattr(workspace, Path(name).stem) == workspace.root / name


def test_a_normalised_copy_is_named_by_its_id(workspace: Workspace) -> None:
    assert workspace.image("0123456789abcdef") == workspace.root / "images" / "0123456789abcdef.jpg"


def test_a_model_is_a_folder_under_models(workspace: Workspace) -> None:
    assert workspace.model("mine") == workspace.root / "models" / "mine"


@pytest.mark.parametrize("name", ["../outside", "a/b", "", ".", "..", "nul"])
def test_a_models_name_cannot_lead_elsewhere(name: str, workspace: Workspace) -> None:
    with pytest.raises(ValueError, match=f"Received: name={name!r}"):
        workspace.model(name)


@pytest.mark.parametrize(
    ("file", "step"),
    [
        ("catalog.csv", "collect"),
        ("groups.csv", "duplicates"),
        ("split.csv", "split"),
        ("artists.csv", "split"),
        ("models/default/model.keras", "train"),
        ("models/default/metrics.json", "evaluate"),
    ],
)
def test_a_missing_file_names_the_command_that_makes_it(file: str, step: str, workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=rf"(?s)\({file}\).*artlib {step} "):
        workspace.require(workspace.root / file)


@pytest.mark.parametrize("content", [b"", b'id,group\n"open', b"\xff\xfe\x00\x01"])
def test_a_damaged_table_says_what_to_run_again(content: bytes, workspace: Workspace) -> None:
    workspace.root.mkdir()
    workspace.groups.write_bytes(content)
    with pytest.raises(WorkspaceError, match="damaged.*02_sort"):
        workspace.read_table(workspace.groups)


def test_tables_are_read_as_text(workspace: Workspace) -> None:
    write_text(workspace.groups, "id,group\n0012345678901234,NA\n")
    assert workspace.read_table(workspace.groups).values.tolist() == [["0012345678901234", "NA"]]


# --- whole files ---


def test_an_exception_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "split.csv", "old")
    with pytest.raises(RuntimeError), atomic(tmp_path / "split.csv") as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError
    assert (tmp_path / "split.csv").read_text() == "old"


def test_an_exception_leaves_no_temporary_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), atomic(tmp_path / "split.csv"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_kill_in_the_middle_of_writing_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "split.csv", "old")
    code = (
        "import os, signal, sys; from pathlib import Path; from artlib.workspace.disk.writing import atomic\n"
        "with atomic(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_text('half of the n'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "split.csv")], check=False)
    assert (killed.returncode, (tmp_path / "split.csv").read_text()) == (-9, "old")


def test_the_temporary_file_keeps_the_suffix(tmp_path: Path) -> None:
    """Keras, numpy and matplotlib choose the format by it."""
    with atomic(tmp_path / "model.keras") as temporary:
        assert temporary.suffix == ".keras"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_is_as_readable_as_anything_else_its_owner_writes(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_text(tmp_path / "atomic", "")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "atomic")]
    assert modes[0] == modes[1]


def test_text_is_written_as_utf8_with_unix_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "folder" / "names", "北斎\n")
    assert (tmp_path / "folder" / "names").read_bytes() == "北斎\n".encode()


def test_json_keeps_letters_readable(tmp_path: Path) -> None:
    write_json(tmp_path / "names.json", ["北斎"])
    text = (tmp_path / "names.json").read_text(encoding="utf-8")
    assert "北斎" in text and json.loads(text) == ["北斎"]


def test_a_table_comes_back_as_it_was(workspace: Workspace) -> None:
    table = pd.DataFrame({"name": ['He said "no", then left', "two\nlines", "北斎"], "paintings": ["1", "2", "3"]})
    table["class_weight"] = "1.0"
    write_table(workspace.artists, table)
    assert workspace.read_table(workspace.artists).equals(table)


# --- growing files ---


def test_lines_are_appended(tmp_path: Path) -> None:
    for line in ("one", "two"):
        append_line(tmp_path / "folder" / "log", line)
    assert (tmp_path / "folder" / "log").read_text() == "one\ntwo\n"


@pytest.mark.parametrize(
    ("before", "after"), [("one\ntw", "one\n"), ("one\n", "one\n"), ("on", ""), ("", ""), ("北斎\n北", "北斎\n")]
)
def test_a_torn_last_line_is_cut_off(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(before.encode())
    drop_torn_line(tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == after.encode()


def test_there_need_not_be_a_file_to_cut(tmp_path: Path) -> None:
    drop_torn_line(tmp_path / "log")
    assert not (tmp_path / "log").exists()


# --- names ---


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Ross Tran", "Ross Tran"),
        ("北斎", "北斎"),
        ("a/b\\c", "a_b_c"),
        ("../../x.jpg", "_.._x.jpg"),
        ('<>:"|?*', "_______"),
        ("line\nend\0", "line_end_"),
        (" trailing. . ", "trailing"),
        ("..", "_"),
        ("", "_"),
        ("con", "_con"),
        ("Aux.jpg", "_Aux.jpg"),
        ("LPT1", "_LPT1"),
        ("console", "console"),
        ("Rene\u0301", "René"),
    ],
)
def test_a_name_is_made_safe_for_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["Ross Tran", "北" * 300, "../x", "con", "Rene\u0301", "a" * 119 + ". b"])
def test_making_a_safe_name_safe_changes_nothing(name: str) -> None:
    assert safe_name(safe_name(name)) == safe_name(name)


@pytest.mark.parametrize("letter", ["a", "é", "北", "🎨"])
def test_a_very_long_name_can_still_be_written(letter: str, tmp_path: Path) -> None:
    """Linux counts bytes, and `atomic` needs some for its own temporary name."""
    write_text(tmp_path / safe_name(letter * 250 + ".jpg"), "content")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_very_long_name_keeps_its_suffix() -> None:
    assert safe_name("a" * 300 + ".jpg").endswith(".jpg")


def test_a_safe_name_is_composed() -> None:
    assert unicodedata.is_normalized("NFC", safe_name("Rene\u0301 Magritte"))


def test_the_index_of_a_workspace_that_cannot_be_written_is_among_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere but on a read-only disk
    assert not Workspace(tmp_path).index.is_relative_to(tmp_path)
    assert Workspace(tmp_path).index != Workspace(tmp_path.parent).index
