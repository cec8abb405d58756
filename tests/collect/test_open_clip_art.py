"""The Open Clip Art Library: artists' names from drawings' metadata, on a small library made here."""

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from drawing import photo, write

from artlib.collect import CollectError, openclipart, openclipart_works
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog

SVG = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:cc="http://web.resource.org/cc/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <metadata><rdf:RDF><cc:Work>
    <dc:title>A lighthouse</dc:title>
    <dc:publisher><cc:Agent><dc:title>Open Clip Art Library</dc:title></cc:Agent></dc:publisher>
    <dc:creator><cc:Agent><dc:title>{artist}</dc:title></cc:Agent></dc:creator>
  </cc:Work></rdf:RDF></metadata><path d="M0 0"/>
</svg>"""


@pytest.fixture(autouse=True)
def nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the system's apt-get, so that a test that fails does not fetch 156 MB."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def library(workspace: Workspace) -> Path:
    """The empty folder where the unpacked packages would lie."""
    folder = workspace.downloads / "openclipart" / "unpacked" / "usr" / "share" / "openclipart"
    (folder / "png").mkdir(parents=True)
    (folder / "svg").mkdir()
    return folder


@pytest.fixture
def add(library: Path) -> Callable[..., None]:
    """Put a work into the library: its drawing, plain or compressed, and the picture made from it."""

    def add(work: str, artist: str, seed: int = 0, svg: str = SVG, compressed: bytes = b"") -> None:
        suffix = "svg.gz" if compressed else "svg"
        write(library / "svg" / f"{work}.{suffix}", compressed or svg.format(artist=artist).encode())
        write(library / "png" / f"{work}.png", photo(seed, (64, 48)))

    return add


def names_of_works(workspace: Workspace, min_works: int = 1) -> dict[str, list[str]]:
    """Each artist's works, by the names of their files without the suffix."""
    works = openclipart_works(workspace, min_works=min_works)
    return {artist: [file.stem for file in files] for artist, files in works.items()}


