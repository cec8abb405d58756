"""Building the index: only what is new is looked at, and nothing that happens meanwhile leaves it damaged."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from works import with_works, work

from artlib.indexing import building, shards
from artlib.indexing.building import build_shards
from artlib.indexing.shards import PREFIX, read_shards
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough


def ids_in(workspace: Workspace) -> list[str]:
    return sorted(image_id for shard in read_shards(workspace.index) for image_id in shard.works["id"])


def files(workspace: Workspace) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in workspace.index.rglob(f"{PREFIX}*/*")}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "WORKS_A_SHARD", 4)


def test_each_work_is_in_it_once(workspace: Workspace, small_shards: None) -> None:
    ids = with_works(workspace, range(10))
    assert [len(shard.works) for shard in build_shards(workspace, ids)] == [4, 4, 2]
    assert ids_in(workspace) == ids


def test_a_new_work_is_added_without_looking_at_the_old_ones(workspace: Workspace) -> None:
    ids = with_works(workspace, range(3))
    build_shards(workspace, ids)
    before = files(workspace)
    for image_id in ids:
        workspace.image(image_id).unlink()  # so that looking again would fail
    build_shards(workspace, [*ids, *with_works(workspace, [3])])
    assert ids_in(workspace) == [*ids, work(3)]
    assert before.items() <= files(workspace).items()


def test_nothing_is_written_where_nothing_is_new(workspace: Workspace) -> None:
    ids = with_works(workspace, range(3))
    build_shards(workspace, ids)
    before = files(workspace)
    build_shards(workspace, ids)
    assert files(workspace) == before


def test_a_missing_or_damaged_picture_is_named_and_tried_again(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = with_works(workspace, range(3))
    workspace.image(ids[1]).write_bytes(b"no picture")
    build_shards(workspace, ids)
    assert ids_in(workspace) == [ids[0], ids[2]]
    assert ids[1] in capsys.readouterr().err
    with_works(workspace, [1])
    build_shards(workspace, ids)
    assert ids_in(workspace) == ids


def damaged(shard: Path, how: str) -> None:
    points = shard / "points.npy"
    if how == "cut off":
        points.write_bytes(points.read_bytes()[:-500])
    elif how == "empty":
        points.write_bytes(b"")
    elif how == "other numbers":
        np.save(points, np.zeros(5))
    elif how == "no keypoints":
        points.unlink()
    else:
        (shard / "works.csv").write_text("nonsense", encoding="utf-8")


@pytest.mark.parametrize("how", ["cut off", "empty", "other numbers", "no keypoints", "no table"])
def test_a_damaged_shard_is_built_again(
    how: str, workspace: Workspace, small_shards: None, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = with_works(workspace, range(6))
    first = build_shards(workspace, ids)[0]
    damaged(first.folder, how)
    build_shards(workspace, ids)
    assert ids_in(workspace) == ids
    assert f"{first.folder.name} is damaged" in capsys.readouterr().err


def test_shards_of_another_version_are_removed_and_built_again(workspace: Workspace) -> None:
    ids = with_works(workspace, range(3))
    (shard,) = build_shards(workspace, ids)
    old = shard.folder.rename(workspace.index / f"shard-v0-{shard.folder.name[-12:]}")
    build_shards(workspace, ids)
    assert ids_in(workspace) == ids and not old.exists()


def test_what_an_old_command_left_unfinished_is_removed(workspace: Workspace) -> None:
    recent, old = (workspace.index / f".{PREFIX}{name}-12345678" for name in ("recent", "old"))
    for folder in (recent, old):
        folder.mkdir(parents=True)
    os.utime(old, (time.time() - 3 * 24 * 3600,) * 2)
    build_shards(workspace, with_works(workspace, range(2)))
    assert recent.exists() and not old.exists()  # the recent one may belong to a running command


def test_many_small_shards_are_put_together(workspace: Workspace) -> None:
    """As of a workspace that gets a few works every day."""
    ids: list[str] = []
    for number in range(building.MANY_SMALL + 1):
        ids += with_works(workspace, [number])
        build_shards(workspace, ids)
    assert len(read_shards(workspace.index)) == building.MANY_SMALL + 1
    for image_id in ids:
        workspace.image(image_id).unlink()  # it is done without looking again
    assert len(build_shards(workspace, ids)) == 1
    assert ids_in(workspace) == ids


def test_works_that_left_are_forgotten_when_shards_are_put_together(workspace: Workspace) -> None:
    ids: list[str] = []
    for number in range(building.MANY_SMALL + 1):
        ids += with_works(workspace, [number])
        build_shards(workspace, ids)
    build_shards(workspace, ids[2:])
    assert ids_in(workspace) == ids[2:]


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_no_shard_that_was_written(workspace: Workspace) -> None:
    ids = with_works(workspace, range(60))
    code = (
        "import sys; from artlib.indexing import building; from artlib.workspace import Workspace;"
        "building.WORKS_A_SHARD = 3; building.MANY_SMALL = 1000; print('ready', flush=True);"
        "building.build_shards(Workspace(sys.argv[1]), sys.argv[2:])"
    )
    had: set[str] = set()
    for seconds in (0.1, 0.15, 0.2, 0.05, 0.25):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(workspace.root), *ids],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.communicate()
        now = set(ids_in(workspace))
        assert had <= now
        had = now
    build_shards(workspace, ids)
    assert ids_in(workspace) == ids
    assert shards.read_shards(workspace.index)
