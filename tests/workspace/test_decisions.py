"""Decisions made by hand: the log on disk, what it does to the catalog, and that no decision is lost."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import COLUMNS, CatalogRow, append_rows, known_hashes
from artlib.workspace.decisions import DecisionError, DecisionLog, latest, record, sorted_catalog
from artlib.workspace.disk.writing import locked
from artlib.workspace.keeping import shared_log

ROW = CatalogRow("", "", "originals/a.jpg", "", "", "", "", "", 40, 30, "0" * 16)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A catalog of five images, three by Wlop and two by Ross."""
    known_hashes(workspace)
    artists = {"wlop0": "Wlop", "wlop1": "Wlop", "wlop2": "Wlop", "ross0": "Ross", "ross1": "Ross"}
    rows = enumerate(artists.items())
    append_rows(
        workspace,
        [replace(ROW, id=name, sha256=f"{number:064x}", artist=artist) for number, (name, artist) in rows],
    )
    return workspace


def artist_by_id(workspace: Workspace) -> dict[str, str]:
    catalog = sorted_catalog(workspace)
    return dict(zip(catalog["id"], catalog["artist"], strict=True))


# --- what decisions do to the catalog ---


def test_without_a_decision_the_sorted_catalog_is_the_catalog(workspace: Workspace) -> None:
    assert sorted_catalog(workspace).equals(workspace.read_table(workspace.catalog))


def test_a_discarded_image_is_not_in_the_sorted_catalog(workspace: Workspace) -> None:
    record(workspace, "wlop1", "discard")
    assert list(sorted_catalog(workspace)["id"]) == ["wlop0", "wlop2", "ross0", "ross1"]


def test_a_moved_image_is_under_its_new_artist(workspace: Workspace) -> None:
    record(workspace, "wlop1", "move", artist="Katsura")
    assert artist_by_id(workspace)["wlop1"] == "Katsura"


def test_a_kept_image_stays_under_its_artist(workspace: Workspace) -> None:
    record(workspace, "wlop1", "keep")
    assert artist_by_id(workspace)["wlop1"] == "Wlop"


def test_the_catalog_on_disk_is_never_rewritten(workspace: Workspace) -> None:
    before = workspace.catalog.read_bytes()
    record(workspace, "wlop1", "discard")
    sorted_catalog(workspace)
    assert workspace.catalog.read_bytes() == before


def test_when_everything_is_discarded_the_columns_stay(workspace: Workspace) -> None:
    for image_id in list(sorted_catalog(workspace)["id"]):
        record(workspace, image_id, "discard")
    assert list(sorted_catalog(workspace).columns) == list(COLUMNS)


def test_a_decision_about_an_unknown_image_has_no_effect(workspace: Workspace) -> None:
    record(workspace, "unknown", "move", artist="Wlop")
    assert sorted_catalog(workspace).equals(workspace.read_table(workspace.catalog))


def test_without_a_catalog_the_command_to_run_is_named(workspace: Workspace) -> None:
    workspace.catalog.unlink()
    with pytest.raises(WorkspaceError, match="artlib collect"):
        sorted_catalog(workspace)


# --- the log ---


def test_the_last_decision_about_an_image_counts(workspace: Workspace) -> None:
    record(workspace, "wlop1", "discard")
    record(workspace, "wlop1", "keep")
    assert latest(workspace)["wlop1"].action == "keep"


def test_an_undo_restores_the_decision_before(workspace: Workspace) -> None:
    record(workspace, "wlop1", "keep")
    record(workspace, "wlop1", "discard")
    record(workspace, "wlop1", "undo")
    assert latest(workspace)["wlop1"].action == "keep"


def test_an_undo_of_nothing_is_harmless(workspace: Workspace) -> None:
    record(workspace, "wlop1", "undo")
    assert latest(workspace) == {}


def test_an_undo_is_appended_and_removes_no_line(workspace: Workspace) -> None:
    record(workspace, "wlop1", "discard")
    before = workspace.decisions.read_bytes()
    record(workspace, "wlop1", "undo")
    after = workspace.decisions.read_bytes()
    assert after.startswith(before) and after.count(b"\n") == 2


def test_a_line_holds_the_fields_in_the_agreed_format(workspace: Workspace) -> None:
    record(workspace, "wlop1", "move", artist="Бродский")
    line = json.loads(workspace.decisions.read_text(encoding="utf-8"))
    assert line.pop("at").endswith("+00:00")
    assert line == {"id": "wlop1", "action": "move", "artist": "Бродский"}


