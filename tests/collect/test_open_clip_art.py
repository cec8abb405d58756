"""The Open Clip Art Library: artists' names from drawings' metadata, on a small library made here."""

import gzip
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from clip_art import SVG, add_work, count_files, downloads, library, use_temporary_folder
from drawing import photo, write

from artlib.collect import CollectError, openclipart, openclipart_works
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog


@pytest.fixture(autouse=True)
def nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the system's apt-get, so that a test that fails does not fetch 156 MB."""
    monkeypatch.setenv("PATH", str(tmp_path))
    use_temporary_folder(tmp_path / "temporary", monkeypatch)


def names_of_works(min_works: int = 1) -> dict[str, list[str]]:
    """Each artist's works, by the names of their files without the suffix."""
    works = openclipart_works(min_works=min_works)
    return {artist: [file.stem for file in files] for artist, files in works.items()}


def test_the_works_are_listed_by_artist_as_absolute_paths_of_pictures() -> None:
    for work, artist in (("people/one", "Gerald G."), ("animals/cat", "Gerald G."), ("animals/dog", "Balin")):
        add_work(work, artist)
    assert openclipart_works() == {
        "Balin": [library() / "png" / "animals" / "dog.png"],
        "Gerald G.": [library() / "png" / "animals" / "cat.png", library() / "png" / "people" / "one.png"],
    }


def test_only_collected_pictures_enter_the_workspace(workspace: Workspace) -> None:
    add_work("animals/cat", "Gerald G.")
    (library() / "png" / "animals" / "kitten.png").symlink_to("cat.png")
    count_files()
    openclipart(workspace, min_works=1)
    files = [file.relative_to(workspace.root).as_posix() for file in workspace.root.rglob("*") if not file.is_dir()]
    copy = f"images/{read_catalog(workspace)['id'][0]}.jpg"
    tables = ["catalog.csv", "rejected.csv", ".looks.csv", ".catalog.csv.lock", ".writer.lock"]
    assert sorted(files) == sorted(["originals/Gerald G/animals__cat.png", copy, *tables])


def test_works_are_collected_under_their_creators_names(workspace: Workspace) -> None:
    for number, artist in enumerate(("Gerald G.", "Jean-Victor Balin", "Gerald G.")):
        add_work(f"animals/{number}", artist, seed=number)
    report = openclipart(workspace, min_works=1)
    assert dict(report.added) == {"Gerald G.": 2, "Jean-Victor Balin": 1}


def test_source_address_and_licence_stand_in_the_catalog(workspace: Workspace) -> None:
    add_work("animals/cat", "Gerald G.")
    openclipart(workspace, min_works=1)
    row = read_catalog(workspace).iloc[0]
    assert row["source"] == "openclipart: animals/cat.png"
    assert row["source_url"] == "https://openclipart.org/"
    assert row["licence"] == "public domain (Open Clip Art Library)"


def test_works_of_one_file_name_in_two_folders_are_both_kept(workspace: Workspace) -> None:
    for seed, folder in enumerate(("animals", "people")):
        add_work(f"{folder}/untitled", "Gerald G.", seed)
    openclipart(workspace, min_works=1)
    assert read_catalog(workspace)["path"].nunique() == 2


@pytest.mark.parametrize(
    "series",
    [
        "shapes/stars",
        "special/gradients",
        "special/patterns",
        "signs_and_symbols/led",
        "recreation/games/cards",
        "shapes/jigsaw",
    ],
)
def test_series_that_repeat_one_shape_are_left_out(series: str) -> None:
    add_work(f"{series}/one", "Gerald G.")
    add_work("animals/cat", "Gerald G.")
    assert names_of_works() == {"Gerald G.": ["cat"]}


def test_artists_with_fewer_works_are_left_out() -> None:
    for work, artist in (("1", "Gerald G."), ("2", "Gerald G."), ("3", "Jean-Victor Balin")):
        add_work(f"animals/{work}", artist)
    assert names_of_works(min_works=2) == {"Gerald G.": ["1", "2"]}


