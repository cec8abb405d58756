"""Pairs: works that show the same or share a part are found once, kept, and found again without looking."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable

import numpy as np
import pytest
from drawing import scene, write
from PIL import Image, ImageOps
from works import with_works, work

from artlib.indexing import pairs
from artlib.indexing.groups_of_works import group_works
from artlib.indexing.pairs import NAME, Pair, find_pairs
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough

CROP, MIRROR, FRAMED = "c" * 16, "d" * 16, "e" * 16


def cropped() -> Image.Image:
    return scene(0, (320, 240)).crop((60, 40, 250, 190)).resize((380, 300))


def framed() -> Image.Image:
    """Another picture in the frame that a work has: only what is near the edge is the same."""
    picture = scene(2, (320, 240))
    picture.paste(scene(50, (264, 190)), (28, 25))
    return picture


@pytest.fixture
def copies(workspace: Workspace) -> list[str]:
    """Eight works, a crop of the first, the second mirrored, and the third's frame around something else."""
    ids = with_works(workspace, range(8))
    write(workspace.image(CROP), cropped())
    write(workspace.image(MIRROR), ImageOps.mirror(scene(1, (320, 240))))
    write(workspace.image(FRAMED), framed())
    return [*ids, CROP, MIRROR, FRAMED]


def verdicts(found: Iterable[Pair]) -> dict[tuple[str, str], str]:
    return {(pair.one, pair.other): pair.verdict for pair in found}


ALL = {(work(0), CROP): "copy", (work(1), MIRROR): "copy", (work(2), FRAMED): "part"}


def test_crops_mirrored_works_and_shared_parts_are_pairs(workspace: Workspace, copies: list[str]) -> None:
    found = find_pairs(workspace, copies)
    assert verdicts(found) == ALL
    assert {pair.other for pair in found if pair.mirrored} == {MIRROR}
    assert all(pair.inliers >= 6 and 0 <= pair.share <= 1 for pair in found)


def test_a_shared_part_does_not_join_and_a_copy_does(workspace: Workspace, copies: list[str]) -> None:
    generator = np.random.default_rng(0)
    hashes = generator.integers(0, 2**63, (len(copies), 8), np.uint64)
    groups, same, shared = group_works(workspace, copies, hashes, generator.normal(size=(len(copies), 500)))
    place = {image_id: row for row, image_id in enumerate(copies)}
    assert groups[place[work(0)]] == groups[place[CROP]] and groups[place[work(1)]] == groups[place[MIRROR]]
    assert len(set(groups.tolist())) == len(copies) - 2
    assert {tuple(sorted(pair)) for pair in shared.tolist()} == {(place[work(2)], place[FRAMED])}
    assert len(same) == 2


def test_the_order_of_the_works_does_not_matter(workspace: Workspace, copies: list[str]) -> None:
    first = find_pairs(workspace, copies)
    (workspace.index / NAME).unlink()
    assert find_pairs(workspace, copies[::-1]) == first


def test_a_new_work_is_compared_with_all_and_the_old_ones_are_left_alone(
    workspace: Workspace, copies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find_pairs(workspace, copies[:-3])
    searched: list[int] = []
    one_by_one = pairs._Search.pairs_of

    def watched(self: pairs._Search, number: int) -> list[Pair]:
        searched.append(number)
        return one_by_one(self, number)

    monkeypatch.setattr(pairs._Search, "pairs_of", watched)
    assert verdicts(find_pairs(workspace, copies)) == ALL
    assert len(searched) == 3
    assert verdicts(find_pairs(workspace, copies)) == ALL
    assert len(searched) == 3


def test_works_that_left_are_in_no_pair(workspace: Workspace, copies: list[str]) -> None:
    find_pairs(workspace, copies)
    assert verdicts(find_pairs(workspace, [each for each in copies if each != CROP])) == {
        pair: verdict for pair, verdict in ALL.items() if CROP not in pair
    }


def test_a_work_that_comes_back_is_compared_with_those_that_came_meanwhile(
    workspace: Workspace, copies: list[str]
) -> None:
    without_crop = [each for each in copies if each != CROP]
    find_pairs(workspace, [each for each in copies if each != work(0)])
    find_pairs(workspace, without_crop)  # the original comes while its crop is away
    assert verdicts(find_pairs(workspace, copies)) == ALL


def test_a_table_of_another_version_is_removed(workspace: Workspace, copies: list[str]) -> None:
    workspace.index.mkdir(parents=True)
    old = workspace.index / "pairs-v0.9.csv"
    old.write_text("one,other\n", encoding="utf-8")
    assert verdicts(find_pairs(workspace, copies)) == ALL
    assert not old.exists()


HEADER = b"one,other,verdict,inliers,share,mirrored\n"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\n", HEADER + b"x,y\n"])
def test_a_damaged_table_is_made_again(content: bytes, workspace: Workspace, copies: list[str]) -> None:
    workspace.index.mkdir(parents=True)
    (workspace.index / NAME).write_bytes(content)
    assert verdicts(find_pairs(workspace, copies)) == ALL
    assert verdicts(find_pairs(workspace, copies)) == ALL


def test_a_torn_end_costs_the_last_works_only(workspace: Workspace, copies: list[str]) -> None:
    find_pairs(workspace, copies)
    table = workspace.index / NAME
    table.write_bytes(table.read_bytes()[:-40])
    assert verdicts(find_pairs(workspace, copies)) == ALL


def test_a_work_without_a_readable_picture_is_in_no_pair(workspace: Workspace, copies: list[str]) -> None:
    workspace.image(CROP).write_bytes(b"no picture")
    assert CROP not in {each for pair in verdicts(find_pairs(workspace, copies)) for each in pair}


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_table_from_which_it_goes_on(workspace: Workspace) -> None:
    ids = with_works(workspace, range(40))
    write(workspace.image(CROP), cropped())
    ids.append(CROP)
    code = (
        "import sys; from artlib.indexing import pairs; from artlib.workspace import Workspace;"
        "pairs.WORKS_A_PART = 2; print('ready', flush=True); pairs.find_pairs(Workspace(sys.argv[1]), sys.argv[2:])"
    )
    for seconds in (0.5, 0.7, 0.9):
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
    assert verdicts(find_pairs(workspace, ids)) == {(work(0), CROP): "copy"}
