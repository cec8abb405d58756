"""Few shots: an artist recognised by the mean of a few pictures, beside artists that a network was trained on.

The pictures are projected to the subspace in which a model's training pictures differ most. There they are centred and
whitened by the covariance within artists. The mean of ten pictures is then enough to recognise an artist. Its linear
score becomes a further logit (linear discriminant analysis; the centred mean of few shots is that of Wang et al.,
SimpleShot, 2019, section 3, the metric that of Bateni et al., Improved few-shot visual classification, 2020,
section 3).
"""

from dataclasses import dataclass

import numpy as np

from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs

# Both were chosen on two models of six painters, with the other six added; docs/prediction.md has the figures.
SCALE = 0.3  # from the discriminant to logits, because a network's logits grow more slowly than a Gaussian's
SHRINKAGE = 5  # each mean is taken as if there were so many more pictures at the centre of all artists
LOST = 0.01  # share of the others' correct validation predictions that a new artist may take


@dataclass(frozen=True)
class FewShots:
    """Learns artists from a few pictures.

    Attributes:
        scorers: of the unknown detector of a trained model.
        others: outputs for validation pictures of the artists that are known already.
        labels: int (n,), of these pictures.
    """

    scorers: Scorers
    others: ModelOutputs
    labels: np.ndarray

    def fit(self, embeddings: np.ndarray) -> tuple[np.ndarray, float]:
        """Learn an artist from pictures, float (m, width); return its logit's weights, float32 (width,), and bias."""
        subspace, columns = self.scorers.subspace, self.scorers.columns
        centre = subspace.projected(embeddings[:, :columns]).sum(axis=0) / (len(embeddings) + SHRINKAGE)
        weights = np.zeros(embeddings.shape[1], np.float32)
        weights[:columns] = SCALE * (subspace.components @ (subspace.within @ centre))
        margins = self.others.logits.max(axis=1) - self.others.embeddings @ weights
        right = self.others.logits.argmax(axis=1) == self.labels
        return weights, float(np.quantile(margins[right] if right.any() else margins, LOST))

    def as_new(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the artist's logit for each picture, float (m,), learned from the other pictures only."""
        fitted = [self.fit(others) for others in without_each(embeddings)]
        return np.array([row @ weights + bias for row, (weights, bias) in zip(embeddings, fitted, strict=True)])

    def scores_as_new(self, embeddings: np.ndarray, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return the unknown scores of the artist's pictures, each as if only the other pictures were known.

        Args:
            embeddings: float (m, width).
            outputs: for these pictures, with the logit from `as_new`.
        """
        each = [self.scorers.with_artist(others)(outputs[[row]]) for row, others in enumerate(without_each(embeddings))]
        return {name: np.concatenate([scores[name] for scores in each]) for name in each[0]}

    def cohesion(self, embeddings: np.ndarray) -> np.ndarray:
        """Return how similar each picture is to the others: the mean cosine in the subspace, float (m,), -1 to 1."""
        directions = self.scorers.style(embeddings)
        return ((directions @ directions.T).sum(axis=1) - 1) / (len(embeddings) - 1)


def without_each(embeddings: np.ndarray) -> list[np.ndarray]:
    """Return all pictures but the first, all but the second, and so on, float (m - 1, width) each."""
    return [np.delete(embeddings, row, axis=0) for row in range(len(embeddings))]
