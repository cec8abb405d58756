"""The known works: those nearest to a picture, and the one it copies."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawing import write
from PIL import Image

from artlib.collect import folder
from artlib.recogniser.known_works import KnownWorks
from artlib.similarity.copies import is_copy
from artlib.workspace import Workspace
from artlib.workspace.decisions import record
from artlib.workspace.set_apart import read_set_apart

# three works in the plane, at 0, 90 and 180 degrees around their mean, and one that the model has not seen
SEEN = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [-1.0, 0.0], "d": [0.0, -1.0]}
HASHES = {"a": 0x0, "b": 0xFF, "c": 0xFFFF, "d": 0xFFFFFF, "unseen": 0xFFFFFFFF}
FAR = np.full((1, 8), 0xFFFFFFFFFFFFFFFF, np.uint64)


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
            "phash": f"{bits:016x}",
        }
        for work, bits in HASHES.items()
    ]
    return KnownWorks(Workspace(tmp_path), pd.DataFrame(rows), {work: np.array(at) for work, at in SEEN.items()})


def hashes(*bits: int) -> np.ndarray:
    """Fingerprints of the eight orientations, all far from every work but those given."""
    return np.array([[*bits, *[0xFFFFFFFFFFFFFFFF] * (8 - len(bits))]], np.uint64)


def test_the_nearest_three_come_nearest_first(works: KnownWorks) -> None:
    nearest, _ = works.near(np.array([[1.0, 0.4]]), FAR)[0]
    assert [work.id for work in nearest] == ["a", "b", "d"]


def test_the_distance_is_1_less_the_cosine_around_the_mean_of_all_works(works: KnownWorks) -> None:
    nearest, _ = works.near(np.array([[5.0, 0.0]]), FAR)[0]
    assert [work.distance for work in nearest] == pytest.approx([0, 1, 1], abs=1e-6)


def test_a_work_comes_with_where_it_is_from(works: KnownWorks) -> None:
    nearest, _ = works.near(np.array([[1.0, 0.0]]), FAR)[0]
    work = nearest[0]
    assert (work.artist, work.source, work.source_url, work.licence, work.path) == (
        "A",
        "a museum",
        "https://example.org/a",
        "CC0",
        "originals/a.jpg",
    )


def test_a_work_that_the_model_has_not_seen_is_known_by_its_fingerprint(works: KnownWorks) -> None:
    nearest, copied = works.near(np.array([[1.0, 0.0]]), hashes(HASHES["unseen"] ^ 1))[0]
    assert copied is not None and (copied.id, copied.bits) == ("unseen", 1) and np.isnan(copied.distance)
    assert "unseen" not in [work.id for work in nearest]


def test_any_orientation_can_be_the_copy(works: KnownWorks) -> None:
    _, copied = works.near(np.array([[1.0, 0.0]]), hashes(0xAAAAAAAAAAAAAAAA, HASHES["c"] ^ 0b111))[0]
    assert copied is not None and (copied.id, copied.bits) == ("c", 3)


def test_of_two_works_the_one_whose_fingerprint_agrees_best_is_copied(works: KnownWorks) -> None:
    between = HASHES["a"] ^ 0b1111  # four bits from a, four from b
    _, copied = works.near(np.array([[1.0, 0.0]]), hashes(between, HASHES["b"] ^ 0b11))[0]
    assert copied is not None and copied.id == "b"


def test_nothing_is_near_where_no_work_is_known(tmp_path: Path) -> None:
    nobody = KnownWorks(Workspace(tmp_path), pd.DataFrame(columns=["id", "phash"]), {})
    assert nobody.near(np.array([[1.0, 0.0]]), FAR) == [([], None)]


@pytest.mark.parametrize(
    ("bits", "cosine", "copied"),
    [
        (0, -1, True),
        (4, 0, True),
        (5, 0.84, False),
        (5, 0.86, True),
        (12, 0.86, True),
        (13, 1, False),
        (5, np.nan, False),
    ],
)
def test_a_copy_agrees_by_fingerprint_alone_or_roughly_and_by_embedding(bits: int, cosine: float, copied: bool) -> None:
    assert bool(is_copy(np.array(bits), np.array(cosine))) == copied


def test_a_copy_of_a_small_copy_names_the_full_picture(works: KnownWorks) -> None:
    catalog, embeddings = pd.DataFrame(works._rows), {work: np.array(at) for work, at in SEEN.items()}
    known = KnownWorks(works._workspace, catalog, embeddings, {"unseen": "a"})
    _, copied = known.near(np.array([[0.0, 1.0]]), hashes(HASHES["unseen"]))[0]
    assert (copied.id, copied.bits) == ("a", 0)


def test_a_blank_picture_that_was_set_apart_is_no_known_work(workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / "blank.png", Image.new("RGB", (300, 200), "white"))
    folder(workspace, photos)
    assert len(KnownWorks.read(workspace, {}).ids) == 6
    record(workspace, read_set_apart(workspace)["id"][0], "keep")
    assert len(KnownWorks.read(workspace, {}).ids) == 7
