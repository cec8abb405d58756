"""Fingerprints: a picture to predict has the same hash as when it was collected, also with an old catalog."""

import os
from pathlib import Path

import pytest
from conftest import copy_of
from drawing import encoded, photo, write
from PIL import Image

from artlib import collect
from artlib.similarity.hashing import phash
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.disk.writing import write_table
from artlib.workspace.fingerprints import catalog_with_fingerprints, fingerprinted

pytestmark = pytest.mark.thorough

SIZES = [(60, 50), (320, 240), (900, 700), (1600, 1200), (3000, 900)]


@pytest.fixture(scope="module")
def art(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of all sizes as JPEG and PNG, one of them on its side by EXIF."""
    root = tmp_path_factory.mktemp("fingerprints") / "art"
    for number, size in enumerate(SIZES):
        write(root / "Wlop" / f"{number}.jpg", photo(number, size))
        write(root / "Ross" / f"{number}.png", photo(100 + number, size))
    exif = Image.Exif()
    exif[0x0112] = 6
    write(root / "Ross" / "turned.jpg", encoded(photo(7, (1600, 1200)), exif=exif))
    return root


@pytest.fixture(scope="module")
def all_sizes(art: Path) -> Workspace:
    """Those pictures, collected; only to be read."""
    workspace = Workspace(art.parent / "data")
    collect.folder(workspace, art)
    return workspace


@pytest.fixture
def collected(all_sizes: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(all_sizes, tmp_path / "data")


def as_the_first_artlib_wrote_it(workspace: Workspace) -> None:
    table = read_catalog(workspace).drop(columns="phash_version")
    write_table(workspace.catalog, table.assign(phash="0" * 16))


def test_every_picture_has_the_hash_with_which_it_was_collected(art: Path, all_sizes: Workspace) -> None:
    catalog = read_catalog(all_sizes)
    asked = [phash(fingerprinted(art / path.removeprefix("originals/"))) for path in catalog["path"]]
    assert asked == catalog["phash"].tolist()


def test_an_old_catalog_is_brought_up_to_date(collected: Workspace) -> None:
    today = collected.catalog.read_bytes()
    as_the_first_artlib_wrote_it(collected)
    catalog_with_fingerprints(collected)
    assert collected.catalog.read_bytes() == today


def test_rows_that_came_before_and_after_are_all_brought_up_to_date(collected: Workspace, tmp_path: Path) -> None:
    as_the_first_artlib_wrote_it(collected)
    write(tmp_path / "new" / "Ross" / "new.png", photo(50))
    collect.folder(collected, tmp_path / "new")
    assert len(read_catalog(collected)) == 12
    assert (catalog_with_fingerprints(collected)["phash"] != "0" * 16).all()


def test_without_its_original_a_row_is_brought_up_to_date_from_the_copy(collected: Workspace) -> None:
    as_the_first_artlib_wrote_it(collected)
    row = read_catalog(collected).iloc[0]
    (collected.root / row["path"]).unlink()
    expected = phash(fingerprinted(collected.image(row["id"])))
    assert catalog_with_fingerprints(collected)["phash"].iloc[0] == expected


def test_a_catalog_of_today_is_left_alone(collected: Workspace) -> None:
    os.utime(collected.catalog, (0, 0))
    catalog_with_fingerprints(collected)
    assert collected.catalog.stat().st_mtime == 0
