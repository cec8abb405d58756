"""Unknown scores: how little a picture looks like any known artist, each by a published method.

All work on a model's outputs (`ModelOutputs`) before calibration. A higher score means more unknown. The
scales differ: the detector brings them to a common scale.
"""

import functools
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from sklearn.covariance import ledoit_wolf
from sklearn.decomposition import PCA

from artlib.recogniser.outputs import ModelOutputs
from artlib.similarity.cosines import unit

NEIGHBOURS = 5
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


@dataclass(frozen=True)
class Neighbours:
    """Cosine distance to the nearest training pictures, the mean of five.

    Sun et al., Out-of-distribution detection with deep nearest neighbors, 2022.

    Attributes:
        mean: float32 (width,), of the training embeddings.
        reference: float16 (m, width), centred and normalised training embeddings.
    """

    mean: np.ndarray
    reference: np.ndarray

    @classmethod
    def fit(cls, embeddings: np.ndarray) -> "Neighbours":
        """Learn from embeddings of training pictures, float (m, width)."""
        mean = embeddings.mean(axis=0)
        return cls(mean, unit(embeddings - mean).astype(np.float16))

    def with_pictures(self, embeddings: np.ndarray) -> "Neighbours":
        """Return the neighbours with more pictures, float (m, width)."""
        more = unit(embeddings - self.mean).astype(np.float16)
        return replace(self, reference=np.concatenate([self.reference, more]))

    @functools.cached_property
    def _reference(self) -> np.ndarray:
        return self.reference.astype(np.float32)  # numpy multiplies float16 a hundred times more slowly

    def __call__(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the distance of each picture, float (n,), 0 to 2."""
        cosines = unit(embeddings - self.mean) @ self._reference.T
        nearest = min(NEIGHBOURS, cosines.shape[1])
        return 1 - np.partition(cosines, -nearest, axis=1)[:, -nearest:].mean(axis=1)


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
