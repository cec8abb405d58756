"""What must never get lost or mixed where a workspace is kept: each of these once did."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artlib.workspace import Workspace, decisions
from artlib.workspace.keeping import chain, parts
from artlib.workspace.keeping.manifest import KeptError
from artlib.workspace.opening import open_workspace


@pytest.fixture
def kept(machine: Path, disk: Path) -> Workspace:
    """A workspace with a table, three pictures and a model, all of it kept."""
    workspace = open_workspace(machine, keep_in=disk)
    put(workspace, "catalog.csv", "models/default/model.keras", *(f"images/{number}.jpg" for number in range(3)))
    workspace.keep()
    return workspace


def put(workspace: Workspace, *names: str, content: str = "content") -> None:
    for name in names:
        (workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.root / name).write_text(content)


def everything_in(disk: Path, tmp_path: Path) -> set[str]:
    """What a machine that never saw the workspace finds."""
    number = len(list(tmp_path.glob("fresh*")))
    workspace = open_workspace(tmp_path / f"fresh{number}" / "data", keep_in=disk)
    workspace.fetch()
    return names_in(workspace.root)


def names_in(root: Path) -> set[str]:
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith(".")}


def killed_in(monkeypatch: pytest.MonkeyPatch, what: str, action: Callable[[], object]) -> None:
    """Do something in a process that is killed when it calls a function."""
    with monkeypatch.context() as patched:
        patched.setattr(what, lambda *_, **__: os._exit(9))
        if (child := os.fork()) == 0:
            action()
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_picture_that_was_removed_from_an_earlier_part_does_not_come_back(kept, disk, tmp_path, monkeypatch):
    monkeypatch.setattr(chain, "SMALL", 0)
    (kept.root / "images" / "1.jpg").unlink()

    kept.keep()

    assert "images/1.jpg" not in everything_in(disk, tmp_path)


def test_a_removed_picture_that_was_replaced_before_does_not_come_back_as_it_was(kept, disk, tmp_path, monkeypatch):
    monkeypatch.setattr(chain, "SMALL", 0)
    put(kept, "images/1.jpg", "images/large.jpg", content=5000 * "x")
    kept.keep()
    put(kept, "images/1.jpg", content="another")
    kept.keep()
    (kept.root / "images" / "1.jpg").unlink()
    put(kept, "images/2.jpg", content=500 * "x")

    kept.keep()

    assert "images/1.jpg" not in everything_in(disk, tmp_path)


class TestDeletedHere:
    """Somebody emptied the fast disk; nobody asked for the pictures on Drive to go."""

    def test_a_folder_that_is_gone_takes_nothing_with_it(self, kept, disk, tmp_path):
        before = names_in(kept.root)
        shutil.rmtree(kept.root)

        kept.keep()

        assert not kept.root.exists()
        assert everything_in(disk, tmp_path) == before

    def test_a_folder_emptied_without_its_hidden_files_is_fetched_again(self, kept, disk):
        before = names_in(kept.root)
        for path in kept.root.glob("[!.]*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

        workspace = open_workspace(kept.root, keep_in=disk)
        workspace.fetch()

        assert names_in(workspace.root) == before

    def test_pictures_deleted_for_their_room_come_back_when_they_are_needed(self, kept, disk, tmp_path):
        shutil.rmtree(kept.root / "images")
        put(kept, "groups.csv")

        kept.keep()

        assert len(list(kept.images.iterdir())) == 3
        assert len([name for name in everything_in(disk, tmp_path) if name.startswith("images")]) == 3

    def test_a_model_that_was_deleted_stays_away(self, kept, disk, tmp_path):
        shutil.rmtree(kept.root / "models" / "default")

        kept.keep()

        assert not [name for name in everything_in(disk, tmp_path) if name.startswith("models")]


class TestNames:
    @pytest.mark.parametrize("name", ["notes: today.txt", "why?.csv", os.fsdecode(b"caf\xe9.txt")])
    def test_a_name_that_no_archive_takes_costs_only_that_file(self, kept, disk, tmp_path, name, capsys):
        put(kept, name, "groups.csv")

        kept.keep()
        kept.keep()

        assert "groups.csv" in everything_in(disk, tmp_path)
        assert capsys.readouterr().err.count("is not kept") == 1

    def test_an_original_may_have_the_name_of_prepared_pixels(self, kept, disk, tmp_path):
        put(kept, "originals/Wlop/pixels-at-dawn.jpg", "features/pixels-256.npy", "models/default/engine/network.bin")

        kept.keep()

        names = everything_in(disk, tmp_path)
        assert "originals/Wlop/pixels-at-dawn.jpg" in names
        assert not {"features/pixels-256.npy", "models/default/engine/network.bin"} & names


class TestKills:
    def test_a_kill_after_the_commit_is_no_other_machine(self, kept, disk, monkeypatch, capsys):
        put(kept, "catalog.csv", content="new")
        killed_in(monkeypatch, "artlib.workspace.keeping.state.State.commit", kept.keep)

        workspace = open_workspace(kept.root, keep_in=disk)
        put(workspace, "groups.csv")
        workspace.keep()

        assert "Another machine" not in capsys.readouterr().err
        assert not disk.with_name("data-2").exists()

    def test_a_full_local_disk_at_the_commit_is_no_other_machine(self, kept, disk, monkeypatch, capsys):
        put(kept, "groups.csv")
        with monkeypatch.context() as full:
            full.setattr("artlib.workspace.keeping.state.write_text", _full_disk)
            kept.keep()

        kept.keep()

        assert "Another machine" not in capsys.readouterr().err
        assert not disk.with_name("data-2").exists()

    def test_a_kill_while_catching_up_deletes_nothing(self, kept, disk, tmp_path, monkeypatch):
        other = open_workspace(tmp_path / "other" / "data", keep_in=disk)
        other.fetch()
        put(other, "images/new.jpg")
        (other.root / "images" / "0.jpg").unlink()
        other.keep()
        before = names_in(other.root)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", lambda path, **_: (os.unlink(path), os._exit(9)))  # noqa: PTH108 - Path.unlink is this
            if (child := os.fork()) == 0:
                open_workspace(kept.root, keep_in=disk)
            os.waitpid(child, 0)

        workspace = open_workspace(kept.root, keep_in=disk)
        workspace.fetch()

        assert names_in(workspace.root) == everything_in(disk, tmp_path) == before

    def test_what_a_kill_left_on_the_local_disk_is_removed(self, kept, disk, monkeypatch):
        put(kept, "groups.csv")
        killed_in(monkeypatch, "artlib.workspace.keeping.archive.copied", kept.keep)

        workspace = open_workspace(kept.root, keep_in=disk)

        assert not list((workspace.root / ".kept").rglob("*.zip"))


def _full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


class TestTwoMachines:
    @pytest.fixture
    def other(self, kept, disk, tmp_path) -> Workspace:
        return open_workspace(tmp_path / "other" / "data", keep_in=disk)

    def test_who_writes_while_we_are_writing_is_noticed(self, kept, other, disk, tmp_path, monkeypatch):
        put(kept, "catalog.csv", content="ours")
        put(other, "groups.csv", "catalog.csv", content="theirs")
        written, once = parts.written, iter([other.keep])
        monkeypatch.setattr(parts, "written", lambda *given: (next(once, lambda: None)(), written(*given))[1])

        kept.keep()

        assert "groups.csv" in everything_in(disk, tmp_path)
        assert "groups.csv" not in everything_in(disk.with_name("data-2"), tmp_path)
        assert len(list(disk.glob("*.zip"))) == 3  # nothing of ours is left there

    def test_a_full_drive_is_not_filled_with_further_folders(self, kept, other, disk, monkeypatch):
        put(kept, "groups.csv")
        kept.keep()
        put(other, "split.csv")
        with monkeypatch.context() as full:
            full.setattr(shutil, "copyfile", _full_disk)
            other.keep()
            other.keep()
        assert not disk.with_name("data-2").exists()
        with monkeypatch.context() as full:
            full.setattr("artlib.workspace.keeping.archive.copied", _full_disk)
            other.keep()
            other.keep()

        other.keep()

        assert sorted(path.name for path in disk.parent.iterdir()) == ["data", "data-2"]

    def test_a_fetch_that_another_machine_overtook_says_what_to_do(self, kept, other, disk, tmp_path):
        put(kept, "images/new.jpg")
        kept.keep()
        (other.root / "images").mkdir()
        put(other, "images/0.jpg", "split.csv")  # as from a fetch that was interrupted

        with pytest.raises(KeptError, match="open_workspace"):
            other.fetch()
        other.keep()

        names = everything_in(disk.with_name("data-2"), tmp_path)
        assert {"split.csv", "images/new.jpg", "images/2.jpg"} <= names

    def test_old_archives_of_another_machine_are_no_leftovers(self, kept, other, disk, tmp_path, monkeypatch):
        put(kept, "catalog.csv", content="newer")
        kept.keep()
        for archive in disk.glob("*.zip"):
            os.utime(archive, (0, 0))
        put(other, "split.csv")
        with monkeypatch.context() as full:
            full.setattr("artlib.workspace.keeping.manifest.Manifest.write", _full_disk)
            full.setattr("artlib.workspace.keeping.archive.copied", _full_disk)
            full.setattr(shutil, "copyfile", _full_disk)
            open_workspace(other.root, keep_in=disk)

        assert "images/0.jpg" in everything_in(disk, tmp_path)


@pytest.mark.parametrize("name", ["holiday-20240701.zip", "images-20240701.zip", "holiday-0123abcd.zip"])
def test_a_users_own_archive_is_never_removed(kept, disk, name):
    (disk / name).write_bytes(b"of the user")
    os.utime(disk / name, (0, 0))

    open_workspace(kept.root, keep_in=disk)

    assert (disk / name).exists()


class TestDecisions:
    def test_logs_of_the_same_size_are_joined(self, kept, disk, tmp_path):
        disk.rename(disk.with_name("away"))
        decisions.record(kept, "one", "keep")
        disk.with_name("away").rename(disk)
        other = open_workspace(tmp_path / "other" / "data", keep_in=disk)
        decisions.record(other, "two", "keep")

        kept.keep()

        fresh = open_workspace(tmp_path / "fresh" / "data", keep_in=disk)
        assert set(decisions.latest(fresh)) == set(decisions.latest(kept)) == {"one", "two"}

    def test_a_read_only_folder_still_gives_its_decisions(self, kept, disk, tmp_path, monkeypatch):
        decisions.record(kept, "one", "discard")
        opened = Path.open
        monkeypatch.setattr(Path, "open", lambda path, mode="r", *a, **k: _read_only(opened, disk, path, mode, *a, **k))

        fresh = open_workspace(tmp_path / "fresh" / "data", keep_in=disk)

        assert set(decisions.latest(fresh)) == {"one"}

    def test_a_line_end_within_a_line_is_none(self, kept, disk):
        decisions.record(kept, "one\u2028two", "keep")
        decisions.record(kept, "three", "keep")
        (disk / "decisions.jsonl").unlink()

        kept.keep()

        assert (disk / "decisions.jsonl").read_bytes() == kept.decisions.read_bytes()


def _read_only(
    opened: Callable[..., object], disk: Path, path: Path, mode: str, *args: object, **named: object
) -> object:
    if path.parent == disk and mode not in ("r", "rb"):
        raise OSError(30, "Read-only file system")
    return opened(path, mode, *args, **named)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"asked": 1, "files": 2}'])
def test_a_damaged_state_says_what_to_do_and_that_loses_nothing(kept, disk, content):
    before = names_in(kept.root)
    (kept.root / ".kept" / "state.json").write_text(content)

    with pytest.raises(KeptError, match="Delete it and open"):
        open_workspace(kept.root, keep_in=disk)
    (kept.root / ".kept" / "state.json").unlink()

    assert names_in(open_workspace(kept.root, keep_in=disk).root) == before


@pytest.mark.parametrize("change", [{"size": "x"}, {"file": "a\0.zip"}, {"unit": 5}, {"removed": [1]}, {"files": -1}])
def test_a_manifest_with_odd_values_is_refused(kept, disk, tmp_path, change):
    content = json.loads((disk / "workspace.json").read_text())
    content["parts"][0] |= change
    (disk / "workspace.json").write_text(json.dumps(content))

    with pytest.raises(KeptError, match="not the list"):
        open_workspace(tmp_path / "fresh" / "data", keep_in=disk)


@pytest.mark.parametrize("below", ["", "images"])
def test_a_workspace_is_not_kept_in_itself(tmp_path, below):
    with pytest.raises(KeptError, match="in itself"):
        open_workspace(tmp_path / "data", keep_in=tmp_path / "data" / below)


class TestTakingOver:
    def test_an_interrupted_one_goes_on(self, machine, disk, tmp_path, monkeypatch):
        put(Workspace(disk), "catalog.csv", "groups.csv", *(f"images/{number}.jpg" for number in range(3)))
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "copyfile", _stopped_at_the_third(shutil.copyfile))
            with pytest.raises(KeyboardInterrupt):
                open_workspace(machine, keep_in=disk)

        open_workspace(machine, keep_in=disk)

        assert len(names_in(machine)) == 5
        assert not disk.with_name("data-2").exists()

    def test_a_folder_with_other_files_is_none_of_ours(self, machine, disk):
        put(Workspace(disk), "letter.txt", "images/holiday.jpg")

        open_workspace(machine, keep_in=disk)

        assert not names_in(machine)

    def test_a_kill_after_the_first_manifest_makes_no_second_folder(self, machine, disk, monkeypatch):
        put(Workspace(machine), "catalog.csv")
        killed_in(
            monkeypatch, "artlib.workspace.keeping.state.State.write", lambda: open_workspace(machine, keep_in=disk)
        )

        open_workspace(machine, keep_in=disk)

        assert not disk.with_name("data-2").exists()


def _stopped_at_the_third(copy: Callable[..., object]) -> Callable[..., object]:
    copied: list[object] = []

    def copyfile(source: Path, target: Path) -> object:
        copied.append(source)
        if len(copied) == 3:
            target.write_text("co")  # half of it
            raise KeyboardInterrupt
        return copy(source, target)

    return copyfile


class TestTwoObjects:
    """A notebook's first cell, run again, makes another object; what is on the screen still has the first one."""

    def test_both_know_what_has_to_be_fetched_again(self, kept, disk, tmp_path):
        other = open_workspace(tmp_path / "other" / "data", keep_in=disk)
        other.fetch()
        put(other, "images/new.jpg")
        other.keep()
        open_workspace(kept.root, keep_in=disk)

        assert len(list(kept.images.iterdir())) == 4

    def test_decisions_follow_the_other_into_a_folder_of_its_own(self, kept, disk, tmp_path):
        other = open_workspace(tmp_path / "other" / "data", keep_in=disk)
        put(other, "groups.csv")
        other.keep()
        put(kept, "groups.csv", content="ours")
        Workspace(kept.root).keep()

        decisions.record(kept, "one", "keep")

        assert (disk.with_name("data-2") / "decisions.jsonl").exists()
        assert not (disk / "decisions.jsonl").exists()
