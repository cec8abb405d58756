"""Unknown scores: how little a picture looks like any known artist, each by a published method.

All work on a model's outputs (`ModelOutputs`) before calibration. A higher score means more unknown. The
scales differ: the detector brings them to a common scale.
"""

import functools
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from sklearn.covariance import ledoit_wolf
from sklearn.decomposition import PCA

from artlib.recogniser.outputs import ModelOutputs
from artlib.similarity.cosines import unit

NEIGHBOURS, COHORT = 5, 20
COMPONENTS = 128  # of the embeddings, in which distances to artists are measured


def max_softmax(outputs: ModelOutputs) -> np.ndarray:
    """Return 1 - the largest probability (Hendrycks & Gimpel, A baseline for detecting misclassified, 2017)."""
    return 1 - softmax(outputs.logits, axis=1).max(axis=1)


def max_logit(outputs: ModelOutputs) -> np.ndarray:
    """Return minus the largest logit (Hendrycks et al., Scaling out-of-distribution detection, 2022, section 4)."""
    return -outputs.logits.max(axis=1)


def energy(outputs: ModelOutputs) -> np.ndarray:
    """Return the free energy of the logits (Liu et al., Energy-based out-of-distribution detection, 2020, eq. 3)."""
    return -logsumexp(outputs.logits, axis=1)


def log_probability(outputs: ModelOutputs, others: np.ndarray) -> np.ndarray:
    """Return minus the log-probability of the most probable artist among the known and the other artists.

    Args:
        outputs: of the model.
        others: float (n, k), a logit for each of k other artists; k may be 0.
    """
    return logsumexp(np.concatenate([outputs.logits, others], axis=1), axis=1) - outputs.logits.max(axis=1)


