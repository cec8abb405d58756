"""Disks: full ones and those that can't be written, on a small disk of their own where the tests may mount one."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from artlib import images
from artlib.answers.inputs import expand, stamp
from artlib.inference.pixels import prepare
from artlib.workspace import Workspace
from artlib.workspace.disk.faults import DiskError, is_about_the_disk
from artlib.workspace.disk.space import mapped_array, reserve
from artlib.workspace.disk.writer import one_writer
from artlib.workspace.formats.arrays import read_arrays

Mount = Callable[[str], Path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Mount]:
    """Mount a disk of a size, or with other options change it."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    place = tmp_path / "small"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("no disk can be mounted here")
        return place

    yield mount
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def test_a_full_disk_is_an_error_before_a_file_is_mapped(small_disk: Mount) -> None:
    place = small_disk("size=1m")
    with pytest.raises(OSError, match="space"):
        mapped_array(place / "pixels.npy", (20, 300, 300, 3), np.uint8)


def test_where_nothing_can_be_reserved_zeros_are_written(
    small_disk: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    reserve(tmp_path / "enough", 3_000_000)
    assert (tmp_path / "enough").stat().st_size == 3_000_000
    with pytest.raises(OSError, match="space"):
        reserve(small_disk("size=1m") / "too much", 3_000_000)


def test_preparing_pictures_on_a_full_disk_leaves_nothing_and_goes_on_later(
    small_disk: Mount, collected: Workspace
) -> None:
    place = small_disk("size=40m")
    workspace = Workspace(shutil.copytree(collected.root, place / "data"))
    ids = workspace.read_table(workspace.catalog)["id"].tolist()
    (place / "ballast").write_bytes(bytes(shutil.disk_usage(place).free - 1_000_000))
    with pytest.raises(OSError, match="space") as error:
        prepare(workspace, ids, 288)
    assert is_about_the_disk(error.value)
    assert not any(workspace.features.iterdir())
    (place / "ballast").unlink()
    assert prepare(workspace, ids, 288).shape == (len(ids), 288, 288, 3)


def test_numpys_words_for_a_full_disk_are_understood(small_disk: Mount) -> None:
    with pytest.raises(OSError, match=".") as error:
        np.save(small_disk("size=1m") / "array.npy", np.zeros(1_000_000))
    assert is_about_the_disk(error.value)


def test_what_only_saves_time_goes_elsewhere_where_nothing_can_be_written(
    small_disk: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workspace = Workspace(small_disk("size=1m") / "data")
    workspace.features.mkdir(parents=True)
    (workspace.features / "known.npz").write_bytes(b"known")
    subprocess.run(["mount", "-o", "remount,ro", str(workspace.root.parent)], check=True)
    places = (workspace.features, workspace.index, workspace.engine(), workspace.cache(".looks.csv"))
    assert not any(place.is_relative_to(workspace.root) for place in places)
    assert (workspace.features / "known.npz").read_bytes() == b"known"


def test_who_must_write_says_so_at_once(small_disk: Mount) -> None:
    place = small_disk("size=1m,ro")
    with (
        pytest.raises(DiskError, match="and training must write there"),
        one_writer(place, "training"),
    ):
        pytest.fail("it must not begin")


def test_a_name_that_no_disk_takes_is_a_row_and_not_the_end_of_all(tmp_path: Path) -> None:
    names = ["a" * 300 + ".jpg", "b/" * 3000 + "c.jpg"]
    assert list(expand(names)) == names
    assert [stamp(name) for name in names] == ["", ""]
    for name in names:
        with pytest.raises(images.UnreadableImageError, match="too long"):
            images.load(tmp_path / name)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOTCONN, errno.ESTALE, errno.ETIMEDOUT, errno.EMFILE])
def test_a_file_on_a_disk_that_does_not_answer_is_not_taken_for_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    np.savez(tmp_path / "checkpoint.npz", progress="a long training")

    def gone(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(np, "load", gone)  # no disk fails so on demand
    with pytest.raises(DiskError, match="does not answer|open files"):
        read_arrays(tmp_path / "checkpoint.npz")
