"""Unfinished files: what a killed process left is removed at once, and nothing of anybody else's."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artlib.workspace.disk.unfinished import LEFTOVER_SECONDS, remove_all_leftovers, remove_leftovers, unfinished
from artlib.workspace.disk.writing import write_text

HALF_WRITTEN = """
import os, signal, sys
from pathlib import Path
from artlib.workspace.disk.writing import atomic
with atomic(Path(sys.argv[1])) as temporary:
    temporary.write_text("half of the n")
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    print(temporary, flush=True)
    sys.stdin.read()
"""
posix = pytest.mark.skipif(os.name == "nt", reason="Windows can't be asked whether a process runs: a day must pass")


def kill_while_writing(path: Path) -> None:
    command = [sys.executable, "-c", HALF_WRITTEN, str(path), "killed"]
    assert subprocess.run(command, check=False).returncode == -9


@posix
def test_what_a_kill_left_is_gone_with_the_next_file_there(tmp_path: Path) -> None:
    kill_while_writing(tmp_path / "page.html")
    assert len(list(tmp_path.iterdir())) == 1
    write_text(tmp_path / "table.csv", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


@posix
def test_what_a_running_process_is_writing_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HALF_WRITTEN, str(tmp_path / "page.html"), "running"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout and running.stdin
        temporary = Path(running.stdout.readline().strip())
        write_text(tmp_path / "table.csv", "whole")
        assert temporary.exists()
        running.stdin.close()
        assert running.wait(10) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "table.csv"]


@posix
def test_all_folders_are_searched_where_a_writer_was_killed(tmp_path: Path) -> None:
    for place in ("images/a.jpg", "models/default/engine/engine.bin"):
        kill_while_writing(tmp_path / place)
    remove_all_leftovers(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("age", [LEFTOVER_SECONDS - 100, LEFTOVER_SECONDS + 100])
def test_what_another_machine_left_is_removed_after_a_day(tmp_path: Path, age: float) -> None:
    left = tmp_path / ".table-0123ab0000000fbeef.csv"
    left.write_text("half")
    os.utime(left, (0, time.time() - age))
    remove_leftovers(tmp_path)
    assert left.exists() == (age < LEFTOVER_SECONDS)


MINE = [".config-settings", ".backup-20240701", ".notes-0123abcd.csv", ".my-notes-of-all-the-days-in-may.csv"]


@pytest.mark.parametrize("name", MINE)
def test_a_hidden_file_of_a_users_is_never_removed(tmp_path: Path, name: str) -> None:
    """Answers are written into folders of theirs, such as the home folder."""
    (tmp_path / name).write_text("mine")
    os.utime(tmp_path / name, (0, 0))
    write_text(tmp_path / "answers.csv", "whole")
    assert (tmp_path / name).read_text() == "mine"


def test_the_longest_names_can_be_written(tmp_path: Path) -> None:
    for letter, count in (("a", 250), ("北", 83), ("🎨", 62)):
        write_text(tmp_path / f"{letter * count}.html", "content")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_temporary_name_keeps_the_suffix_by_which_libraries_choose_a_format() -> None:
    assert unfinished(Path("models/model.keras")).suffix == ".keras"
