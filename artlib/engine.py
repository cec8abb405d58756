"""The engine: runs a frozen network as fast as this machine can, and only as inexactly as cannot be told.

On a processor it is OpenVINO where that is installed, in bfloat16 where the processor has it and the answers agree;
else TensorFlow. On a GPU it is TensorFlow in mixed precision. In both the BatchNormalization layers, being frozen, are
first folded into the convolutions before them: on two cores TensorFlow alone then runs 1.5 times faster.
"""

import functools
import importlib.util
import json
import math
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from artlib.errors import warn
from artlib.workspace import write_json

AGREEMENT = 0.999  # the least cosine between the features of a faster way and those of the network in float32
COMPARED = 16  # pictures of the first batch on which that is looked at
# Kept in float32: bfloat16 hurts most where few channels of very different size follow the picture. With it there too,
# the smallest cosine over 128 paintings was 0.9956 (EfficientNet-Lite0), without 0.9991, for 5 % of the speed.
PRECISE_CONVOLUTIONS = 3

PLAIN = "TensorFlow float32"
# from the name of a way to run on OpenVINO to what a processor must be capable of, and what OpenVINO is told
PRECISIONS = {"OpenVINO bfloat16": ("BF16", "bf16"), "OpenVINO float32": ("FP32", "f32")}
# Pictures that OpenVINO looks at together: what lies between layers then stays in the processor's nearest memory. With
# 64 at a time EfficientNet-Lite0 took 7.4 ms of processor time a picture, with 4 on each of two cores 6.0.
PIECE = 4
NETWORK, KEPT = "network.xml", "engine.json"  # the second is written last: it says that the first is whole

Runner = Callable[[np.ndarray], np.ndarray]


class Engine:
    """Calls a frozen network.

    Args:
        network: from float RGB 0-255 (n, side, side, 3) to features (n, width); BatchNormalization in inference mode.
        folder: where what OpenVINO needs is kept, so that the next program starts at once; None keeps nothing.
        key: of the network's weights; what was kept for another key is made anew.

    Attributes:
        name: what it runs on, such as "OpenVINO bfloat16"; empty until it is ready.
    """

    def __init__(self, network: keras.Model, folder: Path | None = None, key: str = "") -> None:
        self.network = network
        self._folder, self._key = folder, key
        self.name, self._run = _kept(folder, key) if folder else ("", None)

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Return the features of pictures, float32 (n, width)."""
        if self._run is None:
            self.name, self._run = fastest(self.network, pictures[:COMPARED], self._folder, self._key)
        features = self._run(pictures)
        if not np.isfinite(features).all():  # half precision can overflow on a picture unlike the first ones
            self.name, self._run = PLAIN, self.network.predict_on_batch
            features = self._run(pictures)
        return features


def fastest(
    network: keras.Model, pictures: np.ndarray, folder: Path | None = None, key: str = ""
) -> tuple[str, Runner]:
    """Return the fastest way to run a network whose features of some pictures agree with those in float32."""
    expected = network.predict_on_batch(pictures)
    candidates = _on_gpu(folded(network)) if _has_gpu() else _on_processor(folded(network), folder)
    try:
        for name, run in candidates:
            if smallest_cosine(run(pictures), expected) >= AGREEMENT:
                if folder and name in PRECISIONS:
                    write_json(folder / KEPT, _made_for(key) | {"name": name})
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


def _on_processor(network: keras.Model, folder: Path | None) -> Iterator[tuple[str, Runner]]:
    if importlib.util.find_spec("openvino"):
        yield from _openvino(network, folder)
    yield PLAIN, network.predict_on_batch


def _openvino(network: keras.Model, folder: Path | None) -> Iterator[tuple[str, Runner]]:
    _openvino_package()
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        network.export(str(folder / NETWORK), format="openvino", verbose=False)
        _keep_precise(folder / NETWORK)
        for name, (capability, _) in PRECISIONS.items():
            if capability in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                yield name, _compiled(folder, name)


def _kept(folder: Path, key: str) -> tuple[str, Runner | None]:
    """Return what was found to be fastest on this machine before; nothing if that was for something else."""
    try:
        content = json.loads((folder / KEPT).read_text(encoding="utf-8"))
        name = content.pop("name")
        return (name, _compiled(folder, name)) if content == _made_for(key) and not _has_gpu() else ("", None)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError):  # not there, half written, damaged
        return "", None


def _made_for(key: str) -> dict[str, str]:
    core = _core()
    return {
        "key": key,
        "openvino": _openvino_package().__version__,
        "processor": core.get_property("CPU", "FULL_DEVICE_NAME"),
    }


def _compiled(folder: Path, name: str) -> Runner:
    options = {"INFERENCE_PRECISION_HINT": PRECISIONS[name][1], "PERFORMANCE_HINT": "THROUGHPUT"}
    compiled = _core().compile_model(str(folder / NETWORK), "CPU", options)
    return functools.partial(_infer, _openvino_package().AsyncInferQueue(compiled))


def _openvino_package() -> Any:
    # openvino reports each conversion to its makers over the internet, unless its reporter can't be imported
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


@functools.cache
def _core() -> Any:
    core = _openvino_package().Core()
    core.set_property({"ENABLE_MMAP": False})  # Windows could not delete the file else
    return core


def _infer(queue, pictures: np.ndarray) -> np.ndarray:
    """Run a network on pictures in pieces, as many at a time as suit the processor."""
    piece = min(PIECE, math.ceil(len(pictures) / len(queue)))
    starts = range(0, len(pictures), piece)
    features: list[np.ndarray] = [np.empty(0)] * len(starts)

    def keep(request, place: int) -> None:
        # copied, because the array belongs to the request and is written again by its next piece
        features[place] = request.get_output_tensor().data.copy()

    queue.set_callback(keep)
    for place, start in enumerate(starts):
        queue.start_async(pictures[start : start + piece], place)
    queue.wait_all()
    return np.concatenate(features)


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
