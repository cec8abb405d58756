"""Pictures set apart: the table of them, and that they are left out until a person accepts them."""

from dataclasses import replace

import pandas as pd
import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import CatalogRow, append_rows
from artlib.workspace.decisions import record, sorted_catalog
from artlib.workspace.set_apart import COLUMNS, read_set_apart, write_set_apart

ROWS = pd.DataFrame([("a", "strip", "", "900x90 pixels"), ("b", "small copy", "c", "90x90 pixels")], columns=COLUMNS)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A catalog of three images by Wlop."""
    row = CatalogRow("", "Wlop", "originals/a.jpg", "", "", "", "", "", 40, 30, "0" * 16)
    append_rows(workspace, [replace(row, id=image_id, sha256=image_id * 64) for image_id in "abc"])
    return workspace


def ids(workspace: Workspace) -> list[str]:
    return sorted_catalog(workspace)["id"].tolist()


def test_what_is_read_is_what_was_written(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    pd.testing.assert_frame_equal(read_set_apart(workspace), ROWS)


def test_without_the_file_nothing_is_set_apart(workspace: Workspace) -> None:
    assert (len(read_set_apart(workspace)), ids(workspace)) == (0, ["a", "b", "c"])


def test_no_file_is_written_where_nothing_ever_was_set_apart(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS[:0])
    assert not workspace.set_apart.exists()


def test_the_last_row_can_go(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    write_set_apart(workspace, ROWS[:0])
    assert len(read_set_apart(workspace)) == 0


def test_pictures_set_apart_are_left_out(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    assert ids(workspace) == ["c"]


def test_a_kept_one_counts_as_any_other(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    record(workspace, "a", "keep")
    assert ids(workspace) == ["a", "c"]


def test_a_moved_one_counts_under_its_new_artist(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    record(workspace, "b", "move", "Ross")
    assert sorted_catalog(workspace)["artist"].tolist() == ["Ross", "Wlop"]


def test_a_discarded_one_stays_out(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    record(workspace, "a", "discard")
    assert ids(workspace) == ["c"]


def test_an_undone_decision_sets_it_apart_again(workspace: Workspace) -> None:
    write_set_apart(workspace, ROWS)
    record(workspace, "a", "keep")
    record(workspace, "a", "undo")
    assert ids(workspace) == ["c"]


@pytest.mark.parametrize("content", ["", "id,reason\na,strip\n"])
def test_a_damaged_file_says_what_to_do(workspace: Workspace, content: str) -> None:
    workspace.set_apart.write_text(content, encoding="utf-8")
    with pytest.raises(WorkspaceError, match="Delete it and run 01_collect"):
        read_set_apart(workspace)
