"""DINOv2 and CLIP of keras-hub: small ones with random weights, in the layout of the presets' files."""

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from drawing import photo

from artlib import backbones
from artlib.backbones import Backbone, WeightsError
from artlib.backbones.hub_transformers import PACKAGE, STAGES, Clip, DinoV2, HubTransformer, hub_class
from artlib.errors import ArgumentError
from artlib.prediction.explain import contributions, heat_map
from artlib.recogniser.files import ModelMetadata, load_network
from artlib.recogniser.model import build_model

NAMES = ["Ross Tran", "Wlop"]
SIZE, WIDTH = 64, 32
TEXT = {
    "vocabulary_size": 100,
    "embedding_dim": 16,
    "hidden_dim": 16,
    "num_layers": 1,
    "num_heads": 2,
    "intermediate_dim": 16,
}
# CLIP's presets have 224 pixels, DINOv2's 518; here they are the same size as the pictures, and a larger one
SMALL: dict[str, HubTransformer] = {
    "dinov2": DinoV2("small_dinov2", patch=14, width=WIDTH, heads=2, image_size=112, blocks=4),
    "clip": Clip("small_clip", patch=16, width=WIDTH, heads=2, image_size=SIZE, blocks=4),
}
PRESETS = ["dinov2_small", "dinov2_base", "clip_vit_base_patch16", "clip_vit_base_patch32"]


def as_backbone(network: HubTransformer) -> Backbone:
    return Backbone(network.preset, STAGES, "blocks3", WIDTH, network, stage_of=network.stage_of, package=PACKAGE)


def noise(count: int = 2, size: int = SIZE) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3)).astype(np.float32)


def answer(model: keras.Model, pictures: np.ndarray) -> np.ndarray:
    return np.asarray(model(pictures, training=False))


@dataclass(frozen=True)
class Built:
    """A recogniser with the weights of a preset's file, and the encoder of keras-hub that wrote the file."""

    backbone: Backbone
    model: keras.Model
    encoder: Any
    file: Path


@pytest.fixture(scope="module", params=list(SMALL))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    pytest.importorskip("keras_hub")
    network, file = SMALL[request.param], tmp_path_factory.mktemp("preset") / "model.weights.h5"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clip, "text", TEXT)
        encoder = network.encoder(network.image_size)
        whole = encoder
        if request.param == "clip":
            text = hub_class("CLIPTextEncoder")(**TEXT)
            whole = hub_class("CLIPBackbone")(vision_encoder=encoder, text_encoder=text, projection_dim=16)
        whole.save_weights(file)
        model = build_model(NAMES, backbone=as_backbone(network), image_size=SIZE, weights=file)
    generator = np.random.default_rng(1)
    model.layers[-1].set_weights([generator.normal(size=weight.shape) for weight in model.layers[-1].weights])
    return Built(as_backbone(network), model, encoder, file)


def learning(built: Built) -> set[str]:
    return {built.backbone.stage_of(layer.name) for layer in built.model.layers if layer.trainable_weights}


# --- features ---


