"""The backbones: real weights, right preprocessing, and layers that stay frozen."""

import hashlib
import io
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
import tensorflow
from conftest import Hostile, write_as_keras_serves
from keras.applications import resnet
from PIL import Image
from sklearn.datasets import load_sample_image

from artlib import backbones
from artlib.backbones import BACKBONES, WeightsError, keras_files
from artlib.backbones.efficientnet_lite import LITE0 as LITE0_NETWORK
from artlib.backbones.keras_applications import RESNET50 as RESNET50_NETWORK
from artlib.backbones.torch_file import read_state_dict
from artlib.inference.features import frozen_network, last_level
from artlib.recogniser.model import build_model
from artlib.workspace import place

pytestmark = pytest.mark.thorough

LITE0, RESNET50 = backbones.get("efficientnet_lite0"), backbones.get("resnet50")
FILE = RESNET50_NETWORK.file
NAMES = ["Ross Tran", "Wlop"]


@pytest.fixture(scope="module")
def state() -> dict[str, np.ndarray]:
    return read_state_dict(LITE0_NETWORK.find_weights())


@pytest.fixture(scope="module")
def models() -> dict[str, keras.Model]:
    """A recogniser on each backbone, with random weights."""
    return {
        name: build_model(NAMES, backbone=name, image_size=64, weights=None)
        for name in ("efficientnet_lite0", "resnet50")
    }


@pytest.fixture(scope="module")
def pretrained() -> keras.Model:
    return frozen_network(LITE0)


def noise(size: int = 64, count: int = 2) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3)).astype(np.float32)


# --- the ImageNet weights of EfficientNet-Lite0 ---


def centre(picture: np.ndarray) -> np.ndarray:
    """The middle of a photograph, (1, 224, 224, 3)."""
    image = Image.fromarray(picture)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side)).resize((224, 224), Image.Resampling.BICUBIC)
    return np.asarray(square, np.float32)[None]


@pytest.mark.parametrize(("photograph", "label"), [("flower.jpg", 985), ("china.jpg", 698)])
def test_scikit_learns_flower_is_a_daisy_and_its_temple_a_palace(
    photograph: str, label: int, state: dict[str, np.ndarray], pretrained: keras.Model
) -> None:
    """The last layer of the original network, on our features: wrong weights or preprocessing would show."""
    features = last_level(pretrained.predict_on_batch(centre(load_sample_image(photograph))), LITE0)[0]
    scores = state["_fc.weight"] @ features + state["_fc.bias"]
    assert scores.argmax() == label


def test_every_weight_of_the_file_but_the_last_layers_is_used(
    state: dict[str, np.ndarray], pretrained: keras.Model
) -> None:
    used = pretrained.count_params()
    given = [value.size for name, value in state.items() if not name.startswith("_fc") and value.dtype == np.float32]
    assert used == sum(given)


def test_the_feature_map_is_a_thirty_second_of_the_picture() -> None:
    inputs = keras.Input((224, 224, 3))
    assert LITE0.feature_map(inputs).shape == (None, 7, 7, 1280)


def test_a_weights_file_given_by_hand_is_taken(models: dict[str, keras.Model], pretrained: keras.Model) -> None:
    LITE0.load_weights(models["efficientnet_lite0"], str(LITE0_NETWORK.find_weights()))
    pair = [model.get_layer("stage3_block1_expand_conv") for model in (models["efficientnet_lite0"], pretrained)]
    assert (pair[0].get_weights()[0] == pair[1].get_weights()[0]).all()


# --- damaged and dangerous weights files ---


