"""The engine: faster ways to run a frozen network must agree with the network itself."""

import builtins
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from artlib.backbones import BACKBONES
from artlib.errors import ArgumentError
from artlib.inference import engine, openvino
from artlib.inference.engine import AGREEMENT, Engine, forced_way, smallest_cosine
from artlib.inference.features import frozen_network
from artlib.inference.rebuilding import folded, in_policy

pytestmark = pytest.mark.slow  # networks are built and converted in nearly every one

LITE0, RESNET50 = BACKBONES["efficientnet_lite0"], BACKBONES["resnet50"]
KEY = "these weights"


@pytest.fixture(scope="module")
def photographs() -> np.ndarray:
    """Eight cut-outs of scikit-learn's two real photographs, uint8 (8, 224, 224, 3)."""
    cuts = []
    for name in ("flower.jpg", "china.jpg"):
        image = Image.fromarray(load_sample_image(name))
        boxes = [(0, 0, 400, 400), (200, 0, 600, 400), (0, 0, 224, 224), (300, 150, 524, 374)]
        cuts += [np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR, box=box)) for box in boxes]
    return np.stack(cuts)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return frozen_network(LITE0)


@pytest.fixture(scope="module")
def expected(network: keras.Model, photographs: np.ndarray) -> np.ndarray:
    return network.predict_on_batch(photographs)


@pytest.fixture(scope="module")
def converted(
    network: keras.Model, photographs: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The way that is taken where none is forced, and the folder in which the converted network is kept."""
    folder = tmp_path_factory.mktemp("converted") / "engine"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ARTLIB_ENGINE", raising=False)
        return engine.fastest(network, photographs, folder, KEY)[0], folder


@pytest.fixture(scope="module")
def fast(network: keras.Model, photographs: np.ndarray, converted: tuple[str, Path]) -> Engine:
    """Ready, in the way that is forced if one is."""
    ready = Engine(lambda: network) if forced_way() else Engine(lambda: network, converted[1], KEY)
    ready(photographs)
    return ready


@pytest.fixture(autouse=True)
def free_choice(fast: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on each test forces the way that it wants."""
    monkeypatch.delenv("ARTLIB_ENGINE", raising=False)


def test_on_real_pictures_it_agrees_with_keras_in_float32(
    fast: Engine, photographs: np.ndarray, expected: np.ndarray
) -> None:
    assert smallest_cosine(fast(photographs), expected) >= AGREEMENT


def test_it_names_what_it_runs_on(fast: Engine) -> None:
    assert fast.name in engine.WAYS


def test_with_openvino_installed_a_processor_uses_it(converted: tuple[str, Path]) -> None:
    pytest.importorskip("openvino")
    assert converted[0] in openvino.PRECISIONS


def test_a_network_with_swish_runs_on_openvino_too(photographs: np.ndarray) -> None:
    """OpenVINO makes a further output of each swish."""
    pytest.importorskip("openvino")
    inputs = keras.Input((224, 224, 3), name="image")
    x = keras.layers.Conv2D(4, 8, 8, activation="swish", name="stem")(keras.layers.Rescaling(1 / 255)(inputs))
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="pooled")(x))
    assert engine.fastest(network, photographs)[0] in openvino.PRECISIONS


