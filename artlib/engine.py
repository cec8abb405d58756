"""The engine: runs a frozen network as fast as this machine can, and only as inexactly as cannot be told.

On a processor it is OpenVINO where that is installed, in bfloat16 where the processor has it and the answers agree;
else TensorFlow. On a GPU it is TensorFlow in mixed precision. In both the BatchNormalization layers, being frozen, are
first folded into the convolutions before them: on two cores TensorFlow alone then runs 1.5 times faster.
"""

import functools
import importlib.util
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers

from artlib.errors import warn

AGREEMENT = 0.999  # the least cosine between the features of a faster way and those of the network in float32
COMPARED = 16  # pictures of the first batch on which that is looked at
# Kept in float32: bfloat16 hurts most where few channels of very different size follow the picture. With it there too,
# the smallest cosine over 128 paintings was 0.9956 (EfficientNet-Lite0), without 0.9991, for 5 % of the speed.
PRECISE_CONVOLUTIONS = 3

PLAIN = "TensorFlow float32"

Runner = Callable[[np.ndarray], np.ndarray]


class Engine:
    """Calls a frozen network.

    Args:
        network: from float RGB 0-255 (n, side, side, 3) to features (n, width); BatchNormalization in inference mode.

    Attributes:
        name: what it runs on, such as "OpenVINO bfloat16"; known after the first call.
    """

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        self.name = ""
        self._run: Runner | None = None

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Return the features of pictures, float32 (n, width)."""
        if self._run is None:
            self.name, self._run = fastest(self.network, pictures[:COMPARED])
        features = self._run(pictures)
        if not np.isfinite(features).all():  # half precision can overflow on a picture unlike the first ones
            self.name, self._run = PLAIN, self.network.predict_on_batch
            features = self._run(pictures)
        return features


def fastest(network: keras.Model, pictures: np.ndarray) -> tuple[str, Runner]:
    """Return the fastest way to run a network whose features of some pictures agree with those in float32."""
    expected = network.predict_on_batch(pictures)
    candidates = _on_gpu if _has_gpu() else _on_processor
    try:
        for name, run in candidates(folded(network)):
            if smallest_cosine(run(pictures), expected) >= AGREEMENT:
                return name, run
    except (ImportError, RuntimeError, ValueError) as error:
        warn(f"A faster way to run {network.name} could not be made ready ({error}); TensorFlow alone is used.")
    return PLAIN, network.predict_on_batch


def smallest_cosine(left: np.ndarray, right: np.ndarray) -> float:
    """Return the smallest cosine between rows of two arrays (n, width)."""
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / np.maximum(norms, 1e-12)).min())


def _has_gpu() -> bool:
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))


def _on_gpu(network: keras.Model) -> Iterator[tuple[str, Runner]]:
    yield "TensorFlow mixed_float16", in_policy(network, "mixed_float16").predict_on_batch
    yield PLAIN, network.predict_on_batch


def _on_processor(network: keras.Model) -> Iterator[tuple[str, Runner]]:
    if importlib.util.find_spec("openvino"):
        yield from _openvino(network)
    yield PLAIN, network.predict_on_batch


def _openvino(network: keras.Model) -> Iterator[tuple[str, Runner]]:
    # openvino reports each conversion to its makers over the internet, unless its reporter can't be imported
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    core = openvino.Core()
    core.set_property({"ENABLE_MMAP": False})  # Windows could not delete the file else
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.xml"
        network.export(str(path), format="openvino", verbose=False)
        _keep_precise(path)
        for capability, precision, name in (("BF16", "bf16", "bfloat16"), ("FP32", "f32", "float32")):
            if capability in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                compiled = core.compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": precision})
                yield f"OpenVINO {name}", functools.partial(_infer, compiled)


def _infer(compiled, pictures: np.ndarray) -> np.ndarray:
    # copied, because the array belongs to the compiled network and is written again by the next call
    return compiled(pictures)[0].copy()


def _keep_precise(path: Path) -> None:
    """Mark the first convolutions of an OpenVINO network (.xml) to be run in float32 whatever the others do."""
    tree = ET.parse(path)
    convolutions = [layer for layer in tree.iter("layer") if layer.get("type") in {"Convolution", "GroupConvolution"}]
    for layer in convolutions[:PRECISE_CONVOLUTIONS]:
        information = layer.find("rt_info")
        if information is None:
            information = ET.SubElement(layer, "rt_info")
        ET.SubElement(information, "attribute", name="precise", version="0")
    tree.write(path)


def in_policy(network: keras.Model, policy: str) -> keras.Model:
    """Return the same network in another dtype policy, such as mixed_float16; its last layer answers in float32."""

    def copied(layer: layers.Layer) -> layers.Layer:
        dtype = "float32" if layer is network.layers[-1] else policy
        # ResNet50's preprocessing comes along as operations, which have no dtype of their own
        changed = {"dtype": dtype} if isinstance(layer, layers.Layer) else {}
        return type(layer).from_config(layer.get_config() | changed)

    result = _cloned(network, copied)
    result.set_weights(network.get_weights())
    return result


def folded(network: keras.Model) -> keras.Model:
    """Return the same network with each BatchNormalization folded into the convolution before it, where there is one.

    Only for a network that is not trained further (Jacob et al., Quantization and training of neural networks, 2018,
    section 3.2).
    """
    after = {
        _before(layer).name: layer
        for layer in network.layers
        if isinstance(layer, layers.BatchNormalization)
        and isinstance(_before(layer), layers.Conv2D | layers.DepthwiseConv2D)
    }
    gone = {layer.name for layer in after.values()}

    def copied(layer: layers.Layer) -> layers.Layer:
        if layer.name in gone:
            return layers.Identity(name=layer.name)
        return type(layer).from_config(layer.get_config() | ({"use_bias": True} if layer.name in after else {}))

    result = _cloned(network, copied)
    for layer in network.layers:
        if layer.name in after:
            result.get_layer(layer.name).set_weights(_folded_weights(layer, after[layer.name]))
        elif layer.name not in gone:
            result.get_layer(layer.name).set_weights(layer.get_weights())
    return result


def _cloned(network: keras.Model, copied: Callable[[layers.Layer], layers.Layer]) -> keras.Model:
    def call(layer: layers.Layer, *arguments, **options):
        # what BatchNormalization is called with (mask) means nothing to the Identity in its place
        return layer(*arguments) if isinstance(layer, layers.Identity) else layer(*arguments, **options)

    return keras.models.clone_model(network, clone_function=copied, call_function=call)


def _before(layer: layers.Layer) -> layers.Layer:
    return layer.input._keras_history.operation


def _folded_weights(convolution: layers.Layer, normalisation: layers.BatchNormalization) -> list[np.ndarray]:
    kernel, *bias = convolution.get_weights()
    gamma, beta, mean, variance = normalisation.get_weights()
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    # a depthwise kernel is (height, width, channels, 1), any other (height, width, in, channels)
    by_channel = scale[:, None] if isinstance(convolution, layers.DepthwiseConv2D) else scale
    return [kernel * by_channel, beta + ((bias[0] if bias else 0.0) - mean) * scale]
