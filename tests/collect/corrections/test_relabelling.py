"""Collecting again under a corrected name relabels; the same picture under two artists stays a conflict."""

import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import Run
from drawing import encoded, photo, write

from artlib.collect import archive, folder
from artlib.collect.run import collected
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record, sorted_catalog
from artlib.workspace.ingest import Candidate


def labels(workspace: Workspace) -> dict[str, int]:
    return read_catalog(workspace)["artist"].value_counts().to_dict()


@pytest.fixture
def art(tmp_path: Path) -> Path:
    """Four pictures of "wlop" and two of Ross Tran."""
    for seed, name in enumerate(["wlop"] * 4 + ["Ross Tran"] * 2):
        write(tmp_path / "art" / name / f"{seed}.jpg", photo(seed))
    return tmp_path / "art"


@pytest.fixture
def workspace(workspace: Workspace, art: Path) -> Workspace:
    """With these pictures."""
    folder(workspace, art)
    return workspace


def test_pictures_of_a_renamed_folder_get_its_name(workspace: Workspace, art: Path) -> None:
    (art / "wlop").rename(art / "Wang Ling")
    report = folder(workspace, art)
    assert labels(workspace) == {"Wang Ling": 4, "Ross Tran": 2}
    assert (report.relabelled, report.conflicts) == ({("wlop", "Wang Ling"): 4}, [])


def test_it_is_said_in_one_line(workspace: Workspace, art: Path) -> None:
    (art / "wlop").rename(art / "Wang Ling")
    lines = str(folder(workspace, art)).splitlines()
    assert lines[1:] == ["  4 pictures relabelled from wlop to Wang Ling"]


def test_the_originals_stay_where_they_lie_and_the_source_is_the_new_one(workspace: Workspace, art: Path) -> None:
    before = read_catalog(workspace)["path"].tolist()
    (art / "wlop").rename(art / "Wang Ling")
    folder(workspace, art)
    assert read_catalog(workspace)["path"].tolist() == before
    assert set(read_catalog(workspace).query("artist == 'Wang Ling'")["source"]) == {
        f"folder: Wang Ling/{number}.jpg" for number in range(4)
    }


def test_collecting_once_more_changes_nothing(workspace: Workspace, art: Path) -> None:
    (art / "wlop").rename(art / "Wang Ling")
    folder(workspace, art)
    before = workspace.catalog.read_bytes()
    report = folder(workspace, art)
    assert (report.relabelled, report.conflicts, workspace.catalog.read_bytes()) == ({}, [], before)


def test_a_folder_renamed_to_that_of_another_artist_joins_them(workspace: Workspace, art: Path) -> None:
    for file in (art / "wlop").iterdir():
        file.rename(art / "Ross Tran" / file.name)
    shutil.rmtree(art / "wlop")
    folder(workspace, art)
    assert labels(workspace) == {"Ross Tran": 6}


def test_one_name_given_for_all_corrects_the_folders_names(workspace: Workspace, art: Path) -> None:
    folder(workspace, art / "wlop", artist="Wang Ling")
    assert labels(workspace) == {"Wang Ling": 4, "Ross Tran": 2}


def test_another_level_corrects_the_names(workspace: Workspace, tmp_path: Path) -> None:
    for seed, name in enumerate(["A", "A", "B"]):
        write(tmp_path / "deep" / "set" / name / f"{seed}.jpg", photo(seed + 50))
    folder(workspace, tmp_path / "deep", level=1)
    report = folder(workspace, tmp_path / "deep", level=2)
    assert report.relabelled == {("set", "A"): 2, ("set", "B"): 1}


def test_names_in_a_zip_file_are_corrected_too(workspace: Workspace, tmp_path: Path) -> None:
    for file, name in (("old.zip", "katsura"), ("new.zip", "Katsura")):
        with zipfile.ZipFile(tmp_path / file, "w") as opened:
            opened.writestr(f"{name}/a.jpg", encoded(photo(50)))
    archive(workspace, tmp_path / "old.zip")
    assert archive(workspace, tmp_path / "new.zip").relabelled == {("katsura", "Katsura"): 1}


def test_what_came_from_another_kind_of_source_is_a_conflict(workspace: Workspace, art: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "art.zip", "w") as opened:
        for file in (art / "wlop").iterdir():
            opened.write(file, f"Wang Ling/{file.name}")
    report = archive(workspace, tmp_path / "art.zip")
    assert (len(report.conflicts), labels(workspace)["wlop"]) == (4, 4)


