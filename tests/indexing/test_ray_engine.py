"""Ray: workers write the shards that one machine writes; one of two is killed in the middle, and nothing is missing."""

import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictures import drawn, forms

from artlib.errors import ArtlibError
from artlib.indexing.compact_index import works_index
from artlib.indexing.ray_engine import ray_finder
from artlib.indexing.shards import read_shards

os.environ["RAY_AUTH_MODE"] = "disabled"  # else Ray writes a token into the home folder
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
ray = pytest.importorskip("ray")
pytest.importorskip("ray.data")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")]
WORKS, A_SHARD = 60, 3


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two worker processes on this machine, which import artlib from here."""
    paths = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": paths}})
    yield
    ray.shutdown()


def test_a_killed_worker_loses_nothing_and_all_shards_are_searched_as_one(cluster: None, tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, WORKS)
    killed: list[int] = []
    killer = threading.Thread(target=kill_a_worker, args=(workspace.index, killed))
    killer.start()
    shards = ray_finder(works_a_shard=A_SHARD)(workspace, ids)
    killer.join()
    assert killed
    assert Counter(image_id for shard in shards for image_id in shard.works["id"]) == Counter(ids)
    index = works_index(workspace, ids)
    assert [index.ids[index.candidates(forms(workspace, each), 1)[0].work] for each in ids[::7]] == ids[::7]


def test_a_second_run_does_what_is_missing(cluster: None, tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 12)
    find = ray_finder(works_a_shard=A_SHARD)
    shards = {shard.folder: shard.folder.stat().st_mtime_ns for shard in find(workspace, ids)}
    gone = sorted(shards)[1]
    next(shard for shard in read_shards(workspace.index) if shard.folder == gone).remove()
    again = {shard.folder: shard.folder.stat().st_mtime_ns for shard in find(workspace, ids)}
    assert again.keys() == shards.keys()
    assert [folder for folder in shards if again[folder] != shards[folder]] == [gone]


def test_many_works_become_a_compact_index(cluster: None, tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 12)
    index = works_index(workspace, ids, find=ray_finder(works_a_shard=A_SHARD), many=1)
    assert sorted(index.ids) == ids
    assert not read_shards(workspace.index)


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setenv("RAY_GCS_RPC_TIMEOUT_S", "1")
    with pytest.raises(ArtlibError, match="no Ray cluster at"):
        ray_finder("not an address")


def kill_a_worker(index: Path, killed: list[int]) -> None:
    """Wait until the first shard is there, and kill a worker process of this test's cluster that is at one."""
    deadline = time.monotonic() + 120
    while not killed and time.monotonic() < deadline:
        if any(index.glob("shard-*")):
            for process in busy_workers():
                os.kill(process, 9)
                killed.append(process)
                break
        time.sleep(0.01)


def busy_workers() -> list[int]:
    """The worker processes that descend from this one and are at a batch."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in lines.splitlines()]
    parent = {int(row[0]): int(row[1]) for row in rows}
    busy = [int(row[0]) for row in rows if len(row) == 3 and row[2].startswith("ray::Map(")]
    return [process for process in busy if os.getpid() in ancestors(process, parent)]


def ancestors(process: int, parent: dict[int, int]) -> Iterator[int]:
    while process := parent.get(process, 0):
        yield process
