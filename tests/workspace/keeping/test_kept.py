"""A workspace that is kept elsewhere: a new machine finds everything, nothing is written twice, nothing gets lost."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from drawing import photo, write

import artlib
from artlib import collect
from artlib.workspace import Workspace, decisions
from artlib.workspace.catalog import read_catalog, remove_rows
from artlib.workspace.keeping import chain
from artlib.workspace.keeping.archive import ArchiveError
from artlib.workspace.keeping.manifest import KeptError
from artlib.workspace.opening import open_workspace


def opened(machine: Path, disk: Path) -> Workspace:
    return open_workspace(machine, keep_in=disk)


def on_new_machine(machine: Path, disk: Path) -> Workspace:
    shutil.rmtree(machine)
    return opened(machine, disk)


def kept_files(disk: Path) -> list[str]:
    return sorted(path.name for path in disk.iterdir())


def fetched(machine: Path) -> set[str]:
    return {path.name for path in machine.iterdir() if not path.name.startswith(".")}


def test_without_another_place_it_is_simply_the_folder(tmp_path):
    workspace = open_workspace(tmp_path / "data")

    workspace.keep()

    assert workspace.root == tmp_path / "data"
    assert not workspace.root.exists()


def test_pictures_are_kept_after_a_collection_as_a_few_files(machine, disk, photos):
    collect.folder(opened(machine, disk), photos)

    assert len(kept_files(disk)) == 4  # the manifest, and an archive of originals, of copies and of tables
    assert len(list(machine.rglob("*.jpg"))) == 12


def test_a_new_machine_finds_all_pictures_with_their_bytes(machine, disk, photos):
    collect.folder(opened(machine, disk), photos)
    before = {path.relative_to(machine): path.read_bytes() for path in machine.rglob("*.jpg")}

    workspace = on_new_machine(machine, disk)

    rows = read_catalog(workspace)
    there = [workspace.image(image_id) for image_id in rows["id"]] + [workspace.original(path) for path in rows["path"]]
    assert {path.relative_to(machine): path.read_bytes() for path in there} == before


def test_only_what_is_asked_for_is_fetched(machine, disk, photos):
    collect.folder(opened(machine, disk), photos)
    workspace = on_new_machine(machine, disk)
    at_first = fetched(machine)

    workspace.image(read_catalog(workspace)["id"][0])

    assert at_first == {"catalog.csv", "rejected.csv"}
    assert fetched(machine) == {"catalog.csv", "rejected.csv", "images"}


def test_a_path_alone_finds_what_is_kept_elsewhere_too(machine, disk, photos):
    collect.folder(opened(machine, disk), photos)
    on_new_machine(machine, disk)

    assert len(list(Workspace(machine).images.glob("*.jpg"))) == 6


def test_a_decision_is_kept_at_once(machine, disk, photos):
    workspace = opened(machine, disk)
    collect.folder(workspace, photos)
    image_id = read_catalog(workspace)["id"][0]

    decisions.record(workspace, image_id, "discard")

    assert decisions.latest(on_new_machine(machine, disk))[image_id].action == "discard"


def test_decisions_of_two_machines_are_joined(tmp_path, machine, disk, photos):
    first = opened(machine, disk)
    collect.folder(first, photos)
    second = opened(tmp_path / "second" / "data", disk)
    one, other = read_catalog(first)["id"][:2]

    decisions.record(first, one, "keep")
    decisions.record(second, other, "discard")

    assert set(decisions.latest(on_new_machine(machine, disk))) == {one, other}


def test_a_torn_decision_does_not_swallow_the_next(machine, disk, photos):
    workspace = opened(machine, disk)
    collect.folder(workspace, photos)
    image_id = read_catalog(workspace)["id"][0]
    (disk / "decisions.jsonl").write_text('{"id": "torn')

    decisions.record(on_new_machine(machine, disk), image_id, "keep")

    assert set(decisions.latest(on_new_machine(machine, disk))) == {image_id}


def test_a_model_is_kept_without_what_is_computed_again(machine, disk):
    workspace = opened(machine, disk)
    for file in ("model.keras", "artist_model.json", "engine/network.bin"):
        (workspace.model() / file).parent.mkdir(parents=True, exist_ok=True)
        (workspace.model() / file).write_text(file)

    workspace.keep()

    folder = on_new_machine(machine, disk).model()
    assert sorted(path.name for path in folder.iterdir()) == ["artist_model.json", "model.keras"]


def test_models_that_were_not_fetched_are_known(machine, disk):
    workspace = opened(machine, disk)
    (workspace.model("wlop")).mkdir(parents=True)
    (workspace.model("wlop") / "model.keras").write_text("network")
    workspace.keep()

    assert on_new_machine(machine, disk).model_names() == ["wlop"]


def test_a_file_that_was_replaced_is_kept_anew_even_with_the_same_size(machine, disk):
    workspace = opened(machine, disk)
    workspace.groups.write_text("a")
    workspace.keep()
    replacement = workspace.root / "new"
    replacement.write_text("b")
    os.utime(replacement, ns=(workspace.groups.stat().st_atime_ns, workspace.groups.stat().st_mtime_ns))
    replacement.replace(workspace.groups)

    workspace.keep()

    assert on_new_machine(machine, disk).groups.read_text() == "b"


def test_a_removed_picture_does_not_come_back(machine, disk, photos):
    workspace = opened(machine, disk)
    collect.folder(workspace, photos)
    gone, *others = read_catalog(workspace)["id"]
    remove_rows(workspace, {gone})

    workspace.keep()

    found = {path.stem for path in on_new_machine(machine, disk).images.glob("*.jpg")}
    assert found == set(others)


def test_nothing_is_written_if_nothing_has_changed(machine, disk, photos):
    workspace = opened(machine, disk)
    collect.folder(workspace, photos)
    before = {path.name: path.stat().st_mtime_ns for path in disk.iterdir()}

    workspace.keep()
    on_new_machine(machine, disk).keep()

    assert {path.name: path.stat().st_mtime_ns for path in disk.iterdir()} == before


def test_the_archive_of_pictures_grows_by_parts(machine, disk, tmp_path, monkeypatch):
    monkeypatch.setattr(chain, "SMALL", 0)
    workspace = opened(machine, disk)
    for number in range(8):
        write(tmp_path / "art" / "Wlop" / f"{number}.jpg", photo(number))
    collect.folder(workspace, tmp_path / "art")
    first = {name for name in kept_files(disk) if name.startswith("images")}
    write(tmp_path / "art" / "Wlop" / "later.jpg", photo(9))

    collect.folder(workspace, tmp_path / "art")

    parts = {name for name in kept_files(disk) if name.startswith("images")}
    assert first < parts and len(parts) == 2
    assert len(list(on_new_machine(machine, disk).images.glob("*.jpg"))) == 9


def test_many_small_changes_leave_few_files(machine, disk):
    workspace = opened(machine, disk)
    for number in range(40):
        (workspace.root / f"answers{number}.csv").write_text("x" * 1000 * (number % 7))
        workspace.keep()

    assert len(kept_files(disk)) == 2
    assert len(list(on_new_machine(machine, disk).root.glob("answers*.csv"))) == 40


def test_a_part_is_never_larger_than_the_limit(machine, disk, monkeypatch):
    monkeypatch.setattr(chain, "LARGEST", 5_000)
    workspace = opened(machine, disk)
    workspace.images.mkdir(parents=True)
    for number in range(10):
        (workspace.images / f"{number}.jpg").write_bytes(bytes(1_000))

    workspace.keep()

    assert len([name for name in kept_files(disk) if name.startswith("images")]) == 2
    assert len(list(on_new_machine(machine, disk).images.glob("*.jpg"))) == 10


class TestTwoMachines:
    @pytest.fixture
    def both(self, tmp_path, machine, disk, photos):
        first = opened(machine, disk)
        collect.folder(first, photos)
        return first, opened(tmp_path / "second" / "data", disk)

    def test_the_second_to_write_goes_on_in_a_folder_of_its_own(self, both, disk, capsys):
        first, second = both
        first.groups.write_text("first")
        first.keep()
        second.groups.write_text("second")

        second.keep()

        assert "Another machine has written" in capsys.readouterr().err
        assert str(disk.with_name("data-2")) in str(second._kept.folder)

    def test_both_are_complete(self, both, tmp_path, disk):
        first, second = both
        first.groups.write_text("first")
        first.keep()
        second.groups.write_text("second")
        second.keep()

        one = opened(tmp_path / "third" / "data", disk)
        other = opened(tmp_path / "fourth" / "data", disk.with_name("data-2"))

        assert (one.groups.read_text(), other.groups.read_text()) == ("first", "second")
        assert len(list(one.images.glob("*.jpg"))) == len(list(other.images.glob("*.jpg"))) == 6

    def test_it_is_said_once(self, both, capsys):
        first, second = both
        first.groups.write_text("first")
        first.keep()
        for text in ("second", "third"):
            second.groups.write_text(text)
            second.keep()

        assert capsys.readouterr().err.count("Another machine") == 1

    def test_who_has_changed_nothing_takes_what_the_other_has_kept(self, both, tmp_path, disk):
        first, second = both
        list(second.images.glob("*.jpg"))
        write(tmp_path / "more" / "Wlop" / "new.jpg", photo(20))
        collect.folder(first, tmp_path / "more")

        second = opened(second.root, disk)

        assert len(read_catalog(second)) == len(list(second.images.glob("*.jpg"))) == 7


class TestFaults:
    def test_a_kill_before_the_manifest_leaves_the_state_before(self, machine, disk, photos, monkeypatch):
        workspace = opened(machine, disk)
        collect.folder(workspace, photos)
        workspace.groups.write_text("new")
        monkeypatch.setattr("artlib.workspace.keeping.manifest.Manifest.write", lambda *_: os._exit(9))
        if (child := os.fork()) == 0:
            workspace.keep()
        os.waitpid(child, 0)

        assert not on_new_machine(machine, disk).groups.exists()

    def test_what_a_kill_left_is_removed_with_the_next_write(self, machine, disk, photos):
        workspace = opened(machine, disk)
        collect.folder(workspace, photos)
        orphan = disk / "images-0123abcd.zip"
        orphan.write_bytes(b"left")
        os.utime(orphan, (0, 0))

        opened(machine, disk)

        assert not orphan.exists()

    def test_where_the_folder_is_gone_it_is_said_and_work_goes_on(self, machine, disk, photos, capsys):
        workspace = opened(machine, disk)
        disk.rename(disk.with_name("away"))

        report = collect.folder(workspace, photos)

        assert report.added.total() == 6
        assert "can't be kept" in capsys.readouterr().err
        assert not disk.exists()  # nothing was written where the disk should be

    def test_once_it_is_back_everything_is_kept(self, machine, disk, photos):
        workspace = opened(machine, disk)
        disk.rename(disk.with_name("away"))
        collect.folder(workspace, photos)
        image_id = read_catalog(workspace)["id"][0]
        decisions.record(workspace, image_id, "keep")
        disk.with_name("away").rename(disk)

        workspace.keep()

        workspace = on_new_machine(machine, disk)
        assert len(list(workspace.images.glob("*.jpg"))) == 6
        assert set(decisions.latest(workspace)) == {image_id}

    def test_a_decision_is_saved_here_where_it_cant_be_kept(self, machine, disk, photos):
        workspace = opened(machine, disk)
        collect.folder(workspace, photos)
        disk.rename(disk.with_name("away"))

        decisions.record(workspace, "some id", "keep")

        assert set(decisions.latest(workspace)) == {"some id"}

    def test_a_damaged_archive_is_named(self, machine, disk, photos):
        collect.folder(opened(machine, disk), photos)
        (archive,) = disk.glob("images-*.zip")
        archive.write_bytes(archive.read_bytes()[:1000])
        workspace = on_new_machine(machine, disk)

        with pytest.raises(ArchiveError, match=archive.name):
            workspace.image("any")

    def test_an_archive_that_is_gone_is_named(self, machine, disk, photos):
        collect.folder(opened(machine, disk), photos)
        (archive,) = disk.glob("images-*.zip")
        archive.unlink()
        workspace = on_new_machine(machine, disk)

        with pytest.raises(KeptError, match=archive.name):
            workspace.image("any")

    def test_a_damaged_manifest_is_named(self, machine, disk):
        opened(machine, disk)
        (disk / "workspace.json").write_text("{")

        with pytest.raises(KeptError, match="workspace.json is damaged"):
            on_new_machine(machine, disk)

    @pytest.mark.parametrize(
        "content", ["[]", "{}", '{"format": 1, "parts": [{"file": "../x.zip"}]}', '{"format": 99}']
    )
    def test_a_manifest_that_is_none_is_refused(self, machine, disk, content):
        opened(machine, disk)
        (disk / "workspace.json").write_text(content)

        with pytest.raises(KeptError):
            on_new_machine(machine, disk)

    def test_an_interrupted_fetch_starts_again(self, machine, disk, photos):
        collect.folder(opened(machine, disk), photos)
        workspace = on_new_machine(machine, disk)
        (archive,) = disk.glob("images-*.zip")
        archive.rename(disk / "away")
        with pytest.raises(KeptError):
            workspace.image("any")
        (disk / "away").rename(archive)

        assert len(list(workspace.images.glob("*.jpg"))) == 6

    def test_a_folder_of_another_workspace_is_refused(self, machine, disk):
        opened(machine, disk)

        with pytest.raises(KeptError, match="is kept in"):
            opened(machine, disk.with_name("other"))

    def test_a_disk_that_is_not_there_is_not_made(self, machine, tmp_path):
        with pytest.raises(KeptError, match="can't be used"):
            opened(machine, tmp_path / "no such disk" / "data")


def test_what_was_collected_before_it_was_kept_is_kept(machine, disk, photos):
    collect.folder(Workspace(machine), photos)

    opened(machine, disk)

    assert len(list(on_new_machine(machine, disk).images.glob("*.jpg"))) == 6


def test_what_was_collected_before_never_replaces_what_is_kept(machine, disk, photos, tmp_path):
    collect.folder(opened(tmp_path / "first" / "data", disk), photos)
    write(tmp_path / "art" / "Ross" / "1.jpg", photo(30))
    collect.folder(Workspace(machine), tmp_path / "art")

    opened(machine, disk)

    assert len(read_catalog(opened(tmp_path / "third" / "data", disk))) == 6
    assert len(read_catalog(opened(tmp_path / "fourth" / "data", disk.with_name("data-2")))) == 1


def test_a_workspace_kept_file_by_file_by_an_earlier_artlib_is_taken_over(machine, disk, photos):
    collect.folder(Workspace(disk), photos)
    decisions.record(Workspace(disk), read_catalog(disk)["id"][0], "keep")

    opened(machine, disk)

    workspace = on_new_machine(machine, disk)
    assert len(list(workspace.images.glob("*.jpg"))) == 6
    assert len(decisions.latest(workspace)) == 1


def test_folders_that_are_not_the_workspaces_are_not_kept(machine, disk):
    workspace = opened(machine, disk)
    for name in ("notebooks/01.ipynb", ".hidden/secret.csv", "features/pixels-256-ab.npy"):
        (workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.root / name).write_text("x")

    workspace.keep()

    assert kept_files(disk) == ["workspace.json"]


def test_the_manifest_says_what_is_where(machine, disk, photos):
    collect.folder(opened(machine, disk), photos)

    parts = json.loads((disk / "workspace.json").read_text())["parts"]

    for part in parts:
        assert len(zipfile.ZipFile(disk / part["file"]).namelist()) == part["files"]
    assert {part["unit"]: part["files"] for part in parts} == {"images": 6, "originals": 6, "tables": 2}


def test_the_whole_library_knows_the_name():
    assert artlib.open_workspace is open_workspace
