"""Collecting by the command gallery-dl: here a small program that behaves as the real one does."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from drawing import encoded, photo

from artlib import collect
from artlib.cli import main
from artlib.collect import CollectError
from artlib.collect.sources import gallery_dl as source
from artlib.errors import ArgumentError
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog

URL = "https://www.deviantart.com/loish"
# writes the files of a plan as gallery-dl does: the JSON file first, then the picture; "# path" for what it has already
PROGRAM = """
import json, pathlib, shutil, sys, time
plan = pathlib.Path(sys.argv[0]).with_name("plan.json")
plan = json.loads(plan.read_text(encoding="utf-8"))
options = sys.argv[1:]
pathlib.Path(plan["log"]).open("a").write(json.dumps(options) + "\\n")
root = pathlib.Path(options[options.index("-d") + 1])
archive = pathlib.Path(options[options.index("--download-archive") + 1])
done = archive.read_text().splitlines() if archive.exists() else []
for name, (picture, fields) in plan["files"].items():
    path = root / name
    if name in done:
        print("#", path, flush=True)
        continue
    path.parent.mkdir(parents=True, exist_ok=True)
    if fields is not None:
        path.with_name(path.name + ".json").write_text(json.dumps(fields), encoding="utf-8")
    shutil.copyfile(picture, path)
    archive.open("a").write(name + "\\n")
    print(path, flush=True)
    time.sleep(plan["pause"])
sys.stderr.write(plan["error"])
sys.exit(plan["status"])
"""


class Gallery:
    """What the program will fetch, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, dict[str, tuple[str, Any]]()
        self.status, self.error, self.pause = 0, "", 0.0

    def add(self, name: str, seed: int | bytes, **fields: Any) -> None:
        picture = self.folder / f"{len(self.files)}.source"
        picture.write_bytes(seed if isinstance(seed, bytes) else encoded(photo(seed)))
        self.files[name] = (str(picture), {"category": "deviantart", "subcategory": "gallery", **fields})
        self.write()

    def write(self, **changed: Any) -> None:
        self.__dict__.update(changed)
        plan = {"files": self.files, "status": self.status, "error": self.error, "pause": self.pause}
        (self.folder / "plan.json").write_text(json.dumps({**plan, "log": str(self.folder / "log")}), encoding="utf-8")

    def asked(self) -> list[list[str]]:
        return [json.loads(line) for line in (self.folder / "log").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gallery:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "gallery-dl"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    made = Gallery(folder)
    made.write()
    return made


@pytest.fixture
def two(gallery: Gallery) -> Gallery:
    """Two works by two makers."""
    page = "https://www.deviantart.com/loish/art/sea-1"
    gallery.add("deviantart/loish/a.jpg", 1, author={"username": "loish"}, title="Sea", url=page, license="CC BY 4.0")
    gallery.add("deviantart/wlop/b.jpg", 2, author={"username": "wlop"})
    return gallery


def test_each_picture_is_its_makers(workspace: Workspace, two: Gallery) -> None:
    report = collect.gallery_dl(workspace, URL)
    assert report.collected.added == {"loish": 1, "wlop": 1} and report.is_complete


def test_the_catalog_says_where_each_picture_comes_from(workspace: Workspace, two: Gallery) -> None:
    collect.gallery_dl(workspace, URL)
    row = read_catalog(workspace).iloc[0]
    assert row["source"] == "gallery-dl: deviantart/loish/a.jpg"
    assert (row["source_url"], row["licence"]) == ("https://www.deviantart.com/loish/art/sea-1", "CC BY 4.0")
    assert (workspace.root / row["path"]).read_bytes() == encoded(photo(1))


def test_nothing_is_left_in_the_downloads(workspace: Workspace, two: Gallery) -> None:
    collect.gallery_dl(workspace, URL)
    assert [path.name for path in workspace.downloads.rglob("*") if path.is_file()] == ["gallery-dl.sqlite3"]


def test_one_name_can_be_given_for_all(workspace: Workspace, two: Gallery) -> None:
    assert collect.gallery_dl(workspace, URL, artist="Loish").collected.added == {"Loish": 2}


def test_a_name_is_spelled_as_in_the_catalog(workspace: Workspace, two: Gallery) -> None:
    collect.gallery_dl(workspace, URL, artist="LOISH")
    two.add("deviantart/loish/c.jpg", 3, author={"username": "loish"})
    assert collect.gallery_dl(workspace, URL).collected.added == {"LOISH": 1}


def test_running_again_fetches_only_what_is_new(workspace: Workspace, two: Gallery) -> None:
    collect.gallery_dl(workspace, URL)
    two.add("deviantart/loish/c.jpg", 3, author={"username": "loish"})
    report = collect.gallery_dl(workspace, URL)
    assert (report.known, report.collected.added) == (2, {"loish": 1})


@pytest.mark.parametrize(
    "fields", [{"tags": ["NoAI"]}, {"ai": "prohibited"}, {"no_ai": True}, {"description": "#noai"}]
)
def test_a_work_whose_maker_opts_out_is_not_taken(workspace: Workspace, two: Gallery, fields: dict[str, Any]) -> None:
    two.add("deviantart/loish/c.jpg", 3, author={"username": "loish"}, **fields)
    report = collect.gallery_dl(workspace, URL)
    assert report.collected.added.total() == 2 and "1 opted out" in str(report)
    assert report.opted_out[0][0] == "gallery-dl: deviantart/loish/c.jpg"
    assert pd.read_csv(workspace.rejected)["reason"][0].startswith("opted out: ")
    assert not list(workspace.root.rglob("c.jpg*"))


def test_files_that_are_no_pictures_are_left_out_and_counted(workspace: Workspace, two: Gallery) -> None:
    two.add("deviantart/loish/film.mp4", b"\0\0\0\x18ftypmp42", author={"username": "loish"})
    two.add("deviantart/loish/page.jpg", b"<html>", author={"username": "loish"})
    report = collect.gallery_dl(workspace, URL)
    assert report.left_out == {"no picture of a kind that artlib reads": 2}


def test_a_picture_without_a_json_file_is_left_out(workspace: Workspace, two: Gallery) -> None:
    two.files["deviantart/wlop/b.jpg"] = (two.files["deviantart/wlop/b.jpg"][0], None)
    two.write()
    report = collect.gallery_dl(workspace, URL)
    assert report.left_out == {"without a JSON file that says whose it is": 1}


def test_pictures_of_nobody_wait_until_a_name_is_given(workspace: Workspace, gallery: Gallery) -> None:
    gallery.add("pinterest/board/a.jpg", 1, category="pinterest", user="pinner")
    report = collect.gallery_dl(workspace, URL)
    assert report.collected.added == {} and "--artist NAME" in str(report) and not report.is_complete
    assert collect.gallery_dl(workspace, URL, artist="Loish").collected.added == {"Loish": 1}


# --- when it does not work ---


def test_without_the_command_the_error_says_how_to_install_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CollectError, match="not installed.*pip install gallery-dl.*collect folder"):
        collect.gallery_dl(workspace, URL)


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (64, "[gallery-dl][error] Unsupported URL 'https://x'\n", "knows no way.*Unsupported URL"),
        (16, "[pixiv][error] AuthRequired: 'refresh-token' needed\n", "log in.*refresh-token"),
        (4, "[x][warning] slow\n[x][error] 404 Not Found\n", "404 Not Found"),
        (1, "", "ended with status 1"),
    ],
)
def test_when_nothing_comes_the_error_says_why(
    workspace: Workspace, gallery: Gallery, status: int, error: str, expected: str
) -> None:
    gallery.write(status=status, error=error)
    with pytest.raises(CollectError, match=f"Nothing came from {URL}.*{expected}"):
        collect.gallery_dl(workspace, URL)