def test_the_works_are_listed_by_artist_as_absolute_paths_of_pictures(
    workspace: Workspace, library: Path, add: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for work, artist in (("people/one", "Gerald G."), ("animals/cat", "Gerald G."), ("animals/dog", "Balin")):
        add(work, artist)
    monkeypatch.chdir(workspace.root.parent)
    assert openclipart_works("data") == {
        "Balin": [library / "png" / "animals" / "dog.png"],
        "Gerald G.": [library / "png" / "animals" / "cat.png", library / "png" / "people" / "one.png"],
    }


def test_listing_the_works_collects_nothing(workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/cat", "Gerald G.")
    openclipart_works(workspace)
    assert list(workspace.root.iterdir()) == [workspace.downloads]


def test_works_are_collected_under_their_creators_names(workspace: Workspace, add: Callable[..., None]) -> None:
    for number, artist in enumerate(("Gerald G.", "Jean-Victor Balin", "Gerald G.")):
        add(f"animals/{number}", artist, seed=number)
    report = openclipart(workspace, min_works=1)
    assert dict(report.added) == {"Gerald G.": 2, "Jean-Victor Balin": 1}


def test_source_address_and_licence_stand_in_the_catalog(workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/cat", "Gerald G.")
    openclipart(workspace, min_works=1)
    row = read_catalog(workspace).iloc[0]
    assert row["source"] == "openclipart: animals/cat.png"
    assert row["source_url"] == "https://openclipart.org/"
    assert row["licence"] == "public domain (Open Clip Art Library)"


def test_works_of_one_file_name_in_two_folders_are_both_kept(workspace: Workspace, add: Callable[..., None]) -> None:
    for seed, folder in enumerate(("animals", "people")):
        add(f"{folder}/untitled", "Gerald G.", seed)
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
def test_series_that_repeat_one_shape_are_left_out(series: str, workspace: Workspace, add: Callable[..., None]) -> None:
    add(f"{series}/one", "Gerald G.")
    add("animals/cat", "Gerald G.")
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


def test_artists_with_fewer_works_are_left_out(workspace: Workspace, add: Callable[..., None]) -> None:
    for work, artist in (("1", "Gerald G."), ("2", "Gerald G."), ("3", "Jean-Victor Balin")):
        add(f"animals/{work}", artist)
    assert names_of_works(workspace, min_works=2) == {"Gerald G.": ["1", "2"]}


def test_max_works_limits_each_artist_spread_over_the_subjects(workspace: Workspace, add: Callable[..., None]) -> None:
    for number in range(12):
        add(f"{'animals' if number < 6 else 'people'}/{number:02}", "Gerald G.", seed=number)
    openclipart(workspace, min_works=1, max_works=4)
    works = [source.removeprefix("openclipart: ") for source in read_catalog(workspace)["source"]]
    assert works == ["animals/00.png", "animals/03.png", "people/06.png", "people/09.png"]


def test_asking_for_more_works_than_any_artist_has_names_the_most(
    workspace: Workspace, add: Callable[..., None]
) -> None:
    add("animals/cat", "Gerald G.")
    with pytest.raises(CollectError, match=r"No artist has 100 works; the most is .*Gerald G.*1.*Ask for fewer"):
        openclipart(workspace)


def test_an_empty_library_is_an_error_and_not_a_crash(workspace: Workspace, library: Path) -> None:
    with pytest.raises(CollectError, match="No artist has 1 works"):
        openclipart_works(workspace)


@pytest.mark.parametrize("svg", ["", "<svg", "<svg><metadata></svg>", "\x00\x01", "<svg>&undefined;</svg>"])
def test_a_malformed_drawing_is_left_out(svg: str, workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/broken", "", svg=svg)
    add("animals/cat", "Gerald G.")
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


@pytest.mark.parametrize("artist", ["", "   ", "<b/>"])
def test_a_drawing_without_a_name_is_left_out(artist: str, workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/unnamed", artist)
    add("animals/cat", "Gerald G.")
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


def test_a_drawing_without_a_picture_is_left_out(workspace: Workspace, library: Path, add: Callable[..., None]) -> None:
    add("animals/cat", "Gerald G.")
    add("animals/dog", "Gerald G.")
    (library / "png" / "animals" / "dog.png").unlink()
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


def test_the_artist_is_the_creator_and_not_the_publisher(workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/cat", " Gerald G. ")
    assert list(names_of_works(workspace)) == ["Gerald G."]


COMPRESSED = gzip.compress(SVG.format(artist="Gerald G.").encode())


def test_compressed_drawings_are_read(workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/cat", "", compressed=COMPRESSED)
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


@pytest.mark.parametrize("damaged", [COMPRESSED[:40], COMPRESSED[:20] + bytes(range(40)) + COMPRESSED[60:]])
def test_a_damaged_compressed_drawing_is_left_out(
    damaged: bytes, workspace: Workspace, add: Callable[..., None]
) -> None:
    add("animals/damaged", "", compressed=damaged)
    add("animals/cat", "Gerald G.")
    assert names_of_works(workspace) == {"Gerald G.": ["cat"]}


def test_collecting_again_adds_nothing(workspace: Workspace, add: Callable[..., None]) -> None:
    add("animals/cat", "Gerald G.")
    openclipart(workspace, min_works=1)
    assert openclipart(workspace, min_works=1).added.total() == 0


# --- getting the packages ---


def test_without_apt_the_error_names_the_way_out(workspace: Workspace) -> None:
    with pytest.raises(CollectError, match="no apt-get. .*artlib collect folder PATH"):
        openclipart(workspace)


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Put an apt-get of our own before the system's commands."""

    def apt(script: str) -> None:
        write(tmp_path / "bin" / "apt-get", f"#!/bin/sh\n{script}\n".encode()).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    return apt


needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="not a Debian or Ubuntu system")


@needs_dpkg
def test_a_failed_download_gives_apts_reason(workspace: Workspace, apt: Callable[[str], None]) -> None:
    apt("echo 'E: Unable to locate package openclipart-png' >&2; exit 100")
    with pytest.raises(CollectError, match="could not be downloaded .*Unable to locate package.*Check the network"):
        openclipart(workspace)


@needs_dpkg
def test_a_damaged_package_is_deleted_so_that_the_next_run_fetches_it(
    workspace: Workspace, apt: Callable[[str], None]
) -> None:
    apt("for part in png svg; do echo broken > openclipart-${part}_1_all.deb; done")
    with pytest.raises(CollectError, match="damaged .*was deleted. Run this again"):
        openclipart(workspace)
    assert not (workspace.downloads / "openclipart" / "openclipart-png_1_all.deb").exists()


@needs_dpkg
def test_packages_are_unpacked_and_fetched_only_once(
    workspace: Workspace, apt: Callable[[str], None], tmp_path: Path
) -> None:
    apt(f"echo $* >> {tmp_path}/calls; cp {tmp_path}/*.deb .")
    for part, content in (("svg", SVG.format(artist="Gerald G.").encode()), ("png", photo(1, (64, 48)))):
        package = tmp_path / part
        write(package / "usr" / "share" / "openclipart" / part / "animals" / f"cat.{part}", content)
        control = f"Package: openclipart-{part}\nVersion: 1\nArchitecture: all\nMaintainer: a@b.c\nDescription: test\n"
        write(package / "DEBIAN" / "control", control.encode())
        subprocess.run(["dpkg-deb", "-b", package, tmp_path / f"openclipart-{part}_1_all.deb"], check=True)
    assert dict(openclipart(workspace, min_works=1).added) == {"Gerald G.": 1}
    calls = (tmp_path / "calls").read_text()
    assert openclipart(workspace, min_works=1).known == 1
    assert (tmp_path / "calls").read_text() == calls and "download openclipart-png openclipart-svg" in calls


@pytest.mark.slow
def test_the_real_library_holds_artists_with_a_hundred_works() -> None:
    """Nothing is downloaded for this: it runs where a demo has unpacked the library already."""
    demo = Workspace(Path(__file__).parents[2] / "data" / "demo")
    if not (demo.downloads / "openclipart" / "unpacked").is_dir():
        pytest.skip("the library is not here; make demo downloads it")
    works = openclipart_works(demo, min_works=100)
    assert len(works) >= 8
    assert min(map(len, works.values())) >= 100