def test_the_class_token_is_that_of_keras_hub_at_the_size_it_was_trained_with(built: Built) -> None:
    side = built.backbone.network.image_size  # type: ignore[attr-defined]
    inputs = keras.Input((side, side, 3))
    network = keras.Model(inputs, built.backbone.pooled(inputs, "last"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clip, "text", TEXT)
        built.backbone.load_weights(network, built.file)
    prepared = (noise(size=side) / 255 - built.backbone.network.mean) / built.backbone.network.deviation  # type: ignore[attr-defined]
    theirs = np.asarray(built.encoder({"images": prepared.astype(np.float32)}))[:, 0]
    assert answer(network, noise(size=side)) == pytest.approx(theirs, rel=1e-3, abs=1e-4)


def test_the_features_are_the_patches_means_after_each_quarter_of_the_blocks_and_the_class_token(built: Built) -> None:
    names = [f"{stage}_mean" for stage in STAGES[1:]]
    maps = keras.Model(built.model.input, [built.model.get_layer(name).input for name in names])
    assert [tuple(each.shape[1:]) for each in maps.outputs] == [(4, 4, WIDTH)] * 4 + [(1, 1, WIDTH)]


def test_the_first_patch_of_a_map_is_the_first_after_the_class_token(built: Built) -> None:
    model = built.model
    block = next(layer for layer in model.layers if built.backbone.stage_of(layer.name) == "blocks1")
    tokens, placed = keras.Model(model.input, [block.output, model.get_layer("blocks1_mean").input])(noise())
    assert (np.asarray(placed)[:, 0, 0] == np.asarray(tokens)[:, 1]).all()
    assert (np.asarray(placed)[:, 1, 0] == np.asarray(tokens)[:, 5]).all()


def test_a_picture_of_another_size_is_resized_to_one_that_patches_fill() -> None:
    assert [SMALL["dinov2"].side(pixels) for pixels in (5, 64, 224)] == [14, 56, 224]
    assert SMALL["clip"].side(224) == SIZE


# --- weights ---


@pytest.mark.parametrize("content", [b"", b"hello" * 99, "cut"])
def test_a_broken_file_is_refused(content: bytes | str, built: Built, tmp_path: Path) -> None:
    whole = built.file.read_bytes()
    (tmp_path / "broken.weights.h5").write_bytes(content if isinstance(content, bytes) else whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match=f"the weights of the preset {built.backbone.name} .*model.weights.h5"):
        built.backbone.load_weights(built.model, tmp_path / "broken.weights.h5")


def test_the_weights_of_another_network_are_refused(built: Built, tmp_path: Path) -> None:
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    other.save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(WeightsError, match="does not hold the weights"):
        built.backbone.load_weights(built.model, tmp_path / "other.weights.h5")


def test_a_file_without_blocks_is_refused(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.file, tmp_path / "part.weights.h5")
    with h5py.File(tmp_path / "part.weights.h5", "a") as file:
        found: list[str] = []
        file.visit(lambda name: found.append(name) if re.search("(dinov2|clip_vision)_encoder/layers$", name) else None)
        for name in found:
            del file[name]
    with pytest.raises(WeightsError, match="does not hold the weights"):
        built.backbone.load_weights(built.model, tmp_path / "part.weights.h5")
    assert found


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_are_those_of_keras_hub(preset: str) -> None:
    pytest.importorskip("keras_hub")
    network = backbones.get(preset).network
    assert isinstance(network, HubTransformer)
    assert hub_class(network.model).presets[preset]["kaggle_handle"].startswith("kaggle://")


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["dinov2_small", "clip_vit_base_patch32"])
def test_a_preset_has_as_many_weights_as_keras_hub_says(preset: str) -> None:
    pytest.importorskip("keras_hub")
    network = backbones.get(preset).network
    assert isinstance(network, HubTransformer)
    whole = network.encoder(network.image_size)
    if isinstance(network, Clip):
        text = hub_class("CLIPTextEncoder")(**network.text)
        whole = hub_class("CLIPBackbone")(vision_encoder=whole, text_encoder=text, projection_dim=512)
    assert whole.count_params() == hub_class(network.model).presets[preset]["metadata"]["params"]


def test_a_download_that_fails_is_a_weights_error_with_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("keras_hub")
    import kagglehub

    def refuse(*_: str) -> None:
        raise ConnectionError("no internet")

    monkeypatch.setattr(kagglehub, "model_download", refuse)
    with pytest.raises(WeightsError, match="dinov2_small .*no internet.*weights=PATH.*efficientnet_lite0"):
        backbones.get("dinov2_small").weights_file()


# --- without keras-hub ---


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras_hub", None)


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize("preset", PRESETS)
def test_without_keras_hub_the_error_says_what_to_install(preset: str) -> None:
    with pytest.raises(ArgumentError, match=f"{preset} needs the package keras-hub.* Run: pip install keras-hub"):
        build_model(NAMES, backbone=preset, image_size=SIZE, weights=None)


