"""Deciding by hand: the journal on disk, what it does to the catalog, and the session."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from artlib.errors import ArtlibError
from artlib.sort.session import SortSession
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import COLUMNS
from artlib.workspace.decisions import DecisionError, latest, record, sorted_catalog

REPOSITORY = Path(__file__).parents[2]


def make_workspace(root, **artists):
    """Lay out a collected workspace by hand: for `Wlop=2` the ids wlop0 and wlop1."""
    rows = [(f"{artist.lower()}{number}", artist) for artist, count in artists.items() for number in range(count)]
    lines = [",".join(COLUMNS)] + [f"{image_id},{artist}" + "," * (len(COLUMNS) - 2) for image_id, artist in rows]
    workspace = Workspace(root)
    workspace.images.mkdir(parents=True)
    workspace.catalog.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for index, (image_id, _) in enumerate(rows):
        Image.new("RGB", (40, 30), (index * 20 % 256, 90, 160)).save(workspace.image(image_id))
    return workspace


@pytest.fixture
def workspace(tmp_path):
    return make_workspace(tmp_path / "data", Wlop=3, Ross=2)


def artist_by_id(workspace):
    catalog = sorted_catalog(workspace)
    return dict(zip(catalog["id"], catalog["artist"], strict=True))


# --- the journal ---


def test_without_a_decision_the_sorted_catalog_is_the_catalog(workspace):
    assert sorted_catalog(workspace).equals(workspace.read_table(workspace.catalog))


def test_a_discarded_image_is_not_in_the_sorted_catalog(workspace):
    record(workspace, "wlop1", "discard")
    assert list(sorted_catalog(workspace)["id"]) == ["wlop0", "wlop2", "ross0", "ross1"]


def test_a_moved_image_is_under_its_new_artist(workspace):
    record(workspace, "wlop1", "move", artist="Katsura")
    assert artist_by_id(workspace)["wlop1"] == "Katsura"


def test_a_kept_image_stays_under_its_artist(workspace):
    record(workspace, "wlop1", "keep")
    assert artist_by_id(workspace)["wlop1"] == "Wlop"


def test_the_catalog_on_disk_is_never_rewritten(workspace):
    before = workspace.catalog.read_bytes()
    record(workspace, "wlop1", "discard")
    sorted_catalog(workspace)
    assert workspace.catalog.read_bytes() == before


def test_when_everything_is_discarded_the_columns_stay(workspace):
    for image_id in list(sorted_catalog(workspace)["id"]):
        record(workspace, image_id, "discard")
    assert list(sorted_catalog(workspace).columns) == list(COLUMNS)


def test_a_decision_about_an_unknown_image_has_no_effect(workspace):
    record(workspace, "nobody", "move", artist="Wlop")
    assert sorted_catalog(workspace).equals(workspace.read_table(workspace.catalog))


def test_the_last_decision_about_an_image_counts(workspace):
    record(workspace, "wlop1", "discard")
    record(workspace, "wlop1", "keep")
    assert latest(workspace)["wlop1"].action == "keep"


def test_an_undo_brings_the_decision_before_back(workspace):
    record(workspace, "wlop1", "keep")
    record(workspace, "wlop1", "discard")
    record(workspace, "wlop1", "undo")
    assert latest(workspace)["wlop1"].action == "keep"


def test_an_undo_of_nothing_is_harmless(workspace):
    record(workspace, "wlop1", "undo")
    assert latest(workspace) == {}


def test_an_undo_is_appended_and_removes_no_line(workspace):
    record(workspace, "wlop1", "discard")
    before = workspace.decisions.read_bytes()
    record(workspace, "wlop1", "undo")
    after = workspace.decisions.read_bytes()
    assert after.startswith(before) and after.count(b"\n") == 2


def test_a_line_holds_the_fields_in_the_agreed_format(workspace):
    record(workspace, "wlop1", "move", artist="Бродский")
    line = json.loads(workspace.decisions.read_text(encoding="utf-8"))
    assert line.pop("at").endswith("+00:00")
    assert line == {"id": "wlop1", "action": "move", "artist": "Бродский"}


def test_surplus_spaces_in_an_artists_name_are_dropped(workspace):
    assert record(workspace, "wlop1", "move", artist="  Bob \n Ross ").artist == "Bob Ross"


@pytest.mark.parametrize(
    ("image_id", "action", "artist"),
    [
        ("", "keep", None),
        (7, "keep", None),
        ("wlop1", "delete", None),
        ("wlop1", "keep", "Wlop"),
        ("wlop1", "move", None),
        ("wlop1", "move", "  "),
    ],
)
def test_a_senseless_decision_is_refused_and_not_written(workspace, image_id, action, artist):
    with pytest.raises(DecisionError, match="Received"):
        record(workspace, image_id, action, artist)
    assert not workspace.decisions.exists()


def test_a_torn_last_line_is_forgotten_and_the_rest_kept(workspace, capsys):
    record(workspace, "wlop0", "discard")
    record(workspace, "wlop1", "discard")
    whole = workspace.decisions.read_bytes()
    workspace.decisions.write_bytes(whole[:-20])
    assert list(latest(workspace)) == ["wlop0"]
    assert "line 2" in capsys.readouterr().err


def test_after_a_torn_line_the_next_decision_stands_on_a_line_of_its_own(workspace):
    record(workspace, "wlop0", "discard")
    with workspace.decisions.open("ab") as file:
        file.write(b'{"id": "wlop1", "acti')
    record(workspace, "wlop2", "keep")
    assert list(latest(workspace)) == ["wlop0", "wlop2"]


@pytest.mark.parametrize(
    "damage",
    [
        b"not json",
        b"\x00\x00\x00",
        b"\xff\xfe",
        b"[]",
        b"3",
        b'{"id": "wlop1"}',
        b'{"id": 1, "action": "keep", "at": ""}',
    ],
)
def test_a_senseless_line_in_the_middle_is_named_and_skipped(workspace, capsys, damage):
    record(workspace, "wlop0", "keep")
    with workspace.decisions.open("ab") as file:
        file.write(damage + b"\n")
    record(workspace, "wlop2", "keep")
    assert list(latest(workspace)) == ["wlop0", "wlop2"]
    warning = capsys.readouterr().err
    assert "line 2" in warning and warning.count("\n") == 1


def test_a_process_killed_while_deciding_loses_nothing_acknowledged(workspace):
    script = (
        "import itertools, sys; from artlib.workspace.decisions import record; from artlib.workspace import Workspace\n"
        "for n in itertools.count():\n"
        "    record(Workspace(sys.argv[1]), f'image{n}', 'discard'); print(f'image{n}', flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(workspace.root)]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    acknowledged = [process.stdout.readline() for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    acknowledged += process.communicate(timeout=30)[0].splitlines()
    assert "image49\n" in acknowledged
    assert {line.strip() for line in acknowledged} <= set(latest(workspace))


def test_a_journal_that_cannot_be_written_is_said_in_words(workspace):
    workspace.decisions.mkdir()
    with pytest.raises(DecisionError, match="could not be saved"):
        record(workspace, "wlop0", "keep")


def test_importing_the_stage_does_not_import_ipywidgets():
    script = "import sys, artlib.sort; sys.exit('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False).returncode == 0


def test_without_a_catalog_the_notebook_to_run_is_named(tmp_path):
    with pytest.raises(WorkspaceError, match="01_collect"):
        sorted_catalog(Workspace(tmp_path))


# --- the session ---


def test_the_undecided_come_first_and_the_order_is_otherwise_the_catalogs(workspace):
    record(workspace, "wlop0", "keep")
    assert SortSession(workspace).queue == ["wlop1", "wlop2", "ross0", "ross1", "wlop0"]


def test_a_decision_does_not_move_pictures_on_the_page(workspace):
    session = SortSession(workspace)
    before = session.page
    session.discard(["wlop1"])
    assert session.page == before


def test_pages_cover_the_queue_and_stop_at_both_ends(workspace):
    session = SortSession(workspace, page_size=2)
    pages = [session.page, session.next(), session.next(), session.next(), session.previous(), session.previous()]
    first, second, last = ["wlop0", "wlop1"], ["wlop2", "ross0"], ["ross1"]
    assert [*pages, session.previous()] == [first, second, last, last, second, first, first]


def test_a_page_size_of_nothing_is_refused(workspace):
    with pytest.raises(DecisionError, match="page_size=0"):
        SortSession(workspace, page_size=0)


def test_one_artist_can_be_shown_alone(workspace):
    assert SortSession(workspace, artist="Ross").queue == ["ross0", "ross1"]


def test_an_unknown_artist_is_refused_and_the_known_are_named(workspace):
    with pytest.raises(DecisionError, match="Ross, Wlop"):
        SortSession(workspace, artist="Rosss")


def test_a_moved_image_is_shown_with_its_new_artist(workspace):
    session = SortSession(workspace)
    session.move(["wlop0"], "Ross")
    session.show("Ross")
    assert session.queue == ["ross0", "ross1", "wlop0"]


def test_a_name_that_differs_only_by_capitals_is_the_known_artist(workspace):
    SortSession(workspace).move(["wlop0"], " ross ")
    assert artist_by_id(workspace)["wlop0"] == "Ross"


def test_a_new_artist_is_among_the_artists_at_once(workspace):
    session = SortSession(workspace)
    session.move(["wlop0"], "Katsura")
    assert session.artists == ["Katsura", "Ross", "Wlop"]


def test_a_decision_is_on_disk_when_the_call_returns(workspace):
    SortSession(workspace).discard(["wlop0", "ross0"])
    assert list(sorted_catalog(workspace)["id"]) == ["wlop1", "wlop2", "ross1"]


def test_one_id_may_be_given_as_plain_text(workspace):
    assert SortSession(workspace).keep("wlop0") == ["wlop0"]


@pytest.mark.parametrize("image_ids", [[], ["wlop0", "nobody"]])
def test_no_image_or_an_unknown_one_is_refused_and_nothing_is_decided(workspace, image_ids):
    with pytest.raises(ArtlibError):
        SortSession(workspace).keep(image_ids)
    assert latest(workspace) == {}


def test_undo_takes_back_the_last_batch_as_a_whole_and_no_more(workspace):
    session = SortSession(workspace)
    session.keep(["ross0"])
    session.discard(["wlop0", "wlop1"])
    assert session.undo() == ["wlop0", "wlop1"]
    assert list(latest(workspace)) == ["ross0"]


def test_undo_goes_on_to_the_batch_before(workspace):
    session = SortSession(workspace)
    session.keep(["wlop0", "wlop1"])
    session.discard(["wlop0"])
    session.undo()
    assert session.undo() == ["wlop0", "wlop1"] and session.undo() == []


def test_undo_works_across_a_restart(workspace):
    SortSession(workspace).discard(["wlop0", "wlop1"])
    SortSession(workspace).undo()
    assert len(sorted_catalog(workspace)) == 5


def test_undo_turns_to_the_page_where_the_decision_was_made(workspace):
    session = SortSession(workspace, page_size=2)
    session.keep_rest_of_page()
    session.next()
    session.undo()
    assert session.page == ["wlop0", "wlop1"]


def test_two_sessions_at_once_see_each_others_decisions_before_undoing(workspace):
    first, second = SortSession(workspace), SortSession(workspace)
    first.discard(["wlop0"])
    second.keep(["wlop0"])
    assert first.undo() == ["wlop0"]
    assert latest(workspace)["wlop0"].action == "discard" == first.status("wlop0")


def test_a_journal_deleted_by_hand_means_that_nothing_is_decided(workspace):
    session = SortSession(workspace)
    session.discard(["wlop0"])
    workspace.decisions.unlink()
    session.show()
    assert session.progress.decided == 0


def test_keep_rest_of_page_leaves_decided_pictures_and_other_pages_alone(workspace):
    session = SortSession(workspace, page_size=3)
    session.discard(["wlop1"])
    assert session.keep_rest_of_page() == ["wlop0", "wlop2"]
    assert {image_id: decision.action for image_id, decision in latest(workspace).items()} == {
        "wlop0": "keep",
        "wlop1": "discard",
        "wlop2": "keep",
    }


def test_keep_rest_of_a_decided_page_is_no_error(workspace):
    session = SortSession(workspace)
    session.keep_rest_of_page()
    assert session.keep_rest_of_page() == []


def test_labels_say_what_was_decided(workspace):
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


def test_progress_counts_in_all_and_under_each_artist(workspace):
    session = SortSession(workspace)
    session.move(["wlop0"], "Ross")
    session.discard(["ross0"])
    progress = session.progress
    counts = {name: (count.total, count.decided, count.discarded) for name, count in progress.artists.items()}
    assert (progress.total, progress.decided) == (5, 2)
    assert counts == {"Ross": (3, 2, 1), "Wlop": (2, 0, 0)}
