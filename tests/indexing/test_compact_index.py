"""The compact index: as good as the full one, in a fraction of the bytes, and whole after a kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pictures import drawn, forms

from artlib.indexing import compact_index
from artlib.indexing.compact import LISTS, unpacked
from artlib.indexing.compact_index import CompactIndex, works_index
from artlib.indexing.shards import read_shards
from artlib.indexing.works_index import WorksIndex
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough

WORKS = 60


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[str], WorksIndex]:
    workspace, ids = drawn(tmp_path_factory.mktemp("compact"), WORKS)
    return workspace, ids, works_index(workspace, ids, many=1)


def first_of(index: WorksIndex, workspace: Workspace, image_id: str, *, mirrored: bool = False) -> str:
    found = index.candidates(forms(workspace, image_id, mirrored=mirrored), 3)
    return index.ids[found[0].work] if found else ""


def test_the_middle_of_each_work_finds_it(indexed) -> None:
    workspace, ids, index = indexed
    assert [first_of(index, workspace, image_id) for image_id in ids] == ids


def test_a_mirrored_work_is_found_in_its_mirrored_form(indexed) -> None:
    workspace, ids, index = indexed
    best = [index.candidates(forms(workspace, image_id, mirrored=True), 1)[0] for image_id in ids]
    assert [(index.ids[each.work], each.form) for each in best] == [(image_id, 1) for image_id in ids]


def test_the_keypoints_of_a_work_are_those_of_its_picture(indexed, tmp_path: Path) -> None:
    workspace, ids, index = indexed
    full = WorksIndex(copied(workspace, tmp_path), ids)
    work, same = index.ids.index(ids[7]), full.ids.index(ids[7])
    assert (index.keypoints(work).descriptors == full.keypoints(same).descriptors).all()


def test_a_keypoint_takes_24_bytes(indexed, tmp_path: Path) -> None:
    workspace, ids, index = indexed
    keypoints = sum(len(index.keypoints(work)) for work in range(len(ids)))
    size = next(workspace.index.glob(f"compact-*/{LISTS}")).stat().st_size
    assert keypoints * 24 <= size <= keypoints * 24 * 1.01


def test_full_descriptors_and_pieces_are_gone(indexed) -> None:
    workspace, _, _ = indexed
    assert not read_shards(workspace.index)
    assert not list(workspace.index.glob("pieces-*"))


def test_a_work_that_left_the_catalog_is_not_found(indexed) -> None:
    workspace, ids, _ = indexed
    index = CompactIndex(workspace, ids[1:])
    assert first_of(index, workspace, ids[0]) != ids[0]
    assert first_of(index, workspace, ids[1]) == ids[1]


def test_an_index_that_is_compact_stays_so_and_is_read_again(indexed) -> None:
    workspace, ids, _ = indexed
    before = sorted(path.stat().st_mtime_ns for path in workspace.index.glob("compact-*/*"))
    assert isinstance(works_index(workspace, ids), CompactIndex)
    assert sorted(path.stat().st_mtime_ns for path in workspace.index.glob("compact-*/*")) == before


def test_few_works_are_not_compact(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 3)
    assert not isinstance(works_index(workspace, ids), CompactIndex)


def test_works_that_are_added_are_found_beside_the_former(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 20)
    works_index(workspace, ids, many=1)
    _, more = drawn(tmp_path, 10, first=20)
    index = works_index(workspace, ids + more)
    assert [first_of(index, workspace, image_id) for image_id in ids + more] == ids + more
    assert len(list(workspace.index.glob("compact-*"))) == 1


def test_shards_of_the_full_index_are_taken_over(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 20)
    works_index(workspace, ids)
    shard = read_shards(workspace.index)[0]
    made = shard.folder.stat().st_mtime_ns
    seen = []

    def find(workspace: Workspace, wanted: list[str]):
        seen.extend(read_shards(workspace.index))
        return seen

    index = works_index(workspace, ids, find=find, many=1)
    assert [each.folder for each in seen] == [shard.folder] and made
    assert sorted(index.ids) == ids


def test_a_damaged_picture_stops_nothing(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 12)
    workspace.image(ids[3]).write_bytes(b"no picture")
    index = works_index(workspace, ids, many=1)
    assert sorted(index.ids) == [*ids[:3], *ids[4:]]


def test_without_its_cells_the_index_is_built_anew(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 12)
    works_index(workspace, ids, many=1)
    next(workspace.index.glob("cells-*")).unlink()
    index = works_index(workspace, ids, many=1)
    assert [first_of(index, workspace, image_id) for image_id in ids] == ids


def test_works_in_several_stages_and_pieces_are_searched_as_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(compact_index, "STAGE", 7)
    workspace, ids = drawn(tmp_path, 25)
    index = works_index(workspace, ids, many=1)
    assert sorted(index.ids) == ids
    assert [first_of(index, workspace, image_id) for image_id in ids] == ids


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")
def test_killed_ten_times_it_goes_on_and_is_whole(tmp_path: Path) -> None:
    workspace, ids = drawn(tmp_path, 40)
    program = (
        "import sys; from artlib.indexing import building, compact_index; from artlib.workspace import Workspace\n"
        "building.WORKS_A_SHARD, compact_index.STAGE = 2, 6\n"
        "w = Workspace(sys.argv[1]); compact_index.works_index(w, sys.argv[2:], many=1)"
    )
    for seconds in np.linspace(0.8, 2.6, 10):
        process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path), *ids], stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    index = works_index(workspace, ids, many=1)
    assert sorted(index.ids) == ids
    assert [first_of(index, workspace, image_id) for image_id in ids] == ids


def test_a_number_holds_work_angle_and_size() -> None:
    works, angles, octaves = unpacked(np.array([[(123_456_789 << 16) | (64 << 8) | 64, -1]]))
    assert (works.tolist(), angles[0, 0], octaves[0, 0]) == ([[123_456_789, -1]], 90, 2)


def copied(workspace: Workspace, root: Path) -> Workspace:
    """The same pictures in a workspace of their own, without an index."""
    for picture in workspace.images.glob("*.jpg"):
        Workspace(root).images.mkdir(parents=True, exist_ok=True)
        Workspace(root).image(picture.stem).write_bytes(picture.read_bytes())
    return Workspace(root)
