"""The session of sorting by hand: its queue, its pages, its decisions and undoing them, without a widget."""

import subprocess
import sys

import pandas as pd
import pytest
from conftest import write_catalog
from drawing import photo
from PIL import ImageFilter

from artlib.errors import ArtlibError
from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.catalog import rename_artists
from artlib.workspace.decisions import DecisionError, latest, record, sorted_catalog
from artlib.workspace.disk.writing import write_table
from artlib.workspace.set_apart import write_set_apart
from artlib.workspace.suspects import COLUMNS as SUSPECTS
from artlib.workspace.suspects import MIXED


def artists(workspace: Workspace) -> dict[str, list[str]]:
    """The ids of each artist's pictures, as sorted."""
    return {str(artist): rows["id"].tolist() for artist, rows in sorted_catalog(workspace).groupby("artist")}


def actions(workspace: Workspace) -> dict[str, str]:
    return {image_id: decision.action for image_id, decision in latest(workspace).items()}


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A catalog of five images, three by Wlop and two by Ross."""
    return write_catalog(
        workspace, {"wlop0": "Wlop", "wlop1": "Wlop", "wlop2": "Wlop", "ross0": "Ross", "ross1": "Ross"}
    )


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


# --- keeping and moving ---


def test_keeping_a_moved_picture_keeps_it_under_the_artist_that_is_shown(workspace: Workspace) -> None:
    SortSession(workspace).move(["wlop0", "wlop1"], "Katsura")
    session = SortSession(workspace, artist="Katsura")
    session.keep(session.queue)
    assert artists(workspace) == {"Katsura": ["wlop0", "wlop1"], "Ross": ["ross0", "ross1"], "Wlop": ["wlop2"]}


def test_keeping_means_the_artist_on_this_screen_also_if_another_session_moved_the_picture(
    workspace: Workspace,
) -> None:
    first, second = SortSession(workspace), SortSession(workspace)
    second.move(["wlop0"], "Ross")
    first.keep(["wlop0"])
    assert "wlop0" in artists(workspace)["Wlop"]


def test_what_another_session_decided_is_named_once(workspace: Workspace) -> None:
    first, second = SortSession(workspace), SortSession(workspace)
    second.move(["wlop0"], "Ross")
    assert first.changed() == ["wlop0"] and first.artist_of("wlop0") == "Ross" and first.changed() == []


def test_not_sure_is_a_decision_that_can_be_counted_and_changes_no_picture(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.unsure(["wlop0"])
    assert session.label("wlop0") == "not sure" and session.progress.decided == 1
    assert len(sorted_catalog(workspace)) == 5


def test_redo_takes_again_what_was_undone(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.discard(["wlop0", "wlop1"])
    session.undo()
    assert session.redo() == ["wlop0", "wlop1"] and session.redo() == []
    assert session.status("wlop0") == "discard"


def test_the_words_say_what_undo_and_redo_will_do(workspace: Workspace) -> None:
    session = SortSession(workspace)
    assert (session.undo_text, session.redo_text) == ("", "")
    session.discard(["wlop0", "wlop1"])
    session.move(["wlop2"], "{Ross}")
    assert session.undo_text == "move 1 picture to {Ross}"
    session.undo()
    assert (session.undo_text, session.redo_text) == ("discard 2 pictures", "move 1 picture to {Ross}")


# --- the selection ---


def test_a_selection_stays_when_the_page_the_artist_or_the_queue_changes(workspace: Workspace) -> None:
    session = SortSession(workspace, page_size=2)
    session.select(["wlop0", "ross0"])
    session.next()
    session.show("Ross")
    session.show(only="undecided")
    assert session.selected == {"wlop0", "ross0"}


def test_what_is_decided_is_no_longer_selected(workspace: Workspace) -> None:
    session = SortSession(workspace)
    session.select(["wlop0", "ross0"])
    session.keep(["wlop0"])
    assert session.selected == {"ross0"}


# --- queues ---


@pytest.fixture
def doubted(workspace: Workspace) -> Workspace:
    """The same five images in two groups, with two suspects and one suggestion."""
    groups = {"wlop0": "a", "ross0": "a", "wlop1": "b", "wlop2": "b", "ross1": "c"}
    write_table(workspace.groups, pd.DataFrame(groups.items(), columns=["id", "group"]))
    suspects = [("ross1", "Ross", "Wlop", 0.95, 0.02, 0.98, "looks like another")]
    suspects += [("wlop2", "Wlop", "Ross", 0.6, 0.3, 0.7, "looks like another")]
    write_table(workspace.suspects, pd.DataFrame(suspects, columns=SUSPECTS))
    write_table(workspace.suggestions, pd.DataFrame([("wlop1", "blurry", "")], columns=["id", "reason", "detail"]))
    return workspace


@pytest.mark.parametrize(
    ("only", "queue"),
    [
        ("undecided", ["wlop0", "wlop1", "wlop2", "ross1"]),
        ("suspects", ["ross1", "wlop2"]),
        ("duplicates", ["wlop0", "ross0", "wlop1", "wlop2"]),
        ("mixed", ["wlop0", "ross0"]),
        ("suggested", ["wlop1"]),
        (["ross1", "wlop0"], ["ross1", "wlop0"]),
    ],
)
def test_a_session_can_be_about_some_pictures_only(doubted: Workspace, only: object, queue: list[str]) -> None:
    record(doubted, "ross0", "keep")
    assert SortSession(doubted, only=only).queue == queue


def test_a_list_with_an_unknown_id_is_refused(workspace: Workspace) -> None:
    with pytest.raises(DecisionError, match="nobody"):
        SortSession(workspace, only=["wlop0", "nobody"])


def test_another_artist_is_shown_of_the_same_queue(doubted: Workspace) -> None:
    session = SortSession(doubted, only="suspects")
    session.show("Ross")
    assert (session.only, session.queue) == ("suspects", ["ross1"])


def test_a_suspect_whose_artist_was_corrected_since_is_none_any_more(doubted: Workspace) -> None:
    rename_artists(doubted, {"Ross": "Ross Tran"})
    assert SortSession(doubted, only="suspects").queue == ["wlop2"]


def test_a_group_that_was_decided_on_goes_to_the_end(doubted: Workspace) -> None:
    SortSession(doubted).keep(["wlop0", "ross0"])
    assert SortSession(doubted, only="duplicates").groups == [["wlop1", "wlop2"], ["wlop0", "ross0"]]


def test_a_picture_tells_its_reason_its_suggestion_and_its_group(doubted: Workspace) -> None:
    session = SortSession(doubted)
    shown = session.picture("ross1")
    assert (shown.suggested, shown.confidence, shown.group) == ("Wlop", 0.95, None)
    assert (session.picture("wlop1").reason, session.picture("wlop1").group) == ("blurry", 2)


def test_a_work_under_two_names_has_a_reason_and_no_probability(doubted: Workspace) -> None:
    doubt = ("wlop0", "Wlop", "Ross", 0.001, 0.9, 1.0, MIXED)
    write_table(doubted.suspects, pd.DataFrame([doubt], columns=SUSPECTS))
    shown = SortSession(doubted).picture("wlop0")
    assert (shown.suggested, shown.confidence, shown.reason) == ("Ross", None, MIXED)


def test_accepting_suggestions_moves_those_that_are_sure_enough_in_one_click(doubted: Workspace) -> None:
    session = SortSession(doubted, only="suspects")
    assert session.accept_suggestions(at_least=0.9) == ["ross1"]
    assert session.artist_of("ross1") == "Wlop" and session.undo_text == "accept 1 suggestion"


def test_no_suggestion_is_accepted_for_a_picture_that_a_person_decided_on(doubted: Workspace) -> None:
    session = SortSession(doubted, only="suspects")
    session.keep(["ross1"])
    with pytest.raises(DecisionError, match="90%"):
        session.accept_suggestions(at_least=0.9)


# --- groups of near-duplicates ---


@pytest.fixture
def sizes(doubted: Workspace) -> Workspace:
    """A mixed group, and one of a large picture, one as large but blurred, and a small one."""
    sizes = {"wlop0": 400, "ross0": 200, "wlop1": 400, "wlop2": 400, "ross1": 100}
    catalog = doubted.read_table(doubted.catalog)
    catalog["width"] = catalog["height"] = [str(sizes[image_id]) for image_id in catalog["id"]]
    catalog["artist"] = [
        {"ross1": "Wlop"}.get(image_id, artist) for image_id, artist in catalog[["id", "artist"]].values
    ]
    write_table(doubted.catalog, catalog)
    groups = {"wlop0": "a", "ross0": "a", "wlop1": "b", "wlop2": "b", "ross1": "b"}
    write_table(doubted.groups, pd.DataFrame(groups.items(), columns=["id", "group"]))
    doubted.images.mkdir()
    for image_id, blur in {"wlop1": 3, "wlop2": 0, "ross1": 0}.items():
        photo(1).filter(ImageFilter.GaussianBlur(blur)).save(doubted.image(image_id))
    return doubted


def test_the_best_of_a_group_is_the_largest_and_of_these_the_sharpest(sizes: Workspace) -> None:
    session = SortSession(sizes, only="duplicates")
    assert [session.best(group) for group in session.groups] == ["wlop0", "wlop2"]


def test_keep_best_decides_on_all_groups_but_mixed_ones_in_one_click(sizes: Workspace) -> None:
    session = SortSession(sizes, only="duplicates")
    session.keep_best()
    assert actions(sizes) == {"wlop2": "keep", "wlop1": "discard", "ross1": "discard"}
    session.undo()
    assert actions(sizes) == {}


def test_keep_best_of_one_group_decides_on_a_mixed_one_too(sizes: Workspace) -> None:
    session = SortSession(sizes, only="mixed")
    session.keep_best(session.groups)
    assert actions(sizes) == {"wlop0": "keep", "ross0": "discard"}


def test_keep_best_of_all_groups_changes_no_decision_made_before(sizes: Workspace) -> None:
    SortSession(sizes).keep(["wlop1"])
    SortSession(sizes, only="duplicates").keep_best()
    assert actions(sizes) == {"wlop1": "keep", "wlop2": "keep", "ross1": "discard"}


def test_only_clearly_smaller_copies_are_discarded(sizes: Workspace) -> None:
    SortSession(sizes, only="duplicates").discard_smaller()
    assert actions(sizes) == {"ross1": "discard"}


def test_where_there_is_nothing_to_decide_it_says_so(sizes: Workspace) -> None:
    session = SortSession(sizes, only="duplicates")
    session.discard_smaller()
    with pytest.raises(DecisionError, match="nothing to decide"):
        session.discard_smaller()


# --- going on ---


def test_opening_again_resumes_at_the_same_place(doubted: Workspace) -> None:
    session = SortSession(doubted)
    session.show("Wlop", "suspects")
    session.remember(focus="wlop2", tile=160)
    again = SortSession(doubted)
    place = again.resume()
    assert (again.only, again.artist, place["focus"], place["tile"]) == ("suspects", "Wlop", "wlop2", 160)


def test_a_session_that_was_opened_for_a_queue_has_a_place_of_its_own(doubted: Workspace) -> None:
    SortSession(doubted).remember(focus="wlop0")
    SortSession(doubted, only="suspects").remember(focus="wlop2")
    SortSession(doubted, only="suspects").remember(tile=160)  # no reason to forget the picture
    again, all_pictures = SortSession(doubted, only="suspects"), SortSession(doubted)
    assert (again.resume()["focus"], all_pictures.resume()["focus"], all_pictures.only) == ("wlop2", "wlop0", None)


def test_a_session_that_was_opened_for_something_is_not_turned_to_another_place(doubted: Workspace) -> None:
    SortSession(doubted, only="suspects").remember(focus="wlop2")
    again = SortSession(doubted, artist="Ross")
    again.resume()
    assert (again.only, again.artist) == (None, "Ross")


@pytest.mark.parametrize("content", ["", "[]", "nonsense", '{"only": 3, "artist": "gone", "focus": "gone"}'])
def test_a_damaged_place_is_forgotten(doubted: Workspace, content: str) -> None:
    (doubted.root / "sorting.json").write_text(content, encoding="utf-8")
    session = SortSession(doubted)
    session.resume()
    assert len(session.queue) == 5


def test_a_column_of_a_table_is_a_queue(workspace: Workspace) -> None:
    # such as evaluation.audit.suspects["id"]
    named = pd.DataFrame({"id": ["wlop1", "wlop0"]})
    session = SortSession(workspace, only=named["id"])
    session.show()
    assert session.queue == ["wlop1", "wlop0"]
