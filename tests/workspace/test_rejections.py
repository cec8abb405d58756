"""rejected.csv: the rows of all sources, each until its picture is taken."""

import pandas as pd

from artlib.workspace import Workspace
from artlib.workspace.rejections import record_rejections, rejected_for_good, rejected_for_now


def rows(workspace: Workspace) -> list[tuple[str, str]]:
    table = pd.read_csv(workspace.rejected, dtype=str, keep_default_na=False)
    return list(zip(table["source"], table["reason"], strict=True))


def test_another_sources_rows_stay(workspace: Workspace) -> None:
    record_rejections(workspace, [("zip: a", "damaged")], {"zip: a", "zip: b"})
    record_rejections(workspace, [("met: 1", "tiny")], {"met: 1"})
    assert rows(workspace) == [("zip: a", "damaged"), ("met: 1", "tiny")]


def test_a_row_goes_away_when_its_picture_is_taken(workspace: Workspace) -> None:
    record_rejections(workspace, [("zip: a", "damaged"), ("zip: b", "tiny")], {"zip: a", "zip: b"})
    record_rejections(workspace, [], {"zip: a"})
    assert rows(workspace) == [("zip: b", "tiny")]


def test_a_picture_that_is_rejected_again_has_one_row(workspace: Workspace) -> None:
    for reason in ("damaged", "tiny"):
        record_rejections(workspace, [("zip: a", reason)], {"zip: a"})
    assert rows(workspace) == [("zip: a", "tiny")]


def test_what_is_to_be_tried_again_is_told_from_what_is_not(workspace: Workspace) -> None:
    record_rejections(workspace, [("met: 1", "tiny")], ())
    record_rejections(workspace, [("met: 2", "no answer in time")], (), again=True)
    assert (rejected_for_good(workspace), rejected_for_now(workspace)) == ({"met: 1"}, {"met: 2"})


def test_a_table_of_an_earlier_version_is_read(workspace: Workspace) -> None:
    workspace.rejected.parent.mkdir(parents=True, exist_ok=True)
    workspace.rejected.write_text("source,reason\nzip: a,damaged\n", encoding="utf-8")
    record_rejections(workspace, [("met: 1", "tiny")], {"met: 1"})
    assert rows(workspace) == [("zip: a", "damaged"), ("met: 1", "tiny")]


def test_a_damaged_table_is_begun_again(workspace: Workspace) -> None:
    workspace.rejected.parent.mkdir(parents=True, exist_ok=True)
    workspace.rejected.write_bytes(b"source,reason\n\xff\xfe,1,2,3\n")
    record_rejections(workspace, [("met: 1", "tiny")], {"met: 1"})
    assert rows(workspace) == [("met: 1", "tiny")]