def test_surplus_spaces_in_an_artists_name_are_dropped(workspace: Workspace) -> None:
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
def test_an_invalid_decision_is_refused_and_not_written(
    workspace: Workspace, image_id: str, action: str, artist: str | None
) -> None:
    with pytest.raises(DecisionError, match="Received"):
        record(workspace, image_id, action, artist)
    assert not workspace.decisions.exists()


def test_a_log_that_cannot_be_written_is_an_error_with_a_sentence(workspace: Workspace) -> None:
    workspace.decisions.mkdir()
    with pytest.raises(DecisionError, match="could not be saved"):
        record(workspace, "wlop0", "keep")


# --- damaged lines ---


def test_a_torn_last_line_is_skipped_and_the_rest_kept(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    record(workspace, "wlop0", "discard")
    record(workspace, "wlop1", "discard")
    whole = workspace.decisions.read_bytes()
    workspace.decisions.write_bytes(whole[:-20])
    assert list(latest(workspace)) == ["wlop0"]
    assert "line 2" in capsys.readouterr().err


def test_after_a_torn_line_the_next_decision_stands_on_a_line_of_its_own(workspace: Workspace) -> None:
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
def test_an_invalid_line_in_the_middle_is_named_and_skipped(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], damage: bytes
) -> None:
    record(workspace, "wlop0", "keep")
    with workspace.decisions.open("ab") as file:
        file.write(damage + b"\n")
    record(workspace, "wlop2", "keep")
    assert list(latest(workspace)) == ["wlop0", "wlop2"]
    warning = capsys.readouterr().err
    assert "line 2" in warning and warning.count("\n") == 1


# --- other processes ---

RECORDING = """
import itertools, sys
from artlib import Workspace
from artlib.workspace.decisions import record
for number in itertools.count():
    record(Workspace(sys.argv[1]), f"image{number}", "discard")
    print(f"image{number}", flush=True)
"""


