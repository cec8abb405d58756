"""The second network: the logits of its head are added to the model's, and everything else stays the model's."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from conftest import Hostile, copy_of
from drawing import photo
from learned_model import NAMES, change_metadata, divide

from artlib import backbones
from artlib.inference.features import weights_fingerprint
from artlib.inference.pixels import resize_to_square, resized
from artlib.recogniser import files, runner
from artlib.recogniser.files import ModelError
from artlib.recogniser.model import build_model
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.runner import Recogniser
from artlib.recogniser.second_network import SecondNetwork
from artlib.recogniser.stored_outputs import write_outputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.linear_head import linear_head
from artlib.workspace import Workspace

pytestmark = pytest.mark.slow  # networks are built or run

BACKBONE = backbones.get("efficientnet_lite0")
SIZE = 48  # the model's is 64
WIDTH, PICTURES = 20, 300


@pytest.fixture(scope="module")
def second() -> SecondNetwork:
    """With a head of random numbers that counts half."""
    keras.utils.set_random_seed(0)
    width = BACKBONE.pooled(keras.Input((SIZE, SIZE, 3))).shape[-1]
    weights, bias = (np.random.default_rng(0).normal(size=shape).astype(np.float32) for shape in ((width, 3), 3))
    return SecondNetwork(BACKBONE.name, SIZE, weights_fingerprint(BACKBONE), weights, bias, 0.5)


# --- what is learned ---


def planted(first: float, own: float, artists: int = 3) -> tuple[np.ndarray, np.ndarray, tuple, np.ndarray]:
    """Features, labels, parts and the model's logits, with signals of these strengths in logits and features."""
    generator = np.random.default_rng(0)
    labels = generator.integers(artists, size=PICTURES)
    signal = np.eye(WIDTH)[labels]
    features = 50 + 9 * (own * signal + generator.normal(size=(PICTURES, WIDTH)))
    logits = first * signal[:, :artists] + generator.normal(size=(PICTURES, artists))
    parts = np.arange(200), np.arange(200, PICTURES)
    return features.astype(np.float32), labels, parts, logits[200:].astype(np.float32)


@pytest.mark.parametrize("artists", [2, 3])
def test_the_head_is_a_linear_head_on_the_training_part(artists: int) -> None:
    features, labels, parts, logits = planted(0, 3, artists)
    fitted = SecondNetwork.fit(BACKBONE, features, labels, parts, logits)
    head = linear_head().fit(features[:200], labels[:200])
    assert fitted.share > 0
    probabilities = np.exp(fitted.logits(features) / fitted.share)
    expected = head.predict_proba(features)
    assert probabilities / probabilities.sum(axis=1, keepdims=True) == pytest.approx(expected, abs=1e-4)
    assert (fitted.backbone, fitted.image_size) == ("efficientnet_lite0", 224)


def test_a_network_that_knows_more_counts_fully() -> None:
    assert SecondNetwork.fit(BACKBONE, *planted(0.0, 3)).share == 1


def test_a_network_that_knows_nothing_is_not_used() -> None:
    fitted = SecondNetwork.fit(BACKBONE, *planted(6, 0.0))
    assert fitted.share == 0
    assert "efficientnet_lite0, is no gain on the validation part" in str(fitted)


def test_a_network_that_knows_something_else_makes_the_answers_better() -> None:
    features, labels, parts, logits = planted(1.5, 1.5)
    fitted = SecondNetwork.fit(BACKBONE, features, labels, parts, logits)
    assert f"{fitted.share:g} times its logits are added" in str(fitted)
    both, known = logits + fitted.logits(features[200:]), labels[200:]
    assert (both.argmax(axis=1) == known).mean() > (logits.argmax(axis=1) == known).mean() + 0.03


def test_of_an_artist_without_a_training_picture_it_says_nothing() -> None:
    features, labels, (train, validation), logits = planted(0, 3)
    fitted = SecondNetwork.fit(BACKBONE, features, labels, (train[labels[:200] != 1], validation), logits)
    assert (fitted.logits(features)[:, 1] == 0).all() and (fitted.logits(features)[:, [0, 2]] != 0).all()


# --- its file ---


def test_it_is_read_as_it_was_written(second: SecondNetwork, tmp_path: Path) -> None:
    read = SecondNetwork.read(second.write(tmp_path))
    for name, value in vars(second).items():
        assert np.array_equal(getattr(read, name), value), name
    assert read.weights.dtype == np.float32


def test_another_content_has_another_name(second: SecondNetwork, tmp_path: Path) -> None:
    assert second.write(tmp_path) == second.write(tmp_path) != replace(second, share=1.0).write(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "cut short", "a part is missing", "hostile"])