@pytest.mark.usefixtures("missing")
def test_without_keras_hub_a_saved_model_says_what_to_install(tmp_path: Path) -> None:
    metadata = ModelMetadata(NAMES, "dinov2_small", SIZE, "artlib", 0, 1.0, "", {})
    with pytest.raises(ArgumentError, match="Run: pip install keras-hub"):
        load_network(tmp_path / "model.keras", metadata, "")


def test_a_keras_hub_that_is_too_old_says_so() -> None:
    pytest.importorskip("keras_hub")
    with pytest.raises(ArgumentError, match="too old: it has no DINOV9Backbone. Run: pip install --upgrade keras-hub"):
        hub_class("DINOV9Backbone")


# --- stages, and what the rest of artlib does with them ---


@pytest.mark.parametrize(
    ("layer", "stage"),
    [
        ("dinov2_small_embeddings", "embedding"),
        ("clip_vit_base_patch16_pre_layer_norm", "embedding"),
        ("layers_2", "blocks1"),
        ("layers_3", "blocks2"),
        ("clip_vit_base_patch16_encoder_block_11", "blocks4"),
        ("clip_vit_base_patch16_layer_norm", "top"),
        ("dinov2_small_layernorm", "top"),
        ("artists", ""),
    ],
)
def test_a_layers_name_tells_its_stage(layer: str, stage: str) -> None:
    assert backbones.get("dinov2_small").stage_of(layer) == stage


def test_from_each_stage_on_the_layers_learn_and_all_below_are_frozen(built: Built) -> None:
    learnt = []
    for stage in (*STAGES, None):
        built.backbone.freeze_below(built.model, stage)
        learnt.append(learning(built))
    assert learnt == [*({*STAGES[position:], ""} for position in range(len(STAGES))), {""}]


def test_a_saved_model_loads_in_safe_mode_and_answers_the_same(built: Built, tmp_path: Path) -> None:
    """Also after training has moved the position embeddings, which DINOv2 would else interpolate twice."""
    embedding = next(layer for layer in built.model.layers if built.backbone.stage_of(layer.name) == "embedding")
    before = [variable.numpy() for variable in embedding.trainable_variables]
    for variable in embedding.trainable_variables:
        variable.assign_add(np.random.default_rng(2).normal(size=variable.shape))
    built.model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert answer(loaded, noise()) == pytest.approx(answer(built.model, noise()), abs=1e-6)
    for variable, value in zip(embedding.trainable_variables, before, strict=True):
        variable.assign(value)


def test_the_contributions_of_all_places_add_up_to_the_logit(built: Built) -> None:
    places, bias = contributions(built.model, noise(), 1)
    last = built.model.layers[-1]
    inputs = answer(keras.Model(built.model.input, last.input), noise())
    logits = inputs @ last.get_weights()[0][:, 1] + last.get_weights()[1][1]
    assert sum(stage.sum(axis=(1, 2)) for stage in places) + bias == pytest.approx(logits, rel=1e-3, abs=1e-3)


def test_the_class_token_does_not_change_the_heat_map(built: Built) -> None:
    kernel, bias = built.model.layers[-1].get_weights()
    changed = kernel.copy()
    changed[-WIDTH:] += 1000
    before = heat_map(built.model, photo(1, (SIZE, SIZE)), 0)
    built.model.layers[-1].set_weights([changed, bias])
    after = heat_map(built.model, photo(1, (SIZE, SIZE)), 0)
    built.model.layers[-1].set_weights([kernel, bias])
    assert (before == after).all() and len(np.unique(before)) > 2


def test_a_model_on_the_class_token_alone_has_a_heat_map_without_heat(built: Built) -> None:
    model = build_model(NAMES, backbone=built.backbone, image_size=SIZE, weights=None, levels="last")
    assert not heat_map(model, photo(1, (SIZE, SIZE)), 0).any()
