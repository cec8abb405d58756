"""Networks of keras.applications with their ImageNet weights: ResNet50, ConvNeXt and EfficientNetV2."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artlib.backbones.backbone import first_word
from artlib.backbones.keras_files import KerasFile

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class KerasApplication:
    """A network of keras.applications.

    Attributes:
        stages: the freezing points, first to last.
        stage_of: from a layer's name to its stage.
        module: of keras.applications.
        build: its function that builds the network.
        file: its weights.
        preprocess: its function of the pictures' tensor; empty for a network that preprocesses them itself.
        ending: from the network that `build` returns to its feature map.
    """

    stages: tuple[str, ...]
    stage_of: Callable[[str], str]
    module: str
    build: str
    file: KerasFile
    preprocess: str = ""
    ending: Callable[[keras.Model], keras.KerasTensor] = lambda network: network.output

    def feature_map(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, height, width, 3) to the map (batch, h/32, w/32, channels)."""
        # called on the graph's tensors, so that the model can be saved and loaded (a Lambda layer could not be loaded)
        preprocessed = self._function(self.preprocess)(inputs) if self.preprocess else inputs
        build = self._function(self.build)
        return self.ending(build(include_top=False, weights=None, input_tensor=preprocessed))

    def _function(self, name: str) -> Callable[..., Any]:
        return getattr(importlib.import_module(f"keras.applications.{self.module}"), name)

    def find_weights(self) -> Path | None:
        """Return the ImageNet weights in the Keras cache, downloaded if necessary, or None if they can't be downloaded.

        Raises:
            WeightsError: the download failed or arrived damaged.
        """
        return self.file.find()

    def load_weights(self, model: keras.Model, path: Path) -> None:
        """Put weights into the backbone layers of `model`.

        Args:
            model: a model that holds the layers of `feature_map`; its own head is not changed.
            path: the file that keras.applications serves, with or without the top (.h5).

        Raises:
            WeightsError: the file is missing, damaged, or of another network.
        """
        self.file.read(path, [layer for layer in model.layers if layer.weights and self._has(layer)])

    def _has(self, layer: keras.layers.Layer) -> bool:
        return self.stage_of(layer.name) in self.stages


RESNET50 = KerasApplication(
    ("conv1", "conv2", "conv3", "conv4", "conv5"),
    first_word,
    "resnet",
    "ResNet50",
    KerasFile(
        *("ResNet50", "resnet", "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"),
        "4d473c1dd8becc155b73f8504c6f6626",
    ),
    preprocess="preprocess_input",
)

CONVNEXT_STAGES = ("stem", "stage1", "stage2", "stage3", "stage4")


def convnext_stage(name: str) -> str:
    """Return the stage of a ConvNeXt layer; the layers that halve the map belong to the stage after them."""
    match = re.match(r"convnext_[a-z]+_(stem|stage_(\d)|downsampling_block_(\d))", name)
    if not match:
        return ""
    _, stage, halving = match.groups()
    if stage:
        return f"stage{int(stage) + 1}"
    return f"stage{int(halving) + 2}" if halving else "stem"


def _with_named_normalisation(network: keras.Model) -> keras.KerasTensor:
    """Return the feature map of a ConvNeXt; Keras gives its last layer no name of its own, so that it has no stage."""
    import keras

    name = f"{network.name}_stage_3_layernorm"
    return keras.layers.LayerNormalization(epsilon=1e-6, name=name)(network.layers[-1].input)


def _convnext(size: str, build: str, file_hash: str) -> KerasApplication:
    file = KerasFile(f"ConvNeXt {size}", "convnext", f"convnext_{size}_notop.h5", file_hash)
    return KerasApplication(CONVNEXT_STAGES, convnext_stage, "convnext", build, file, ending=_with_named_normalisation)


CONVNEXT_TINY = _convnext("tiny", "ConvNeXtTiny", "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1")
CONVNEXT_BASE = _convnext("base", "ConvNeXtBase", "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45")

EFFICIENTNETV2_STAGES = ("stem", *(f"block{number}" for number in range(1, 7)), "top")


def efficientnetv2_stage(name: str) -> str:
    """Return the stage of an EfficientNetV2 layer: `block4c_se_reduce` belongs to block4."""
    match = re.match(r"(stem|top|block\d)[a-z]?_", name)
    return match[1] if match else ""


def _without_dropout(network: keras.Model) -> keras.KerasTensor:
    """Return the feature map of an EfficientNetV2 that leaves out no block at random.

    Dropout in frozen stages would be active in fit(), too, and its random state is not in the checkpoint: a training
    that goes on after a kill would give another model.
    """
    import keras

    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    return network.output


def _efficientnetv2(size: str, build: str, file_hash: str) -> KerasApplication:
    file = KerasFile(f"EfficientNetV2 {size.upper()}", "efficientnet_v2", f"efficientnetv2-{size}_notop.h5", file_hash)
    return KerasApplication(
        EFFICIENTNETV2_STAGES, efficientnetv2_stage, "efficientnet_v2", build, file, ending=_without_dropout
    )


EFFICIENTNETV2_B0 = _efficientnetv2("b0", "EfficientNetV2B0", "893217f2bb855e2983157299931e43ff")
EFFICIENTNETV2_S = _efficientnetv2("s", "EfficientNetV2S", "af0682fb74e8c54910f2d4393339c070")