def test_when_some_do_not_come_the_others_are_kept(workspace: Workspace, two: Gallery) -> None:
    two.write(status=4, error="[deviantart][error] Failed to download c.jpg\n")
    report = collect.gallery_dl(workspace, URL)
    assert report.collected.added.total() == 2 and not report.is_complete
    assert "Failed to download c.jpg" in str(report) and "again" in str(report)


def test_a_silent_program_is_ended(workspace: Workspace, two: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "SILENCE", 1.0)
    two.write(pause=30)
    began = time.monotonic()
    assert "was ended" in str(collect.gallery_dl(workspace, URL))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("url", ["", "loish", "--exec=rm", "file:///etc/passwd"])
def test_only_an_address_is_passed_on(workspace: Workspace, two: Gallery, url: str) -> None:
    with pytest.raises(ArgumentError, match="begins with https"):
        collect.gallery_dl(workspace, url)


COLLECT = (
    # a shell that runs tests in the background lets its processes ignore Ctrl-C
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from artlib import collect; collect.gallery_dl(sys.argv[1], 'https://x.example/')"
)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_came_before_an_interruption_is_collected(workspace: Workspace, gallery: Gallery, how: int) -> None:
    for number in range(3):
        gallery.add(f"deviantart/loish/{number}.jpg", number, author={"username": "loish"})
    gallery.write(pause=9)
    running = subprocess.Popen([sys.executable, "-c", COLLECT, workspace.root], stderr=subprocess.DEVNULL)
    while not list(workspace.downloads.rglob("0.jpg")):
        time.sleep(0.05)
    time.sleep(0.2)
    running.send_signal(how)
    running.wait(30)
    if how == signal.SIGINT:
        assert len(read_catalog(workspace)) == 1
    gallery.write(pause=0)
    collect.gallery_dl(workspace, "https://x.example/")
    assert len(read_catalog(workspace)) == 3


# --- how it is asked ---


def test_it_is_asked_for_json_files_and_for_pictures_of_a_bounded_size(workspace: Workspace, two: Gallery) -> None:
    collect.gallery_dl(workspace, URL)
    (asked,) = two.asked()
    assert {"--write-metadata", "--no-mtime", "--filesize-max", "--download-archive"} <= set(asked)
    assert asked[-1] == URL


def test_the_command_reports_and_ends_with_0(
    workspace: Workspace, two: Gallery, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["collect", "gallery-dl", URL, "--workspace", str(workspace.root)]) == 0
    assert "Works from gallery-dl: 2 added" in capsys.readouterr().out
