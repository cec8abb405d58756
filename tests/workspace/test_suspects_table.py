"""Suspects on disk: what is read is what was found, and a damaged file says what to do."""

import numpy as np
import pandas as pd
import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.suspects import COLUMNS, read_suspects, write_suspects

ROWS = pd.DataFrame(
    [
        ("b", "Wlop", "Ross", np.nan, np.nan, 1.0, "the same work stands under several artists"),
        ("a", "Ross, Tran", "Wlop", 0.75, 0.125, 6 / 7, "looks like another"),
    ],
    columns=COLUMNS,
)


def test_what_is_read_is_what_was_written(workspace: Workspace) -> None:
    write_suspects(workspace, ROWS)
    pd.testing.assert_frame_equal(read_suspects(workspace), ROWS)


def test_without_the_file_there_are_none(workspace: Workspace) -> None:
    found = read_suspects(workspace)
    assert found.empty and found.columns.tolist() == list(COLUMNS)


def test_none_can_be_written(workspace: Workspace) -> None:
    write_suspects(workspace, ROWS[:0])
    found = read_suspects(workspace)
    assert found.empty and found["probability"].dtype == float


@pytest.mark.parametrize(
    "content",
    ["", "id,artist\na,Wlop\n", ",".join(COLUMNS) + "\na,Wlop,Ross,high,0.1,0.9,looks like another\n", 'id,"artist\n'],
    ids=["empty", "columns missing", "a number in words", "torn"],
)
def test_a_damaged_file_says_what_to_do(workspace: Workspace, content: str) -> None:
    workspace.root.mkdir()
    workspace.suspects.write_text(content, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"suspects\.csv .*Delete it and run 02_sort"):
        read_suspects(workspace)
