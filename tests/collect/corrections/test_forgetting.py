"""Forgetting a source or an artist: what goes, what stays, and that it is shown and asked before."""

import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run
from drawing import encoded, photo, write

import artlib
from artlib.collect import archive, folder
from artlib.collect.errors import CollectError
from artlib.errors import ArgumentError
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record, sorted_catalog
from artlib.workspace.disk.writing import write_table


@pytest.fixture
def workspace(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Three pictures of Wlop and two of Ross Tran from a folder, and two of Wlop from a zip file."""
    for seed, name in enumerate(["Wlop"] * 3 + ["Ross Tran"] * 2):
        write(tmp_path / "art" / name / f"{seed}.jpg", photo(seed))
    with zipfile.ZipFile(tmp_path / "art.zip", "w") as opened:
        for seed in (10, 11):
            opened.writestr(f"Wlop/{seed}.jpg", encoded(photo(seed)))
    folder(workspace, tmp_path / "art")
    archive(workspace, tmp_path / "art.zip")
    return workspace


def left(workspace: Workspace) -> list[str]:
    """What is in the catalog, after checking that exactly its files are there."""
    catalog = read_catalog(workspace)
    originals = {path.relative_to(workspace.root).as_posix() for path in workspace.originals.rglob("*.*")}
    assert originals == set(catalog["path"])
    assert {path.stem for path in workspace.images.glob("*.jpg")} == set(catalog["id"])
    return sorted(catalog["source"])


def id_of(workspace: Workspace, source: str) -> str:
    return read_catalog(workspace).set_index("source").loc[source, "id"]


FOLDER = ["folder: Ross Tran/3.jpg", "folder: Ross Tran/4.jpg", *(f"folder: Wlop/{number}.jpg" for number in range(3))]
ZIP = ["zip: art.zip/Wlop/10.jpg", "zip: art.zip/Wlop/11.jpg"]


def test_the_sources_are_listed_with_their_counts(workspace: Workspace) -> None:
    assert artlib.sources(workspace).pictures == {"folder: Wlop": 3, "folder: Ross Tran": 2, "zip: art.zip": 2}


@pytest.mark.parametrize(
    ("source", "stays"),
    [
        ("zip: art.zip", FOLDER),
        ("art.zip", FOLDER),
        ("downloads/art.zip", FOLDER),
        ("zip", FOLDER),
        ("folder: ", ZIP),
        ("folder: Wlop/", FOLDER[:2] + ZIP),
        ("Ross Tran", FOLDER[2:] + ZIP),
        ("folder: Wlop/0.jpg", FOLDER[:2] + FOLDER[3:] + ZIP),
    ],
)
def test_the_pictures_of_a_source_go_with_their_files(source: str, stays: list[str], workspace: Workspace) -> None:
    assert artlib.forget(workspace, source).done
    assert left(workspace) == sorted(stays)


def test_the_pictures_of_an_artist_go_from_all_sources(workspace: Workspace) -> None:
    assert artlib.forget(workspace, artist="Wlop").pictures == {"Wlop": 5}
    assert left(workspace) == FOLDER[:2]


def test_an_artist_of_one_source_alone_can_go(workspace: Workspace) -> None:
    artlib.forget(workspace, "zip", artist="Wlop")
    assert left(workspace) == FOLDER


def test_an_alias_means_its_artist(workspace: Workspace) -> None:
    artlib.rename_artist(workspace, "Ross Tran", "RossDraws")
    artlib.forget(workspace, artist="Ross Tran")
    assert left(workspace) == sorted(FOLDER[2:] + ZIP)


def test_the_source_itself_is_not_touched(workspace: Workspace, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in (tmp_path / "art").rglob("*.*")}
    artlib.forget(workspace, "folder")
    assert {path: path.read_bytes() for path in (tmp_path / "art").rglob("*.*")} == before


def test_what_was_forgotten_can_be_collected_again(workspace: Workspace, tmp_path: Path) -> None:
    artlib.forget(workspace, "folder")
    assert folder(workspace, tmp_path / "art").added == {"Wlop": 3, "Ross Tran": 2}
    assert left(workspace) == sorted(FOLDER + ZIP)


def test_everything_can_be_forgotten_and_collected_again(workspace: Workspace, tmp_path: Path) -> None:
    for artist in ("Wlop", "Ross Tran"):
        artlib.forget(workspace, artist=artist)
    assert folder(workspace, tmp_path / "art").added.total() == 5


@pytest.mark.parametrize("decision", [("keep", None), ("discard", None), ("move", "Katsura")])
def test_what_was_decided_by_hand_stays_and_is_counted(decision: tuple[str, str | None], workspace: Workspace) -> None:
    record(workspace, id_of(workspace, ZIP[0]), *decision)
    report = artlib.forget(workspace, "zip")
    assert left(workspace) == sorted([*FOLDER, ZIP[0]])
    assert "1 picture decided on by hand stay; --all removes them, too" in str(report)


def test_what_was_decided_by_hand_goes_when_it_is_asked_for(workspace: Workspace) -> None:
    record(workspace, id_of(workspace, ZIP[0]), "keep")
    artlib.forget(workspace, "zip", decided_too=True)
    assert left(workspace) == FOLDER


def test_decisions_come_back_with_their_pictures(workspace: Workspace, tmp_path: Path) -> None:
    record(workspace, id_of(workspace, ZIP[0]), "move", "Katsura")
    artlib.forget(workspace, "zip", decided_too=True)
    archive(workspace, tmp_path / "art.zip")
    assert "Katsura" in set(sorted_catalog(workspace)["artist"])


def test_a_picture_moved_to_another_artist_is_not_the_first_ones(workspace: Workspace) -> None:
    record(workspace, id_of(workspace, ZIP[0]), "move", "Ross Tran")
    artlib.forget(workspace, artist="Wlop", decided_too=True)
    assert left(workspace) == [*FOLDER[:2], ZIP[0]]


def test_it_is_said_that_the_split_and_the_models_are_of_before(workspace: Workspace) -> None:
    write_table(workspace.split, sorted_catalog(workspace)[["id", "artist"]].assign(group="g", part="train"))
    (workspace.model() / "x").mkdir(parents=True)
    text = str(artlib.forget(workspace, "zip"))
    assert "run `artlib split` again" in text
    assert "Models stay (default), and were trained on another split" in text


def test_an_unknown_source_is_answered_with_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(CollectError, match=r"no such source. Received: 'art'; there are:(.|\n)*zip: art\.zip"):
        artlib.forget(workspace, "art")
    assert left(workspace) == sorted(FOLDER + ZIP)


def test_an_unknown_artist_is_answered_with_those_most_alike(workspace: Workspace) -> None:
    with pytest.raises(CollectError, match="Received: 'Wlopp'; there are: Wlop"):
        artlib.forget(workspace, artist="Wlopp")


@pytest.mark.parametrize("source", [None, ""])
def test_forgetting_without_saying_what_is_refused(source: str | None, workspace: Workspace) -> None:
    with pytest.raises(ArgumentError, match="Give a source or an artist"):
        artlib.forget(workspace, source)


def test_a_path_that_leads_out_of_the_workspace_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    """As a catalog that somebody else handed over may hold."""
    precious = write(tmp_path / "precious.jpg", photo(90))
    catalog = read_catalog(workspace)
    catalog.loc[catalog["source"] == ZIP[0], "path"] = "originals/../../precious.jpg"
    write_table(workspace.catalog, catalog)
    artlib.forget(workspace, "zip")
    assert precious.exists()


# --- the command line ---


@pytest.mark.slow
def test_without_a_source_the_command_lists_them_with_status_2(workspace: Workspace, artlib_command: Run) -> None:
    done = artlib_command("forget", "--workspace", workspace.root)
    assert done.returncode == 2
    assert "2  zip: art.zip" in done.stdout
    assert "Give one of these sources, or --artist NAME" in done.stderr


@pytest.mark.slow
def test_the_command_removes_with_yes(workspace: Workspace, artlib_command: Run) -> None:
    done = artlib_command("forget", "zip: art.zip", "--yes", "--workspace", workspace.root)
    assert (done.returncode, left(workspace)) == (0, FOLDER)
    assert "2 pictures removed; their source is not touched." in done.stdout


@pytest.mark.slow
def test_where_nobody_can_be_asked_nothing_is_removed(workspace: Workspace, artlib_command: Run) -> None:
    done = artlib_command("forget", "zip", "--workspace", workspace.root, stdin=subprocess.DEVNULL)
    assert (done.returncode, left(workspace)) == (2, sorted(FOLDER + ZIP))
    assert "2 pictures would be removed" in done.stdout
    assert "Add --yes" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "status", "stays"), [("n", 2, sorted(FOLDER + ZIP)), ("y", 0, FOLDER)])
def test_at_a_terminal_the_command_asks(answer: str, status: int, stays: list[str], workspace: Workspace) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "artlib", "forget", "zip", "--workspace", str(workspace.root)]
    running = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    os.write(ours, f"{answer}\n".encode())
    said, _ = running.communicate(timeout=60)
    assert "Remove them? [y/N]" in said
    assert (running.returncode, left(workspace)) == (status, stays)
