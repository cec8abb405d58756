"""Folders that can't be meant as a folder of pictures."""

from pathlib import Path

import pytest

from artlib.images import folders
from artlib.images.folders import why_no_folder, why_refused


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home" / "ann"
    (home / "art").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(home)
    return home


@pytest.mark.parametrize("path", ["", " ", "\n"])
def test_an_empty_path_is_not_the_current_folder(path: str) -> None:
    assert why_refused(path) == "The path is empty."


def test_a_dot_is_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert why_refused(".") == ""


def test_the_whole_computer_is_refused() -> None:
    assert "whole computer" in why_refused(Path(Path.cwd().anchor))


@pytest.mark.parametrize("path", ["~", ".", "..", "art/.."])
def test_the_home_folder_and_those_above_it_are_refused(path: str, home: Path) -> None:
    assert "whole home folder" in why_refused(path)


def test_a_folder_in_the_home_folder_is_not_refused(home: Path) -> None:
    assert why_refused("art") == why_refused("~/art") == ""


@pytest.mark.parametrize("path", ["drive", "drive/MyDrive", "link"])
def test_a_whole_google_drive_is_refused(path: str, tmp_path: Path) -> None:
    (tmp_path / "drive" / "MyDrive" / "art").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "drive" / "MyDrive")
    assert "whole Google Drive" in why_refused(tmp_path / path)
    assert why_refused(tmp_path / "drive" / "MyDrive" / "art") == ""


def test_in_colab_the_working_folder_is_refused_only_while_drive_is_mounted_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "COLAB_DRIVE", tmp_path / "content" / "drive" / "MyDrive")
    (tmp_path / "content").mkdir()
    assert why_refused(tmp_path / "content") == ""
    folders.COLAB_DRIVE.mkdir(parents=True)
    assert "whole Google Drive" in why_refused(tmp_path / "content")


def test_what_is_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(b"PK")
    assert why_no_folder(tmp_path) == ""
    assert why_no_folder(tmp_path / "nowhere") == "There is no such folder."
    assert why_no_folder(tmp_path / "file.zip") == "This is no folder."
    assert why_no_folder("") == why_refused("")
