"""Which backbones there are, and which one `auto` takes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import keras

from artlib.backbones import efficientnet_lite0, resnet50
from artlib.backbones.torch_file import WeightsError
from artlib.errors import ArgumentError


@dataclass(frozen=True)
class Backbone:
    """One pre-trained network.

    Attributes:
        name: as users give it.
        stages: the freezing points, first to last; each layer with weights is named `<stage>_…`.
        fine_tune_from: the stage from which the artlib recipe fine-tunes.
        width: channels of the last feature map.
        image_size: the side in pixels that it was trained with.
        network: the module with feature_map, find_weights and load_weights.
    """

    name: str
    stages: tuple[str, ...]
    fine_tune_from: str
    width: int
    network: ModuleType
    image_size: int = 224

    @property
    def feature_map(self) -> Callable[[keras.KerasTensor], keras.KerasTensor]:
        return self.network.feature_map

    def pooled(self, inputs: keras.KerasTensor, levels: str = "all") -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, side, side, 3) to pooled features (batch, width).

        Low stages of the network describe style, high ones the subject (Gatys et al., Image style transfer using
        convolutional neural networks, 2016). So the output of each stage but the first is averaged over the picture.

        Args:
            inputs: the pictures.
            levels: "all" takes these stages, first to last; "last" only the last feature map, as is usual.
        """
        feature_map = self.feature_map(inputs)
        if levels == "last":
            return keras.layers.GlobalAveragePooling2D(name="pooled")(feature_map)
        # layers are in the order of their depth, so the last one of each stage stays in the dictionary
        ends = {layer.name.split("_")[0]: layer.output for layer in keras.Model(inputs, feature_map).layers}
        means = [keras.layers.GlobalAveragePooling2D(name=f"{stage}_mean")(ends[stage]) for stage in self.stages[1:]]
        return keras.layers.Concatenate(name="pooled")(means)

    def weights_file(self, weights: str | Path = "imagenet") -> Path:
        """Return the file of pre-trained weights: the ImageNet one, found or downloaded, or the given one.

        Args:
            weights: "imagenet" or a path.

        Raises:
            WeightsError: there is none.
        """
        path = self.network.find_weights() if weights == "imagenet" else Path(weights).expanduser()
        if path is None:
            raise WeightsError(
                f"The ImageNet weights of {self.name} are not on this machine and could not be downloaded. "
                "Give a file as weights=PATH, or use backbone='auto'."
            )
        if not path.is_file():
            raise WeightsError(f"There is no weights file {path}. Give the path of a file that exists as weights=PATH.")
        return path

    def load_weights(self, model: keras.Model, weights: str | Path | None = "imagenet") -> None:
        """Put pre-trained weights into `model`'s backbone layers.

        Args:
            model: a model with this backbone's layers.
            weights: "imagenet", a weights file, or None, which leaves them as they are.

        Raises:
            WeightsError: no weights can be had, or the file does not fit.
        """
        if weights is not None:
            self.network.load_weights(model, self.weights_file(weights))

    def freeze_below(self, model: keras.Model, stage: str | None) -> None:
        """Make the layers from `stage` on trainable, except BatchNormalization and depthwise kernels; freeze the rest.

        In Keras 3 `base(x, training=False)` does not keep BatchNormalization frozen in fit(); its flag must be set.
        Depthwise kernels hold 3 % of EfficientNet-Lite0's weights and take a fifth of each training step on a
        processor; frozen, they cost no accuracy (docs/training.md).

        Args:
            model: a model with this backbone's layers and a head.
            stage: one of `stages`; None freezes the whole backbone and leaves the head trainable.
        """
        frozen = self.stages if stage is None else self.stages[: self._position(stage)]
        for layer in model.layers:
            always = isinstance(layer, keras.layers.BatchNormalization | keras.layers.DepthwiseConv2D)
            layer.trainable = not always and layer.name.split("_")[0] not in frozen

    def _position(self, stage: str) -> int:
        if stage not in self.stages:
            raise ArgumentError(f"{self.name} has the stages {', '.join(self.stages)}. Received: stage={stage!r}.")
        return self.stages.index(stage)


BACKBONES = {
    "resnet50": Backbone("resnet50", resnet50.STAGE_NAMES, "conv4", 2048, resnet50),
    "efficientnet_lite0": Backbone(
        "efficientnet_lite0", efficientnet_lite0.STAGE_NAMES, "stage3", 1280, efficientnet_lite0
    ),
}


def get(name: str) -> Backbone:
    """Return a backbone by name.

    Raises:
        ValueError: the name is none of the known ones.
    """
    if name not in BACKBONES:
        raise ArgumentError(f"Known backbones: {', '.join(BACKBONES)}, auto. Received: backbone={name!r}.")
    return BACKBONES[name]


def choose(name: str = "auto") -> Backbone:
    """Return a backbone by name; "auto" takes ResNet50 if its weights can be had, else EfficientNet-Lite0.

    With "auto", one printed line states which one and why.
    """
    if name != "auto":
        return get(name)
    if resnet50.cached_weights():
        print("backbone=auto: resnet50, its weights are in the Keras cache.")
        return BACKBONES["resnet50"]
    if resnet50.downloadable():
        print("backbone=auto: resnet50, its weights can be downloaded.")
        return BACKBONES["resnet50"]
    print("backbone=auto: efficientnet_lite0, because the ResNet50 weights are not here and could not be downloaded.")
    return BACKBONES["efficientnet_lite0"]
