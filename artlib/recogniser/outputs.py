"""The outputs of a model for pictures."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax


@dataclass(frozen=True)
class ModelOutputs:
    """What a model gives for pictures, before calibration.

    Attributes:
        embeddings: float32 (n, width), the pooled features that the model's last layer sees.
        logits: float32 (n, artists); for pictures with a low confidence the mean over the picture and its mirror image.
    """

    embeddings: np.ndarray
    logits: np.ndarray

    def __getitem__(self, rows) -> "ModelOutputs":
        return ModelOutputs(self.embeddings[rows], self.logits[rows])

    def __len__(self) -> int:
        return len(self.logits)

    @property
    def probabilities(self) -> np.ndarray:
        """Float32 (n, artists), rows sum to 1; not calibrated."""
        return softmax(self.logits, axis=1)
