"""The detector: computes how unknown a picture is, and rejects it above a threshold, before an artist is predicted."""

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import log_ndtr

from artlib.errors import ArtlibError
from artlib.recogniser.openset.scores import Neighbours, Subspace, energy, max_logit, max_softmax
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.writing import atomic

ACCEPTED = 0.95  # share of the known artists' validation pictures that must be accepted
# FUSED has one score of each kind: the head, the nearest pictures, the nearest artist, all pictures together. Chosen on
# six of twelve painters with the other six as the unknown ones (docs/evaluation.md): a second of a kind added nothing.
SCORES = ("max_softmax", "max_logit", "energy", "neighbours", "relative_mahalanobis", "residual")
FUSED = ("max_logit", "neighbours", "relative_mahalanobis", "residual")
Stats = dict[str, tuple[float, float]]  # from the name of each score to its mean and standard deviation


class DetectorError(ArtlibError):
    """The file of an unknown detector is damaged, or there is none."""


@dataclass(frozen=True)
class Scorers:
    """The unknown scores of one model, learned from its training pictures.

    Those on embeddings leave out the last stage, which describes subjects. Without it, works of six unknown painters
    were detected among those of six others with AUROC 0.86 instead of 0.84, by neighbours alone (docs/evaluation.md).

    Attributes:
        columns: how many of the embeddings' columns are used, from the first on.
        neighbours: the nearest training pictures.
        subspace: the directions in which these differ.
    """

    columns: int
    neighbours: Neighbours
    subspace: Subspace

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
        return cls(columns, Neighbours.fit(lower), Subspace.fit(lower, labels))

    def with_artist(self, embeddings: np.ndarray) -> "Scorers":
        """Return the scorers with one more artist, from its pictures, float (m, width)."""
        lower = embeddings[:, : self.columns]
        return replace(self, neighbours=self.neighbours.with_pictures(lower), subspace=self.subspace.with_artist(lower))

    def style(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the direction of each picture in the subspace, float (n, k), of length one.

        The subspace is whitened by the covariance within artists, so cosines in it compare hands.
        """
        return self.subspace.directions(embeddings[:, : self.columns])

    def __call__(self, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return every score by its name, float (n,) each."""
        lower = outputs.embeddings[:, : self.columns]
        return {
            "max_softmax": max_softmax(outputs),
            "max_logit": max_logit(outputs),
            "energy": energy(outputs),
            "neighbours": self.neighbours(lower),
            "relative_mahalanobis": self.subspace.relative_mahalanobis(lower),
            "residual": self.subspace.residual(lower),
        }


@dataclass(frozen=True)
class UnknownDetector:
    """One unknown score out of several, and its threshold.

    Attributes:
        scorers: of the model; None takes 1 - the largest probability, and of the rest only the threshold is used.
        score_stats: from the name of each score that counts to its mean and standard deviation over the known artists'
            validation pictures.
        scale: the sum of all is divided by it to bring it between 0 and 1.
        threshold: an unknown score above it means unknown (0 to 1).
    """

    scorers: Scorers | None
    score_stats: Stats
    scale: float
    threshold: float

    @property
    def fitted_scorers(self) -> Scorers:
        """The scorers.

        Raises:
            DetectorError: this detector has none.
        """
        if self.scorers is None:
            raise DetectorError("This model has no unknown detector yet. Run 04_evaluate (artlib evaluate).")
        return self.scorers

    @classmethod
    def plain(cls, threshold: float = 1.0) -> "UnknownDetector":
        """Return a detector that has learned nothing and takes 1 - the largest probability as its score."""
        return cls(None, {}, 1.0, threshold)

    @classmethod
    def fit(cls, scorers: Scorers, validation: ModelOutputs, counted: Iterable[str] = FUSED) -> "UnknownDetector":
        """Learn how the scores of known pictures are distributed, and the threshold that accepts 95 % of them.

        Args:
            scorers: learned from training pictures.
            validation: outputs for pictures that were not learned from.
            counted: the scores that are fused.
        """
        return cls.from_scores(scorers, scorers(validation), counted)

    @classmethod
    def from_scores(cls, scorers: Scorers, scores: dict[str, np.ndarray], counted: Iterable[str]) -> "UnknownDetector":
        """Learn a detector from the scores of known pictures, float (n,) each."""
        stats = {name: (float(scores[name].mean()), float(max(scores[name].std(), 1e-9))) for name in counted}
        # half of the known pictures have a sum below this, and an unknown score below 0.5
        scale = float(np.median(_summed_surprisals(scores, stats)) / np.log(2))
        detector = cls(scorers, stats, scale, 1.0)
        return replace(detector, threshold=float(np.quantile(detector.fused(scores), ACCEPTED)))

    def __call__(self, outputs: ModelOutputs) -> np.ndarray:
        """Return how unknown each picture is, float (n,), 0 to 1."""
        return self.fused(self.scores(outputs))

    def scores(self, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return the single scores by name, float (n,) each."""
        return self.scorers(outputs) if self.scorers else {"max_softmax": max_softmax(outputs)}

    def fused(self, scores: dict[str, np.ndarray]) -> np.ndarray:
        """Return the unknown score of pictures whose single scores are known, float (n,), 0 to 1.

        Fisher's method (Statistical methods for research workers, 1932, section 21.1): each score counts with minus the
        logarithm of the probability that a known picture reaches it, under a normal distribution. So one very unusual
        score is enough, and so are several that are a little unusual.
        """
        if not self.score_stats:
            return scores["max_softmax"]
        return 1 - np.exp(-_summed_surprisals(scores, self.score_stats) / self.scale)

    def surprisals(self, scores: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return by name how strong the evidence of each score against all known artists is, float (n,), 0 or more.

        It is minus the logarithm of the probability that a known picture reaches the score; the score itself if
        nothing was learned.
        """
        return _surprisals(scores, self.score_stats) or scores

    def write(self, folder: Path) -> Path:
        """Write it to a file named by its content, with the keys of the first artlib, and return its path."""
        arrays = {
            "names": np.array(list(self.score_stats)),
            "known": np.array(list(self.score_stats.values())),
            "steepness": np.array(self.scale),
            "threshold": np.array(self.threshold),
        }
        if self.scorers:
            arrays["columns"] = np.array(self.scorers.columns)
            arrays |= {f"neighbours_{key}": value for key, value in asdict(self.scorers.neighbours).items()}
            arrays |= {f"subspace_{key}": value for key, value in asdict(self.scorers.subspace).items()}
        digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()[:8]
        path = folder / f"unknown_detector-{digest}.npz"
        with atomic(path) as temporary:
            np.savez(temporary, **arrays)  # type: ignore[arg-type]
        return path

    @classmethod
    def read(cls, path: Path) -> "UnknownDetector":
        """Read a detector.

        Raises:
            DetectorError: the file is damaged.
        """
        try:
            with np.load(path) as file:
                arrays = dict(file)
            stats = dict(zip(arrays["names"].tolist(), map(tuple, arrays["known"].tolist()), strict=True))
            return cls(_scorers(arrays), stats, float(arrays["steepness"]), float(arrays["threshold"]))
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise DetectorError(
                f"{path} is damaged ({error}). Run 04_evaluate (artlib evaluate) to make it again."
            ) from error


def _summed_surprisals(scores: dict[str, np.ndarray], stats: Stats) -> np.ndarray:
    """Return minus the sum of the logarithms of the tail probabilities, float (n,), 0 or more."""
    return sum(_surprisals(scores, stats).values())  # type: ignore[return-value]


def _surprisals(scores: dict[str, np.ndarray], stats: Stats) -> dict[str, np.ndarray]:
    # what scipy.stats.norm.logsf computes, without its 50 microseconds of checks for each score of each picture
    return {name: -log_ndtr((mean - scores[name]) / deviation) for name, (mean, deviation) in stats.items()}


def _scorers(arrays: dict[str, np.ndarray]) -> Scorers | None:
    def parts(of: str) -> dict[str, np.ndarray]:
        return {key.removeprefix(of): value for key, value in arrays.items() if key.startswith(of)}

    if "columns" not in arrays:
        return None
    return Scorers(int(arrays["columns"]), Neighbours(**parts("neighbours_")), Subspace(**parts("subspace_")))
