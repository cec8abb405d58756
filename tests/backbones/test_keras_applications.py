"""ConvNeXt and EfficientNetV2 of keras.applications: their weights arrive, their stages freeze, their models load."""

import re
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from conftest import write_as_keras_serves
from drawing import photo
from keras.applications import convnext, efficientnet_v2
from keras.src.applications import convnext as private_convnext
from keras.src.applications import efficientnet_v2 as private_efficientnet

from artlib import backbones
from artlib.backbones import Backbone, WeightsError
from artlib.backbones.keras_applications import KerasApplication
from artlib.prediction.explain import contributions, heat_map
from artlib.recogniser.model import build_model

pytestmark = pytest.mark.slow  # networks are built or run

NAMES = ["Ross Tran", "Wlop"]
BUILD = {"convnext_tiny": convnext.ConvNeXtTiny, "efficientnetv2_b0": efficientnet_v2.EfficientNetV2B0}
SIZE = 64


def noise(count: int = 2) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, SIZE, SIZE, 3)).astype(np.uint8)


@dataclass(frozen=True)
class Built:
    """A recogniser, and the network of keras.applications whose weights it has read from a file."""

    backbone: Backbone
    model: keras.Model
    original: keras.Model
    file: Path


def shaken(model: keras.Model) -> keras.Model:
    """Give a model's layers weights that differ, so that none could be exchanged for another unnoticed."""
    generator = np.random.default_rng(0)
    for layer in model.layers:
        if layer.weights and not isinstance(layer, keras.layers.Conv2D | keras.layers.Dense | keras.Sequential):
            layer.set_weights([generator.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return model


@pytest.fixture(scope="module", params=list(BUILD))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    keras.utils.set_random_seed(0)  # with some random weights, a heat map is flat
    original = shaken(BUILD[request.param](include_top=False, weights=None, input_shape=(SIZE, SIZE, 3)))
    file = write_as_keras_serves(original, tmp_path_factory.mktemp("served") / f"{request.param}.h5")
    model = build_model(NAMES, backbone=request.param, image_size=SIZE, weights=file)
    model.layers[-1].set_weights([np.random.default_rng(1).normal(size=w.shape) for w in model.layers[-1].weights])
    return Built(backbones.get(request.param), model, original, file)


def answer(model: keras.Model, count: int = 2) -> np.ndarray:
    """Run a model layer by layer: to compile it would take longer."""
    return np.asarray(model(noise(count).astype(np.float32), training=False))


def last_map(built: Built) -> np.ndarray:
    mean = built.model.get_layer(f"{built.backbone.stages[-1]}_mean")
    return answer(keras.Model(built.model.input, mean.input))


def learning(built: Built) -> set[str]:
    """The stages of the layers that have trainable weights; the head counts as one without a name."""
    layers = [layer for layer in built.model.layers if layer.trainable_weights]
    return {built.backbone.stage_of(layer.name) for layer in layers}


# --- weights ---


@pytest.mark.slow
def test_with_weights_given_by_hand_the_feature_map_is_that_of_keras_applications(built: Built) -> None:
    """Its preprocessing too: both take RGB 0-255."""
    theirs = answer(built.original)
    assert np.abs(last_map(built) - theirs).max() <= 1e-4 * np.abs(theirs).max()


@pytest.mark.slow
def test_a_file_with_the_top_fits_too(built: Built, tmp_path: Path) -> None:
    pooled = keras.layers.GlobalAveragePooling2D()(built.original.output)
    whole = keras.Model(built.original.input, keras.layers.Dense(5, name="predictions")(pooled))
    expected = last_map(built)
    built.model.get_layer(index=5).set_weights([0 * weight for weight in built.model.get_layer(index=5).get_weights()])
    built.backbone.load_weights(built.model, write_as_keras_serves(whole, tmp_path / "whole.h5"))
    assert (last_map(built) == expected).all()


@pytest.mark.slow
def test_layers_with_other_names_in_the_file_are_read_in_their_order(built: Built, tmp_path: Path) -> None:
    with h5py.File(built.file) as source, h5py.File(tmp_path / "renamed.h5", "w") as target:
        names = list(source.attrs["layer_names"])
        for name in names:
            source.copy(name, target, f"other_{name}")
        target.attrs["layer_names"] = [f"other_{name}" for name in names]
    expected = last_map(built)
    built.backbone.load_weights(built.model, tmp_path / "renamed.h5")
    assert (last_map(built) == expected).all()


def test_keras_itself_reads_the_file_that_stands_for_the_served_one(built: Built) -> None:
    before = built.original.get_weights()
    built.original.load_weights(built.file)
    assert all(map(np.array_equal, before, built.original.get_weights()))


@pytest.mark.parametrize("damage", ["cut", "with a layer less", "of another network"])
def test_a_broken_file_is_refused(damage: str, built: Built, tmp_path: Path) -> None:
    path = tmp_path / "broken.h5"
    content = built.file.read_bytes()
    path.write_bytes(content[: len(content) // 3] if damage == "cut" else content)
    if damage == "with a layer less":
        with h5py.File(path, "a") as file:
            file.attrs["layer_names"] = file.attrs["layer_names"][:-3]
            for name in list(file)[:3]:
                del file[name]
    elif damage == "of another network":
        write_as_keras_serves(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]), path)
    title = built.backbone.network.file.title
    with pytest.raises(WeightsError, match=f"broken.h5 does not hold {title} weights .*efficientnet_lite0"):
        built.backbone.load_weights(built.model, path)


@pytest.mark.parametrize("name", ["convnext_tiny", "convnext_base"])
def test_convnexts_address_and_hash_are_those_of_keras(name: str) -> None:
    network = backbones.get(name).network
    assert isinstance(network, KerasApplication)
    assert network.file.url == f"{private_convnext.BASE_WEIGHTS_PATH}{name}_notop.h5"
    assert network.file.hash == private_convnext.WEIGHTS_HASHES[name][1]


@pytest.mark.parametrize(("name", "size"), [("efficientnetv2_b0", "b0"), ("efficientnetv2_s", "-s")])
def test_efficientnetv2s_address_and_hash_are_those_of_keras(name: str, size: str) -> None:
    network = backbones.get(name).network
    assert isinstance(network, KerasApplication)
    assert network.file.url == f"{private_efficientnet.BASE_WEIGHTS_PATH}efficientnetv2-{size.strip('-')}_notop.h5"
    assert network.file.hash == private_efficientnet.WEIGHTS_HASHES[size][1]


# --- stages ---


@pytest.mark.parametrize(
    ("name", "layer", "stage"),
    [
        ("convnext_tiny", "convnext_tiny_stem", "stem"),
        ("convnext_tiny", "convnext_tiny_stage_0_block_2_layer_scale", "stage1"),
        ("convnext_base", "convnext_base_downsampling_block_0", "stage2"),
        ("convnext_base", "convnext_base_stage_3_layernorm", "stage4"),
        ("efficientnetv2_b0", "block4c_se_reduce", "block4"),
        ("efficientnetv2_s", "block6o_project_bn", "block6"),
        ("efficientnetv2_s", "top_conv", "top"),
    ],
)
def test_a_layers_name_tells_its_stage(name: str, layer: str, stage: str) -> None:
    assert backbones.get(name).stage_of(layer) == stage


def test_from_each_stage_on_the_layers_learn_and_all_below_are_frozen(built: Built) -> None:
    stages = built.backbone.stages
    learnt = []
    for stage in stages:
        built.backbone.freeze_below(built.model, stage)
        learnt.append(learning(built))
    assert learnt == [{*stages[position:], ""} for position in range(len(stages))]


def test_with_the_whole_backbone_frozen_the_head_learns(built: Built) -> None:
    built.backbone.freeze_below(built.model, None)
    assert learning(built) == {""}


def test_every_batch_normalization_stays_frozen(built: Built) -> None:
    built.backbone.freeze_below(built.model, built.backbone.stages[0])
    layers = [layer for layer in built.model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert layers and not any(layer.trainable for layer in layers)


def test_convnexts_depthwise_kernels_learn_and_those_of_efficientnetv2_do_not(built: Built) -> None:
    """ConvNeXt sees more than one place of a picture in nothing else."""
    built.backbone.freeze_below(built.model, built.backbone.stages[0])
    layers = [layer for layer in built.model.layers if re.search("depthwise_conv|dwconv", layer.name)]
    assert {layer.trainable for layer in layers} == {built.backbone.name == "convnext_tiny"}


def test_each_stage_is_averaged_after_its_last_addition(built: Built) -> None:
    """The addition of a ConvNeXt block has no name that tells its stage."""
    means = [built.model.get_layer(f"{stage}_mean") for stage in built.backbone.stages[1:]]
    last = [mean.input._keras_history.operation for mean in means]
    convnext_ends = ["Add", "Add", "Add", "LayerNormalization"]
    others = ["Activation", "Add", "Add", "Add", "Add", "Add", "Activation"]
    expected = convnext_ends if built.backbone.name == "convnext_tiny" else others
    assert [type(operation).__name__ for operation in last] == expected


def test_no_block_is_left_out_at_random(built: Built) -> None:
    """In frozen stages it would be, too, and a training that goes on after a kill would give another model."""
    dropouts = [layer for layer in built.model.layers if isinstance(layer, keras.layers.Dropout)]
    assert {layer.rate for layer in dropouts if layer.name != "dropout"} <= {0.0}


# --- what the rest of artlib does with them ---


@pytest.mark.slow
def test_a_saved_model_loads_in_safe_mode_and_answers_the_same(built: Built, tmp_path: Path) -> None:
    built.model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert (answer(loaded) == answer(built.model)).all()


@pytest.mark.slow
def test_the_contributions_of_all_places_add_up_to_the_logit(built: Built) -> None:
    places, bias = contributions(built.model, noise(1), 1)
    last = built.model.layers[-1]
    inputs = answer(keras.Model(built.model.input, last.input), 1)
    logits = inputs @ last.get_weights()[0][:, 1] + last.get_weights()[1][1]
    assert sum(stage.sum(axis=(1, 2)) for stage in places) + bias == pytest.approx(logits, rel=1e-3, abs=1e-3)


@pytest.mark.slow
def test_a_heat_map_can_be_made(built: Built) -> None:
    heat = heat_map(built.model, photo(1, (SIZE, SIZE)), 0)
    assert heat.shape == (SIZE // 8, SIZE // 8) and len(np.unique(heat)) > 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["convnext_base", "efficientnetv2_s"])
def test_the_larger_ones_are_built_with_the_width_that_the_registry_says(name: str) -> None:
    inputs = keras.Input((32, 32, 3))
    assert backbones.get(name).feature_map(inputs).shape == (None, 1, 1, backbones.get(name).width)
