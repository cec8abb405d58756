"""Advice that heals: what an error tells a user to do does mend it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import copy_of
from drawing import photo, write

from artlib.collect import folder
from artlib.inference.pixels import prepare
from artlib.pages.rendering import picture_of
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog
from artlib.workspace.copies import say_lost

Damaged = Callable[[bool], tuple[Workspace, list[str]]]


@pytest.mark.parametrize("lost", ["copy", "original", "both"])
def test_collecting_again_brings_lost_files_back(workspace: Workspace, tmp_path: Path, lost: str) -> None:
    for number in range(3):
        write(tmp_path / "art" / "Wlop" / f"{number}.jpg", photo(number))
    folder(workspace, tmp_path / "art")
    row = read_catalog(workspace).iloc[1]
    copy, original = workspace.image(row["id"]), workspace.original(row["path"])
    before = copy.read_bytes(), original.read_bytes()
    for path in {"copy": [copy], "original": [original], "both": [copy, original]}[lost]:
        path.unlink()
    report = folder(workspace, tmp_path / "art")
    assert (report.known, report.brought_back) == (3, 1) and "1  known pictures brought back" in str(report)
    assert (copy.read_bytes(), original.read_bytes()) == before and len(read_catalog(workspace)) == 3


@pytest.fixture
def damaged(collected: Workspace, tmp_path: Path) -> Damaged:
    """A workspace in which one copy is lost and one is cut off, with the originals or without."""

    def damaged(has_originals: bool) -> tuple[Workspace, list[str]]:
        workspace = copy_of(collected, tmp_path / "data")
        ids = read_catalog(workspace)["id"].tolist()
        if not has_originals:
            shutil.rmtree(workspace.originals)
        workspace.image(ids[3]).unlink()
        os.truncate(workspace.image(ids[8]), 300)
        return workspace, ids

    return damaged


def test_copies_that_are_lost_or_damaged_are_made_again_from_the_originals(
    damaged: Damaged, collected: Workspace
) -> None:
    workspace, ids = damaged(True)
    assert prepare(workspace, ids, 32).shape[0] == len(ids)
    for image_id in (ids[3], ids[8]):
        assert workspace.image(image_id).read_bytes() == collected.image(image_id).read_bytes()


def test_an_original_that_was_changed_is_not_taken_for_the_image(
    damaged: Damaged,
) -> None:
    workspace, ids = damaged(True)
    write(workspace.original(read_catalog(workspace)["path"][3]), photo(99))
    with pytest.raises(WorkspaceError, match="1 of 72 pictures"):
        prepare(workspace, ids, 32)


def test_where_both_are_lost_it_is_said_before_any_work_how_many_and_what_heals_it(
    damaged: Damaged, monkeypatch: pytest.MonkeyPatch, art: Path
) -> None:
    workspace, ids = damaged(False)
    workspace.image(ids[5]).unlink()
    with monkeypatch.context() as no_work:
        no_work.setattr("artlib.inference.pixels.mapped_array", lambda *_: pytest.fail("work has begun"))
        with pytest.raises(WorkspaceError, match=rf"2 of 72 pictures.*{ids[3]}.*artlib collect"):
            prepare(workspace, ids, 32)
    folder(workspace, art)
    assert prepare(workspace, ids, 32).shape[0] == len(ids)


def test_pictures_that_are_damaged_are_counted_together(
    damaged: Damaged,
) -> None:
    workspace, ids = damaged(False)
    os.truncate(workspace.image(ids[9]), 50)
    with pytest.raises(WorkspaceError, match="2 of 71 pictures"):
        prepare(workspace, [*ids[:3], *ids[4:]], 32)
    assert not any(workspace.features.iterdir())


def test_a_page_shows_a_grey_picture_for_one_that_is_lost(
    damaged: Damaged,
) -> None:
    workspace, ids = damaged(False)
    assert picture_of(workspace, ids[3]).startswith("data:image/jpeg") and picture_of(workspace, ids[0])


def test_what_is_known_already_is_used_and_the_loss_is_said_at_once(
    damaged: Damaged, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, ids = damaged(False)
    say_lost(workspace, ids)
    assert "1 of 72 pictures of the catalog are lost" in capsys.readouterr().err
