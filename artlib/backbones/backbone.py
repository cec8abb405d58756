"""A backbone: a pre-trained network with its freezing points, whose stages are pooled for the head."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from artlib.backbones.torch_file import WeightsError
from artlib.errors import ArgumentError

if TYPE_CHECKING:
    import keras


class Network(Protocol):
    """What a backbone needs of its network; a module with these functions will do."""

    def feature_map(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, side, side, 3) to the last map (batch, h, w, width)."""

    def find_weights(self) -> Path | None:
        """Return the file of pre-trained weights, downloaded if necessary, or None where there is none."""

    def load_weights(self, model: keras.Model, path: Path) -> None:
        """Put weights from a file into the network's layers in `model`."""


def first_word(name: str) -> str:
    """Return what stands before the first underscore of a layer's name."""
    return name.partition("_")[0]


@dataclass(frozen=True)
class Backbone:
    """One pre-trained network.

    Attributes:
        name: as users give it.
        stages: the freezing points, first to last.
        fine_tune_from: the stage from which the artlib recipe fine-tunes.
        width: channels of the last feature map.
        network: its layers and weights.
        image_size: the side in pixels that it was trained with.
        stage_of: from a layer's name to its stage; what it returns for other layers is none of `stages`.
        learning_rate: the highest one with which the artlib recipe fine-tunes.
        package: the Python package that has its layers, as pip knows it; empty if that is Keras.
    """

    name: str
    stages: tuple[str, ...]
    fine_tune_from: str
    width: int
    network: Network
    image_size: int = 224
    stage_of: Callable[[str], str] = first_word
    learning_rate: float = 3e-4
    package: str = ""

    def require_package(self) -> None:
        """Raise an ArgumentError if the package that has this network's layers can't be imported."""
        try:
            if self.package:
                importlib.import_module(self.package.replace("-", "_"))
        except ImportError as error:
            raise ArgumentError(
                f"The backbone {self.name} needs the package {self.package}, which can't be imported ({error}). "
                f"Run: pip install {self.package}. Then start Python again. Or use another backbone."
            ) from error

    def feature_map(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, side, side, 3) to the last map (batch, h, w, width).

        Raises:
            ArgumentError: the package that has the layers is missing.
        """
        self.require_package()
        return self.network.feature_map(inputs)

    def pooled(self, inputs: keras.KerasTensor, levels: str = "all") -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, side, side, 3) to pooled features (batch, width).

        Low stages of the network describe style, high ones the subject (Gatys et al., Image style transfer using
        convolutional neural networks, 2016). So the output of each stage but the first is averaged over the picture.

        Args:
            inputs: the pictures.
            levels: "all" takes these stages, first to last; "last" only the last feature map, as is usual.

        Raises:
            ArgumentError: the package that has the layers is missing.
        """
        from keras import layers

        feature_map = self.feature_map(inputs)
        if levels == "last":
            return layers.GlobalAveragePooling2D(name="pooled")(feature_map)
        ends = self._ends(inputs, feature_map)
        means = [
            layers.GlobalAveragePooling2D(name=f"{stage}_mean")(_as_map(stage, ends[stage]))
            for stage in self.stages[1:]
        ]
        return layers.Concatenate(name="pooled")(means)

    def _ends(self, inputs: keras.KerasTensor, feature_map: keras.KerasTensor) -> dict[str, keras.KerasTensor]:
        """Return each stage's output."""
        import keras

        ends, stage = {}, ""
        # they are in the order of their depth, so the last one of each stage stays in the dictionary
        for operation in keras.Model(inputs, feature_map).operations:
            # an addition may have a name of its own, such as add_3: it belongs to the layer before it
            if (named := self.stage_of(operation.name)) in self.stages:
                stage = named
            ends[stage] = operation.output
        return ends

    def weights_file(self, weights: str | Path = "imagenet") -> Path:
        """Return the file of pre-trained weights: the network's own, found or downloaded, or the given one.

        Args:
            weights: "imagenet" for the network's own (whatever it was trained on), or a path.

        Raises:
            WeightsError: there is none.
        """
        if weights == "imagenet":
            self.require_package()
            path = self.network.find_weights()
        else:
            path = Path(weights).expanduser()
        if path is None:
            raise WeightsError(
                f"The ImageNet weights of {self.name} are not on this machine and could not be downloaded. "
                "Give a file as weights=PATH, or use backbone='auto' (at the terminal --weights PATH, --backbone auto)."
            )
        if not path.is_file():
            raise WeightsError(
                f"There is no weights file {path}. Give one that exists as weights=PATH (--weights PATH)."
            )
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
        """Make the layers from `stage` on trainable, except BatchNormalization and DepthwiseConv2D; freeze the rest.

        In Keras 3 `base(x, training=False)` does not keep BatchNormalization frozen in fit(); its flag must be set.
        Depthwise kernels hold 3 % of EfficientNet-Lite0's weights and take a fifth of each training step on a
        processor; frozen, they cost no accuracy (docs/training.md). ConvNeXt has its depthwise kernels in layers of
        the class Conv2D, and they learn: within a stage no other layer there sees more than one place of the picture.

        Args:
            model: a model with this backbone's layers and a head.
            stage: one of `stages`; None freezes the whole backbone and leaves the head trainable.
        """
        from keras import layers

        frozen = self.stages if stage is None else self.stages[: self._position(stage)]
        for layer in model.layers:
            always = isinstance(layer, layers.BatchNormalization | layers.DepthwiseConv2D)
            layer.trainable = not always and self.stage_of(layer.name) not in frozen

    def _position(self, stage: str) -> int:
        if stage not in self.stages:
            raise ArgumentError(f"{self.name} has the stages {', '.join(self.stages)}. Received: stage={stage!r}.")
        return self.stages.index(stage)


def _as_map(stage: str, end: keras.KerasTensor) -> keras.KerasTensor:
    """Return a stage's output as a map (batch, height, width, channels).

    A transformer's tokens (batch, tokens, channels) are those of the patches, row by row of a square, after those of no
    place: the class token and, in some networks, registers.
    """
    from keras import layers

    if len(end.shape) == 4:
        return end
    side = math.isqrt(end.shape[1])
    patches = layers.Cropping1D((end.shape[1] - side**2, 0), name=f"{stage}_patches")(end)
    return layers.Reshape((side, side, end.shape[2]), name=f"{stage}_map")(patches)
