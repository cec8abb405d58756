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
from artlib.recogniser.files import FORMAT, Description, ModelError, load, read_description, save, versions
from artlib.recogniser.model import build_model
from artlib.workspace import Workspace, WorkspaceError

NAMES = ["Ross Tran", "Wlop", "北斎"]


@pytest.fixture(scope="module")
def small() -> keras.Model:
    return build_model(NAMES, "efficientnet_lite0", image_size=64, weights=None)


@pytest.fixture
def description() -> Description:
    return Description(NAMES, "efficientnet_lite0", 64, "artlib", 0, 0.4, "0" * 64, versions())


def pictures(count: int = 2, size: int = 64) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8)


# --- what is built ---


def test_pixels_go_in_and_probabilities_come_out(small: keras.Model) -> None:
    probabilities = small.predict_on_batch(pictures(5).astype(np.float32))
    assert probabilities.shape == (5, 3)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_uint8_and_float_pixels_give_the_same_answer(small: keras.Model) -> None:
    both = [np.asarray(small(pictures().astype(kind), training=False)) for kind in (np.uint8, np.float32)]
    assert both[0] == pytest.approx(both[1], abs=1e-6)


def test_pixels_given_are_not_changed(small: keras.Model) -> None:
    given = pictures().astype(np.float32)
    small.predict_on_batch(given)
    assert (given == pictures()).all()


def test_it_is_a_functional_keras_model(small: keras.Model) -> None:
    assert isinstance(small, keras.Model) and small.input.shape == (None, 64, 64, 3)


@pytest.mark.parametrize("layer", ["stem_conv", "stage4_block2_add", "head_conv"])
def test_the_backbones_layers_can_be_reached_for_heat_maps(layer: str, small: keras.Model) -> None:
    inner = keras.Model(small.input, small.get_layer(layer).output)
    assert inner.predict_on_batch(pictures().astype(np.float32)).ndim == 4


def test_resnet50s_layers_can_be_reached_for_heat_maps() -> None:
    model = build_model(NAMES, "resnet50", image_size=64, weights=None)
    assert model.get_layer("conv5_block3_out").output.shape == (None, 2, 2, 2048)
    assert not any(isinstance(layer, keras.Model) for layer in model.layers)


def test_the_default_backbone_is_resnet50() -> None:
    model = build_model(NAMES, weights=None)
    assert (model.name, model.input.shape, model.output.shape) == ("artlib_resnet50", (None, 224, 224, 3), (None, 3))


def test_the_table_of_artists_is_taken_as_well_as_names() -> None:
    table = pd.DataFrame({"name": NAMES, "paintings": 3, "class_weight": 1.0})
    assert build_model(table, "efficientnet_lite0", 32, weights=None).output.shape == (None, 3)


# --- what is refused ---


@pytest.mark.parametrize("artists", [[], ["Wlop"], ["Wlop", "Wlop"], ["Wlop", "Ross", "Wlop"]])
def test_fewer_than_two_different_artists_are_refused(artists: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 2 artists, each named once. Received"):
        build_model(artists, "efficientnet_lite0", weights=None)


def test_one_name_is_not_taken_for_its_letters() -> None:
    with pytest.raises(ValueError, match="list of names.*Received: artists='Wlop'"):
        build_model("Wlop", "efficientnet_lite0", weights=None)


def test_a_picture_too_small_for_the_network_is_refused() -> None:
    with pytest.raises(ValueError, match="32 pixels. Received: image_size=31"):
        build_model(NAMES, "efficientnet_lite0", image_size=31, weights=None)


def test_an_unknown_backbone_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="resnet50, efficientnet_lite0, auto. Received: backbone='vgg16'"):
        build_model(NAMES, "vgg16", weights=None)


# --- on disk ---


