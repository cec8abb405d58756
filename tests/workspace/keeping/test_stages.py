"""Each stage keeps what it wrote at its end: a machine that is lost right after it loses nothing."""

import shutil
from pathlib import Path

import pytest
from conftest import Trained, copy_of, group_each_alone

import artlib
from artlib import collect
from artlib.workspace import Workspace
from artlib.workspace.opening import open_workspace


@pytest.fixture
def collected_here(machine: Path, disk: Path, photos: Path) -> Workspace:
    workspace = open_workspace(machine, keep_in=disk)
    collect.folder(workspace, photos)
    return workspace


def on_new_machine(machine: Path, disk: Path) -> Workspace:
    shutil.rmtree(machine)
    return open_workspace(machine, keep_in=disk)


def test_a_split_is_kept(collected_here: Workspace, machine: Path, disk: Path) -> None:
    group_each_alone(collected_here)
    artlib.make_split(collected_here)
    workspace = on_new_machine(machine, disk)
    assert workspace.split.exists() and workspace.artists.exists()


@pytest.mark.slow
def test_groups_are_kept(collected_here: Workspace, machine: Path, disk: Path) -> None:
    artlib.find_duplicates(collected_here)
    assert on_new_machine(machine, disk).groups.exists()


@pytest.mark.slow
def test_what_was_measured_is_kept(trained: Trained, machine: Path, disk: Path) -> None:
    copy_of(trained.workspace, machine)
    artlib.evaluate(open_workspace(machine, keep_in=disk))
    folder = on_new_machine(machine, disk).model()
    assert (folder / "metrics.json").exists() and (folder / "report.html").exists()


def test_a_corrected_name_is_kept(collected_here: Workspace, machine: Path, disk: Path) -> None:
    artlib.rename_artist(collected_here, "Wlop", "Wang Ling")
    assert "Wang Ling" in set(artlib.read_catalog(on_new_machine(machine, disk))["artist"])
