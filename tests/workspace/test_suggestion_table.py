"""Pictures suggested for a look: the table of them."""

import pandas as pd
import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.suggestions import COLUMNS, read_suggestions, write_suggestions

ROWS = pd.DataFrame([("a", "screenshot", "2 straight panels, 9 words"), ("b", "frame", "95%")], columns=COLUMNS)


def test_what_is_read_is_what_was_written(workspace: Workspace) -> None:
    write_suggestions(workspace, ROWS)
    pd.testing.assert_frame_equal(read_suggestions(workspace), ROWS)


def test_without_the_file_nothing_is_suggested(workspace: Workspace) -> None:
    assert read_suggestions(workspace).empty


def test_a_table_without_rows_can_be_read_again(workspace: Workspace) -> None:
    write_suggestions(workspace, ROWS[:0])
    assert list(read_suggestions(workspace)) == list(COLUMNS)


@pytest.mark.parametrize(
    "content", ["id,reason\na,frame\n", "", '"id,reason,detail\na', "id,reason,detail\n\xff,a,b,c,d"]
)
def test_a_damaged_file_is_an_error_that_says_what_to_do(workspace: Workspace, content: str) -> None:
    workspace.root.mkdir()
    workspace.suggestions.write_text(content, encoding="latin-1")
    with pytest.raises(WorkspaceError, match=r"suggestions.csv is damaged.*02_sort \(artlib sort --suggest\) again"):
        read_suggestions(workspace)