def test_where_keras_cannot_export_to_openvino_it_is_converted_by_way_of_files(
    network: keras.Model, photographs: np.ndarray, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is on Python 3.13, where OpenVINO fails on a network in memory."""
    pytest.importorskip("openvino")
    export = keras.Model.export

    def older(model: keras.Model, path: str, format: str, **options: Any) -> None:
        if format == "openvino":
            raise NameError("name 'tensorflow' is not defined")
        export(model, path, format=format, **options)

    monkeypatch.setattr(keras.Model, "export", older)
    name, run = engine.fastest(network, photographs)
    assert name in openvino.PRECISIONS
    assert smallest_cosine(run(photographs), expected) >= AGREEMENT


def test_without_openvino_tensorflow_gives_the_same(
    network: keras.Model, photographs: np.ndarray, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino, "is_installed", lambda: False)
    name, run = engine.fastest(network, photographs)
    assert name == "TensorFlow float32"
    assert run(photographs) == pytest.approx(expected, abs=1e-3)


def test_a_way_that_does_not_agree_is_not_taken(
    network: keras.Model, photographs: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ways(_: keras.Model):
        yield "fast and wrong", lambda pictures: np.random.default_rng(0).normal(size=(len(pictures), 2064))
        yield "slow and right", network.predict_on_batch

    monkeypatch.setattr(engine, "_on_processor", ways)
    assert engine.fastest(network, photographs)[0] == "slow and right"


def test_earlier_features_are_not_written_over_by_the_next(fast: Engine, photographs: np.ndarray) -> None:
    first = fast(photographs[:4])
    kept = first.copy()
    fast(photographs[4:])
    assert (first == kept).all()


def test_batches_of_any_size_are_taken(fast: Engine, photographs: np.ndarray) -> None:
    whole, pieces = fast(photographs), np.concatenate([fast(photographs[:3]), fast(photographs[3:])])
    assert smallest_cosine(pieces, whole) >= AGREEMENT > smallest_cosine(whole[::-1], whole)


@pytest.mark.usefixtures("converted")
def test_openvino_cannot_report_what_is_converted() -> None:
    """Its package for that sends events over the internet; users of artlib have not agreed to that."""
    pytest.importorskip("openvino")
    with pytest.raises(ImportError):
        builtins.__import__("openvino_telemetry")


@pytest.mark.parametrize("backbone", [LITE0, RESNET50], ids=lambda backbone: backbone.name)
def test_folding_changes_nothing_but_the_number_of_layers(backbone: Any) -> None:
    network = frozen_network(backbone, 64, weights=None)
    generator = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, value.shape) for value in layer.get_weights()])
    pictures = generator.uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
    flat = folded(network)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in flat.layers)
    assert np.asarray(flat(pictures)) == pytest.approx(np.asarray(network(pictures)), rel=1e-2, abs=1e-3)


def test_mixed_precision_as_on_a_gpu_agrees_too(
    network: keras.Model, photographs: np.ndarray, expected: np.ndarray
) -> None:
    mixed = in_policy(folded(network), "mixed_float16")
    features = np.asarray(mixed(photographs[:2]))
    assert features.dtype == np.float32
    assert smallest_cosine(features, expected[:2]) >= AGREEMENT


def test_resnet50_can_be_put_in_mixed_precision_too() -> None:
    """Its preprocessing comes along as operations, which have no dtype."""
    network = folded(frozen_network(RESNET50, 64, weights=None))
    pictures = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
    features = np.asarray(in_policy(network, "mixed_float16")(pictures))
    assert smallest_cosine(features, np.asarray(network(pictures))) >= AGREEMENT


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("No module named 'openvino.runtime'"), NameError("name 'tensorflow' is not defined")]
)
def test_an_openvino_that_fails_is_no_obstacle(
    error: Exception,
    network: keras.Model,
    photographs: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An older Keras cannot export to it, or looks for parts that a newer OpenVINO lacks; and 3.13 breaks its own."""

    def broken(_: keras.Model):
        raise error
        yield

    monkeypatch.setattr(engine, "_on_processor", broken)
    assert engine.fastest(network, photographs)[0] == "TensorFlow float32"
    assert "TensorFlow alone is used" in capsys.readouterr().err


def test_a_conversion_leaves_the_root_logger_as_it_was(
    network: keras.Model, photographs: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenVINO's converter lets it report errors only, and does not undo that when it fails."""
    pytest.importorskip("openvino")

    def failing(*_: object, **__: object) -> None:
        logging.getLogger().setLevel(logging.ERROR)
        logging.getLogger().addHandler(logging.NullHandler())
        raise NameError("name 'tensorflow' is not defined")

    before = logging.getLogger().level, logging.getLogger().handlers.copy()
    monkeypatch.setattr(keras.Model, "export", failing)
    assert engine.fastest(network, photographs)[0] == "TensorFlow float32"
    assert (logging.getLogger().level, logging.getLogger().handlers) == before


def test_a_way_that_overflows_on_a_later_picture_is_left(network: keras.Model, photographs: np.ndarray) -> None:
    fast = Engine(lambda: network)
    fast.name, fast._run = "overflows", lambda pictures: np.full((len(pictures), 2064), np.inf)
    assert np.isfinite(fast(photographs[:2])).all()
    assert fast.name == "TensorFlow float32"


@pytest.mark.parametrize("way", ["OpenVINO float32", "TensorFlow float32"])
def test_the_one_way_that_is_asked_for_is_taken(
    way: str, network: keras.Model, photographs: np.ndarray, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way in openvino.PRECISIONS:
        pytest.importorskip("openvino")
    monkeypatch.setenv("ARTLIB_ENGINE", way)
    name, run = engine.fastest(network, photographs)
    assert name == way
    assert smallest_cosine(run(photographs), expected) >= AGREEMENT


def test_a_way_that_there_is_not_is_refused_with_those_that_there_are(
    network: keras.Model, photographs: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTLIB_ENGINE", "Torch")
    with pytest.raises(ArgumentError, match="OpenVINO bfloat16, .*TensorFlow float32. Received: 'Torch'"):
        engine.fastest(network, photographs)


def test_the_cosine_is_that_of_the_worst_row() -> None:
    left, right = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [1.0, 1.0]])
    assert smallest_cosine(left, right) == pytest.approx(np.sqrt(0.5))


def test_no_file_is_left_behind(photographs: np.ndarray, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(openvino.tempfile, "tempdir", str(tmp_path))
    inputs = keras.Input((224, 224, 3), name="image")
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(8, 3)(inputs)))
    Engine(lambda: network)(photographs)
    assert list(tmp_path.iterdir()) == []


def test_one_picture_alone_gets_the_features_it_gets_among_many(fast: Engine, photographs: np.ndarray) -> None:
    assert smallest_cosine(fast(photographs[:1]), fast(photographs)[:1]) >= AGREEMENT


# --- a converted network that is kept ---


@pytest.fixture
def kept(converted: tuple[str, Path], tmp_path: Path) -> Path:
    """The folder of a network that an earlier program converted."""
    pytest.importorskip("openvino")
    return shutil.copytree(converted[1], tmp_path / "engine")


def test_a_converted_network_is_not_converted_again(
    network: keras.Model, photographs: np.ndarray, expected: np.ndarray, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(keras.Model, "export")
    again = Engine(lambda: network, kept, KEY)
    assert smallest_cosine(again(photographs), expected) >= AGREEMENT
    assert again.name in openvino.PRECISIONS


def test_where_one_way_is_forced_another_that_was_kept_is_not_taken_over(
    network: keras.Model, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Engine(lambda: network, kept, KEY).name
    monkeypatch.setenv("ARTLIB_ENGINE", "TensorFlow float32")
    assert not Engine(lambda: network, kept, KEY).name


def test_of_other_weights_nothing_is_taken_over(network: keras.Model, kept: Path) -> None:
    assert not Engine(lambda: network, kept, "other weights").name


@pytest.mark.parametrize("file", ["network.xml", "network.bin"])
def test_a_converted_network_of_which_two_percent_are_zeros_is_made_again_and_said_so(
    file: str, network: keras.Model, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = bytearray((kept / file).read_bytes())
    length = max(1, len(whole) // 50)
    whole[len(whole) // 2 : len(whole) // 2 + length] = bytes(length)
    (kept / file).write_bytes(whole)
    assert not Engine(lambda: network, kept, KEY).name
    assert f"{kept} is damaged ({file} is not what was written); it is made again" in capsys.readouterr().err


def test_an_engine_without_hashes_of_its_files_is_made_again(network: keras.Model, kept: Path) -> None:
    content = json.loads((kept / "engine.json").read_text(encoding="utf-8"))
    del content["files"]
    (kept / "engine.json").write_text(json.dumps(content), encoding="utf-8")
    assert not Engine(lambda: network, kept, KEY).name


@pytest.mark.parametrize("file", ["engine.json", "network.xml", "network.bin"])
def test_a_converted_network_that_was_cut_off_is_not_taken_over(file: str, network: keras.Model, kept: Path) -> None:
    whole = (kept / file).read_bytes()
    (kept / file).write_bytes(whole[: len(whole) // 2])
    assert not Engine(lambda: network, kept, KEY).name


def test_a_converted_network_that_was_cut_off_is_made_again(
    network: keras.Model, photographs: np.ndarray, expected: np.ndarray, kept: Path
) -> None:
    (kept / "network.bin").write_bytes(b"cut off")
    assert smallest_cosine(Engine(lambda: network, kept, KEY)(photographs), expected) >= AGREEMENT
    assert Engine(lambda: network, kept, KEY).name
