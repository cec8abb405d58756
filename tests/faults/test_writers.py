"""Two commands on one workspace: the second waits, and nothing is written twice or lost."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import copy_of
from drawing import photo, write

from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.disk.faults import DiskError
from artlib.workspace.disk.writer import HOLDER, one_writer, writes

pytestmark = pytest.mark.thorough

PICTURES = 40

HOLDING = """
import sys, time
from pathlib import Path
from artlib.workspace.disk.writer import one_writer
with one_writer(Path(sys.argv[1]), "training"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holding(workspace: Workspace, seconds: float) -> subprocess.Popen[str]:
    """A process that writes into the workspace for so long."""
    command = [sys.executable, "-c", HOLDING, str(workspace.root), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def test_the_second_waits_and_says_for_whom(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    process = holding(workspace, 2)
    with one_writer(workspace.root, "collecting"):
        assert process.poll() is not None or process.wait(5) == 0
    assert re.search(rf"is in use: training by process {process.pid}, since 20.*Ctrl-C", capsys.readouterr().err)


def test_a_killed_writer_holds_nobody_up(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    process = holding(workspace, 100)
    process.kill()
    process.wait()
    with one_writer(workspace.root, "collecting"):
        pass
    assert "in use" not in capsys.readouterr().err and not (workspace.root / HOLDER).exists()


def test_a_stage_may_call_another_one(workspace: Workspace) -> None:
    with one_writer(workspace.root, "comparing"), one_writer(workspace.root, "training"):
        pass


def test_a_fault_of_the_disk_is_a_sentence_and_other_errors_are_not_touched(workspace: Workspace) -> None:
    @writes("trying")
    def stage(workspace: Workspace, error: OSError) -> None:
        raise error

    with pytest.raises(DiskError, match="The disk is full.*Free some space"):
        stage(workspace, OSError(28, "No space left on device"))
    with pytest.raises(ConnectionError, match="by a library"):
        stage(workspace, ConnectionError("by a library"))


COMMANDS = [["collect", "folder", "{art}", "--yes"], ["split"], ["index"], ["sort", "--suggest"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_that_writes_waits_until_the_other_one_has_ended(
    collected: Workspace, art: Path, tmp_path: Path, command: list[str]
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    before = sorted(path.name for path in workspace.root.glob("*.csv"))
    holder = holding(workspace, 100)
    words = [word.format(art=art) for word in command]
    second = [sys.executable, "-m", "artlib", *words, "--workspace", str(workspace.root)]
    waiting = subprocess.Popen(second, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert waiting.stderr
    assert any(f"is in use: training by process {holder.pid}" in line for line in waiting.stderr)
    assert waiting.poll() is None and sorted(path.name for path in workspace.root.glob("*.csv")) == before
    holder.kill()
    holder.wait()
    waiting.stderr.read()
    assert waiting.wait(60) == 0


def test_two_collections_at_once_take_each_picture_once(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(PICTURES):
        write(tmp_path / "art" / "Wlop" / f"{number}.jpg", photo(number))
    command = [sys.executable, "-m", "artlib", "collect", "folder", str(tmp_path / "art"), "--yes"]
    command += ["--workspace", str(workspace.root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert len(read_catalog(workspace)) == PICTURES
    assert len(list(workspace.originals.rglob("*.jpg"))) == len(list(workspace.images.glob("*.jpg"))) == PICTURES


def test_what_a_killed_writer_left_is_removed_by_the_next_one(workspace: Workspace) -> None:
    half = (
        "import os, signal, sys; from pathlib import Path\n"
        "from artlib.workspace.disk.writer import one_writer; from artlib.workspace.disk.writing import atomic\n"
        "with one_writer(Path(sys.argv[1]), 'collecting'), atomic(Path(sys.argv[1], 'images', 'a.jpg')) as temporary:\n"
        "    temporary.write_bytes(bytes(1_000_000)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", half, str(workspace.root)], check=False)
    assert len(list(workspace.images.iterdir())) == 1
    with one_writer(workspace.root, "splitting"):
        assert list(workspace.images.iterdir()) == []


FORGETTING = """
import os, signal, sys
from pathlib import Path
import artlib
unlink = Path.unlink
def kill(path, missing_ok=False):
    if path.suffix == ".jpg" and path.parent.name == "images":
        os.kill(os.getpid(), signal.SIGKILL)
    unlink(path, missing_ok)
Path.unlink = kill
artlib.forget(sys.argv[1], artist="Wlop")
"""


def test_what_a_kill_kept_from_being_forgotten_is_removed_by_the_next_writer(
    collected: Workspace, tmp_path: Path
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    killed = subprocess.run([sys.executable, "-c", FORGETTING, str(workspace.root)], check=False)
    known = set(read_catalog(workspace)["id"])
    assert killed.returncode == -9 and len(known) == 48 and len(list(workspace.images.iterdir())) == 72
    with one_writer(workspace.root, "splitting"):
        assert {path.stem for path in workspace.images.iterdir()} == known
        assert len([path for path in workspace.originals.rglob("*") if path.is_file()]) == 48
        assert not (workspace.root / ".leaving.json").exists()


def test_a_note_of_what_leaves_takes_nothing_else_with_it(collected: Workspace, tmp_path: Path) -> None:
    from artlib.workspace.removal import finish_removal, note_leaving

    workspace = copy_of(collected, tmp_path / "data")
    row = read_catalog(workspace).iloc[0]
    (tmp_path / "mine.jpg").write_bytes(b"mine")
    note_leaving(workspace, [(row["id"], row["path"]), ("../../mine", "../mine.jpg")])
    finish_removal(workspace)
    assert workspace.image(row["id"]).exists() and workspace.original(row["path"]).exists()
    assert (tmp_path / "mine.jpg").exists()


def test_a_workspace_is_packed_while_nobody_writes_into_it(collected: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    holder = holding(workspace, 100)
    command = [sys.executable, "-m", "artlib", "pack", str(tmp_path / "p.zip"), "--workspace", str(workspace.root)]
    packing = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert packing.stderr and any("is in use: training" in line for line in packing.stderr)
    assert not (tmp_path / "p.zip").exists()
    holder.kill()
    holder.wait()
    packing.stderr.read()
    assert packing.wait(60) == 0
