"""The second network: a frozen backbone of its own and a linear head, whose logits are added to a trained model's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from artlib import backbones
from artlib.backbones import Backbone
from artlib.inference.features import frozen_network, weights_fingerprint
from artlib.recogniser.calibration import best_temperature, cross_entropy
from artlib.recogniser.content_files import write_arrays
from artlib.recogniser.files import ModelError
from artlib.statistics.linear_head import linear_head
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays

if TYPE_CHECKING:
    import keras

SHARES = (0.25, 0.5, 0.75, 1.0)  # with which its logits are tried
LEAST_GAIN = 0.01  # of cross-entropy, in nats a picture; a smaller one is not worth the time of another network

SHAPES = {
    "backbone": ("U", ""),
    "image_size": ("iu", ""),
    "fingerprint": ("U", ""),
    "weights": ("f", "width artists"),
    "bias": ("f", "artists"),
    "share": ("f", ""),
}


@dataclass(frozen=True)
class SecondNetwork:
    """A pre-trained network that was not trained further, and a linear head on its features.

    Attributes:
        backbone: the network's name.
        image_size: height and width of its input, in pixels.
        fingerprint: of the pre-trained weights that the head was learned with; they are not kept with the model.
        weights: float32 (width, artists), from the features to the logits.
        bias: float32 (artists,).
        share: the factor with which the logits are added, 0 to 1.
    """

    backbone: str
    image_size: int
    fingerprint: str
    weights: np.ndarray
    bias: np.ndarray
    share: float

    @classmethod
    def fit(
        cls,
        backbone: Backbone,
        features: np.ndarray,
        labels: np.ndarray,
        parts: tuple[np.ndarray, np.ndarray],
        logits: np.ndarray,
    ) -> SecondNetwork:
        """Learn the head from the training part, and from the validation part with which factor it is added.

        The factor is the one with the highest likelihood, each at its best temperature: 0 if hardly anything is gained.

        Args:
            backbone: the network.
            features: float (n, width), its frozen features.
            labels: int (n,).
            parts: the positions of training and of validation pictures, int.
            logits: float (validation pictures, artists), of the trained model.
        """
        train, validation = parts
        weights, bias = _head(features[train], labels[train], logits.shape[1])
        own, known = features[validation] @ weights + bias, labels[validation]

        def surprise(share: float) -> float:
            added = logits + share * own
            return cross_entropy(added / best_temperature(added, known), known)

        best = min(SHARES, key=surprise)
        share = best if surprise(best) <= surprise(0) - LEAST_GAIN else 0.0
        return cls(backbone.name, backbone.image_size, weights_fingerprint(backbone), weights, bias, share)

    def __str__(self) -> str:
        if not self.share:
            return f"The second network, {self.backbone}, is no gain on the validation part, so it is not used."
        return f"The second network is {self.backbone}, frozen; {self.share:g} times its logits are added."

    def network(self) -> keras.Model:
        """Return the frozen network, from RGB 0-255 (n, image_size, image_size, 3) to features (n, width).

        Raises:
            WeightsError: its weights can't be had.
            ModelError: they are not those that the head was learned with.
        """
        backbone = backbones.get(self.backbone)
        if weights_fingerprint(backbone) != self.fingerprint:
            raise ModelError(
                f"The pre-trained weights of {self.backbone} are not those with which this model's second network was "
                "learned. Install their earlier version, or train again with 03_train (artlib train)."
            )
        return frozen_network(backbone, self.image_size)

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Return what is added to the model's logits, float32 (n, artists), from its features (n, width)."""
        return self.share * (features @ self.weights + self.bias)

    def write(self, folder: Path) -> Path:
        """Write it into a file named by its content, and return its path."""
        arrays = {name: np.array(value) for name, value in asdict(self).items()}
        return write_arrays(folder, "second_network", arrays)

    @classmethod
    def read(cls, path: Path) -> SecondNetwork:
        """Read it from a file.

        Raises:
            ModelError: the file is missing or damaged.
        """
        try:
            arrays = read_arrays(path)
            check_shapes(arrays, SHAPES)
            backbone, image_size, fingerprint, share = (
                arrays[name].item() for name in ("backbone", "image_size", "fingerprint", "share")
            )
            return cls(backbone, image_size, fingerprint, arrays["weights"], arrays["bias"], share)
        except DAMAGED as error:
            raise ModelError(
                f"{path} is missing or damaged ({error}). It holds the model's second network. Train again with "
                "03_train (artlib train --second-backbone)."
            ) from error


def _head(features: np.ndarray, labels: np.ndarray, artists: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (width, artists) and bias (artists,) of a linear head, the standardisation folded in."""
    scaler, regression = linear_head().fit(features, labels)
    coefficients, intercepts = regression.coef_, regression.intercept_
    if len(coefficients) == 1:  # of two artists, it has the difference of their logits
        coefficients, intercepts = (np.concatenate([-each, each]) / 2 for each in (coefficients, intercepts))
    # of an artist without a training picture it says nothing
    weights, bias = np.zeros((features.shape[1], artists), np.float32), np.zeros(artists, np.float32)
    scaled = coefficients.T / scaler.scale_[:, None]
    weights[:, regression.classes_], bias[regression.classes_] = scaled, intercepts - scaler.mean_ @ scaled
    return weights, bias