def test_a_truncated_weights_file_is_refused(models: dict[str, keras.Model], tmp_path: Path) -> None:
    content = LITE0_NETWORK.find_weights().read_bytes()
    (tmp_path / "cut.pth").write_bytes(content[: len(content) // 2])
    with pytest.raises(WeightsError, match="not a complete .*cut short.*weights=PATH"):
        LITE0.load_weights(models["efficientnet_lite0"], tmp_path / "cut.pth")


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x03\x04" + bytes(100), b"\x89HDF\r\n", bytes(64), b"\x80\x02."]
)
def test_another_kind_of_file_is_refused(content: bytes, models: dict[str, keras.Model], tmp_path: Path) -> None:
    (tmp_path / "other.pth").write_bytes(content)
    with pytest.raises(WeightsError, match="other.pth is not a complete legacy PyTorch state-dict file"):
        LITE0.load_weights(models["efficientnet_lite0"], tmp_path / "other.pth")


def test_a_missing_weights_file_is_named() -> None:
    with pytest.raises(WeightsError, match="no weights file .*nowhere.pth"):
        build_model(NAMES, backbone="efficientnet_lite0", image_size=64, weights="nowhere.pth")


def test_a_folder_is_no_weights_file(models: dict[str, keras.Model], tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no weights file"):
        LITE0.load_weights(models["efficientnet_lite0"], tmp_path)


def test_code_that_is_hidden_in_a_weights_file_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "evil.pth").write_bytes(pickle.dumps(Hostile(tmp_path / "ran"), protocol=2))
    with pytest.raises(WeightsError, match="mkdir does not belong in a file of weights"):
        read_state_dict(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["builtins eval", "builtins getattr", "torch load", "collections Counter"])
def test_only_four_names_are_unpickled(name: str, tmp_path: Path) -> None:
    module, attribute = name.split()
    (tmp_path / "file.pth").write_bytes(f"c{module}\n{attribute}\n.".encode())
    with pytest.raises(WeightsError, match=f"{module}.{attribute} does not belong"):
        read_state_dict(tmp_path / "file.pth")


def test_the_weights_of_another_network_are_refused(models: dict[str, keras.Model], tmp_path: Path) -> None:
    """A well-formed file, but with no layer that this network has."""
    magic = 0x1950A86A20F9469CFC6C
    pickles = b"".join(pickle.dumps(part, 2) for part in (magic, 1001, {}, OrderedDict(), []))
    (tmp_path / "other.pth").write_bytes(pickles)
    with pytest.raises(WeightsError, match="does not fit efficientnet_lite0: layer stem_conv wants _conv_stem"):
        LITE0.load_weights(models["efficientnet_lite0"], tmp_path / "other.pth")


def test_a_storage_that_is_longer_than_declared_is_refused(tmp_path: Path) -> None:
    """The two lengths of a storage, in the pickle and before its values, must agree."""
    magic = 0x1950A86A20F9469CFC6C
    buffer = io.BytesIO()
    for part in (magic, 1001, {}):
        pickle.dump(part, buffer, 2)
    buffer.write(b"(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x02NtQ.")
    pickle.dump(["0"], buffer, 2)
    buffer.write(struct.pack("<q2f", 3, 1, 2))
    (tmp_path / "long.pth").write_bytes(buffer.getvalue())
    with pytest.raises(WeightsError, match="a storage of 3 values where 2 are named"):
        read_state_dict(tmp_path / "long.pth")


def state_dict_file(path: Path, offset: int, shape: tuple, stride: tuple, values: Sequence[float]) -> Path:
    """Write a state dict with one tensor, whose description may be wrong."""
    pickles = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {})]
    described = b"".join(pickle.dumps(part, 2)[2:-1] for part in (offset, shape, stride))
    storage = b"(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK" + bytes([len(values)]) + b"NtQ"
    pickles.append(b"}U\x01wctorch._utils\n_rebuild_tensor_v2\n(" + storage + described + b"tRs.")
    pickles.append(pickle.dumps(["0"], 2))
    path.write_bytes(b"".join(pickles) + struct.pack(f"<q{len(values)}f", len(values), *values))
    return path


def test_a_tensor_comes_back(tmp_path: Path) -> None:
    state = read_state_dict(state_dict_file(tmp_path / "good.pth", 1, (2, 2), (1, 2), [0, 1, 2, 3, 4]))
    assert state["w"].tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    ("offset", "shape", "stride"),
    [
        (0, (2, 3), (3, 1)),
        (4, (2,), (1,)),
        (0, (2,), (2**40,)),
        (0, (2**30,), (0,)),
        (0, (2**62, 2**62), (1, 1)),
        (-1, (2,), (1,)),
        (0, (-2,), (1,)),
        (0, (2,), (-1,)),
        (0, (2, 2), (1,)),
        ("0", (2,), (1,)),
    ],
)
def test_a_tensor_beyond_its_storage_is_refused(offset: Any, shape: tuple, stride: tuple, tmp_path: Path) -> None:
    path = state_dict_file(tmp_path / "beyond.pth", offset, shape, stride, [1, 2, 3, 4])
    with pytest.raises(WeightsError, match="a tensor of shape .*weights=PATH"):
        read_state_dict(path)


