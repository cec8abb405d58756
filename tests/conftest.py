"""Workspaces that many tests share, each made once; a test that writes into one takes a copy."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from artlib.recogniser.model import build_model

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["ARTLIB_PRIVATE_ADDRESSES"] = "1"  # tests serve pictures on this machine, also to processes they start

import lab
import pandas as pd
from drawing import LOOKS, photo, write

from artlib.workspace import Workspace
from artlib.workspace.catalog import CatalogRow, append_rows
from artlib.workspace.disk.writing import write_table
from artlib.workspace.formats.columns import ID_LENGTH

REPOSITORY = Path(__file__).parents[1]
PICTURES = 24  # of each artist
Run = Callable[..., subprocess.CompletedProcess[str]]
# fixtures, a room and files whose tests run networks; the notebooks run them too, but for minutes
NETWORKS = {"trained", "untrained", "inference"}
FILES = ("comparison", "duplicates", "explain", "predictor", "run", "runner", "second_network", "trained_model")
NETWORKS |= {f"test_{name}.py" for name in FILES}


@dataclass(frozen=True)
class Trained:
    """A workspace after one short training.

    Attributes:
        workspace: collected, grouped, split and trained.
        art: the folder that was collected, `artist/picture`.
        run: what `artlib.train` returned.
    """

    workspace: Workspace
    art: Path
    run: Any


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test whose result passes through one of the ways to run a network."""
    for item in items:
        if NETWORKS.intersection([*getattr(item, "fixturenames", []), item.path.parent.name, item.path.name]):
            item.add_marker("network")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef) -> None:
    """Make each fixture from random numbers of its own, whatever ran before: Keras draws random weights from these."""
    random.seed(fixturedef.argname)


def pytest_runtest_call(item: pytest.Item) -> None:
    """Start each test from random numbers of its own, too."""
    random.seed(item.name)


def draw_artists(root: Path, count: int = PICTURES, first: int = 0) -> Path:
    """Draw so many pictures of each of the three artists, in a folder each."""
    for artist, look in LOOKS.items():
        for number in range(first, first + count):
            write(root / artist / f"work {number:02}.png", look(number))
    return root


def group_each_alone(workspace: Workspace) -> None:
    """Write the groups that pictures without near-duplicates have, without asking a network."""
    ids = workspace.read_table(workspace.catalog)["id"]
    write_table(workspace.groups, pd.DataFrame({"id": ids, "group": [f"g{row:05d}" for row in range(len(ids))]}))


def write_catalog(workspace: Workspace, artists: dict[str, str]) -> Workspace:
    """Write a catalog of images that were never collected: from the id of each to its artist."""
    row, rows = CatalogRow("", "", "originals/a.jpg", "", "", "", "", "", 40, 30, "0" * 16), []
    for number, (image_id, artist) in enumerate(artists.items()):
        sha256 = image_id * 4 if len(image_id) == ID_LENGTH else f"{number:064x}"
        rows.append(replace(row, id=image_id, artist=artist, sha256=sha256))
    append_rows(workspace, rows)
    return workspace


@pytest.fixture(scope="session")
def art(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_artists(tmp_path_factory.mktemp("drawn") / "art")


@pytest.fixture(scope="session")
def collected(art: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three artists' pictures, collected and grouped; only to be read."""
    from artlib import collect

    workspace = Workspace(tmp_path_factory.mktemp("collected") / "data")
    collect.folder(workspace, art)
    group_each_alone(workspace)
    return workspace


@pytest.fixture(scope="session")
def untrained(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose model was never trained: it answers at once, and anything; only to be read."""
    from artlib.recogniser import files

    workspace = copy_of(collected, tmp_path_factory.mktemp("untrained") / "data")
    names = sorted(LOOKS)
    network = build_model(names, backbone="efficientnet_lite0", image_size=64, weights=None)
    metadata = files.ModelMetadata(names, "efficientnet_lite0", 64, "none", 0, 1.0, "", files.versions())
    files.save_model(workspace.model(), network, metadata)
    return workspace


@pytest.fixture(scope="session")
def trained(art: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The whole way through the library, once for all slow tests; only to be read."""
    import artlib
    from artlib import collect

    workspace = Workspace(tmp_path_factory.mktemp("trained") / "data")
    collect.folder(workspace, art)
    artlib.find_duplicates(workspace)
    artlib.make_split(workspace)
    run = artlib.train(workspace, backbone="efficientnet_lite0", epochs=1)
    return Trained(workspace, art, run)


def copy_of(workspace: Workspace, to: Path) -> Workspace:
    shutil.copytree(workspace.root, to)
    return Workspace(to)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty one."""
    return Workspace(tmp_path / "data")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Where a workspace is worked on that is kept elsewhere: it can be lost at any time."""
    return tmp_path / "machine" / "data"


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where it is kept: what survives the machine."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "data"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three pictures of each of two artists."""
    for number in range(6):
        write(tmp_path / "photos" / ("Wlop", "Ross Tran")[number % 2] / f"{number}.jpg", photo(number))
    return tmp_path / "photos"


class Hostile:
    """What a file from a stranger could hold: whoever unpickles it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture
def artlib_command() -> Run:
    """Run `python -m artlib …` as a user does, in a process of its own."""

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "artlib", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY, **options)

    return run


def write_as_keras_serves(model: Any, path: Path) -> Path:
    """Write weights in the old layout of the files that keras.applications downloads."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights(), strict=True):
                group[name] = value
    return path


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """A real Chromium; tests that ask for it are skipped where there is none."""
    lab.skip_without_chromium()
    with lab.chromium(tmp_path / "chromium") as driver:
        yield driver
