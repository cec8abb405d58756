"""The files of ImageNet weights that keras.applications serves: found in the Keras cache, downloaded, and read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
import requests

from artlib.backbones.hdf5_files import check_ends
from artlib.backbones.torch_file import WeightsError

if TYPE_CHECKING:
    import keras

# from keras.applications, where it is private
SERVER = "https://storage.googleapis.com/tensorflow/keras-applications"
PROBE_SECONDS = 5
# what HDF5 and h5py raise on damaged bytes
DAMAGED = (OSError, LookupError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError, OverflowError)


@dataclass(frozen=True)
class KerasFile:
    """The weights of one network without its top, as keras.applications serves them.

    Attributes:
        title: the network's name in messages.
        folder: of the file on the server.
        name: of the file, there and in the Keras cache.
        hash: its md5 or sha256, as keras.applications has it.
    """

    title: str
    folder: str
    name: str
    hash: str

    @property
    def url(self) -> str:
        return f"{SERVER}/{self.folder}/{self.name}"

    @property
    def _place(self) -> Path:
        return Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models" / self.name

    def cached(self) -> Path | None:
        """Return the file that Keras downloaded earlier, or None."""
        return self._place if self._place.is_file() else None

    def downloadable(self) -> bool:
        """Return whether the file's server answers within a few seconds."""
        try:
            answer = requests.head(self.url, timeout=PROBE_SECONDS, allow_redirects=True)
        except requests.RequestException:
            return False
        return answer.ok

    def find(self) -> Path | None:
        """Return the file in the Keras cache, downloaded if necessary, or None if it can't be downloaded.

        Raises:
            WeightsError: the download failed or arrived damaged.
        """
        if path := self.cached():
            return path
        if not self.downloadable():
            return None
        import keras

        try:
            return Path(keras.utils.get_file(self.name, self.url, cache_subdir="models", file_hash=self.hash))
        except Exception as error:  # Keras raises no narrower one where the server fails
            self._place.unlink(missing_ok=True)  # Keras leaves a damaged file there, which would be used next time
            raise WeightsError(
                f"Downloading the {self.title} weights failed ({error}). Try again, or use "
                "backbone='efficientnet_lite0'."
            ) from error

    def read(self, path: Path, layers: Sequence[keras.layers.Layer]) -> None:
        """Put weights into layers.

        Args:
            path: this file, or that with the top (.h5), or a whole model that Keras saved in that layout.
            layers: all of the network without its top that have weights, first to last.

        Raises:
            WeightsError: the file is missing, damaged, or of another network.
        """
        check_ends(path, self.hash)
        try:
            with h5py.File(path) as file:
                _copy(layers, file.get("model_weights", file))
        except DAMAGED as error:
            raise WeightsError(
                f"{path} does not hold {self.title} weights as Keras serves them ({error}). "
                f"If Keras downloaded it, delete it, and it is downloaded again; else give a complete "
                f"{self.name}, or use backbone='efficientnet_lite0'."
            ) from error


def _copy(layers: Sequence[keras.layers.Layer], file: h5py.Group) -> None:
    if all(layer.name in file for layer in layers):
        groups = [file[layer.name] for layer in layers]
    else:  # some layers have another name in the file; Keras itself goes by their order alone
        filled = [group for name in _texts(file, "layer_names") if _texts(group := file[name], "weight_names")]
        if not 0 <= len(filled) - len(layers) <= 1:  # the top has one layer more
            raise ValueError(f"it has {len(filled)} layers with weights instead of {len(layers)}")
        groups = filled[: len(layers)]
    for layer, group in zip(layers, groups, strict=True):
        sources = [group[name] for name in _texts(group, "weight_names")]
        layer.set_weights([_values(*pair) for pair in zip(sources, layer.weights, strict=True)])


def _values(source: h5py.Dataset, weight: keras.Variable) -> np.ndarray:
    """Return what belongs into a weight; nothing is read before its size is known to be right."""
    if source.shape != tuple(weight.shape) or source.dtype.kind != "f" or source.external or source.is_virtual:
        raise ValueError(f"{source.name} is {source.dtype} of shape {source.shape} instead of {tuple(weight.shape)}")
    values = source[...]
    if not np.isfinite(values).all():
        raise ValueError(f"{source.name} holds numbers that are not finite")
    return values


def _texts(group: h5py.Group, attribute: str) -> list[str]:
    return [text.decode() if isinstance(text, bytes) else text for text in group.attrs[attribute]]
