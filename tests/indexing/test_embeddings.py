"""Embeddings: the nearest works, by NumPy alone or by LanceDB, through one interface."""

import builtins
from pathlib import Path

import numpy as np
import pytest

from artlib.errors import ArgumentError, ArtlibError
from artlib.indexing import embeddings as module
from artlib.indexing.embedding_places import open_embeddings
from artlib.indexing.embeddings import EmbeddingIndex

WIDTH = 32
IDS = [f"{number:016x}" for number in range(300)]


def vectors(seed: int = 0, count: int = len(IDS)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32)


@pytest.fixture(params=["numpy", "folder", "file address", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> EmbeddingIndex:
    if request.param != "numpy":
        pytest.importorskip("lancedb")
    places = {
        "numpy": tmp_path / "embeddings.npy",
        "folder": tmp_path / "table",
        "file address": f"{(tmp_path / 'table').as_uri()}",
        "memory": f"memory://{tmp_path.name}",
    }
    return open_embeddings(places[request.param])


def test_nothing_is_found_where_nothing_is(index: EmbeddingIndex) -> None:
    assert (len(index), index.candidates(vectors(count=2), 3)) == (0, [[], []])


def test_a_work_is_nearest_to_itself_and_the_order_is_that_of_the_cosines(index: EmbeddingIndex) -> None:
    works = vectors()
    index.add(IDS, works * 7)  # length does not matter
    asked = works[5:8] + 0.3 * vectors(1)[5:8]
    cosines = asked @ (works / np.linalg.norm(works, axis=1, keepdims=True)).T
    expected = [[IDS[row] for row in order[:4]] for order in np.argsort(-cosines, axis=1)]
    assert index.candidates(asked, 4) == expected
    assert [line[0] for line in expected] == IDS[5:8]


def test_a_work_that_is_added_again_is_replaced(index: EmbeddingIndex) -> None:
    works = vectors()
    index.add(IDS, works)
    index.add(IDS[:2], works[[1, 0]])
    assert len(index) == len(IDS)
    assert index.candidates(works[:2], 1) == [[IDS[1]], [IDS[0]]]


def test_a_work_that_is_removed_is_not_found(index: EmbeddingIndex) -> None:
    works = vectors()
    index.add(IDS, works)
    index.remove([IDS[3], "not there", "it's quoted"])
    assert len(index) == len(IDS) - 1
    assert index.candidates(works[3:4], 1) != [[IDS[3]]]


def test_nothing_is_removed_where_nothing_is(index: EmbeddingIndex) -> None:
    index.remove(IDS[:1])
    assert len(index) == 0


def test_more_than_there_are_can_be_asked_for(index: EmbeddingIndex) -> None:
    index.add(IDS[:3], vectors()[:3])
    assert sorted(index.candidates(vectors()[:1], 10)[0]) == IDS[:3]


def test_embeddings_of_another_network_are_refused(index: EmbeddingIndex) -> None:
    index.add(IDS, vectors())
    for refused in (lambda: index.add(["x"], np.ones((1, 8))), lambda: index.candidates(np.ones((1, 8)), 1)):
        with pytest.raises(ArgumentError, match=r"8 numbers .* have 32"):
            refused()


@pytest.mark.parametrize("wrong", [np.ones(WIDTH), np.ones((2, WIDTH)), np.full((1, WIDTH), np.nan)])
def test_what_is_no_row_of_numbers_a_work_is_refused(index: EmbeddingIndex, wrong: np.ndarray) -> None:
    with pytest.raises(ArgumentError, match="one row of finite numbers a work"):
        index.add(["one"], wrong)


@pytest.mark.parametrize("name", ["embeddings.npy", "table"])
def test_what_was_added_is_there_when_it_is_opened_again(tmp_path: Path, name: str) -> None:
    if name == "table":
        pytest.importorskip("lancedb")
    open_embeddings(tmp_path / name).add(IDS, vectors())
    assert open_embeddings(tmp_path / name).candidates(vectors()[9:10], 1) == [[IDS[9]]]


def test_works_in_many_blocks_are_compared_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_embeddings(tmp_path / "embeddings.npy")
    index.add(IDS, vectors())
    expected = index.candidates(vectors(2, 5), 7)
    monkeypatch.setattr(module, "ROWS", 11)
    assert index.candidates(vectors(2, 5), 7) == expected


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "embeddings.npy").write_bytes(b"damaged")
    with pytest.raises(ArtlibError, match=r"embeddings.npy is damaged .* Delete it"):
        len(open_embeddings(tmp_path / "embeddings.npy"))


def test_without_lancedb_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest, **more):
        if name.partition(".")[0] == "lancedb":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ArtlibError, match=r'pip install "artlib\[scale\]"'):
        open_embeddings(tmp_path / "table")


def test_a_store_that_cant_be_opened_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lancedb")
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ArtlibError, match=r"az://container/index can't be opened .* Check the address"):
        open_embeddings("az://container/index")


def test_many_works_get_an_index_and_are_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lancedb")
    from artlib.indexing import lance

    monkeypatch.setattr(lance, "INDEXED", 2000)
    monkeypatch.setattr(lance, "UNINDEXED", 100)
    index = open_embeddings(tmp_path / "table")
    works, ids = vectors(3, 3000), [f"{number:016x}" for number in range(3000)]
    index.add(ids[:2500], works[:2500])
    index.add(ids[2500:], works[2500:])  # into the index that is there
    found = index.candidates(works[::100], 1)
    assert np.mean([line == [ids[row * 100]] for row, line in enumerate(found)]) >= 0.95