def test_a_damaged_file_is_named(damage: str, second: SecondNetwork, tmp_path: Path) -> None:
    path = second.write(tmp_path)
    if damage == "missing":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:2000])
    else:
        with np.load(path) as file:
            arrays = dict(file)
        del arrays["bias"]
        if damage == "hostile":
            arrays["bias"] = np.array([Hostile(tmp_path / "made")], object)
        np.savez(path, **arrays)
    with pytest.raises(ModelError, match=rf"{path.name} is missing or damaged.*Train again.*--second-backbone"):
        SecondNetwork.read(path)
    assert not (tmp_path / "made").exists()


def test_weights_that_the_head_was_not_learned_with_are_refused(second: SecondNetwork) -> None:
    with pytest.raises(ModelError, match="weights of efficientnet_lite0 are not those .*train again"):
        replace(second, fingerprint="0" * 8).network()


# --- what the recogniser makes of it ---


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    return build_model(NAMES, backbone=BACKBONE, image_size=64, weights=None)


@pytest.fixture(scope="module")
def recognisers(model: keras.Model, second: SecondNetwork) -> tuple[Recogniser, Recogniser]:
    """Without and with the second network."""
    return Recogniser.of(model), Recogniser.of(model, second=second)


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.stack([resize_to_square(photo(seed), 82) for seed in range(4)])


def asked(recogniser: Recogniser, pixels: np.ndarray, sure: int) -> ModelOutputs:
    """The outputs with the mirror image of every picture (2) or of none (0)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "SURE", sure)
        return recogniser(pixels, progress=False)


def added(second: SecondNetwork, pixels: np.ndarray) -> np.ndarray:
    views = np.stack([resized(each, SIZE) for each in pixels])
    return second.share * (second.network().predict_on_batch(views) @ second.weights + second.bias)


def test_its_logits_are_added_to_those_of_the_model(
    recognisers: tuple[Recogniser, Recogniser], second: SecondNetwork, pixels: np.ndarray
) -> None:
    alone, both = (asked(each, pixels, 0) for each in recognisers)
    expected = added(second, pixels)
    assert np.abs(expected).min(axis=1).max() > 0.1
    assert both.logits == pytest.approx(alone.logits + expected, abs=1e-3)
    assert (both.embeddings == alone.embeddings).all()


def test_its_logits_for_the_mirror_image_are_added_too(
    recognisers: tuple[Recogniser, Recogniser], second: SecondNetwork, pixels: np.ndarray
) -> None:
    alone, both = (asked(each, pixels, 2).logits for each in recognisers)
    views = [added(second, pixels), added(second, pixels[:, :, ::-1])]
    assert np.abs(views[0] - views[1]).max() > 0.1
    # a mirrored copy is resized before it is mirrored, so the tolerance is larger
    assert both - alone == pytest.approx(np.mean(views, axis=0), abs=1e-2)


@pytest.mark.slow
def test_both_networks_are_kept_for_the_next_program(
    model: keras.Model, second: SecondNetwork, pixels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    monkeypatch.setenv("ARTLIB_ENGINE", "OpenVINO float32")
    first = Recogniser.of(model, tmp_path / "engine", "key", second)(pixels, progress=False)
    kept = {path.relative_to(tmp_path).parent.as_posix() for path in tmp_path.rglob("engine.json")}
    assert kept == {"engine", "engine/second_network"}
    again = Recogniser.of(model, tmp_path / "engine", "key", second)(pixels, progress=False)
    assert again.logits == pytest.approx(first.logits, abs=1e-4)


# --- in a model's folder ---


def test_outputs_of_the_model_alone_are_computed_again(
    collected: Workspace, second: SecondNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = divide(collected, tmp_path / "data")
    model = TrainedModel(workspace)
    count = len(model.split.ids)
    alone, both = (ModelOutputs(np.full((count, 2), value), np.full((count, 3), value)) for value in (0.0, 1.0))
    write_outputs(model.folder, model.model_hash, model.split.ids, alone)
    assert (TrainedModel(workspace).outputs.logits == 0).all()  # without a second network, an earlier artlib's serve
    monkeypatch.setattr(TrainedModel, "recogniser", lambda *_: both)
    change_metadata(workspace, second_network=second.write(model.folder).name)
    assert (TrainedModel(workspace).outputs.logits == 1).all()
    monkeypatch.delattr(TrainedModel, "recogniser")
    assert (TrainedModel(workspace).outputs.logits == 1).all()


def test_its_file_stays_while_the_metadata_name_it(untrained: Workspace, second: SecondNetwork, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    path = second.write(workspace.model())
    metadata = replace(TrainedModel(workspace).metadata, second_network=path.name)
    files.remove_stale(workspace.model(), metadata)
    assert path.exists()
    files.remove_stale(workspace.model(), replace(metadata, second_network=""))
    assert not path.exists()
