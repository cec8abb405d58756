"""Shards: keypoints come back from disk as they were written, to a fraction of a pixel."""

from pathlib import Path

import numpy as np
from drawing import scene

from artlib.indexing.shards import read_shards, write_shard
from artlib.similarity.keypoints import Keypoints, find_keypoints


def keypoints(seed: int) -> Keypoints:
    return find_keypoints(np.asarray(scene(seed).convert("L")), 100, 4)


def test_keypoints_come_back_as_they_were(tmp_path: Path) -> None:
    written = [keypoints(1), keypoints(2)]
    write_shard(tmp_path, ["a", "b"], written)
    (shard,) = read_shards(tmp_path)
    assert shard.works["id"].tolist() == ["a", "b"]
    for row, before in enumerate(written):
        after = shard.keypoints(row)
        assert (after.descriptors == before.descriptors).all()
        assert np.abs(after.places - before.places).max() <= 1 / 64
        assert np.abs(after.sizes - before.sizes).max() <= 1 / 64
        assert np.abs((after.angles - before.angles + 180) % 360 - 180).max() <= 0.01
        assert (after.width, after.height) == (before.width, before.height)


def test_a_work_without_keypoints_takes_its_row(tmp_path: Path) -> None:
    nothing = find_keypoints(np.zeros((60, 80), np.uint8), 100, 4)
    write_shard(tmp_path, ["plain", "b"], [nothing, keypoints(1)])
    (shard,) = read_shards(tmp_path)
    assert len(shard.keypoints(0)) == 0 and len(shard.keypoints(1)) == 100


def test_ids_stay_text(tmp_path: Path) -> None:
    write_shard(tmp_path, ["0012", "1e10"], [keypoints(1), keypoints(2)])
    assert read_shards(tmp_path)[0].works["id"].tolist() == ["0012", "1e10"]


def test_two_commands_that_write_the_same_works_make_one_shard(tmp_path: Path) -> None:
    for _ in range(2):
        write_shard(tmp_path, ["a"], [keypoints(1)])
    assert len(read_shards(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_shards_of_other_works_stand_beside_each_other(tmp_path: Path) -> None:
    for name in "ab":
        write_shard(tmp_path, [name], [keypoints(1)])
    assert len(read_shards(tmp_path)) == 2