def test_max_works_limits_each_artist_spread_over_the_subjects(workspace: Workspace) -> None:
    for number in range(12):
        add_work(f"{'animals' if number < 6 else 'people'}/{number:02}", "Gerald G.", seed=number)
    openclipart(workspace, min_works=1, max_works=4)
    works = [source.removeprefix("openclipart: ") for source in read_catalog(workspace)["source"]]
    assert works == ["animals/00.png", "animals/03.png", "people/06.png", "people/09.png"]


def test_asking_for_more_works_than_any_artist_has_names_the_most(workspace: Workspace) -> None:
    add_work("animals/cat", "Gerald G.")
    with pytest.raises(CollectError, match=r"No artist has 100 works; the most is .*Gerald G.*1.*Ask for fewer"):
        openclipart(workspace)


def test_an_empty_library_is_an_error_and_not_a_crash() -> None:
    add_work("animals/cat", "Gerald G.")
    shutil.rmtree(library())
    count_files()
    with pytest.raises(CollectError, match="No artist has 1 works"):
        openclipart_works()


@pytest.mark.parametrize("svg", ["", "<svg", "<svg><metadata></svg>", "\x00\x01", "<svg>&undefined;</svg>"])
def test_a_malformed_drawing_is_left_out(svg: str) -> None:
    add_work("animals/broken", "", svg=svg)
    add_work("animals/cat", "Gerald G.")
    assert names_of_works() == {"Gerald G.": ["cat"]}


@pytest.mark.parametrize("artist", ["", "   ", "<b/>"])
def test_a_drawing_without_a_name_is_left_out(artist: str) -> None:
    add_work("animals/unnamed", artist)
    add_work("animals/cat", "Gerald G.")
    assert names_of_works() == {"Gerald G.": ["cat"]}


def test_a_drawing_without_a_picture_is_left_out() -> None:
    add_work("animals/cat", "Gerald G.")
    add_work("animals/dog", "Gerald G.")
    (library() / "png" / "animals" / "dog.png").unlink()
    count_files()
    assert names_of_works() == {"Gerald G.": ["cat"]}


def test_the_artist_is_the_creator_and_not_the_publisher() -> None:
    add_work("animals/cat", " Gerald G. ")
    assert list(names_of_works()) == ["Gerald G."]


COMPRESSED = gzip.compress(SVG.format(artist="Gerald G.").encode())


def test_compressed_drawings_are_read() -> None:
    add_work("animals/cat", "", compressed=COMPRESSED)
    assert names_of_works() == {"Gerald G.": ["cat"]}


@pytest.mark.parametrize("damaged", [COMPRESSED[:40], COMPRESSED[:20] + bytes(range(40)) + COMPRESSED[60:]])
def test_a_damaged_compressed_drawing_is_left_out(damaged: bytes) -> None:
    add_work("animals/damaged", "", compressed=damaged)
    add_work("animals/cat", "Gerald G.")
    assert names_of_works() == {"Gerald G.": ["cat"]}


def test_collecting_again_adds_nothing(workspace: Workspace) -> None:
    add_work("animals/cat", "Gerald G.")
    openclipart(workspace, min_works=1)
    assert openclipart(workspace, min_works=1).added.total() == 0


# --- getting the packages ---


def test_without_apt_the_error_names_the_way_out() -> None:
    with pytest.raises(CollectError, match="no apt-get. .*artlib collect folder PATH"):
        openclipart_works()


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Put an apt-get of our own before the system's commands."""

    def apt(script: str) -> None:
        write(tmp_path / "bin" / "apt-get", f"#!/bin/sh\n{script}\n".encode()).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    return apt


needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian or Ubuntu system")


@pytest.fixture
def packages(apt: Callable[[str], None], tmp_path: Path) -> Path:
    """An apt-get that brings two packages with one work, and writes down what it is asked for; return where."""
    apt(f"echo $* >> {tmp_path}/calls; cp {tmp_path}/*.deb .")
    for part, content in (("svg", SVG.format(artist="Gerald G.").encode()), ("png", photo(1, (64, 48)))):
        package = tmp_path / part
        write(package / "usr" / "share" / "openclipart" / part / "animals" / f"cat.{part}", content)
        control = f"Package: openclipart-{part}\nVersion: 1\nArchitecture: all\nMaintainer: a@b.c\nDescription: test\n"
        write(package / "DEBIAN" / "control", control.encode())
        subprocess.run(["dpkg-deb", "-b", package, tmp_path / f"openclipart-{part}_1_all.deb"], check=True)
    return tmp_path / "calls"


