"""The scorers: everything that a model learns from its training pictures to compute unknown scores."""

from dataclasses import dataclass, field, replace

import numpy as np

from artlib.recogniser.openset.scores import (
    Neighbours,
    Subspace,
    energy,
    log_probability,
    max_logit,
    max_softmax,
)
from artlib.recogniser.outputs import ModelOutputs


@dataclass(frozen=True)
class Scorers:
    """The unknown scores of one model, learned from its training pictures.

    Those on embeddings leave out the last stage, which describes subjects. Without it, works of six unknown painters
    were detected among those of six others with AUROC 0.86 instead of 0.84, by neighbours alone (docs/evaluation.md).

    Attributes:
        columns: how many of the embeddings' columns are used, from the first on.
        neighbours: the pictures learned from, and those of other artists.
        subspace: the directions in which the pictures learned from differ most.
        other_weights: float32 (columns, k), of the logits of k other artists, who are never named.
        other_bias: float32 (k,), of the same.
    """

    columns: int
    neighbours: Neighbours
    subspace: Subspace
    other_weights: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    other_bias: np.ndarray = field(default_factory=lambda: np.empty(0, np.float32))

    @classmethod
    def fit(cls, learned: ModelOutputs, labels: np.ndarray, last_stage: int = 0) -> "Scorers":
        """Learn from the training pictures.

        Args:
            learned: the model's outputs for them.
            labels: int (n,).
            last_stage: how many columns of the embeddings belong to the last stage, if others come before them.
        """
        columns = learned.embeddings.shape[1] - last_stage
        lower = learned.embeddings[:, :columns]
        return cls(columns, Neighbours.fit(lower, labels), Subspace.fit(lower, labels))

    def with_artist(self, embeddings: np.ndarray) -> "Scorers":
        """Return the scorers with one more known artist, from its pictures, float (m, width)."""
        lower, owners = embeddings[:, : self.columns], np.full(len(embeddings), len(self.subspace.centres))
        return replace(
            self,
            neighbours=self.neighbours.with_pictures(lower, owners),
            subspace=self.subspace.with_artist(lower),
        )

    def with_others(
        self, weights: np.ndarray, bias: np.ndarray, embeddings: np.ndarray, artists: np.ndarray
    ) -> "Scorers":
        """Return the scorers with other artists, who are never named.

        Args:
            weights: float (k, width), of their logits; the columns of the last stage are not used.
            bias: float (k,), of their logits.
            embeddings: float (m, width), of their pictures.
            artists: int (m,), 0 to k - 1, of these pictures.
        """
        neighbours = self.neighbours.with_pictures(embeddings[:, : self.columns], -1 - artists)
        lower = weights[:, : self.columns].T.astype(np.float32)
        return replace(self, neighbours=neighbours, other_weights=lower, other_bias=bias.astype(np.float32))

    def without_other(self, artist: int) -> "Scorers":
        """Return the scorers without one of the other artists, 0 to k - 1."""
        return replace(
            self,
            neighbours=self.neighbours.without(-1 - artist),
            other_weights=np.delete(self.other_weights, artist, axis=1),
            other_bias=np.delete(self.other_bias, artist),
        )

    def style(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the direction of each picture in the subspace, float (n, k), of length one.

        The subspace is whitened by the covariance within artists, so cosines in it compare hands.
        """
        return self.subspace.directions(embeddings[:, : self.columns])

    def __call__(self, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return every score by its name, float (n,) each."""
        lower = outputs.embeddings[:, : self.columns]
        cosines = self.neighbours.cosines(lower)
        scores = {
            "max_softmax": max_softmax(outputs),
            "max_logit": max_logit(outputs),
            "energy": energy(outputs),
            "neighbours": self.neighbours.distance(cosines),
            "relative_mahalanobis": self.subspace.relative_mahalanobis(lower),
            "residual": self.subspace.residual(lower),
        }
        if len(self.neighbours.owners):  # else an earlier artlib learned them
            others = lower @ self.other_weights + self.other_bias if len(self.other_bias) else outputs.logits[:, :0]
            scores["log_probability"] = log_probability(outputs, others)
            scores["relative_neighbours"] = self.neighbours.relative_distance(cosines, outputs.logits.argmax(axis=1))
        return scores
