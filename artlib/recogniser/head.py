"""The head: what a model computes from its pooled features, in numpy and without its network."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artlib.errors import ArtlibError, warn
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays, write_arrays

if TYPE_CHECKING:
    import keras

STANDARDISED = "standardised"  # the name of a layer that a head of the last level lacks
FILE = "head.npz"
SHAPES = {
    "key": ("U", ""),
    "image_size": ("iu", ""),
    "mean": ("f", "width"),
    "deviation": ("f", "width"),
    "weights": ("f", "width artists"),
    "bias": ("f", "artists"),
}


@dataclass(frozen=True)
class Head:
    """A model's standardisation and last layer.

    Attributes:
        image_size: height and width of the model's input, in pixels.
        mean: float32 (width,), of the pooled features.
        deviation: float32 (width,), by which they are divided.
        weights: float32 (width, artists), from the standardised features to the logits.
        bias: float32 (artists,).
    """

    image_size: int
    mean: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def of(cls, model: keras.Model) -> Head:
        """Return the head of a recogniser, as `artlib.build_model` makes it."""
        weights, bias = model.layers[-1].get_weights()
        mean, deviation = np.zeros(len(weights), np.float32), np.ones(len(weights), np.float32)
        for layer in model.layers:
            if layer.name == STANDARDISED:
                mean, variance = layer.get_weights()
                deviation = np.sqrt(variance + layer.epsilon)
        return cls(model.input_shape[1], mean, deviation, weights, bias)

    def embeddings(self, features: np.ndarray) -> np.ndarray:
        """Return the input of the last layer, float (n, width), for pooled features (n, width)."""
        return (features - self.mean) / self.deviation

    def logits(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the logits, float (n, artists), for embeddings (n, width)."""
        return embeddings @ self.weights + self.bias

    def fits(self, image_size: int, artists: int) -> bool:
        """Return whether it belongs to pictures of a size and so many artists."""
        return self.image_size == image_size and len(self.bias) == artists

    def keep(self, folder: Path, key: str) -> None:
        """Write it into a folder, so that the next program needs no network for it; nothing on a full or closed disk.

        Args:
            folder: where what was prepared for this machine is kept.
            key: of the model's weights.
        """
        arrays = {name: np.array(value) for name, value in asdict(self).items()}
        with suppress(OSError, ArtlibError):  # it only saves time
            folder.mkdir(parents=True, exist_ok=True)
            write_arrays(folder / FILE, {"key": np.array(key), **arrays})

    @classmethod
    def kept(cls, folder: Path, key: str) -> Head | None:
        """Return what `keep` wrote for the same weights; None if there is nothing whole."""
        try:
            arrays = read_arrays(folder / FILE)
            check_shapes(arrays, SHAPES)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except DAMAGED as error:
            warn(f"{folder / FILE} is damaged ({error}); it is made again.")
            return None
        if arrays.pop("key").item() != key:
            return None
        return cls(arrays.pop("image_size").item(), **arrays)