def test_what_had_another_file_name_is_a_conflict(workspace: Workspace, art: Path) -> None:
    (art / "wlop").rename(art / "Wang Ling")
    (art / "Wang Ling" / "0.jpg").rename(art / "Wang Ling" / "other.jpg")
    report = folder(workspace, art)
    assert (report.relabelled, len(report.conflicts)) == ({("wlop", "Wang Ling"): 3}, 1)


def test_a_picture_in_two_artists_folders_is_a_conflict(workspace: Workspace, art: Path) -> None:
    shutil.copy(art / "wlop" / "0.jpg", art / "Ross Tran" / "0.jpg")
    report = folder(workspace, art)
    assert [conflict[:3] for conflict in report.conflicts] == [("folder: Ross Tran/0.jpg", "wlop", "Ross Tran")]
    assert labels(workspace) == {"wlop": 4, "Ross Tran": 2}


def test_a_picture_under_two_new_names_at_once_keeps_its_own(workspace: Workspace, art: Path) -> None:
    shutil.copytree(art / "wlop", art / "Katsura")
    (art / "wlop").rename(art / "Wang Ling")
    folder(workspace, art)
    assert labels(workspace) == {"wlop": 4, "Ross Tran": 2}


def test_one_picture_of_many_that_another_artist_has_too_is_a_conflict(
    workspace: Workspace, art: Path, tmp_path: Path
) -> None:
    write(tmp_path / "more" / "Katsura" / "0.jpg", (art / "wlop" / "0.jpg").read_bytes())
    report = folder(workspace, tmp_path / "more")
    assert (report.relabelled, len(report.conflicts)) == ({}, 1)
    assert labels(workspace)["wlop"] == 4


def test_conflicts_are_summed_up_by_pairs_of_names(workspace: Workspace, art: Path) -> None:
    for file in (art / "wlop").iterdir():
        shutil.copy(file, art / "Ross Tran" / file.name)
    lines = str(folder(workspace, art)).splitlines()
    assert lines[1] == "  kept as wlop, although also found as Ross Tran: 4 pictures, e.g. folder: Ross Tran/0.jpg"
    assert len(lines) == 3


@pytest.mark.parametrize("decision", [("keep", None), ("move", "Katsura")])
def test_what_was_decided_by_hand_stays(decision: tuple[str, str | None], workspace: Workspace, art: Path) -> None:
    (chosen,) = read_catalog(workspace).query("source == 'folder: wlop/0.jpg'")["id"]
    record(workspace, chosen, *decision)
    before = dict(sorted_catalog(workspace)[["id", "artist"]].to_numpy())[chosen]
    (art / "wlop").rename(art / "Wang Ling")
    report = folder(workspace, art)
    assert report.relabelled == {("wlop", "Wang Ling"): 3}
    assert dict(sorted_catalog(workspace)[["id", "artist"]].to_numpy())[chosen] == before


def test_a_picture_moved_by_hand_to_the_corrected_name_is_no_conflict(workspace: Workspace, art: Path) -> None:
    (chosen,) = read_catalog(workspace).query("source == 'folder: wlop/0.jpg'")["id"]
    record(workspace, chosen, "move", "Wang Ling")
    (art / "wlop").rename(art / "Wang Ling")
    assert folder(workspace, art).conflicts == []


def test_a_decision_that_was_undone_does_not_stand(workspace: Workspace, art: Path) -> None:
    (chosen,) = read_catalog(workspace).query("source == 'folder: wlop/0.jpg'")["id"]
    record(workspace, chosen, "keep")
    record(workspace, chosen, "undo")
    (art / "wlop").rename(art / "Wang Ling")
    assert folder(workspace, art).relabelled == {("wlop", "Wang Ling"): 4}


def test_a_picture_that_was_nobodys_is_collected_when_it_has_an_artist(workspace: Workspace, art: Path) -> None:
    write(art / "stray.jpg", photo(50))
    assert folder(workspace, art).added == {}
    (art / "stray.jpg").rename(art / "wlop" / "stray.jpg")
    assert folder(workspace, art).added == {"wlop": 1}


def test_a_candidate_of_any_source_is_relabelled(workspace: Workspace) -> None:
    for name in ("Hokusai", "Katsushika Hokusai"):
        report = collected(workspace, [Candidate(name, "artic-1.jpg", lambda: encoded(photo(60)), "artic: 1")])
    assert report.relabelled == {("Hokusai", "Katsushika Hokusai"): 1}


def test_the_command_line_says_it_in_one_line(workspace: Workspace, art: Path, artlib_command: Run) -> None:
    (art / "wlop").rename(art / "Wang Ling")
    done = artlib_command("collect", "folder", art, "--workspace", workspace.root)
    assert (done.returncode, done.stdout.count("relabelled"), done.stdout.count("although")) == (0, 1, 0)