@pytest.mark.slow
def test_a_loaded_model_gives_the_same_answers(
    small: keras.Model, description: Description, workspace: Workspace
) -> None:
    save(workspace, "default", small, description)
    loaded, found = load(workspace)
    assert replace(found, model_hash="") == description
    given = pictures().astype(np.float32)
    assert (loaded.predict_on_batch(given) == small.predict_on_batch(given)).all()


@pytest.mark.slow
def test_a_resnet50_loads_with_its_preprocessing(description: Description, workspace: Workspace) -> None:
    model = build_model(NAMES, "resnet50", image_size=32, weights=None)
    save(workspace, "default", model, replace(description, backbone="resnet50", image_size=32))
    given = pictures(size=32).astype(np.float32)
    assert (load(workspace)[0].predict_on_batch(given) == model.predict_on_batch(given)).all()


def test_models_of_different_names_do_not_disturb_each_other(
    small: keras.Model, description: Description, workspace: Workspace
) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        save(workspace, name, small, replace(description, seed=seed))
    assert [read_description(workspace, name).seed for name in ("one", "two")] == [1, 2]


def test_the_description_is_readable_json(small: keras.Model, description: Description, workspace: Workspace) -> None:
    folder = save(workspace, "default", small, description)
    content = json.loads((folder / "artist_model.json").read_text(encoding="utf-8"))
    assert content["class_names"] == NAMES and content["format"] == FORMAT
    assert set(content["versions"]) == {"artlib", "keras", "tensorflow"}


def test_without_a_model_the_error_names_the_third_notebook(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="03_train"):
        load(workspace)


def test_a_description_without_its_model_names_the_third_notebook(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "model.keras").unlink()
    with pytest.raises(WorkspaceError, match=r"no model\.keras.*03_train"):
        load(workspace)


def test_a_model_of_a_newer_format_names_the_version_that_made_it(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text()) | {"format": FORMAT + 1, "versions": {"artlib": "9.1"}, "new": "field"}
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match=f"format {FORMAT + 1}; artlib {artlib.__version__} reads .*artlib 9.1"):
        load(workspace)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', '{"format": 1}', '{"format": 1, "odd": 2}'])
def test_a_damaged_description_says_to_train_again(text: str, untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "artist_model.json").write_text(text)
    with pytest.raises(ModelError, match="Train again with 03_train|train again"):
        load(workspace)


def test_a_description_that_is_no_text_says_to_train_again(untrained: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    (workspace.model() / "artist_model.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ModelError, match="Train again with 03_train"):
        load(workspace)


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
        beside.write_text(json.dumps(json.loads(beside.read_text(encoding="utf-8")) | {"model_hash": ""}))
    said = "is damaged" if hashed else "could not be loaded"
    with pytest.raises(ModelError, match=f"{said}.*made with artlib {artlib.__version__}.*rain again"):
        load(workspace)


def test_a_model_whose_saving_was_broken_off_is_not_taken_for_the_one_described(
    untrained: Workspace, tmp_path: Path
) -> None:
    """A kill between the two files leaves the new model beside the old names."""
    workspace = copy_of(untrained, tmp_path / "data")
    path = workspace.model() / "artist_model.json"
    old = path.read_text(encoding="utf-8")
    network, description = load(workspace)
    network.get_layer("artists").bias.assign([1.0] * len(description.class_names))
    save(workspace, "default", network, description)
    path.write_text(old, encoding="utf-8")
    with pytest.raises(ModelError, match=r"saving it was broken off.*Train again"):
        load(workspace)


def test_a_model_with_code_in_it_is_not_run(description: Description, workspace: Workspace) -> None:
    """A Lambda layer holds pickled Python code."""
    inputs = keras.Input((64, 64, 3))
    outputs = keras.layers.Dense(3)(keras.layers.Flatten()(keras.layers.Lambda(lambda x: x * 2)(inputs)))
    save(workspace, "default", keras.Model(inputs, outputs), description)
    with pytest.raises(ModelError, match="could not be loaded"):
        load(workspace)