def test_weights_that_are_no_finite_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="w holds numbers that are not finite"):
        read_state_dict(state_dict_file(tmp_path / "nan.pth", 0, (2,), (1,), [1, float("nan")]))


@pytest.mark.parametrize(
    "piece",
    [
        b"r\xff\xff\xff\xff",  # a place in the memory of the unpickler for the 4,294,967,295th object
        b"\x8e" + struct.pack("<Q", 1 << 40),  # a terabyte of bytes
        b"X\xff\xff\xff\xff",  # a text of 4 GB
    ],
)
def test_what_would_take_memory_without_end_is_refused(piece: bytes, tmp_path: Path) -> None:
    (tmp_path / "large.pth").write_bytes(b"\x80\x02}" + piece + b".")
    with pytest.raises(WeightsError, match="large.pth is not a complete"):
        read_state_dict(tmp_path / "large.pth")


# --- ResNet50 ---


@pytest.fixture(scope="module")
def original() -> keras.Model:
    """A ResNet50 of keras.applications whose weights are random but not the same as another's."""
    model = resnet.ResNet50(include_top=False, weights=None, input_shape=(64, 64, 3))
    generator = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return model


@pytest.fixture(scope="module")
def served(original: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_as_keras_serves(original, tmp_path_factory.mktemp("served") / FILE.name)


def backbone_weights(model: keras.Model) -> dict[str, list[np.ndarray]]:
    """The weights of each layer of a ResNet50, without those of the head."""
    layers = [layer for layer in model.layers if layer.weights and layer.name.startswith("conv")]
    return {layer.name: layer.get_weights() for layer in layers}


def has_the_weights_of(model: keras.Model, original: keras.Model) -> bool:
    ours, theirs = backbone_weights(model), backbone_weights(original)
    same = [np.array_equal(*pair) for name in theirs for pair in zip(ours[name], theirs[name], strict=True)]
    return ours.keys() == theirs.keys() and len(same) > 100 and all(same)


@pytest.mark.slow
def test_resnet50_with_weights_given_by_hand_is_that_of_keras_applications(original: keras.Model, served: Path) -> None:
    model = build_model(NAMES, backbone="resnet50", image_size=64, weights=served)
    assert has_the_weights_of(model, original)
    feature_map = keras.Model(model.input, model.get_layer("conv5_block3_out").output)
    ours, theirs = feature_map(noise()), original(resnet.preprocess_input(noise()))
    assert np.abs(ours - theirs).max() <= 1e-4 * np.abs(theirs).max()


@pytest.mark.slow
def test_resnet50_takes_the_weights_from_the_keras_cache(
    original: keras.Model, served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / FILE.name).symlink_to(served)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert has_the_weights_of(build_model(NAMES, backbone="resnet50", image_size=64), original)


@pytest.mark.slow
def test_a_file_with_the_top_fits_too(original: keras.Model, served: Path, tmp_path: Path) -> None:
    """Models that Keras saved whole keep their weights under a group of their own."""
    with h5py.File(served) as source, h5py.File(tmp_path / "whole.h5", "w") as target:
        source.copy(source["/"], target, "model_weights")
    model = build_model(NAMES, backbone="resnet50", image_size=64, weights=tmp_path / "whole.h5")
    assert has_the_weights_of(model, original)


def test_resnet50s_preprocessing_is_in_the_graph_and_that_of_keras_applications(
    models: dict[str, keras.Model],
) -> None:
    model = models["resnet50"]
    preprocessed = keras.Model(model.input, model.get_layer("conv1_pad").input)
    assert np.asarray(preprocessed(noise())) == pytest.approx(resnet.preprocess_input(noise()), abs=1e-4)


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "of another network"])
def test_a_broken_resnet50_file_is_refused(
    damage: str, models: dict[str, keras.Model], served: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken.h5"
    if damage == "of another network":
        write_as_keras_serves(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), path)
    else:
        content = served.read_bytes()
        path.write_bytes({"empty": b"", "cut": content[: len(content) // 3], "other": b"hello" * 99}[damage])
    with pytest.raises(WeightsError, match="broken.h5 does not hold ResNet50 weights .*efficientnet_lite0"):
        RESNET50.load_weights(models["resnet50"], path)


# --- which one `auto` takes ---


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty Keras cache, and a server that refuses connections."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras_files, "SERVER", f"http://127.0.0.1:{port}")


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The GPUs that TensorFlow sees: one."""
    devices = [object()]
    monkeypatch.setattr(place, "_may_have_gpu", lambda: True)
    monkeypatch.setattr(tensorflow.config, "list_physical_devices", lambda kind: {"GPU": devices}[kind])
    return devices


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Keras cache with ResNet50's weights."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / FILE.name).touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.mark.usefixtures("unreachable", "gpus")
def test_auto_without_resnet50s_weights_takes_efficientnet_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert backbones.choose("auto") is LITE0
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "efficientnet_lite0, because the ResNet50 weights are not here and could not be downloaded" in said


@pytest.mark.usefixtures("cached", "gpus")
def test_auto_with_a_gpu_and_resnet50s_weights_in_the_cache_takes_them_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert backbones.choose("auto") is RESNET50
    assert capsys.readouterr().out == (
        "backbone=auto: resnet50, because there is a GPU here, and its weights are in the Keras cache.\n"
    )


@pytest.mark.usefixtures("cached")
def test_auto_without_a_gpu_takes_efficientnet_though_resnet50s_weights_are_here(
    gpus: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    gpus.clear()
    assert backbones.choose("auto") is LITE0
    assert capsys.readouterr().out == (
        "backbone=auto: efficientnet_lite0, because there is no GPU here, and ResNet50 takes about five times as long "
        "on a processor.\n"
    )


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("count", [0, 1])
def test_auto_stays_with_what_was_begun_whatever_the_machine_has(
    count: int, gpus: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    gpus[count:] = []
    assert backbones.choose("auto", begun="convnext_tiny") is BACKBONES["convnext_tiny"]
    assert capsys.readouterr().out == ("backbone=auto: convnext_tiny, because what was begun goes on with it.\n")


def test_a_name_is_taken_at_its_word_whatever_was_begun(capsys: pytest.CaptureFixture[str]) -> None:
    assert backbones.choose("resnet50", begun="convnext_tiny") is RESNET50
    assert capsys.readouterr().out == ""


@contextmanager
def serving(content: bytes) -> Iterator[str]:
    """Serve some bytes at any address of a server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(content)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# Keras reads KERAS_HOME once, when it is imported
DOWNLOAD = """
import sys
from dataclasses import replace
from artlib.backbones import WeightsError, keras_files
from artlib.backbones.keras_applications import RESNET50
keras_files.SERVER = sys.argv[1]
for expected in sys.argv[2:]:
    file = replace(RESNET50.file, hash=expected)
    try:
        print(file.downloadable(), file.find())
    except WeightsError as error:
        print("WeightsError:", error, file.cached())
"""


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the weights belong, and what was printed: by a download that arrived damaged, and by one that did not."""
    home = tmp_path_factory.mktemp("home")
    hashes = [hashlib.md5(content).hexdigest() for content in (b"something else", b"weights")]
    with serving(b"weights") as url:
        command = [sys.executable, "-c", DOWNLOAD, url, *hashes]
        environment = os.environ | {"KERAS_HOME": str(home)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return home / "models" / FILE.name, done.stdout


@pytest.mark.slow
def test_resnet50s_weights_are_downloaded_into_the_keras_cache(downloaded: tuple[Path, str]) -> None:
    path, printed = downloaded
    assert f"True {path}\n" in printed
    assert path.read_bytes() == b"weights"


@pytest.mark.slow
def test_a_download_that_arrives_damaged_is_a_weights_error_and_is_not_used_later(downloaded: tuple[Path, str]) -> None:
    error = downloaded[1].partition("WeightsError: ")[2].splitlines()[0]
    assert error.startswith("Downloading the ResNet50 weights failed") and error.endswith("None")


def test_the_address_and_the_hash_are_those_of_keras() -> None:
    from keras.src.applications import resnet as private

    assert private.BASE_WEIGHTS_PATH + FILE.name == FILE.url
    assert private.WEIGHTS_HASHES["resnet50"][1] == FILE.hash


@pytest.mark.usefixtures("unreachable")
def test_resnet50_without_weights_names_the_ways_out(models: dict[str, keras.Model]) -> None:
    with pytest.raises(WeightsError, match="resnet50 are not on this machine .*weights=PATH.*backbone='auto'"):
        RESNET50.load_weights(models["resnet50"])


def test_a_backbone_that_was_named_is_not_talked_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert backbones.choose("efficientnet_lite0") is LITE0
    assert capsys.readouterr().out == ""


def test_an_unknown_backbone_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="resnet50, efficientnet_lite0, .*, auto. Received: backbone='vgg16'"):
        backbones.choose("vgg16")


# --- freezing ---


@pytest.fixture(params=["efficientnet_lite0", "resnet50"])
def built(request: pytest.FixtureRequest, models: dict[str, keras.Model]) -> tuple[keras.Model, backbones.Backbone]:
    models[request.param].trainable = True
    return models[request.param], backbones.get(request.param)


def learning(model: keras.Model) -> set[str]:
    """The stages of the layers that have trainable weights."""
    return {layer.name.split("_")[0] for layer in model.layers if layer.trainable_weights}


def test_from_each_stage_on_the_layers_learn_and_all_below_are_frozen(
    built: tuple[keras.Model, backbones.Backbone],
) -> None:
    model, backbone = built
    for position, stage in enumerate(backbone.stages):
        backbone.freeze_below(model, stage)
        assert learning(model) == {*backbone.stages[position:], "artists"}


def test_with_the_whole_backbone_frozen_the_head_learns(built: tuple[keras.Model, backbones.Backbone]) -> None:
    model, backbone = built
    backbone.freeze_below(model, None)
    assert learning(model) == {"artists"}


def test_every_batch_normalization_is_frozen_at_every_stage(built: tuple[keras.Model, backbones.Backbone]) -> None:
    model, backbone = built
    normalisations = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(normalisations) > 40
    for stage in (*backbone.stages, None):
        model.trainable = True
        backbone.freeze_below(model, stage)
        assert not any(layer.trainable for layer in normalisations)


def test_depthwise_kernels_are_frozen_at_every_stage(models: dict[str, keras.Model]) -> None:
    """They cost a fifth of a training step on a processor and bring nothing."""
    model = models["efficientnet_lite0"]
    LITE0.freeze_below(model, "stem")
    depthwise = [layer for layer in model.layers if isinstance(layer, keras.layers.DepthwiseConv2D)]
    assert len(depthwise) == 16 and not any(layer.trainable for layer in depthwise)


def test_freezing_less_after_freezing_more_thaws(built: tuple[keras.Model, backbones.Backbone]) -> None:
    model, backbone = built
    backbone.freeze_below(model, None)
    backbone.freeze_below(model, backbone.stages[0])
    assert learning(model) == {*backbone.stages, "artists"}


def test_an_unknown_stage_names_the_known_ones(models: dict[str, keras.Model]) -> None:
    with pytest.raises(ValueError, match="stem, stage1, .*head. Received: stage='stage9'"):
        LITE0.freeze_below(models["efficientnet_lite0"], "stage9")


@dataclass(frozen=True)
class Fitted:
    """A model whose upper stages were fitted, and its weights before, by layer."""

    model: keras.Model
    before: dict[str, list[np.ndarray]]

    def changed(self, name: str) -> bool:
        now = self.model.get_layer(name).get_weights()
        return any((old != new).any() for old, new in zip(self.before[name], now, strict=True))


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    model = build_model(NAMES, backbone=LITE0, image_size=32)
    LITE0.freeze_below(model, "stage3")
    before = {layer.name: layer.get_weights() for layer in model.layers}
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    model.fit(noise(32, 8), np.arange(8) % 2, epochs=1, batch_size=4, verbose=0)
    return Fitted(model, before)


def test_in_fit_every_batch_normalization_stays_as_it_was(fitted: Fitted) -> None:
    """Its moving statistics too: in Keras 3 `training=False` in the graph would not keep them so."""
    names = [layer.name for layer in fitted.model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert not any(map(fitted.changed, names))


def test_in_fit_the_layers_below_stay_as_they_were(fitted: Fitted) -> None:
    assert not fitted.changed("stem_conv") and not fitted.changed("stage2_block1_expand_conv")


def test_in_fit_the_layers_above_and_the_head_learn(fitted: Fitted) -> None:
    assert all(map(fitted.changed, ["stage3_block0_expand_conv", "head_conv", "artists"]))
