"""Full disks: whole commands on a small disk at several moments, from one without any room to nearly enough."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of, draw_artists, group_each_alone
from drawing import LOOKS, encoded, kites, photo, write
from small_disks import SmallDisk, small_disk

import artlib
from artlib import collect
from artlib.cli import main
from artlib.recogniser.model import build_model
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import Workspace
from artlib.workspace.catalog import ADDED, read_catalog
from artlib.workspace.decisions import DecisionError, latest
from artlib.workspace.disk.unfinished import NAME
from artlib.workspace.ingest import Candidate, take_in
from artlib.workspace.opening import open_workspace
from artlib.workspace.split import split_hash

pytestmark = pytest.mark.thorough

PICTURES = 6  # of each artist
KB = 1 << 10
ARTIST = "Hilma"  # who was added to the model


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_artists(tmp_path_factory.mktemp("works") / "art", PICTURES)


@pytest.fixture(scope="module")
def ready(works: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which each command finds what it needs; its model was never trained, which takes long."""
    from artlib.recogniser import files

    workspace = Workspace(tmp_path_factory.mktemp("ready") / "data")
    collect.folder(workspace, works)
    group_each_alone(workspace)
    artlib.make_split(workspace)
    names = sorted(LOOKS)
    network = build_model(names, backbone="efficientnet_lite0", image_size=64, weights=None)
    metadata = files.ModelMetadata(
        names, "efficientnet_lite0", 64, "none", 0, 1.0, split_hash(workspace), files.versions()
    )
    files.save_model(workspace.model(), network, metadata)
    model = TrainedModel(workspace)
    model.learn_decision_rule()
    pictures = {f"{number}.png": encoded(photo(number), "PNG") for number in range(5)}
    take_in(workspace, [Candidate(ARTIST, name, partial(pictures.__getitem__, name), ADDED) for name in pictures])
    group_each_alone(workspace)
    pixels = np.zeros((5, model.prepared_side, model.prepared_side, 3), np.uint8)
    ids = read_catalog(workspace)["id"].tolist()[-5:]
    model.keep_additions({ARTIST: (ids, model.recogniser(pixels, progress=False))})
    artlib.build_index(workspace)
    return workspace


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "small") as disk:
        yield disk


@dataclass(frozen=True)
class Case:
    """A command, on a disk that becomes full.

    Attributes:
        command: with {art}, a folder of pictures, and {disk}, the small disk.
        free: how much room there is, in bytes.
        removed: what the workspace lacks before, so that the command makes it.
        again: whether it is run again when there is room; what takes long is not.
    """

    command: str
    free: int
    removed: tuple[str, ...] = ()
    again: bool = True

    def __str__(self) -> str:
        return f"{' '.join(self.command.split()[:2])} with {self.free // KB} KB"


ALL = ("catalog.csv", "images", "originals", "models", "features", "index", "groups.csv", "split.csv", "artists.csv")
CASES = [
    *(Case("collect folder {art} --yes", free * KB, ALL) for free in (0, 40, 200)),
    *(Case("split", free * KB, ("split.csv", "artists.csv")) for free in (0, 4)),
    Case("sort --suggest", 0),
    Case("duplicates", 0, ("groups.csv", "features"), again=False),
    *(Case("index", free * KB, ("index",)) for free in (0, 100)),
    Case("train --backbone efficientnet_lite0 --epochs 1 --image-size 64", 1000 * KB, ("models",), again=False),
    Case("compare --backbone efficientnet_lite0 --epochs 1 --seeds 1 --image-size 64", 9000 * KB, again=False),
    Case("evaluate", 8 * KB, ("models/default/metrics.json",), again=False),
    *(Case("predict {art} --csv {disk}/a.csv", free * KB) for free in (0, 4)),
    *(Case("predict {art} --html {disk}/a.html", free * KB) for free in (0, 40)),
    *(Case("trace {art} --html {disk}/a.html --proof {disk}/proof", free * KB) for free in (0, 200)),
    *(Case(f"remove-artist {ARTIST}", free * KB) for free in (0, 4)),
    *(Case("forget --artist Wlop --all --yes", free * KB) for free in (0, 4)),
    *(Case("artists rename Wlop Ling", free * KB) for free in (0, 4)),
    *(Case("pack {disk}/packed.zip", free * KB) for free in (0, 4000)),
]


