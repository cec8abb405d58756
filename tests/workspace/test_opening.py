"""Opening a workspace on Colab: Drive is mounted, and the workspace lies on the machine's own disk."""

import sys
import types
from pathlib import Path

import pytest

from artlib import collect
from artlib.workspace.keeping import drive
from artlib.workspace.opening import open_workspace


class Colab:
    """Google's module as far as artlib uses it; the real one works on Google's machines only."""

    def __init__(self, mount: Path) -> None:
        self.mount_point, self.mounts, self.refused = mount, 0, ""

    def mount(self, path: str, force_remount: bool = False) -> None:
        assert path == str(self.mount_point)
        if self.refused:
            raise ValueError(self.refused)
        self.mounts += 1
        (self.mount_point / "MyDrive").mkdir(parents=True)


@pytest.fixture
def colab(tmp_path, monkeypatch) -> Colab:
    mount = tmp_path / "content" / "drive"
    colab, module, submodule = Colab(mount), types.ModuleType("google.colab"), types.ModuleType("google.colab.drive")
    submodule.mount = colab.mount
    module.drive = submodule
    monkeypatch.setitem(sys.modules, "google.colab", module)
    monkeypatch.setitem(sys.modules, "google.colab.drive", submodule)
    for name, path in (("MOUNT", mount), ("FILES", mount / "MyDrive"), ("HOME", mount / "MyDrive" / "artlib")):
        monkeypatch.setattr(drive, name, path)
    mount.parent.mkdir()
    monkeypatch.chdir(mount.parent)
    return colab


def kept_in(colab: Colab) -> list[str]:
    return sorted(path.parent.relative_to(colab.mount_point).as_posix() for path in colab.mount_point.rglob("*.json"))


def test_drive_is_mounted_and_the_work_is_beside_it(colab, photos):
    workspace = open_workspace("data")

    collect.folder(workspace, photos)

    assert colab.mounts == 1
    assert kept_in(colab) == ["MyDrive/artlib/data"]
    assert len(list((colab.mount_point.parent / "data" / "images").iterdir())) == 6


def test_a_mounted_drive_is_not_mounted_again(colab):
    open_workspace("data")
    open_workspace("data")

    assert colab.mounts == 1


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("data", "MyDrive/artlib/data"),
        ("projects/wlop", "MyDrive/artlib/projects/wlop"),
        ("{drive}/MyDrive/artlib", "MyDrive/artlib"),
        ("drive/MyDrive/artlib", "MyDrive/artlib"),
        ("{drive}/MyDrive/mine/wlop", "MyDrive/mine/wlop"),
    ],
)
def test_where_a_workspace_is_kept(colab, path, kept):
    workspace = open_workspace(path.format(drive=colab.mount_point))

    assert kept_in(colab) == [kept]
    assert not workspace.root.resolve().is_relative_to(colab.mount_point)


def test_who_declines_can_work_and_is_told(colab, photos, capsys):
    colab.refused = "mount failed"

    collect.folder(open_workspace("data"), photos)

    assert "not mounted (mount failed)" in capsys.readouterr().err
    assert not colab.mount_point.exists()


def test_who_declined_and_allows_it_later_loses_nothing(colab, photos):
    colab.refused = "mount failed"
    collect.folder(open_workspace("data"), photos)
    colab.refused = ""

    open_workspace("data")

    assert len(list((colab.mount_point / "MyDrive" / "artlib" / "data").glob("images-*.zip"))) == 1


def test_a_path_on_a_drive_that_was_declined_is_not_written_there(colab, photos):
    colab.refused = "mount failed"

    collect.folder(open_workspace(colab.mount_point / "MyDrive" / "wlop"), photos)

    assert not colab.mount_point.exists()
