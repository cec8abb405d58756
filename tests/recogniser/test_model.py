"""The model: one graph from pixels to probabilities, and how it is kept on disk."""

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import copy_of

import artlib
from artlib.recogniser.files import FORMAT, ModelError, ModelMetadata, save_model, versions
from artlib.recogniser.model import build_model
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import Workspace, WorkspaceError

NAMES = ["Ross Tran", "Wlop", "北斎"]


@pytest.fixture(scope="module")
def small() -> keras.Model:
    return build_model(NAMES, backbone="efficientnet_lite0", image_size=64, weights=None)


@pytest.fixture(scope="module")
def resnet50() -> keras.Model:
    return build_model(NAMES, weights=None)


@pytest.fixture
def metadata() -> ModelMetadata:
    return ModelMetadata(NAMES, "efficientnet_lite0", 64, "artlib", 0, 0.4, "0" * 64, versions())


def pictures(count: int = 2, size: int = 64) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8)


# --- what is built ---


def test_pixels_go_in_and_probabilities_come_out(small: keras.Model) -> None:
    probabilities = small.predict_on_batch(pictures(5).astype(np.float32))
    assert probabilities.shape == (5, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_uint8_and_float_pixels_give_the_same_output(small: keras.Model) -> None:
    both = [np.asarray(small(pictures().astype(kind), training=False)) for kind in (np.uint8, np.float32)]
    assert both[0] == pytest.approx(both[1], abs=1e-6)


def test_it_is_a_functional_keras_model(small: keras.Model) -> None:
    assert isinstance(small, keras.Model) and small.input.shape == (None, 64, 64, 3)


@pytest.mark.parametrize(("layer", "side"), [("stem_conv", 32), ("stage4_block2_add", 4), ("head_conv", 2)])
def test_the_backbones_layers_can_be_reached_for_heat_maps(layer: str, side: int, small: keras.Model) -> None:
    inner = keras.Model(small.input, [small.get_layer(layer).output, small.output])
    assert [each.shape[1] for each in inner.output] == [side, len(NAMES)]


def test_resnet50s_layers_can_be_reached_for_heat_maps(resnet50: keras.Model) -> None:
    assert resnet50.get_layer("conv5_block3_out").output.shape == (None, 7, 7, 2048)
    assert not any(isinstance(layer, keras.Model) for layer in resnet50.layers)


def test_the_default_backbone_is_resnet50(resnet50: keras.Model) -> None:
    shapes = resnet50.input.shape, resnet50.output.shape
    assert (resnet50.name, *shapes) == ("artlib_resnet50", (None, 224, 224, 3), (None, 3))


def test_the_table_of_artists_is_taken_as_well_as_names() -> None:
    table = pd.DataFrame({"name": NAMES, "paintings": 3, "class_weight": 1.0})
    assert build_model(table, backbone="efficientnet_lite0", image_size=32, weights=None).output.shape == (None, 3)


# --- what is refused ---


@pytest.mark.parametrize("artists", [[], ["Wlop"], ["Wlop", "Wlop"], ["Wlop", "Ross", "Wlop"]])
def test_fewer_than_two_different_artists_are_refused(artists: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 2 artists, each named once. Received"):
        build_model(artists, backbone="efficientnet_lite0", weights=None)


def test_one_name_is_not_taken_for_its_letters() -> None:
    with pytest.raises(ValueError, match="list of names.*Received: artists='Wlop'"):
        build_model("Wlop", backbone="efficientnet_lite0", weights=None)


def test_a_picture_too_small_for_the_network_is_refused() -> None:
    with pytest.raises(ValueError, match="32 pixels. Received: image_size=31"):
        build_model(NAMES, backbone="efficientnet_lite0", image_size=31, weights=None)


def test_an_unknown_backbone_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="resnet50, efficientnet_lite0, .*, auto. Received: backbone='vgg16'"):
        build_model(NAMES, backbone="vgg16", weights=None)


# --- on disk ---


@pytest.mark.slow
def test_a_loaded_model_gives_the_same_outputs(
    small: keras.Model, metadata: ModelMetadata, workspace: Workspace
) -> None:
    save_model(workspace.model(), small, metadata)
    loaded = TrainedModel(workspace)
    assert replace(loaded.metadata, model_hash="") == metadata
    given = pictures().astype(np.float32)
    assert loaded.network.predict_on_batch(given) == pytest.approx(small.predict_on_batch(given), abs=1e-6)


def test_models_of_different_names_do_not_disturb_each_other(
    small: keras.Model, metadata: ModelMetadata, workspace: Workspace
) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        save_model(workspace.model(name), small, replace(metadata, seed=seed))
    assert [TrainedModel(workspace, name).metadata.seed for name in ("one", "two")] == [1, 2]


def test_what_is_returned_on_saving_is_what_is_read_later(
    small: keras.Model, metadata: ModelMetadata, workspace: Workspace
) -> None:
    written = save_model(workspace.model(), small, metadata)
    assert TrainedModel(workspace).metadata == written
    assert written.model_hash == TrainedModel(workspace).model_hash


def test_the_metadata_are_readable_json(small: keras.Model, metadata: ModelMetadata, workspace: Workspace) -> None:
    save_model(workspace.model(), small, metadata)
    content = json.loads((workspace.model() / "artist_model.json").read_text(encoding="utf-8"))
    assert content["class_names"] == NAMES and content["format"] == FORMAT
    assert set(content["versions"]) == {"artlib", "keras", "tensorflow"}


def test_without_a_model_the_error_names_the_command_that_makes_it(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib train"):
        _ = TrainedModel(workspace).network


def test_metadata_without_their_model_name_the_command_that_makes_it(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "model.keras").unlink()
    with pytest.raises(WorkspaceError, match=r"(?s)model\.keras.*artlib train"):
        _ = TrainedModel(workspace).network


def test_a_model_of_a_newer_format_names_the_version_that_made_it(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text()) | {"format": FORMAT + 1, "versions": {"artlib": "9.1"}, "new": "field"}
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match=f"format {FORMAT + 1}; artlib {artlib.__version__} reads .*artlib 9.1"):
        _ = TrainedModel(workspace).network


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"format": 1}',
        '{"format": 1, "calibration": "odd"}',
        '{"format": 2, "odd": 2}',
    ],
)
def test_damaged_metadata_say_to_train_again(text: str, untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "artist_model.json").write_text(text)
    with pytest.raises(ModelError, match="Train again with 03_train|train again"):
        _ = TrainedModel(workspace).network


