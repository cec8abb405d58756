"""A saved network: what was prepared for this machine answers like it, without TensorFlow, and for no other one."""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of
from drawing import photo, write
from learned_model import change_metadata
from scipy.special import softmax

from artlib.inference import openvino
from artlib.inference.pixels import resize_to_square
from artlib.prediction.predictor import predictor
from artlib.recogniser import files, head, runner, saved_network
from artlib.recogniser.files import ModelError, save_model
from artlib.recogniser.head import Head
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import Workspace, paths

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("openvino") is None, reason="needs openvino"),  # artlib must be the first to import it
]

PREDICT = """
import sys, artlib
verdict = artlib.predict({picture!r}, {root!r})
print({{"tensorflow", "keras"}} & set(sys.modules), verdict.artist, verdict.probability, sep="|")
"""


@pytest.fixture(scope="module")
def prepared(untrained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose network was prepared for this machine; only to be read."""
    workspace = copy_of(untrained, tmp_path_factory.mktemp("prepared") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ARTLIB_ENGINE", raising=False)
        patch.setattr(runner, "WORTH_AN_ENGINE", 1)
        TrainedModel(workspace).recogniser(pictures(), progress=False)
    assert (workspace.engine() / "engine.json").exists()
    return workspace


@pytest.fixture
def own(prepared: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same, to be written."""
    monkeypatch.delenv("ARTLIB_ENGINE", raising=False)
    return copy_of(prepared, tmp_path / "data")


def pictures() -> np.ndarray:
    return np.stack([resize_to_square(photo(seed), 82) for seed in range(8)])


@pytest.fixture
def without_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    """model.keras can't be loaded."""

    def load(*_) -> None:
        raise AssertionError("model.keras was loaded")

    monkeypatch.setattr(files, "load_network", load)


def predicted(workspace: Workspace, picture: Path) -> tuple[str, str, float]:
    """Which heavy libraries another process loads to predict a picture, and the artist and probability."""
    code = PREDICT.format(picture=str(picture), root=str(workspace.root))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, artist, probability = done.stdout.strip().split("|")
    return loaded, artist, float(probability)


def test_a_prepared_model_predicts_without_tensorflow_and_answers_as_with_it(own: Workspace, tmp_path: Path) -> None:
    picture = write(tmp_path / "one.png", photo(3))
    loaded, artist, probability = predicted(own, picture)
    (own.engine() / "engine.json").unlink()
    loaded_now, artist_now, probability_now = predicted(own, picture)
    assert (loaded, artist) == ("set()", artist_now)
    assert "keras" in loaded_now
    assert probability == pytest.approx(probability_now, abs=0.02)


@pytest.mark.usefixtures("without_loading")
def test_a_prepared_model_is_not_loaded(own: Workspace) -> None:
    assert len(TrainedModel(own).recogniser(pictures(), progress=False)) == 8


def test_the_second_program_that_asks_about_a_picture_prepares_the_network(own: Workspace) -> None:
    for name in ("engine.json", "network.xml", "network.bin", "head.npz"):
        (own.engine() / name).unlink()
    for times, prepared in ((1, False), (2, True)):
        TrainedModel(own).recogniser(pictures()[:1], progress=False)
        assert (own.engine() / "engine.json").exists() is prepared, times


@pytest.mark.parametrize(("installed", "gpu"), [(False, False), (True, True)])
def test_what_cannot_be_kept_is_not_prepared_for_a_few_pictures(
    installed: bool, gpu: bool, own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own.engine() / "engine.json").unlink()
    monkeypatch.setattr(openvino, "is_installed", lambda: installed)
    monkeypatch.setattr(saved_network, "has_gpu", lambda: gpu)
    recogniser = TrainedModel(own).recogniser
    recogniser(pictures()[:1], progress=False)
    assert recogniser._engine.name == ""


@pytest.mark.usefixtures("without_loading")
def test_what_is_prepared_does_not_answer_for_a_damaged_model(own: Workspace) -> None:
    path = own.model() / "model.keras"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=r"model\.keras is damaged.*Train again"):
        _ = TrainedModel(own).recogniser


def test_what_is_prepared_does_not_answer_for_a_model_that_was_trained_again(own: Workspace) -> None:
    network, metadata = TrainedModel(own).network, TrainedModel(own).metadata
    network.get_layer("artists").bias.assign([0.0, 50.0, 0.0])
    save_model(own.model(), network, metadata)
    outputs = TrainedModel(own).recogniser(pictures(), progress=False)
    assert set(outputs.logits.argmax(axis=1)) == {1}


