"""The known works: those nearest to a picture in style."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawing import write
from PIL import Image

from artlib.collect import folder
from artlib.recogniser.known_works import KnownWorks
from artlib.workspace import Workspace
from artlib.workspace.decisions import record
from artlib.workspace.set_apart import read_set_apart

# three works in the plane, at 0, 90 and 180 degrees around their mean, and one that the model has not seen
SEEN = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [-1.0, 0.0], "d": [0.0, -1.0]}


@pytest.fixture
def works(tmp_path: Path) -> KnownWorks:
    rows = [
        {
            "id": work,
            "artist": work.upper(),
            "path": f"originals/{work}.jpg",
            "source": "a museum",
            "source_url": f"https://example.org/{work}",
            "licence": "CC0",
        }
        for work in (*SEEN, "unseen")
    ]
    return KnownWorks(Workspace(tmp_path), pd.DataFrame(rows), {work: np.array(at) for work, at in SEEN.items()})


def test_the_nearest_three_come_nearest_first(works: KnownWorks) -> None:
    nearest = works.nearest(np.array([[1.0, 0.4]]))[0]
    assert [work.id for work in nearest] == ["a", "b", "d"]


def test_the_distance_is_1_less_the_cosine_around_the_mean_of_all_works(works: KnownWorks) -> None:
    nearest = works.nearest(np.array([[5.0, 0.0]]))[0]
    assert [work.distance for work in nearest] == pytest.approx([0, 1, 1], abs=1e-6)


def test_a_work_comes_with_where_it_is_from(works: KnownWorks) -> None:
    nearest = works.nearest(np.array([[1.0, 0.0]]))[0]
    work = nearest[0]
    assert (work.artist, work.source, work.source_url, work.licence, work.path) == (
        "A",
        "a museum",
        "https://example.org/a",
        "CC0",
        "originals/a.jpg",
    )


def test_a_work_that_the_model_has_not_seen_is_near_nothing(works: KnownWorks) -> None:
    nearest = works.nearest(np.array([[1.0, 0.0]]))[0]
    assert "unseen" not in [work.id for work in nearest]


def test_nothing_is_near_where_no_work_is_known(tmp_path: Path) -> None:
    nobody = KnownWorks(Workspace(tmp_path), pd.DataFrame(columns=["id"]), {})
    assert nobody.nearest(np.array([[1.0, 0.0]])) == [[]]


def test_instead_of_a_small_copy_the_full_picture_is_named(works: KnownWorks) -> None:
    catalog, embeddings = pd.DataFrame(works._rows), {work: np.array(at) for work, at in SEEN.items()}
    known = KnownWorks(works._workspace, catalog, embeddings, {"b": "a"})
    assert known.nearest(np.array([[0.0, 1.0]]))[0][0].id == "a"


def test_a_blank_picture_that_was_set_apart_is_no_known_work(workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / "blank.png", Image.new("RGB", (300, 200), "white"))
    folder(workspace, photos)
    assert len(KnownWorks.read(workspace, {}).ids) == 6
    record(workspace, read_set_apart(workspace)["id"][0], "keep")
    assert len(KnownWorks.read(workspace, {}).ids) == 7