def test_metadata_that_are_no_text_say_to_train_again(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "artist_model.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ModelError, match="artist_model.json is damaged.*train again with 03_train"):
        _ = TrainedModel(workspace).network


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "flipped"])
@pytest.mark.parametrize("hashed", [True, False])
def test_a_damaged_model_names_the_versions_that_made_it(
    damage: str, hashed: bool, untrained: Workspace, tmp_path: Path
) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    path, beside = workspace.model() / "model.keras", workspace.model() / "artist_model.json"
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes(1000) + content[middle + 1000 :]
    path.write_bytes({"empty": b"", "cut": content[:middle], "other": b"hello", "flipped": flipped}[damage])
    if not hashed:  # as another version may have left it
        beside.write_text(json.dumps(json.loads(beside.read_text(encoding="utf-8")) | {"model_hash": "", "checks": {}}))
    problem = "is damaged" if hashed else "could not be loaded"
    with pytest.raises(ModelError, match=f"{problem}.*made with artlib {artlib.__version__}.*rain again"):
        _ = TrainedModel(workspace).network


def test_a_model_whose_saving_was_interrupted_is_not_taken_for_the_one_that_its_metadata_describe(
    untrained: Workspace, tmp_path: Path
) -> None:
    """A kill between the two files leaves the new model beside the old names."""
    workspace = copy_of(untrained, tmp_path / "data")
    path = workspace.model() / "artist_model.json"
    old = path.read_text(encoding="utf-8")
    model = TrainedModel(workspace)
    network, metadata = model.network, model.metadata
    network.get_layer("artists").bias.assign([1.0] * len(metadata.class_names))
    save_model(workspace.model(), network, metadata)
    path.write_text(old, encoding="utf-8")
    with pytest.raises(ModelError, match=r"saving it was interrupted.*Train again"):
        _ = TrainedModel(workspace).network


def test_a_model_with_code_in_it_is_not_run(metadata: ModelMetadata, workspace: Workspace) -> None:
    """A Lambda layer holds pickled Python code."""
    inputs = keras.Input((64, 64, 3))
    outputs = keras.layers.Dense(3)(keras.layers.Flatten()(keras.layers.Lambda(lambda x: x * 2)(inputs)))
    save_model(workspace.model(), keras.Model(inputs, outputs), metadata)
    with pytest.raises(ModelError, match="could not be loaded"):
        _ = TrainedModel(workspace).network
