"""OpenVINO: a network converted for this processor, kept in a folder so that the next program starts at once."""

from __future__ import annotations

import functools
import importlib.util
import logging
import math
import shutil
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artlib.errors import warn
from artlib.workspace.disk.writing import atomic, write_json
from artlib.workspace.formats.json_files import read_json
from artlib.workspace.formats.seals import file_hash

if TYPE_CHECKING:
    import keras

# from the name of a way to run on OpenVINO to the capability that the processor needs, and OpenVINO's name for it
PRECISIONS = {"OpenVINO bfloat16": ("BF16", "bf16"), "OpenVINO float32": ("FP32", "f32")}
# So many first convolutions stay in float32, because bfloat16 is least exact there: few channels, of very different
# size. The smallest cosine over 128 paintings was 0.9991, with bfloat16 there 0.9956 (EfficientNet-Lite0). It costs 5 %
# of the speed.
PRECISE_CONVOLUTIONS = 3
# Pictures that OpenVINO processes together: the data between layers then stay in the processor's cache. With
# 64 at a time EfficientNet-Lite0 took 7.4 ms of processor time a picture, with 4 on each of two cores 6.0.
PIECE = 4
# Raised where Keras and OpenVINO are not compatible: an older Keras can't export to OpenVINO, or looks for parts that a
# newer OpenVINO lacks; on Python 3.13, OpenVINO 2026.4 fails with a NameError on a network in memory. The last two are
# of files: the disk may be full.
CONVERSION_ERRORS = (ImportError, RuntimeError, ValueError, NameError, OSError, ET.ParseError)
# the last one is written last: it shows that the others are complete
NETWORK, WEIGHTS, KEPT = "network.xml", "network.bin", "engine.json"


def is_installed() -> bool:
    """Return whether OpenVINO is installed; it is not loaded."""
    return importlib.util.find_spec("openvino") is not None


class OpenVinoNetwork:
    """A converted network, ready for one picture (all cores share it) and for many (each core has its own).

    Args:
        path: of the network; it is not needed afterwards.
        precision: OpenVINO's name for it.

    Attributes:
        path: the same.
    """

    def __init__(self, path: Path, precision: str) -> None:
        self.path = path
        network = _core().read_model(str(path))
        for surplus in network.get_results()[1:]:  # OpenVINO makes an output of each swish of EfficientNetV2
            network.remove_result(surplus)
        taking_bytes = _openvino().preprocess.PrePostProcessor(network)
        taking_bytes.input().tensor().set_element_type(_openvino().Type.u8)
        self._network = taking_bytes.build()
        self._precision = precision

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Return the features of pictures, uint8 (n, side, side, 3), as float32 (n, width)."""
        return self._for_one(pictures)[0] if len(pictures) == 1 else self._many(pictures)

    @functools.cached_property
    def _for_one(self) -> Any:
        return self._compiled("LATENCY")

    @functools.cached_property
    def _for_many(self) -> Any:
        return _openvino().AsyncInferQueue(self._compiled("THROUGHPUT"))

    def _compiled(self, hint: str) -> Any:
        options = {"INFERENCE_PRECISION_HINT": self._precision, "PERFORMANCE_HINT": hint}
        return _core().compile_model(self._network, "CPU", options)

    def _many(self, pictures: np.ndarray) -> np.ndarray:
        """Run the network in pieces, as many at a time as suit the processor."""
        queue = self._for_many
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


def converted(network: keras.Model) -> Iterator[tuple[str, OpenVinoNetwork]]:
    """Convert a network and yield the ways to run it that this processor supports, the fastest first.

    Its files, which `keep` copies, are there until the next one is asked for.

    Args:
        network: from pictures to features.

    Raises:
        One of CONVERSION_ERRORS: this Keras and this OpenVINO are not compatible, or there is no room for its files.
    """
    _openvino()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NETWORK
        with _root_logger_kept():
            _write(network, path)
        _keep_precise(path)
        for name, (capability, precision) in PRECISIONS.items():
            if capability in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                yield name, OpenVinoNetwork(path, precision)


def _write(network: keras.Model, path: Path) -> None:
    """Write a Keras network as an OpenVINO network (.xml), by way of TensorFlow's files where Keras can't export it."""
    try:
        network.export(str(path), format="openvino", verbose=False)
    except CONVERSION_ERRORS:
        with tempfile.TemporaryDirectory() as saved:
            network.export(saved, format="tf_saved_model", verbose=False)
            _openvino().save_model(_openvino().convert_model(saved), path, compress_to_fp16=False)


@contextmanager
def _root_logger_kept() -> Iterator[None]:
    """Undo OpenVINO's changes of the root logger: if a conversion fails, it would show no warning of any library."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers.copy()
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


def keep(folder: Path, key: str, name: str, network: OpenVinoNetwork) -> None:
    """Keep a network in a folder, so that the next program starts at once.

    Args:
        folder: for its files; an earlier network there is replaced.
        key: of the network's weights.
        name: of this way to run it, of PRECISIONS.
        network: from `converted`.

    Raises:
        OSError, DiskError: it can't be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEPT).unlink(missing_ok=True)
    for file in (NETWORK, WEIGHTS):
        with atomic(folder / file) as temporary:
            shutil.copyfile(network.path.parent / file, temporary)
    write_json(folder / KEPT, _made_for(key) | {"name": name, "files": _hashes(network.path.parent)})


def kept(folder: Path, key: str) -> tuple[str, OpenVinoNetwork] | None:
    """Return what `keep` recorded on the same machine for the same weights; None if there is nothing whole."""
    if not (folder / KEPT).exists():
        return None
    try:
        content = read_json(folder / KEPT)
        name, files = content.pop("name", ""), content.pop("files", None)
        if content != _made_for(key) or files is None:
            return None  # of another network, processor or version; or an earlier artlib kept no hashes
        # OpenVINO reads a network whose weights are damaged, and gives other features
        if damaged := sorted(file for file, found in _hashes(folder).items() if files.get(file) != found):
            raise ValueError(f"{damaged[0]} is not what was written")
        return name, OpenVinoNetwork(folder / NETWORK, PRECISIONS[name][1])
    except ImportError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        warn(f"The prepared network in {folder} is damaged ({error}); it is made again.")
        return None


def _hashes(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file of a converted network."""
    return {name: file_hash(folder / name) for name in (NETWORK, WEIGHTS)}


def _made_for(key: str) -> dict[str, str]:
    return {
        "key": key,
        "openvino": _openvino().__version__,
        "processor": _core().get_property("CPU", "FULL_DEVICE_NAME"),
    }


def _openvino() -> Any:
    # openvino sends a report of each conversion over the internet, unless its telemetry module can't be imported
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino.preprocess

    return openvino


@functools.cache
def _core() -> Any:
    core = _openvino().Core()
    core.set_property({"ENABLE_MMAP": False})  # else Windows could not delete the file
    return core


def _keep_precise(path: Path) -> None:
    """Mark the first convolutions of an OpenVINO network (.xml) to be run in float32, whatever the others run in."""
    tree = ET.parse(path)
    convolutions = [layer for layer in tree.iter("layer") if layer.get("type") in {"Convolution", "GroupConvolution"}]
    for layer in convolutions[:PRECISE_CONVOLUTIONS]:
        information = layer.find("rt_info")
        if information is None:
            information = ET.SubElement(layer, "rt_info")
        ET.SubElement(information, "attribute", name="precise", version="0")
    tree.write(path)
