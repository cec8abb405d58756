"""The summary of sorting: what was decided, by whom, in what time, and what becomes of the rest."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from artlib.sort.session import SortSession
from artlib.sort.summary import sorting_summary
from artlib.workspace import Workspace
from artlib.workspace.catalog import CatalogRow, append_rows, known_hashes
from artlib.workspace.decisions import record
from artlib.workspace.disk.writing import write_table
from artlib.workspace.rejections import record_rejections
from artlib.workspace.set_apart import write_set_apart
from artlib.workspace.suspects import COLUMNS as SUSPECTS

ROW = CatalogRow("", "Wlop", "originals/a.jpg", "", "", "", "", "", 40, 30, "0" * 16)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """Ten pictures, of which the last is set apart."""
    known_hashes(workspace)
    append_rows(workspace, [replace(ROW, id=f"wlop{number}", sha256=f"{number:064x}") for number in range(10)])
    write_set_apart(workspace, pd.DataFrame([("wlop9", "strip", "", "")], columns=["id", "reason", "of", "detail"]))
    return workspace


def test_when_nobody_clicked_it_says_what_is_used_and_what_is_left_out(workspace: Workspace) -> None:
    record_rejections(workspace, [("folder: broken.jpg", "It is damaged.")], [])
    text = str(sorting_summary(workspace))
    assert "Nobody has decided" in text and "9 undecided pictures are used as they were collected" in text
    assert "1 set apart by the collection, 1 in rejected.csv" in text and "same bytes" in text


def test_it_says_what_was_decided_and_by_whom(workspace: Workspace) -> None:
    doubt = ("wlop0", "Wlop", "Ross", 0.99, 0.01, 0.99, "looks like another")
    write_table(workspace.suspects, pd.DataFrame([doubt], columns=SUSPECTS))
    session = SortSession(workspace)
    session.accept_suggestions()
    session.keep(["wlop1", "wlop2"])
    session.unsure(["wlop3"])
    found = sorting_summary(workspace)
    assert dict(found.decided) == {"move": 1, "keep": 2, "unsure": 1}
    assert (found.by_hand, found.by_suggestion, found.undecided, found.set_apart) == (3, 1, 5, 1)
    assert "4 of 10 pictures are decided on: 2 kept, 1 moved to another artist, 1 not sure." in str(found)


def test_a_picture_set_apart_that_was_accepted_is_not_left_out(workspace: Workspace) -> None:
    record(workspace, "wlop9", "keep")
    assert sorting_summary(workspace).set_apart == 0


def test_the_time_between_clicks_counts_and_long_pauses_do_not(workspace: Workspace) -> None:
    times = ["10:00:00", "10:00:30", "10:01:30", "11:00:00", "11:01:00"]
    lines = [
        json.dumps({"id": f"wlop{number}", "action": "keep", "at": f"2026-01-01T{time}+00:00"})
        for number, time in enumerate(times)
    ]
    workspace.decisions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = sorting_summary(workspace)
    assert found.minutes == pytest.approx(2.5) and found.pictures_a_minute == pytest.approx(2)
    assert "2 pictures a minute" in str(found)


def test_a_time_that_is_none_is_no_error(workspace: Workspace) -> None:
    workspace.decisions.write_text('{"id": "wlop1", "action": "keep", "at": "yesterday"}\n', encoding="utf-8")
    assert sorting_summary(workspace).decided.total() == 1
