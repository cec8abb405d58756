"""The index of works: the works that share keypoints with a picture come first."""

import numpy as np
import pytest
from drawing import scene
from PIL import ImageOps
from works import with_works, work

from artlib.indexing.building import keypoints_of_work
from artlib.indexing.works_index import WorksIndex
from artlib.similarity.keypoints import Keypoints
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough


def forms(number: int, mirrored: bool = False) -> list[Keypoints]:
    picture = scene(number, (320, 240))
    keypoints = keypoints_of_work(np.asarray((ImageOps.mirror(picture) if mirrored else picture).convert("L")))
    return [keypoints, keypoints.mirrored()]


def first(index: WorksIndex, number: int, mirrored: bool = False) -> tuple[str, int]:
    best = index.candidates(forms(number, mirrored), 5)[0]
    return index.ids[best.work], best.form


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_right_work_comes_first_in_the_right_form(mirrored: bool, workspace: Workspace) -> None:
    index = WorksIndex(workspace, with_works(workspace, range(12)))
    assert [first(index, number, mirrored) for number in range(12)] == [(work(each), mirrored) for each in range(12)]


def test_a_work_that_left_is_not_found(workspace: Workspace) -> None:
    ids = with_works(workspace, range(6))
    WorksIndex(workspace, ids)
    index = WorksIndex(workspace, ids[1:])
    found = [index.ids[each.work] for each in index.candidates(forms(0), 20)]
    assert ids[0] not in found
    assert first(index, 1) == (ids[1], 0)


def test_a_work_that_is_new_is_found(workspace: Workspace) -> None:
    ids = with_works(workspace, range(6))
    WorksIndex(workspace, ids)
    index = WorksIndex(workspace, [*ids, *with_works(workspace, [6])])
    assert first(index, 6) == (work(6), 0)


def test_an_index_without_works_finds_nothing(workspace: Workspace) -> None:
    assert WorksIndex(workspace, []).candidates(forms(0), 5) == []


def test_a_picture_without_keypoints_finds_nothing(workspace: Workspace) -> None:
    index = WorksIndex(workspace, with_works(workspace, range(2)))
    nothing = keypoints_of_work(np.zeros((90, 120), np.uint8))
    assert index.candidates([nothing, nothing.mirrored()], 5) == []


def test_the_picture_of_a_work_is_read_as_it_was_indexed(workspace: Workspace) -> None:
    index = WorksIndex(workspace, with_works(workspace, [3]))
    assert index.grey(0).shape == (240, 320) and index.is_wanted(0)
