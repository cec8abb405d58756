"""The engine: runs a frozen network as fast as this machine can, with features that agree with those of Keras.

On a processor it uses OpenVINO if that is installed, in bfloat16 if the processor supports it and the features agree;
else TensorFlow. On a GPU it uses TensorFlow in mixed precision. In both cases the frozen BatchNormalization layers are
first folded into the convolutions before them: on two cores TensorFlow alone then runs 1.5 times faster.

Where OpenVINO's files are kept, neither TensorFlow nor Keras is loaded: that saves seconds, and half of the memory.

The environment variable ARTLIB_ENGINE names one way to run networks; then only that one is tried. It is for tests of
each way, and to find out whether the engine causes a difference between two machines.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artlib.errors import ArgumentError, ArtlibError, warn
from artlib.inference import openvino
from artlib.workspace.place import has_gpu

if TYPE_CHECKING:
    import keras

AGREEMENT = 0.999  # the smallest cosine allowed between the features of a faster way and those in float32
COMPARED = 16  # how many pictures of the first batch are compared
FORCED = "ARTLIB_ENGINE"
PIECE = 8  # pictures
PLAIN, MIXED = "TensorFlow float32", "TensorFlow mixed_float16"
WAYS = (*openvino.PRECISIONS, MIXED, PLAIN)
Runner = Callable[[np.ndarray], np.ndarray]


class Engine:
    """Calls a frozen network.

    Args:
        make_network: returns the network, from float RGB 0-255 (n, side, side, 3) to features (n, width), its
            BatchNormalization in inference mode. It is called at once, unless a converted network is kept.
        folder: where OpenVINO's files are kept, so that the next program starts at once; None keeps nothing.
        key: of the network's weights; files of another key are made again.

    Attributes:
        name: what it runs on, such as "OpenVINO bfloat16"; empty until it is ready.
    """

    def __init__(self, make_network: Callable[[], keras.Model], folder: Path | None = None, key: str = "") -> None:
        self._folder, self._key = folder, key
        kept = openvino.kept(folder, key) if folder and not has_gpu() else None
        if kept and forced_way() not in ("", kept[0]):
            kept = None
        self.name: str = kept[0] if kept else ""
        self._run: Runner | None = kept[1] if kept else None
        self._make_network = make_network
        if not kept:
            _ = self.network  # now, so that a damaged file is told before the first picture is opened

    @functools.cached_property
    def network(self) -> keras.Model:
        """The network as Keras runs it."""
        return self._make_network()

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Return the features of pictures, RGB uint8 (n, side, side, 3), as float32 (n, width)."""
        if self._run is None:
            self.name, self._run = fastest(self.network, pictures[:COMPARED], self._folder, self._key)
        features = self._run(pictures)
        if not np.isfinite(features).all():  # half precision can overflow on a picture that differs from the first ones
            self.name, self._run = PLAIN, in_pieces(self.network)
            features = self._run(pictures)
        return features


def forced_way() -> str:
    """Return the one way to run networks that ARTLIB_ENGINE names; empty if all are tried.

    Raises:
        ArgumentError: there is no such way.
    """
    way = os.environ.get(FORCED, "")
    if way and way not in WAYS:
        raise ArgumentError(f"{FORCED} names one of: {', '.join(WAYS)}. Received: {way!r}. Set it to one, or unset it.")
    return way


def fastest(
    network: keras.Model, pictures: np.ndarray, folder: Path | None = None, key: str = ""
) -> tuple[str, Runner]:
    """Return the fastest way to run a network whose features of some pictures agree with those in float32."""
    from artlib.inference.rebuilding import folded

    if (way := forced_way()) == PLAIN:
        return PLAIN, in_pieces(folded(network))
    expected = network.predict_on_batch(pictures)
    candidates = _on_gpu(folded(network)) if has_gpu() else _on_processor(folded(network))
    try:
        for name, run in candidates:
            if way in ("", name) and smallest_cosine(run(pictures), expected) >= AGREEMENT:
                if folder and isinstance(run, openvino.OpenVinoNetwork):
                    _keep(folder, key, name, run)
                return name, run
    except openvino.CONVERSION_ERRORS as error:
        warn(f"A faster way to run {network.name} could not be prepared ({error}); TensorFlow alone is used.")
    return PLAIN, in_pieces(network)


def _keep(folder: Path, key: str, name: str, network: openvino.OpenVinoNetwork) -> None:
    """Keep a converted network; where that can't be done, it only takes time again."""
    try:
        openvino.keep(folder, key, name, network)
    except (OSError, ArtlibError) as error:
        warn(f"The prepared network can't be kept in {folder} ({error}): the next program prepares it again.")


def in_pieces(network: keras.Model) -> Runner:
    """Return what runs a network on a processor with few pictures at a time, which is as fast and takes less memory."""

    def run(pictures: np.ndarray) -> np.ndarray:
        starts = range(0, len(pictures), PIECE)
        return np.concatenate([network.predict_on_batch(pictures[start : start + PIECE]) for start in starts])

    return run


def smallest_cosine(left: np.ndarray, right: np.ndarray) -> float:
    """Return the smallest cosine between rows of two arrays (n, width)."""
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / np.maximum(norms, 1e-12)).min())


def _on_gpu(network: keras.Model) -> Iterator[tuple[str, Runner]]:
    from artlib.inference.rebuilding import in_policy

    yield MIXED, in_policy(network, "mixed_float16").predict_on_batch
    yield PLAIN, network.predict_on_batch


def _on_processor(network: keras.Model) -> Iterator[tuple[str, Runner]]:
    if openvino.is_installed():
        yield from openvino.converted(network)
    yield PLAIN, in_pieces(network)
