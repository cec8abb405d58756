"""Names: listed, renamed and joined, for the pictures so far, for decisions by hand, and for later collections."""

import zipfile
from pathlib import Path

import pytest
from conftest import Run, group_each_alone
from drawing import encoded, photo, write

import artlib
from artlib.collect import archive, folder
from artlib.collect.errors import CollectError
from artlib.collect.naming import joining_command, quoted
from artlib.errors import ArgumentError
from artlib.sort import SortSession
from artlib.training.splitting import artists_table
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.artist_names import read_aliases
from artlib.workspace.catalog import read_catalog, remove_rows
from artlib.workspace.decisions import record, sorted_catalog
from artlib.workspace.split import read_split


def labels(workspace: Workspace) -> dict[str, int]:
    return sorted_catalog(workspace)["artist"].value_counts().to_dict()


@pytest.fixture
def spelled(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Four pictures of Wlop, two of wlop and two of Ross Tran."""
    for seed, name in enumerate(["Wlop"] * 4 + ["wlop"] * 2 + ["Ross Tran"] * 2):
        write(tmp_path / "art" / name / f"{seed}.jpg", photo(seed))
    folder(workspace, tmp_path / "art")
    return workspace


# --- the list ---


def test_the_list_counts_the_pictures_that_are_not_discarded(spelled: Workspace) -> None:
    record(spelled, read_catalog(spelled).query("artist == 'Wlop'")["id"].iloc[0], "discard")
    table = artlib.artists(spelled).table
    assert dict(zip(table["artist"], table["pictures"], strict=True)) == {"Ross Tran": 2, "Wlop": 3, "wlop": 2}


def test_the_list_counts_groups_where_they_are_known(spelled: Workspace) -> None:
    assert artlib.artists(spelled).table["groups"].isna().all()
    group_each_alone(spelled)
    groups = spelled.read_table(spelled.groups)
    mine = groups["id"].isin(read_catalog(spelled).query("artist == 'Wlop'")["id"])
    groups.loc[mine, "group"] = "one"
    groups.to_csv(spelled.groups, index=False)
    assert artlib.artists(spelled).table["groups"].tolist() == [2, 1, 2]


def test_the_list_points_out_names_that_agree_with_a_command_that_joins_them(spelled: Workspace) -> None:
    found = artlib.artists(spelled)
    assert found.alike == [["Wlop", "wlop"]]
    assert found.commands == [f"artlib artists join wlop --as Wlop --workspace {quoted(str(spelled.root))}"]
    assert found.commands[0] in str(found)


def test_the_list_shows_aliases(spelled: Workspace) -> None:
    artlib.join_artists(spelled, ["wlop", "WLOP"], "Wlop")
    assert "Wlop (also: WLOP, wlop)" in str(artlib.artists(spelled))


def test_of_names_that_agree_the_one_with_the_most_pictures_stays() -> None:
    assert joining_command(["DURER", "Dürer"], {"DURER": 3, "Dürer": 2}, Path("data")).endswith("--as DURER")


@pytest.mark.parametrize(
    ("names", "stays"), [(["wlop", "WLOP", "Wlop"], "Wlop"), (["Ross_Tran", "Ross Tran"], '"Ross Tran"')]
)
def test_of_names_with_equally_many_pictures_the_one_written_best_stays(names: list[str], stays: str) -> None:
    assert joining_command(names, {}, Path("data")).endswith(f"--as {stays}")


# --- renaming and joining ---


def test_joined_names_are_one_artist(spelled: Workspace) -> None:
    report = artlib.join_artists(spelled, ["wlop"], "Wlop")
    assert labels(spelled) == {"Wlop": 6, "Ross Tran": 2}
    assert "wlop → Wlop: 2 pictures" in str(report)


def test_originals_stay_where_they_lie(spelled: Workspace) -> None:
    before = read_catalog(spelled)["path"].tolist()
    artlib.rename_artist(spelled, "wlop", "Somebody")
    assert read_catalog(spelled)["path"].tolist() == before
    assert all(spelled.original(path).is_file() for path in before)


def test_a_picture_moved_by_hand_to_the_old_name_follows(spelled: Workspace) -> None:
    ross = read_catalog(spelled).query("artist == 'Ross Tran'")["id"].iloc[0]
    record(spelled, ross, "move", "wlop")
    artlib.rename_artist(spelled, "wlop", "Katsura")
    assert labels(spelled) == {"Wlop": 4, "Katsura": 3, "Ross Tran": 1}
    assert SortSession(spelled).artist_of(ross) == "Katsura"


def test_undoing_such_a_move_brings_the_name_before(spelled: Workspace) -> None:
    ross = read_catalog(spelled).query("artist == 'Ross Tran'")["id"].iloc[0]
    record(spelled, ross, "move", "wlop")
    artlib.rename_artist(spelled, "wlop", "Katsura")
    record(spelled, ross, "undo")
    assert labels(spelled) == {"Wlop": 4, "Katsura": 2, "Ross Tran": 2}


def test_an_artist_who_only_has_moved_pictures_can_be_renamed(spelled: Workspace) -> None:
    record(spelled, read_catalog(spelled)["id"][0], "move", "Katsura")
    assert artlib.rename_artist(spelled, "Katsura", "Katsura Dai").pictures == {"Katsura": 1}
    assert labels(spelled)["Katsura Dai"] == 1


def test_renaming_back_takes_it_back(spelled: Workspace) -> None:
    artlib.rename_artist(spelled, "wlop", "Katsura")
    artlib.rename_artist(spelled, "Katsura", "wlop")
    assert labels(spelled) == {"Wlop": 4, "wlop": 2, "Ross Tran": 2}


def test_a_later_folder_obeys_the_alias(spelled: Workspace, tmp_path: Path) -> None:
    artlib.join_artists(spelled, ["wlop"], "Wlop")
    write(tmp_path / "more" / "wlop" / "new.jpg", photo(50))
    assert folder(spelled, tmp_path / "more").added == {"Wlop": 1}


def test_a_later_archive_obeys_the_alias(spelled: Workspace, tmp_path: Path) -> None:
    artlib.join_artists(spelled, ["wlop"], "Wlop")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as opened:
        opened.writestr("wlop/new.jpg", encoded(photo(50)))
    assert archive(spelled, tmp_path / "more.zip").added == {"Wlop": 1}


def test_collecting_the_same_folder_again_brings_nothing_back(spelled: Workspace, tmp_path: Path) -> None:
    artlib.join_artists(spelled, ["wlop"], "Wlop")
    report = folder(spelled, tmp_path / "art")
    assert (report.conflicts, report.relabelled) == ([], {})
    assert labels(spelled) == {"Wlop": 6, "Ross Tran": 2}


def test_names_can_be_joined_before_anything_is_collected(workspace: Workspace, photos: Path) -> None:
    artlib.join_artists(workspace, ["Ross Tran"], "RossDraws")
    assert folder(workspace, photos).added == {"Wlop": 3, "RossDraws": 3}


def test_names_can_be_joined_when_the_catalog_is_empty(spelled: Workspace) -> None:
    remove_rows(spelled, set(read_catalog(spelled)["id"]))
    artlib.join_artists(spelled, ["a"], "b")
    assert read_aliases(spelled) == {"a": "b"}


def test_renaming_somebody_unknown_names_who_is_most_alike(spelled: Workspace) -> None:
    with pytest.raises(CollectError, match=r"Received: 'Ross Trann'; there are: Ross Tran\."):
        artlib.rename_artist(spelled, "Ross Trann", "Ross")
    assert not spelled.aliases.exists()


@pytest.mark.parametrize(("names", "artist"), [([" "], "a"), (["a"], ""), (["a"], "a "), ([], "a")])
def test_joining_nothing_is_refused(names: list[str], artist: str, workspace: Workspace) -> None:
    with pytest.raises(ArgumentError, match="Received"):
        artlib.join_artists(workspace, names, artist)


def test_a_split_with_the_old_name_is_out_of_date_and_it_is_said(spelled: Workspace) -> None:
    table = sorted_catalog(spelled)[["id", "artist"]].assign(group="g", part="train")
    table.to_csv(spelled.split, index=False)
    artists_table(table["artist"]).to_csv(spelled.artists, index=False)
    assert len(read_split(spelled).ids) == 8
    assert "run `artlib split` and `artlib train` again" in str(artlib.rename_artist(spelled, "wlop", "Katsura"))
    with pytest.raises(WorkspaceError, match="renamed since the split was made. Run `artlib split` again"):
        read_split(spelled)


def test_without_a_split_nothing_is_out_of_date(spelled: Workspace) -> None:
    assert "again" not in str(artlib.rename_artist(spelled, "wlop", "Katsura"))


# --- separating ---


def test_an_alias_made_an_artist_again_gets_the_pictures_it_came_with(spelled: Workspace) -> None:
    artlib.join_artists(spelled, ["wlop", "Ross Tran"], "Wlop")
    assert artlib.separate_artist(spelled, "wlop").pictures == 2
    assert labels(spelled) == {"Wlop": 6, "wlop": 2}
    assert read_aliases(spelled) == {"Ross Tran": "Wlop"}


def test_moves_by_hand_to_such_a_name_come_back_too(spelled: Workspace) -> None:
    record(spelled, read_catalog(spelled).query("artist == 'Ross Tran'")["id"].iloc[0], "move", "wlop")
    artlib.join_artists(spelled, ["wlop"], "Wlop")
    artlib.separate_artist(spelled, "wlop")
    assert labels(spelled) == {"Wlop": 4, "wlop": 3, "Ross Tran": 1}


def test_separating_a_name_that_no_picture_has_only_removes_the_alias(workspace: Workspace) -> None:
    artlib.join_artists(workspace, ["a"], "b")
    assert artlib.separate_artist(workspace, "a").pictures == 0
    assert read_aliases(workspace) == {}


def test_separating_what_is_no_alias_names_those_there_are(spelled: Workspace) -> None:
    artlib.join_artists(spelled, ["wlop"], "Wlop")
    with pytest.raises(CollectError, match=r"no such alias. Received: 'Wlop'; there are: wlop\."):
        artlib.separate_artist(spelled, "Wlop")


# --- the command line ---


@pytest.mark.slow
def test_the_command_that_a_collection_prints_joins_the_names(
    workspace: Workspace, tmp_path: Path, artlib_command: Run
) -> None:
    for seed, name in enumerate(["Ross_Tran", "Ross Tran"]):
        write(tmp_path / "art" / name / f"{seed}.jpg", photo(seed))
    said = artlib_command("collect", "folder", tmp_path / "art", "--workspace", workspace.root).stdout
    assert f'artlib artists join Ross_Tran --as "Ross Tran" --workspace {quoted(str(workspace.root))}' in said
    done = artlib_command("artists", "join", "Ross_Tran", "--as", "Ross Tran", "--workspace", workspace.root)
    assert (done.returncode, labels(workspace)) == (0, {"Ross Tran": 2})
    again = artlib_command("collect", "folder", tmp_path / "art", "--workspace", workspace.root).stdout
    assert "Collected under the names in aliases.csv: Ross_Tran as Ross Tran." in again
    assert "may be one artist" not in again


@pytest.mark.slow
def test_the_commands_list_and_rename(spelled: Workspace, artlib_command: Run) -> None:
    listed = artlib_command("artists", "--workspace", spelled.root)
    assert (listed.returncode, "3 artists, 8 pictures." in listed.stdout) == (0, True)
    # the workspace may stand before the action, too
    done = artlib_command("artists", "--workspace", spelled.root, "rename", "wlop", "Katsura")
    assert (done.returncode, labels(spelled)["Katsura"]) == (0, 2)
    assert artlib_command("artists", "separate", "wlop", "--workspace", spelled.root).returncode == 0
    assert labels(spelled) == {"Wlop": 4, "wlop": 2, "Ross Tran": 2}
    wrong = artlib_command("artists", "rename", "wlpo", "Katsura", "--workspace", spelled.root)
    assert (wrong.returncode, "No artist has this name. Received: 'wlpo'" in wrong.stderr) == (2, True)
    assert artlib_command("artists", "join", "wlop", "--workspace", spelled.root).returncode == 2
