"""Nearest keypoints: found among few as among many, kept on disk, and extended by what is new."""

from pathlib import Path

import numpy as np
import pytest

from artlib.indexing import nearest
from artlib.indexing.nearest import nearest_of
from artlib.indexing.shards import Shard, write_shard
from artlib.similarity.keypoints import Keypoints


def shard(folder: Path, seed: int, count: int = 400) -> Shard:
    generator = np.random.default_rng(seed)
    descriptors = generator.integers(0, 120, (count, 128), np.uint8)
    places = generator.uniform(0, 200, (count, 2)).astype(np.float32)
    ones = np.ones(count, np.float32)
    return write_shard(folder, [f"work {seed}"], [Keypoints(places, ones, ones, descriptors, 200, 200)])


def descriptors_of(part: Shard) -> np.ndarray:
    return np.array(part.points["descriptor"])


@pytest.mark.parametrize("few", [10_000, 500], ids=["one by one", "by lists"])
def test_a_keypoint_finds_itself(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "FEW", few)
    parts = [shard(tmp_path, seed) for seed in range(3)]
    found = nearest_of(tmp_path, parts)
    _, numbers = found.search(descriptors_of(found.shards[1]), 1)
    assert (numbers[:, 0] == np.arange(400, 800)).mean() > 0.95


def test_where_there_are_fewer_neighbours_the_number_is_minus_one(tmp_path: Path) -> None:
    found = nearest_of(tmp_path, [shard(tmp_path, 0, 3)])
    _, numbers = found.search(np.zeros((1, 128), np.uint8), 5)
    assert (numbers[0, 3:] == -1).all() and (numbers[0, :3] >= 0).all()


def test_it_is_read_from_disk_the_next_time(tmp_path: Path) -> None:
    parts = [shard(tmp_path, seed) for seed in range(2)]
    nearest_of(tmp_path, parts)
    (file,) = tmp_path.glob("nearest-*.faiss")
    before = file.stat().st_mtime_ns
    assert nearest_of(tmp_path, parts[::-1]).index.ntotal == 800
    assert file.stat().st_mtime_ns == before


def test_a_new_shard_is_added_behind_the_others(tmp_path: Path) -> None:
    first = shard(tmp_path, 0)
    nearest_of(tmp_path, [first])
    second = shard(tmp_path, 1)
    found = nearest_of(tmp_path, [second, first])
    assert [part.folder for part in found.shards] == [first.folder, second.folder]
    assert found.search(descriptors_of(second), 1)[1][:, 0].tolist() == list(range(400, 800))
    assert len(list(tmp_path.glob("nearest-*.faiss"))) == 1


@pytest.mark.parametrize("content", [b"", b"nonsense"], ids=["empty", "nonsense"])
def test_a_damaged_file_is_built_again(content: bytes, tmp_path: Path) -> None:
    parts = [shard(tmp_path, 0)]
    nearest_of(tmp_path, parts)
    for file in tmp_path.glob("nearest-*"):
        file.write_bytes(content)
    assert nearest_of(tmp_path, parts).index.ntotal == 400


def test_without_a_shard_that_is_gone_it_is_built_again(tmp_path: Path) -> None:
    first, second = shard(tmp_path, 0), shard(tmp_path, 1)
    nearest_of(tmp_path, [first, second])
    assert nearest_of(tmp_path, [second]).index.ntotal == 400


def test_no_keypoint_at_all_is_no_error(tmp_path: Path) -> None:
    assert nearest_of(tmp_path, []).index.ntotal == 0