def test_a_process_killed_while_deciding_loses_nothing_acknowledged(workspace: Workspace) -> None:
    command = [sys.executable, "-c", RECORDING, str(workspace.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    acknowledged = [process.stdout.readline() for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    acknowledged += process.communicate(timeout=30)[0].splitlines()
    assert "image49\n" in acknowledged
    assert {line.strip() for line in acknowledged} <= set(latest(workspace))


def test_a_decision_waits_until_another_process_has_written_its_own(workspace: Workspace) -> None:
    deciding = threading.Thread(target=record, args=(workspace, "wlop1", "keep"))
    with locked(workspace.decisions):
        deciding.start()
        deciding.join(0.2)
        assert deciding.is_alive() and not workspace.decisions.exists()
    deciding.join(20)
    assert list(latest(workspace)) == ["wlop1"]


DECIDING = """
import sys
from artlib import Workspace
from artlib.workspace.decisions import record
workspace, name = Workspace(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    record(workspace, f"{name}{number}", "move", artist="北斎")
"""


def test_decisions_of_two_processes_at_the_same_time_are_all_kept(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DECIDING, str(workspace.root), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:  # so that both begin at once
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait() for process in running] == [0, 0]
    assert set(latest(workspace)) == {f"{name}{number}" for name in ("one", "two") for number in range(100)}
    assert capsys.readouterr().err == "", "no line is damaged"


# --- clicks on several pictures ---


def keep(*image_ids: str) -> list[tuple[str, str, None]]:
    return [(image_id, "keep", None) for image_id in image_ids]


def test_the_lines_of_a_click_say_how_many_they_are_and_who_decided(workspace: Workspace) -> None:
    DecisionLog(workspace).append(keep("wlop0", "wlop1"), by="suggestion")
    lines = [json.loads(line) for line in workspace.decisions.read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["size"], line["by"]) for line in lines] == [
        ("wlop0", 2, "suggestion"),
        ("wlop1", 2, "suggestion"),
    ]
    assert lines[0]["batch"] == lines[1]["batch"] and lines[0]["session"] == lines[1]["session"]


@pytest.mark.parametrize("torn", [0, 10])
def test_of_a_click_that_was_cut_off_nothing_counts(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], torn: int
) -> None:
    record(workspace, "ross0", "discard")
    DecisionLog(workspace).append(keep("wlop0", "wlop1", "wlop2"))
    lines = workspace.decisions.read_bytes().splitlines(keepends=True)
    workspace.decisions.write_bytes(b"".join(lines[:3]) + lines[3][:torn])
    assert list(latest(workspace)) == ["ross0"]
    assert "cut off" in capsys.readouterr().err


def test_after_a_click_that_was_cut_off_the_next_one_counts(workspace: Workspace) -> None:
    DecisionLog(workspace).append(keep("wlop0", "wlop1"))
    workspace.decisions.write_bytes(workspace.decisions.read_bytes()[:-20])
    DecisionLog(workspace).append(keep("wlop2"))
    assert list(latest(workspace)) == ["wlop2"]


def test_a_damaged_line_of_a_click_costs_only_itself(workspace: Workspace) -> None:
    DecisionLog(workspace).append(keep("wlop0", "wlop1", "wlop2"))
    lines = workspace.decisions.read_bytes().splitlines(keepends=True)
    for place in range(3):
        damaged = [b"\x00\xff\n" if place == number else line for number, line in enumerate(lines)]
        workspace.decisions.write_bytes(b"".join(damaged))
        assert len(latest(workspace)) == 2


def test_a_click_of_which_one_decision_is_invalid_is_not_written(workspace: Workspace) -> None:
    with pytest.raises(DecisionError):
        DecisionLog(workspace).append([*keep("wlop0"), ("wlop1", "move", " ")])
    assert not workspace.decisions.exists()


BULK = """
import sys
from artlib import Workspace
from artlib.workspace.decisions import DecisionLog
log = DecisionLog(Workspace(sys.argv[1]))
print("ready", flush=True)
while True:
    log.append([(f"image{number}", "discard", None) for number in range(5000)])
    log.undo()
"""


@pytest.mark.thorough
def test_a_kill_in_the_middle_of_a_click_leaves_all_of_it_or_nothing(workspace: Workspace) -> None:
    found = set()
    for milliseconds in range(5, 155, 15):
        process = subprocess.Popen([sys.executable, "-c", BULK, str(workspace.root)], stdout=subprocess.PIPE, text=True)
        assert process.stdout and process.stdout.readline() == "ready\n"
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found.add(len(latest(workspace)))
    assert found <= {0, 5000}


# --- back and forth ---


def test_undo_and_redo_go_through_all_clicks_also_across_sittings(workspace: Workspace) -> None:
    for number in range(3):
        DecisionLog(workspace).append(keep(f"wlop{number}"))
    for _ in range(3):
        DecisionLog(workspace).undo()
    assert latest(workspace) == {}
    for _ in range(2):
        DecisionLog(workspace).redo()
    assert list(latest(workspace)) == ["wlop0", "wlop1"]


def test_after_a_new_decision_there_is_nothing_to_redo(workspace: Workspace) -> None:
    log = DecisionLog(workspace)
    log.append(keep("wlop0"))
    log.undo()
    log.append(keep("wlop1"))
    assert log.redo() is None and list(latest(workspace)) == ["wlop1"]


def test_what_was_redone_can_be_undone_again(workspace: Workspace) -> None:
    log = DecisionLog(workspace)
    log.append(keep("wlop0"))
    log.undo()
    log.redo()
    log.undo()
    assert latest(workspace) == {} and log.redoable


def test_an_undo_of_a_click_restores_what_each_picture_had_before(workspace: Workspace) -> None:
    log = DecisionLog(workspace)
    log.append([("wlop0", "move", "Ross")])
    log.append([("wlop0", "discard", None), ("wlop1", "discard", None)])
    log.undo()
    assert {image_id: each.artist for image_id, each in latest(workspace).items()} == {"wlop0": "Ross"}


def test_the_clicks_of_an_earlier_version_are_undone_as_they_were_made(workspace: Workspace) -> None:
    old = '{"id": "wlop%d", "action": "keep", "at": "2026-01-0%dT00:00:00+00:00"}\n'
    workspace.decisions.write_text(old % (0, 1) + old % (1, 2) + old % (2, 2), encoding="utf-8")
    log = DecisionLog(workspace)
    log.undo()
    assert list(latest(workspace)) == ["wlop0"]
    log.redo()
    assert sorted(latest(workspace)) == ["wlop0", "wlop1", "wlop2"]


def test_not_sure_changes_nothing_for_later_stages(workspace: Workspace) -> None:
    record(workspace, "wlop1", "unsure")
    assert sorted_catalog(workspace).equals(workspace.read_table(workspace.catalog))


def test_lines_that_two_machines_wrote_at_once_count_in_any_order(workspace: Workspace, tmp_path: Path) -> None:
    here, there = DecisionLog(workspace), Workspace(tmp_path / "there")
    here.append(keep("wlop0", "wlop1"))
    there.root.mkdir()
    shutil.copy(workspace.decisions, there.decisions)
    elsewhere = DecisionLog(there)
    elsewhere.append(keep("ross0", "ross1"))
    here.append(keep("wlop2"))
    here.undo()
    shared_log.join(workspace.decisions, there.decisions)
    assert set(latest(workspace)) == set(latest(there)) == {"wlop0", "wlop1", "ross0", "ross1"}
