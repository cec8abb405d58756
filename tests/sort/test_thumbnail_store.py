"""Thumbnails in one file: made once, and made again where they are missing or the file is damaged."""

import io
import os
import sqlite3
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from artlib.sort.grid.thumbnail_store import SIDE, ThumbnailStore
from artlib.workspace import Workspace
from artlib.workspace.keeping.units import unit_of

IDS = [f"picture{number}" for number in range(30)]


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    workspace.images.mkdir(parents=True)
    for number, image_id in enumerate(IDS):
        Image.new("RGB", (640, 480), (number * 8, 90, 160)).save(workspace.image(image_id))
    return workspace


@pytest.fixture
def store(workspace: Workspace) -> Iterator[ThumbnailStore]:
    store = ThumbnailStore(workspace)
    yield store
    store.close()


def kept(workspace: Workspace) -> set[str]:
    with sqlite3.connect(workspace.root / "thumbnails.sqlite") as file:
        return {image_id for (image_id,) in file.execute(f"SELECT id FROM jpeg_{SIDE}")}


def red(content: bytes) -> int:
    return Image.open(io.BytesIO(content)).getpixel((5, 5))[0]


def test_thumbnails_come_in_the_order_asked_for_and_are_small(store: ThumbnailStore) -> None:
    found = store.get(IDS[::-1])
    assert [red(content) for content in found] == sorted(map(red, found), reverse=True)
    assert {Image.open(io.BytesIO(content)).size for content in found} == {(200, 150)}


def test_a_thumbnail_is_made_once_and_found_by_the_next_kernel(store: ThumbnailStore, workspace: Workspace) -> None:
    first = store.get(IDS)
    for image_id in IDS:
        workspace.image(image_id).unlink()
    store.close()
    assert ThumbnailStore(workspace).get(IDS) == first


def test_a_broken_file_gives_a_grey_thumbnail_that_is_not_kept(store: ThumbnailStore, workspace: Workspace) -> None:
    good = workspace.image(IDS[1]).read_bytes()
    workspace.image(IDS[1]).write_bytes(b"no picture")
    assert red(store.get(IDS[:3])[1]) in range(130, 142)
    assert kept(workspace) == {IDS[0], IDS[2]}
    workspace.image(IDS[1]).write_bytes(good)
    assert red(store.get([IDS[1]])[0]) < 20


def test_what_is_prepared_is_made_in_the_background(store: ThumbnailStore, workspace: Workspace) -> None:
    store.prepare(IDS)
    deadline = time.monotonic() + 20
    while kept(workspace) != set(IDS) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert kept(workspace) == set(IDS)


def test_a_damaged_file_is_made_anew(workspace: Workspace) -> None:
    (workspace.root / "thumbnails.sqlite").write_bytes(b"no data base" * 500)
    assert len(ThumbnailStore(workspace).get(IDS)) == 30 and kept(workspace) == set(IDS)


def test_a_file_whose_damage_shows_only_when_it_is_read_is_made_anew(
    store: ThumbnailStore, workspace: Workspace
) -> None:
    store.get(IDS)
    store.close()
    path = workspace.root / "thumbnails.sqlite"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    assert len(ThumbnailStore(workspace).get(IDS)) == 30 and kept(workspace) == set(IDS)


def test_another_kernel_that_writes_for_long_does_no_harm(store: ThumbnailStore, workspace: Workspace) -> None:
    other = sqlite3.connect(workspace.root / "thumbnails.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store._file.execute("PRAGMA busy_timeout = 50")
    assert red(store.get(IDS[:1])[0]) < 20
    other.execute("ROLLBACK")
    other.close()
    store.get(IDS[:1])
    assert kept(workspace) == {IDS[0]}


def test_where_the_workspace_cannot_be_written_they_are_kept_elsewhere(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    (workspace.root / "thumbnails.sqlite").mkdir()  # as little to be written as without the permission, also for root
    store = ThumbnailStore(workspace)
    first = store.get(IDS)
    store.close()
    assert [path.suffix for path in elsewhere.rglob("*") if path.is_file()] == [".sqlite"]
    for image_id in IDS:
        workspace.image(image_id).unlink()
    assert ThumbnailStore(workspace).get(IDS) == first


@pytest.mark.skipif(os.name == "nt", reason="folders have no such permissions there")
def test_without_any_place_to_write_they_are_shown_all_the_same(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/nowhere")
    (workspace.root / "thumbnails.sqlite").mkdir()
    store = ThumbnailStore(workspace)
    assert store.path is None and len(store.get(IDS)) == 30


def test_the_file_is_no_part_of_what_is_kept_on_a_drive() -> None:
    assert unit_of("thumbnails.sqlite") is None