@needs_dpkg
def test_a_failed_download_gives_apts_reason(apt: Callable[[str], None]) -> None:
    apt("echo 'E: Unable to locate package openclipart-png' >&2; exit 100")
    with pytest.raises(CollectError, match="could not be downloaded .*Unable to locate package.*Check the network"):
        openclipart_works()


@needs_dpkg
def test_packages_are_fetched_once_for_all_workspaces(packages: Path, tmp_path: Path) -> None:
    assert dict(openclipart(tmp_path / "one", min_works=1).added) == {"Gerald G.": 1}
    calls = packages.read_text()
    assert dict(openclipart(tmp_path / "two", min_works=1).added) == {"Gerald G.": 1}
    assert packages.read_text() == calls and "download openclipart-png openclipart-svg" in calls


@needs_dpkg
def test_a_damaged_package_is_deleted_so_that_the_next_run_fetches_it(apt: Callable[[str], None]) -> None:
    apt("for part in png svg; do echo broken > openclipart-${part}_1_all.deb; done")
    with pytest.raises(CollectError, match="damaged .*not a Debian.* was deleted. Run this again"):
        openclipart_works()
    assert not list(downloads().glob("openclipart-png_*.deb"))


@needs_dpkg
def test_a_package_of_which_the_end_is_missing_is_damaged(packages: Path, tmp_path: Path) -> None:
    package = tmp_path / "openclipart-png_1_all.deb"
    package.write_bytes(package.read_bytes()[:-200])
    with pytest.raises(CollectError, match="damaged"):
        openclipart_works()


@needs_dpkg
def test_a_whole_package_that_cannot_be_unpacked_stays_and_the_reason_is_told(packages: Path, tmp_path: Path) -> None:
    """As on a full disk, or a file system that refuses symbolic links."""
    refusing = "#!/bin/sh\necho 'tar: ./cat.png: Cannot create symlink: Operation not permitted' >&2\nexit 2\n"
    tar = write(tmp_path / "bin" / "tar", refusing.encode())
    tar.chmod(0o755)
    with pytest.raises(CollectError, match="is whole, but can't be unpacked in .*Operation not permitted.*TMPDIR"):
        openclipart_works()
    assert len(list(downloads().glob("*.deb"))) == 2
    tar.unlink()
    assert names_of_works() == {"Gerald G.": ["cat"]}


@needs_dpkg
def test_what_an_interrupted_run_had_unpacked_is_not_taken_for_the_library(packages: Path) -> None:
    add_work("animals/dog", "Balin")
    (downloads() / "unpacked").rename(downloads() / "unpacking")
    assert names_of_works() == {"Gerald G.": ["cat"]}


@needs_dpkg
def test_files_that_the_computer_has_cleaned_away_are_unpacked_again(packages: Path) -> None:
    openclipart_works()
    (library() / "png" / "animals" / "cat.png").unlink()
    assert names_of_works() == {"Gerald G.": ["cat"]}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions, and a temporary folder for each user")
@pytest.mark.parametrize("trap", ["others may write", "a link"])
def test_a_folder_that_others_could_have_filled_is_refused(trap: str, tmp_path: Path) -> None:
    add_work("animals/cat", "Gerald G.")
    mine = downloads().parent
    if trap == "others may write":
        mine.chmod(0o777)
    else:
        mine.symlink_to(mine.rename(tmp_path / "elsewhere"))
    with pytest.raises(WorkspaceError, match="only you can write.*Delete it, or .*TMPDIR"):
        openclipart_works()


@needs_dpkg
def test_nobody_else_may_write_into_the_folder(packages: Path) -> None:
    openclipart_works()
    assert stat.S_IMODE(downloads().parent.stat().st_mode) == 0o700


@pytest.mark.slow
def test_the_real_library_holds_artists_with_a_hundred_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is downloaded for this: it runs where a demo has unpacked the library already."""
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(tempfile, "tempdir", None)
    if not library().is_dir():
        pytest.skip("the library is not here; make demo downloads it")
    works = openclipart_works(min_works=100)
    assert len(works) >= 8
    assert min(map(len, works.values())) >= 100
