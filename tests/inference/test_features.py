"""Frozen features: computed once, kept on disk, and never mixed up."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import Hostile, copy_of

from artlib.backbones import BACKBONES
from artlib.backbones.efficientnet_lite import LITE0 as LITE0_NETWORK
from artlib.inference import features
from artlib.inference.engine import AGREEMENT, smallest_cosine
from artlib.inference.features import frozen_features, last_level
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog

LITE0 = BACKBONES["efficientnet_lite0"]
SIDE = 64


@pytest.fixture
def workspace(collected: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(collected, tmp_path / "data")


def ids_of(workspace: Workspace, count: int = 6) -> list[str]:
    return read_catalog(workspace)["id"].tolist()[:count]


def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was run")

    monkeypatch.setattr(features, "_engine", refuse)


def blank(pictures: np.ndarray) -> np.ndarray:
    """The features that a network without layers would give."""
    return np.zeros((len(pictures), 8), np.float32)


def files(workspace: Workspace) -> list[Path]:
    return sorted(workspace.features.glob("*.npz"))


def test_each_stage_but_the_first_gives_its_channels(workspace: Workspace) -> None:
    found = frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    assert (found.shape, found.dtype) == ((6, 16 + 24 + 40 + 80 + 112 + 192 + 320 + 1280), np.float32)
    assert last_level(found, LITE0).shape == (6, 1280)


def test_they_are_computed_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    no_network(monkeypatch)
    assert (frozen_features(workspace, ids_of(workspace), LITE0, SIDE) == first).all()


def test_only_what_is_new_is_computed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen_features(workspace, ids_of(workspace, 4), LITE0, SIDE)
    seen, compute = [], features._compute
    monkeypatch.setattr(features, "_compute", lambda *given: seen.extend(given[2]) or compute(*given))
    frozen_features(workspace, ids_of(workspace, 6), LITE0, SIDE)
    assert seen == [4, 5]


def test_what_comes_later_leaves_earlier_files_as_they_are(workspace: Workspace) -> None:
    frozen_features(workspace, ids_of(workspace, 4), LITE0, SIDE)
    (first,) = files(workspace)
    before = first.read_bytes()
    frozen_features(workspace, ids_of(workspace, 6), LITE0, SIDE)
    assert len(files(workspace)) == 2 and first.read_bytes() == before


def test_the_file_of_an_earlier_artlib_is_still_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It held all features of a view, and its name had no key."""
    first = frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    (path,) = files(workspace)
    path.rename(path.with_name(path.name.rpartition("-")[0] + ".npz"))
    no_network(monkeypatch)
    assert (frozen_features(workspace, ids_of(workspace), LITE0, SIDE) == first).all()


def test_of_two_commands_at_the_same_time_neither_loses_what_it_computed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one computes all pictures while this one has read what is there and computes the first half."""
    ids, compute = ids_of(workspace), features._compute

    def meanwhile(*given):
        with monkeypatch.context() as patch:
            patch.setattr(features, "_compute", compute)
            frozen_features(workspace, ids[3:], LITE0, SIDE)
        return compute(*given)

    with monkeypatch.context() as patch:
        patch.setattr(features, "_compute", meanwhile)
        frozen_features(workspace, ids[:3], LITE0, SIDE)
    no_network(monkeypatch)
    assert len(frozen_features(workspace, ids, LITE0, SIDE)) == len(ids)


def test_of_some_rows_only_these_are_computed_though_all_are_prepared(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, rows = ids_of(workspace), np.array([4, 1])
    some = frozen_features(workspace, ids, LITE0, SIDE, rows=rows)
    with np.load(files(workspace)[0]) as file:
        assert file["ids"].tolist() == [ids[4], ids[1]]
    (pixels,) = workspace.features.glob("pixels-*.npy")
    assert len(np.load(pixels, mmap_mode="r")) == len(ids)
    monkeypatch.setattr(features, "_read", lambda *_: {})
    whole = frozen_features(workspace, ids, LITE0, SIDE)
    # bfloat16 may round differently in a batch of another size
    assert smallest_cosine(some, whole[rows]) >= AGREEMENT > smallest_cosine(some, whole[rows[::-1]])


def test_they_come_in_the_order_asked_for(workspace: Workspace) -> None:
    ids = ids_of(workspace)
    forwards, backwards = (frozen_features(workspace, order, LITE0, SIDE) for order in (ids, ids[::-1]))
    assert (forwards == backwards[::-1]).all()


def test_they_are_float16_on_disk(workspace: Workspace) -> None:
    frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    with np.load(files(workspace)[0]) as file:
        assert file["features"].dtype == np.float16


def test_views_sizes_and_weights_have_files_of_their_own(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "_engine", lambda *_: blank)
    other = tmp_path / "other.pth"
    shutil.copy(LITE0_NETWORK.find_weights(), other)
    with other.open("ab") as file:
        file.write(b"\0")
    ids = ids_of(workspace, 2)
    frozen_features(workspace, ids, LITE0, SIDE)
    frozen_features(workspace, ids, LITE0, SIDE, view="mirrored")
    frozen_features(workspace, ids, LITE0, 96)
    frozen_features(workspace, ids, LITE0, SIDE, weights=other)
    assert len(files(workspace)) == 4


def test_a_mirrored_picture_is_another_view(workspace: Workspace) -> None:
    whole, mirrored = (frozen_features(workspace, ids_of(workspace), LITE0, SIDE, view=v) for v in features.VIEWS)
    assert not np.allclose(whole, mirrored)


def test_an_unknown_view_names_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="whole, mirrored. Received: view='turned'"):
        frozen_features(workspace, ids_of(workspace), LITE0, SIDE, view="turned")


def test_what_was_finished_before_a_kill_is_not_computed_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "SAVED_EVERY", 2)
    compute, done = features._compute, []

    def killed_at_the_third(*given):
        done.append(given[2])
        if len(done) == 3:
            raise KeyboardInterrupt
        return compute(*given)

    monkeypatch.setattr(features, "_compute", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    frozen_features(workspace, ids_of(workspace), LITE0, SIDE)
    assert done == [[0, 1], [2, 3], [4, 5], [4, 5]]


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_made_again(damage: bytes, workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    first = frozen_features(workspace, ids_of(workspace, 2), LITE0, SIDE)
    files(workspace)[0].write_bytes(damage)
    assert smallest_cosine(frozen_features(workspace, ids_of(workspace, 2), LITE0, SIDE), first) >= AGREEMENT
    assert "its features are computed again" in capsys.readouterr().err


def test_code_that_is_hidden_in_a_file_is_not_run(workspace: Workspace, tmp_path: Path) -> None:
    ids = ids_of(workspace, 2)
    frozen_features(workspace, ids, LITE0, SIDE)
    hostile = np.array([Hostile(tmp_path / "ran")], dtype=object)
    np.savez(files(workspace)[0], ids=hostile, features=hostile)
    (pixels,) = workspace.features.glob("pixels-*.npy")
    np.save(pixels, hostile)
    assert len(frozen_features(workspace, ids, LITE0, SIDE)) == 2
    assert not (tmp_path / "ran").exists()


def test_the_views_of_one_network_are_seen_by_one_engine(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(features, "frozen_network", lambda *_: None)
    monkeypatch.setattr(features, "Engine", lambda network: made.append(network) or blank)
    features._engine.cache_clear()
    for view in features.VIEWS:
        frozen_features(workspace, ids_of(workspace, 2), LITE0, SIDE, view=view)
    features._engine.cache_clear()
    assert len(made) == 1