def test_no_heat_map_is_taken_from_a_model_that_was_written_after_the_answer(own: Workspace, tmp_path: Path) -> None:
    picture = write(tmp_path / "one.png", photo(3))
    asked = predictor(own)
    asked.verdict(picture)
    network, metadata = TrainedModel(own).network, TrainedModel(own).metadata
    network.get_layer("artists").bias.assign([0.0, 50.0, 0.0])
    save_model(own.model(), network, metadata)
    with pytest.raises(ModelError, match="was trained again"):
        asked.verdict(picture, heat_map=True)


def test_threads_that_share_it_get_the_answers_of_one(own: Workspace) -> None:
    recogniser, pixels = TrainedModel(own).recogniser, pictures()
    alone = [recogniser(pixels[[row]], progress=False).logits for row in range(len(pixels))] * 6
    with ThreadPoolExecutor(6) as pool:
        together = pool.map(lambda row: recogniser(pixels[[row % 8]], progress=False).logits, range(len(alone)))
    assert np.array_equal(np.concatenate(alone), np.concatenate(list(together)))


def test_where_it_cannot_be_kept_it_is_said_and_it_answers(
    own: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "WORTH_AN_ENGINE", 1)
    shutil.rmtree(own.engine())
    own.engine().write_text("a file in its place")
    assert len(TrainedModel(own).recogniser(pictures(), progress=False)) == 8
    assert "The prepared network can't be kept in" in capsys.readouterr().err


def test_what_the_owner_of_a_closed_workspace_prepares_is_taken_over(
    own: Workspace, prepared: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(paths, "can_be_written", lambda path: not path.is_relative_to(own.root))
    shutil.rmtree(own.model() / "engine")
    _ = TrainedModel(own).recogniser
    assert {path.name for path in own.engine().iterdir()} == {"head.npz"}
    shutil.copytree(prepared.engine(), own.model() / "engine")
    for folder in (own.model() / "engine", *(own.model() / "engine").iterdir()):
        folder.chmod(0o555)
    assert (own.engine() / "engine.json").exists() and own.engine().is_relative_to(tmp_path / f"artlib-{os.getuid()}")
    assert (own.engine() / "engine.json").stat().st_mode & 0o200


def test_a_kept_head_of_another_size_of_pictures_does_not_fit(own: Workspace) -> None:
    kept = Head.of(TrainedModel(own).network)
    assert kept.fits(64, 3)
    assert not kept.fits(224, 3) and not kept.fits(64, 4)


def test_an_earlier_model_without_a_hash_is_loaded_and_checked(
    own: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    change_metadata(own, model_hash="", checks={})
    model = TrainedModel(own)
    _ = model.recogniser
    assert "network" in vars(model)
    assert "kept no hash of it" in capsys.readouterr().err


def test_a_kept_head_of_another_number_of_artists_is_not_taken(own: Workspace) -> None:
    path = own.model() / "artist_model.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["class_names"].pop()
    path.write_text(json.dumps(content | {"checks": {}}), encoding="utf-8")  # as before metadata were checked
    with pytest.raises(ModelError, match="by image_size and class_names"):
        _ = TrainedModel(own).recogniser


@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda _: b"", lambda _: b"no arrays"])
def test_a_damaged_head_is_made_again_and_said_so(damage, own: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    path = own.engine() / "head.npz"
    whole = TrainedModel(own).recogniser(pictures(), progress=False)
    path.write_bytes(damage(path.read_bytes()))
    again = TrainedModel(own).recogniser(pictures(), progress=False)
    assert np.array_equal(again.logits, whole.logits)
    assert f"{path} is damaged" in capsys.readouterr().err
    assert Head.kept(own.engine(), TrainedModel(own).model_hash)


def test_on_a_full_disk_it_answers_all_the_same(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (own.engine() / "head.npz").unlink()
    monkeypatch.setattr(head, "write_arrays", full)
    assert len(TrainedModel(own).recogniser(pictures(), progress=False)) == 8


def test_the_head_computes_what_the_model_does(own: Workspace) -> None:
    model = TrainedModel(own).network
    features = np.random.default_rng(0).normal(size=(5, model.get_layer("pooled").output.shape[-1])).astype(np.float32)
    given = Head.of(model)
    logits = given.logits(given.embeddings(features))
    layers = [layer for layer in model.layers if layer.name in ("standardised", "artists")]
    expected = np.asarray(layers[1](layers[0](features, training=False)))
    assert softmax(logits, axis=1) == pytest.approx(expected, abs=1e-5)