@dataclass(frozen=True)
class Neighbours:
    """Cosines to the nearest pictures: to those learned from, and to works by other artists.

    Sun et al., Out-of-distribution detection with deep nearest neighbors, 2022.

    Attributes:
        mean: float32 (width,), of the training embeddings.
        reference: float16 (m, width), embeddings, centred and normalised.
        owners: int16 (m,), the artist of each: 0 or more for known ones, -1 - k for the k-th other artist. Empty in the
            files of an earlier artlib, which had known artists only.
    """

    mean: np.ndarray
    reference: np.ndarray
    owners: np.ndarray = field(default_factory=lambda: np.empty(0, np.int16))

    @classmethod
    def fit(cls, embeddings: np.ndarray, labels: np.ndarray) -> "Neighbours":
        """Learn from embeddings of training pictures, float (m, width), and their artists, int (m,)."""
        mean = embeddings.mean(axis=0)
        return cls(mean, unit(embeddings - mean).astype(np.float16), labels.astype(np.int16))

    def with_pictures(self, embeddings: np.ndarray, owners: np.ndarray) -> "Neighbours":
        """Return the neighbours with more pictures, float (m, width), and their owners, int (m,)."""
        more = unit(embeddings - self.mean).astype(np.float16)
        both = np.concatenate([self.owners, owners]).astype(np.int16) if len(self.owners) else self.owners
        return replace(self, reference=np.concatenate([self.reference, more]), owners=both)

    def without(self, owner: int) -> "Neighbours":
        """Return the neighbours without one owner's pictures."""
        left = self.owners != owner
        return replace(self, reference=self.reference[left], owners=self.owners[left])

    @functools.cached_property
    def _reference(self) -> np.ndarray:
        return self.reference.astype(np.float32)  # numpy multiplies float16 a hundred times more slowly

    def cosines(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the cosine between each picture and each in the reference, float (n, m)."""
        return unit(embeddings - self.mean) @ self._reference.T

    def distance(self, cosines: np.ndarray) -> np.ndarray:
        """Return 1 - the mean cosine to the five nearest pictures by known artists, float (n,), 0 to 2."""
        known = cosines[:, self.owners >= 0] if len(self.owners) and self.owners.min() < 0 else cosines
        return 1 - _nearest(known, NEIGHBOURS)

    def relative_distance(self, cosines: np.ndarray, artists: np.ndarray) -> np.ndarray:
        """Return how much nearer other artists' pictures are than those of the most probable artist, float (n,).

        The mean cosine to the twenty nearest pictures by anybody else minus that to the artist's five nearest
        (a cohort: Auckenthaler et al., Score normalization for text-independent speaker verification, 2000, section 3).

        Args:
            cosines: float (n, m).
            artists: int (n,), the most probable artist of each picture.
        """
        relative = np.empty(len(cosines), np.float32)
        for artist in set(artists.tolist()):
            rows, own = artists == artist, self.owners == artist
            relative[rows] = _nearest(cosines[rows][:, ~own], COHORT) - _nearest(cosines[rows][:, own], NEIGHBOURS)
        return relative


def _nearest(cosines: np.ndarray, number: int) -> np.ndarray:
    """Return the mean of the largest cosines of each row, float (n,)."""
    number = min(number, cosines.shape[1])
    return np.partition(cosines, -number, axis=1)[:, -number:].mean(axis=1)


@dataclass(frozen=True)
class Subspace:
    """The few directions in which the training pictures differ most, and each artist's centre in them.

    Attributes:
        mean: float32 (width,), of the training embeddings.
        components: float32 (width, k), their principal components.
        centres: float32 (artists, k).
        within: float32 (k, k), inverse of the covariance within artists.
        overall: float32 (k, k), inverse of the covariance over all pictures.
    """

    mean: np.ndarray
    components: np.ndarray
    centres: np.ndarray
    within: np.ndarray
    overall: np.ndarray

    @classmethod
    def fit(cls, embeddings: np.ndarray, labels: np.ndarray) -> "Subspace":
        """Learn from embeddings of training pictures, float (m, width), and their artists, int (m,)."""
        # one component fewer than possible: with all of them, the residual would be zero
        number = min(COMPONENTS, *(length - 1 for length in embeddings.shape))
        pca = PCA(number, svd_solver="randomized", random_state=0).fit(embeddings)
        projected = pca.transform(embeddings)
        artists, place = np.unique(labels, return_inverse=True)
        centres = np.stack([projected[labels == artist].mean(axis=0) for artist in artists])
        covariances = ledoit_wolf(projected - centres[place])[0], ledoit_wolf(projected)[0]
        parts = (pca.mean_, pca.components_.T, centres, *map(np.linalg.inv, covariances))
        return cls(*(np.asarray(part, np.float32) for part in parts))

    def with_artist(self, embeddings: np.ndarray) -> "Subspace":
        """Return the subspace with the centre of one more artist, from its pictures, float (m, width)."""
        centre = self.projected(embeddings).mean(axis=0)
        return replace(self, centres=np.concatenate([self.centres, centre[None]]))

    def projected(self, embeddings: np.ndarray) -> np.ndarray:
        """Return pictures projected to the subspace, float (n, k)."""
        return (embeddings - self.mean) @ self.components

    def directions(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the projections, whitened by the covariance within artists and of length one, float (n, k)."""
        return unit(self.projected(embeddings) @ self._whitening[0])

    @functools.cached_property
    def _whitening(self) -> tuple[np.ndarray, np.ndarray]:
        return np.linalg.cholesky(self.within), np.linalg.cholesky(self.overall)

    def relative_mahalanobis(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the distance to the nearest artist's centre minus that to the centre of all, float (n,).

        Ren et al., A simple fix to Mahalanobis distance for improving near-OOD detection, 2021, section 3; the
        covariances are those of Ledoit & Wolf (2004).
        """
        projected = self.projected(embeddings)
        # once whitened, Mahalanobis distances are Euclidean: fifty times faster than cdist(metric="mahalanobis")
        within, overall = self._whitening
        to_artists = cdist(projected @ within, self.centres @ within, "sqeuclidean")
        return to_artists.min(axis=1) - ((projected @ overall) ** 2).sum(axis=1)

    def residual(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the logarithm of the squared distance to the subspace, float (n,).

        Wang et al., ViM: out-of-distribution with virtual-logit matching, 2022, section 4.1. Alone it detects other
        kinds of pictures, but not other artists of the same kind.
        """
        centred = embeddings - self.mean
        outside = (centred**2).sum(axis=1) - ((centred @ self.components) ** 2).sum(axis=1)
        return np.log(np.maximum(outside, 1e-6))
