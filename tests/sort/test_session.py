"""The session of sorting by hand: its queue, its pages, its decisions and undoing them, without a widget."""

import subprocess
import sys

import pandas as pd
import pytest

from artlib.errors import ArtlibError
from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS
from artlib.workspace.decisions import DecisionError, latest, record, sorted_catalog
from artlib.workspace.set_apart import write_set_apart


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A catalog of five images, three by Wlop and two by Ross."""
    rows = ["wlop0,Wlop", "wlop1,Wlop", "wlop2,Wlop", "ross0,Ross", "ross1,Ross"]
    lines = [",".join(COLUMNS), *(row + "," * (len(COLUMNS) - 2) for row in rows)]
    workspace.root.mkdir()
    workspace.catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return workspace


def test_importing_the_stage_does_not_import_ipywidgets() -> None:
    script = "import sys, artlib.sort; sys.exit('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_undecided_come_first_and_the_order_is_otherwise_the_catalogs(workspace: Workspace) -> None:
    record(workspace, "wlop0", "keep")
    assert SortSession(workspace).queue == ["wlop1", "wlop2", "ross0", "ross1", "wlop0"]


def test_a_decision_does_not_move_pictures_on_the_page(workspace: Workspace) -> None:
    session = SortSession(workspace)
    before = session.page
    session.discard(["wlop1"])
    assert session.page == before


def test_pages_cover_the_queue_and_stop_at_both_ends(workspace: Workspace) -> None:
    session = SortSession(workspace, page_size=2)
    pages = [session.page, session.next(), session.next(), session.next(), session.previous(), session.previous()]
    first, second, last = ["wlop0", "wlop1"], ["wlop2", "ross0"], ["ross1"]
    assert [*pages, session.previous()] == [first, second, last, last, second, first, first]


def test_a_page_size_of_nothing_is_refused(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="page_size=0"):
        SortSession(workspace, page_size=0)


def test_one_artist_can_be_shown_alone(workspace: Workspace) -> None:
    assert SortSession(workspace, artist="Ross").queue == ["ross0", "ross1"]


def test_an_unknown_artist_is_refused_and_the_known_are_named(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="Ross, Wlop"):
        SortSession(workspace, artist="Rosss")


def test_a_moved_image_is_shown_with_its_new_artist(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.move(["wlop0"], "Ross")
    session.show("Ross")
    assert session.queue == ["ross0", "ross1", "wlop0"]


def test_a_name_that_differs_only_by_capitals_is_the_known_artist(workspace: Workspace) -> None:
    SortSession(workspace).move(["wlop0"], " ross ")
    assert latest(workspace)["wlop0"].artist == "Ross"


def test_a_new_artist_is_among_the_artists_at_once(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.move(["wlop0"], "Katsura")
    assert session.artists == ["Katsura", "Ross", "Wlop"]


def test_a_decision_is_on_disk_when_the_call_returns(workspace: Workspace) -> None:
    SortSession(workspace).discard(["wlop0", "ross0"])
    assert list(sorted_catalog(workspace)["id"]) == ["wlop1", "wlop2", "ross1"]


def test_one_id_may_be_given_as_plain_text(workspace: Workspace) -> None:
    assert SortSession(workspace).keep("wlop0") == ["wlop0"]


@pytest.mark.parametrize("image_ids", [[], ["wlop0", "unknown"]])
def test_no_image_or_an_unknown_one_is_refused_and_nothing_is_decided(
    workspace: Workspace, image_ids: list[str]
) -> None:
    with pytest.raises(ArtlibError):
        SortSession(workspace).keep(image_ids)
    assert latest(workspace) == {}


def test_undo_takes_back_the_last_batch_as_a_whole_and_no_more(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.keep(["ross0"])
    session.discard(["wlop0", "wlop1"])
    assert session.undo() == ["wlop0", "wlop1"]
    assert list(latest(workspace)) == ["ross0"]


def test_undo_goes_on_to_the_batch_before(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.keep(["wlop0", "wlop1"])
    session.discard(["wlop0"])
    session.undo()
    assert session.undo() == ["wlop0", "wlop1"] and session.undo() == []


def test_undo_works_across_a_restart(workspace: Workspace) -> None:
    SortSession(workspace).discard(["wlop0", "wlop1"])
    SortSession(workspace).undo()
    assert len(sorted_catalog(workspace)) == 5


def test_undo_turns_to_the_page_where_the_decision_was_made(workspace: Workspace) -> None:
    session = SortSession(workspace, page_size=2)
    session.keep_rest_of_page()
    session.next()
    session.undo()
    assert session.page == ["wlop0", "wlop1"]


def test_a_session_undoes_its_own_decision_and_not_what_another_decided_meanwhile(workspace: Workspace) -> None:
    first, second = SortSession(workspace), SortSession(workspace)
    first.discard(["wlop1"])
    second.keep(["wlop0"])
    assert first.undo() == ["wlop1"] and first.undo() == []
    assert list(latest(workspace)) == ["wlop0"]


def test_a_session_undoes_what_an_earlier_one_decided(workspace: Workspace) -> None:
    first = SortSession(workspace)
    first.discard(["wlop1"])
    assert SortSession(workspace).undo() == ["wlop1"]


def test_after_the_log_is_deleted_by_hand_nothing_is_decided(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.discard(["wlop0"])
    workspace.decisions.unlink()
    session.show()
    assert session.progress.decided == 0


def test_keep_rest_of_page_leaves_decided_pictures_and_other_pages_alone(workspace: Workspace) -> None:
    session = SortSession(workspace, page_size=3)
    session.discard(["wlop1"])
    assert session.keep_rest_of_page() == ["wlop0", "wlop2"]
    assert {image_id: decision.action for image_id, decision in latest(workspace).items()} == {
        "wlop0": "keep",
        "wlop1": "discard",
        "wlop2": "keep",
    }


def test_keep_rest_of_a_decided_page_is_no_error(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.keep_rest_of_page()
    assert session.keep_rest_of_page() == []


def test_labels_say_what_was_decided(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.keep(["wlop0"])
    session.discard(["wlop1"])
    session.move(["wlop2"], "Ross")
    assert [session.label(image_id) for image_id in session.page[:4]] == [
        "keep",
        "discard",
        "moved to Ross",
        "undecided",
    ]


def test_progress_counts_in_all_and_under_each_artist(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.move(["wlop0"], "Ross")
    session.discard(["ross0"])
    progress = session.progress
    counts = {name: (count.total, count.decided, count.discarded) for name, count in progress.artists.items()}
    assert (progress.total, progress.decided) == (5, 2)
    assert counts == {"Ross": (3, 2, 1), "Wlop": (2, 0, 0)}


@pytest.fixture
def with_set_apart(workspace: Workspace) -> Workspace:
    """The same five images, of which two are set apart."""
    rows = [("wlop1", "small copy", "wlop0", ""), ("ross1", "strip", "", "")]
    write_set_apart(workspace, pd.DataFrame(rows, columns=["id", "reason", "of", "detail"]))
    return workspace


def test_pictures_set_apart_are_not_among_the_others(with_set_apart: Workspace) -> None:
    assert SortSession(with_set_apart).queue == ["wlop0", "wlop2", "ross0"]


def test_keeping_the_rest_of_a_page_accepts_nothing_that_was_set_apart(with_set_apart: Workspace) -> None:
    SortSession(with_set_apart).keep_rest_of_page()
    assert sorted_catalog(with_set_apart)["id"].tolist() == ["wlop0", "wlop2", "ross0"]


def test_a_session_shows_only_what_was_set_apart_and_why(with_set_apart: Workspace) -> None:
    session = SortSession(with_set_apart, only="set apart")
    assert {image_id: session.label(image_id) for image_id in session.queue} == {
        "wlop1": "small copy",
        "ross1": "strip",
    }


def test_a_picture_set_apart_is_accepted_by_keeping_it(with_set_apart: Workspace) -> None:
    SortSession(with_set_apart, only="set apart").keep(["ross1"])
    assert sorted_catalog(with_set_apart)["id"].tolist() == ["wlop0", "wlop2", "ross0", "ross1"]


def test_an_accepted_picture_is_among_the_others(with_set_apart: Workspace) -> None:
    SortSession(with_set_apart, only="set apart").move(["ross1"], "Wlop")
    assert "ross1" in SortSession(with_set_apart, artist="Wlop").queue


def test_progress_counts_only_the_sessions_images(with_set_apart: Workspace) -> None:
    session = SortSession(with_set_apart, only="set apart")
    session.discard(["ross1"])
    assert (session.progress.decided, session.progress.total) == (1, 2)


def test_a_session_of_nothing_set_apart_is_empty(workspace: Workspace) -> None:
    session = SortSession(workspace, only="set apart")
    assert (session.page, session.page_count, session.progress.total) == ([], 1, 0)


def test_another_choice_of_pictures_is_refused(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="Received: only='thumbnails'"):
        SortSession(workspace, only="thumbnails")
