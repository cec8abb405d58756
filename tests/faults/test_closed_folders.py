"""Folders among inputs on a bad day: closed ones, links, pipes, devices, a Drive that drops out."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import copy_of
from drawing import photo, write

from artlib import images
from artlib.answers.inputs import expand
from artlib.cli import main
from artlib.images.files import opened_under
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog

pytestmark = pytest.mark.thorough

STAND_IN = Path(__file__).parents[1] / "colab" / "stand_in"
NOBODY = 65534
root_on_linux = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can become another user, and mount"
)
with_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in the file system")


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder with an open picture, one that may not be read, and a folder that may not be read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    for name in ("open.png", "closed.png", "closed/inside.png"):
        write(folder / name, photo(len(name)))
    (folder / "closed.png").chmod(0)
    (folder / "closed").chmod(0)
    yield folder
    shutil.rmtree(folder)


@root_on_linux
def test_each_picture_and_folder_that_may_not_be_read_has_a_row(closed: Path) -> None:
    with as_nobody():
        names = list(expand([str(closed)]))
        assert sorted(names) == [str(closed / name) for name in ("closed", "closed.png", "open.png")]
        for name in names:
            if name.endswith("open.png"):
                assert images.load(name)
            else:
                with pytest.raises(images.UnreadableImageError, match="can't be opened: Permission denied"):
                    images.load(name)
        assert list(expand([str(closed / "closed")])) == [str(closed / "closed")]


@root_on_linux
def test_a_closed_folder_of_works_is_said(closed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with as_nobody():
        assert len(list(opened_under(closed))) == 1
    said = capsys.readouterr().err
    assert "folder" in said and "closed'" in said and "closed.png" in said


@with_pipes
def test_what_is_no_file_is_named_with_its_kind_and_opened_by_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, target in (("loop", "loop"), ("dangling", "nowhere"), ("zero", "/dev/zero"), ("up", "..")):
        (tmp_path / name).symlink_to(target)
    assert list(expand([str(tmp_path)])) == [str(tmp_path)]
    said = capsys.readouterr().err
    for kind in (r"2 × pipe or device", "link to a folder: give that folder itself (up)", "No such file", "Too many"):
        assert kind in said


@with_pipes
@pytest.mark.parametrize("kind", ["loop", "dangling", "pipe", "zero", "long"])
@pytest.mark.parametrize("command", ["predict", "trace", "collect folder", "collect zip", "add-artist A", "unpack"])
def test_a_path_that_is_no_file_is_an_answer_at_once(
    untrained: Workspace, tmp_path: Path, kind: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = special(tmp_path, kind)
    words = [*command.split(), str(path), "--workspace"]
    words.append(str(tmp_path / "new" if command == "unpack" else untrained.root))
    with at_most(30):
        assert main(words) == (1 if command in ("predict", "trace") else 2)
    said = capsys.readouterr()
    assert len(said.out + said.err) > 20


@with_pipes
@pytest.mark.parametrize("kind", ["pipe", "zero", "folder"])
@pytest.mark.parametrize("file", ["catalog.csv", "groups.csv", "aliases.csv", ".measures.csv", ".writer.json"])
def test_a_table_that_is_no_file_is_an_answer_at_once(
    collected: Workspace, tmp_path: Path, kind: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    (workspace.root / file).unlink(missing_ok=True)
    special(tmp_path, kind).rename(workspace.root / file)
    words = {"groups.csv": ["split"], ".writer.json": ["artists", "rename", "Wlop", "Ling"]}
    words |= {"aliases.csv": ["artists", "rename", "Wlop", "Ling"]}
    with at_most(30):
        status = main([*words.get(file, ["sort", "--suggest"]), "--workspace", str(workspace.root)])
    said = capsys.readouterr().err
    if file == ".writer.json":  # it only helps who waits
        assert status == 0
    elif file != ".measures.csv":  # which are made again
        assert status == 2 and file in said and " and no file" in said


def special(folder: Path, kind: str) -> Path:
    path = folder / ("m" * 300 if kind == "long" else kind)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind != "long":
        path.symlink_to({"loop": "loop", "dangling": "nowhere", "zero": "/dev/zero"}[kind])
    return path


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """End what hangs, as reading a pipe does."""

    def hangs(*_: object) -> None:
        pytest.fail(f"it took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a name")
def test_names_that_are_no_text_have_their_rows_and_cards(collected: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "asked"
    write(folder / "plain.png", photo(500))
    raw = os.fsencode(folder) + b"/gr\xfcn \xe5.png"
    os.link(folder / "plain.png", raw)
    rows, page = tmp_path / "a.csv", tmp_path / "a.html"
    words = ["trace", str(folder), "--csv", str(rows), "--html", str(page), "--workspace", str(collected.root)]
    assert main(words) == 0
    with rows.open(encoding="utf-8", newline="") as file:
        names = [row["path"] for row in csv.DictReader(file)]
    assert len(names) == 2 and any("gr\\udcfcn \\udce5.png" in name for name in names)
    assert "gr\\udcfcn" in page.read_text(encoding="utf-8")


Drive = Callable[[int | None], Path]


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    """Mount a folder as a Drive of its own, which drops out after so many calls."""
    if not Path("/dev/fuse").exists():
        pytest.skip("needs /dev/fuse, to mount a file system")
    there, here, counts = (tmp_path / name for name in ("there", "here", "counts"))
    here.mkdir()
    servers: list[subprocess.Popen[bytes]] = []

    def mount(drop_after: int | None) -> Path:
        subprocess.run(["umount", "-l", str(here)], capture_output=True, check=False)
        counts.unlink(missing_ok=True)
        command = [sys.executable, "-m", "drive_server", str(there), str(here), str(counts), "0"]
        command += [] if drop_after is None else [str(drop_after)]
        servers.append(subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(STAND_IN)}))
        for _ in range(200):
            if here.is_mount():
                return here
            time.sleep(0.05)
        pytest.skip("no file system can be mounted here")

    for number in range(6):
        write(there / "MyDrive" / "art" / ("Wlop", "Ross Tran")[number % 2] / f"{number}.png", photo(number))
    yield mount
    subprocess.run(["umount", "-l", str(here)], capture_output=True, check=False)
    for server in servers:
        server.kill()
        server.wait()


@root_on_linux
def test_each_picture_on_a_drive_that_dropped_out_has_a_row(drive: Drive, tmp_path: Path) -> None:
    here = drive(None)
    names = list(expand([str(here / "MyDrive" / "art")]))
    subprocess.run(["umount", "-f", str(here)], capture_output=True, check=False)
    drive(1)
    assert len(names) == 6
    for name in names:
        with pytest.raises(images.ImageError, match="can't be opened|no such file"):
            images.load(name)


@root_on_linux
@pytest.mark.parametrize("calls", [3, 20, 60])
def test_a_collection_from_a_drive_that_drops_out_says_so_and_goes_on_later(
    drive: Drive, workspace: Workspace, calls: int, capsys: pytest.CaptureFixture[str]
) -> None:
    art = drive(calls) / "MyDrive" / "art"
    words = ["collect", "folder", str(art), "--yes", "--workspace", str(workspace.root)]
    status = main(words)
    said = capsys.readouterr()
    assert status in (1, 2) and "not connected" in said.out + said.err
    drive(None)
    assert main(words) == 0
    assert len(read_catalog(workspace)) == 6
