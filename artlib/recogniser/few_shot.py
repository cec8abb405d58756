"""Few shots: an artist told by the mean of a few pictures, beside artists that a network was trained on.

In the subspace in which a model's training pictures differ most, centred and made so that the pictures of one artist
spread alike in all directions, the mean of ten pictures says enough to tell an artist. Its linear score joins the
trained artists' logits (linear discriminant analysis; the centred mean of few shots is that of Wang et al., SimpleShot,
2019, section 3, the metric that of Bateni et al., Improved few-shot visual classification, 2020, section 3).
"""

from dataclasses import dataclass

import numpy as np

from artlib.recogniser.openset.detector import Scorers
from artlib.recogniser.outputs import ModelOutputs

# Both were chosen on two models of six painters, with the other six added; docs/prediction.md has the figures.
SCALE = 0.3  # from the discriminant to logits: a network's logits grow slower than a Gaussian's
SHRINKAGE = 5  # pictures of no style at all, as it were, that each mean is taken with
LOST = 0.01  # share of the right answers about validation pictures of the others that an artist more may cost


@dataclass(frozen=True)
class FewShots:
    """Learns artists from a few pictures.

    Attributes:
        scorers: of the unknown detector of a trained model.
        others: outputs for validation pictures of the artists that are known already.
        labels: int (n,), of these.
    """

    scorers: Scorers
    others: ModelOutputs
    labels: np.ndarray

    def fit(self, embeddings: np.ndarray) -> tuple[np.ndarray, float]:
        """Return weights, float32 (width,), and bias of the logit of the artist of some pictures, float (m, width)."""
        subspace, columns = self.scorers.subspace, self.scorers.columns
        centre = subspace.projected(embeddings[:, :columns]).sum(axis=0) / (len(embeddings) + SHRINKAGE)
        weights = np.zeros(embeddings.shape[1], np.float32)
        weights[:columns] = SCALE * (subspace.components @ (subspace.within @ centre))
        margins = self.others.logits.max(axis=1) - self.others.embeddings @ weights
        right = self.others.logits.argmax(axis=1) == self.labels
        return weights, float(np.quantile(margins[right] if right.any() else margins, LOST))

    def as_new(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the artist's logit for each picture, float (m,), as it is when learned from the others only."""
        fitted = [self.fit(others) for others in without_each(embeddings)]
        return np.array([row @ weights + bias for row, (weights, bias) in zip(embeddings, fitted, strict=True)])

    def scores_as_new(self, embeddings: np.ndarray, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return the unknown-scores of the artist's pictures, each as if only the others were known.

        Args:
            embeddings: float (m, width).
            outputs: for these pictures, with the artist's logit as new.
        """
        each = [self.scorers.with_artist(others)(outputs[[row]]) for row, others in enumerate(without_each(embeddings))]
        return {name: np.concatenate([scores[name] for scores in each]) for name in each[0]}

    def cohesion(self, embeddings: np.ndarray) -> np.ndarray:
        """Return how like the others each picture is: the mean cosine to them in that subspace, float (m,), -1 to 1."""
        directions = self.scorers.style(embeddings)
        return ((directions @ directions.T).sum(axis=1) - 1) / (len(embeddings) - 1)


def without_each(embeddings: np.ndarray) -> list[np.ndarray]:
    """Return the pictures without the first, without the second, and so on, float (m - 1, width) each."""
    return [np.delete(embeddings, row, axis=0) for row in range(len(embeddings))]