def content_of(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.md5(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_command_on_a_full_disk_says_so_loses_nothing_and_goes_on_later(
    case: Case, disk: SmallDisk, ready: Workspace, works: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(ready, disk.place / "data")
    for name in case.removed:
        path = workspace.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    asked = sorted(LOOKS)[0] if case.command.startswith(("predict", "trace")) else ""
    words = [word.format(art=works / asked, disk=disk.place) for word in case.command.split()]
    words += ["--workspace", str(workspace.root)]
    before = content_of(disk.place)
    capsys.readouterr()
    with disk.with_free(case.free):
        status = main(words)
        after = content_of(disk.place)
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("artlib: ")]
    assert status == 2 and len(said) == 1 and "free" in said[0].lower(), said
    assert {name: after.get(name) for name in before} == before
    assert not [name for name in after if NAME.fullmatch(Path(name).name)]
    if case.again:
        assert main(words) == 0


def test_a_collection_on_a_full_disk_leaves_no_picture_that_the_catalog_does_not_know(
    disk: SmallDisk, works: Path
) -> None:
    workspace = Workspace(disk.place / "data")
    with disk.with_free(400 * KB):
        assert main(["collect", "folder", str(works), "--yes", "--workspace", str(workspace.root)]) == 2
    known = set(workspace.read_table(workspace.catalog)["id"])
    assert {path.stem for path in workspace.images.glob("*.jpg")} == known
    assert len(list(workspace.originals.rglob("*.png"))) == len(known)


def test_an_artist_whom_a_full_disk_stopped_is_added_later(
    disk: SmallDisk, ready: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = copy_of(ready, disk.place / "data")
    artlib.remove_artist(workspace, ARTIST)
    for number in range(6):
        write(tmp_path / "new" / f"{number}.png", kites(number))
    words = ["add-artist", "Newman", str(tmp_path / "new"), "--workspace", str(workspace.root)]
    before, metadata = len(read_catalog(workspace)), (workspace.model() / "artist_model.json").read_bytes()
    for free in (0, 40, 200):  # none of its pictures, and some of them
        capsys.readouterr()
        with disk.with_free(free * KB):
            assert main(words) == 2
        assert "The disk is full" in capsys.readouterr().err
        assert (workspace.model() / "artist_model.json").read_bytes() == metadata
    assert main(words) == 0
    assert len(read_catalog(workspace)) == before + 6
    assert "Newman" in TrainedModel(workspace).class_names


def test_what_does_not_fit_on_the_disk_is_not_unpacked(
    disk: SmallDisk, ready: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "packed.zip"
    artlib.pack(ready, packed)
    words = ["unpack", str(packed), "--workspace", str(disk.place / "data")]
    with disk.with_free(400 * KB):
        assert main(words) == 2
        assert list(disk.place.rglob("*")) == []
    assert f"the disk of {disk.place} has 0.4 MB left. Free some space." in capsys.readouterr().err
    assert main(words) == 0
    assert content_of(disk.place / "data" / "originals") == content_of(ready.originals)


def test_of_decisions_on_a_full_disk_each_is_saved_or_refused(disk: SmallDisk, ready: Workspace) -> None:
    workspace = copy_of(ready, disk.place / "data")
    session = artlib.SortSession(workspace)
    kept: list[str] = []
    with disk.with_free(4 * KB):
        for image_id in read_catalog(workspace)["id"].tolist() * 2:
            try:
                kept += session.keep([image_id])
            except DecisionError as error:
                assert "Free some disk space" in str(error)
                break
        else:
            pytest.fail("the disk was never full")
        assert set(latest(workspace)) == set(kept) != set()
        with pytest.raises(DecisionError, match="Free some disk space"):
            while session.undo() and session.redo():
                pass
        assert set(latest(workspace)) == set(session._log.latest)
    assert session.keep([image_id]) == [image_id] and session.undo() == [image_id]


def test_work_that_is_kept_on_a_full_drive_stays_here_and_is_kept_later(
    disk: SmallDisk, ready: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, other = disk.place / "drive" / "data", tmp_path / "other"
    there.parent.mkdir()
    here = copy_of(ready, tmp_path / "here").root
    used = disk.used()
    with disk.with_free(400 * KB):
        open_workspace(here, keep_in=there).keep()
        said = capsys.readouterr().err
        assert "can't be kept in" in said and "Free some space there" in said
        assert disk.used() - used < 40 * KB
    open_workspace(here, keep_in=there)
    fetched = open_workspace(other, keep_in=there)
    fetched.fetch()
    assert content_of(fetched.originals) == content_of(here / "originals") != {}


def test_a_workspace_that_does_not_fit_is_not_half_fetched(disk: SmallDisk, ready: Workspace, tmp_path: Path) -> None:
    there = tmp_path / "drive" / "data"
    there.parent.mkdir()
    open_workspace(copy_of(ready, tmp_path / "here").root, keep_in=there)
    with disk.with_free(600 * KB):
        fetched = open_workspace(disk.place / "data", keep_in=there)
        with pytest.raises(artlib.errors.ArtlibError, match=r"(?i)free|room"):
            fetched.fetch()
        assert not list(disk.place.rglob("*.zip"))
    fetched.fetch()
    assert content_of(fetched.originals) == content_of(ready.originals)
