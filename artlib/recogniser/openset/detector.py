"""The detector of other kinds of pictures: photographs among paintings, for example."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import log_ndtr

from artlib.errors import ArtlibError
from artlib.recogniser.content_files import write_arrays
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.openset.scores import Neighbours, Subspace, max_softmax
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays

ACCEPTED = 0.99  # share of the known artists' validation pictures that must be of a known kind
EARLIER_ACCEPTED = 0.95  # the same in an earlier artlib, whose detector alone told known artists from unknown
# What detects other kinds of pictures. Among painters of similar style both say little, so these two do not decide who
# made a picture: of 480 works by other painters they detect 7 %, of 200 digital pictures all (docs/evaluation.md).
KIND = ("residual", "neighbours")
OTHERS = ("other_weights", "other_bias")  # of the scorers, in the file
SCALARS = {"steepness": ("f", ""), "threshold": ("f", "")}
LEARNED = {
    "names": ("U", "scores"),
    "known": ("f", "scores 2"),
    "columns": ("iu", ""),
    "neighbours_mean": ("f", "columns"),
    "neighbours_reference": ("f", "pictures columns"),
    "neighbours_owners": ("iu", "pictures"),
    "subspace_mean": ("f", "columns"),
    "subspace_components": ("f", "columns directions"),
    "subspace_centres": ("f", "artists directions"),
    "subspace_within": ("f", "directions directions"),
    "subspace_overall": ("f", "directions directions"),
    "other_weights": ("f", "columns others"),
    "other_bias": ("f", "others"),
}
NEEDED = tuple(name for name in LEARNED if name not in (*OTHERS, "neighbours_owners"))
Stats = dict[str, tuple[float, float]]  # from the name of each score to its mean and standard deviation


class DetectorError(ArtlibError):
    """The file of an unknown detector is damaged, or there is none."""


@dataclass(frozen=True)
class UnknownDetector:
    """Whether a picture is of another kind than the known artists' pictures: a sum of unknown scores, and its limit.

    In the files of an earlier artlib other scores are summed, and the limit alone tells known artists from unknown.

    Attributes:
        scorers: of the model; None takes 1 - the largest probability, and of the rest only the threshold is used.
        score_stats: from the name of each score that counts to its mean and standard deviation over the known artists'
            validation pictures.
        scale: the sum of all is divided by it to bring it between 0 and 1.
        threshold: a sum above it means another kind (0 to 1).
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
    def fit(cls, scorers: Scorers, validation: ModelOutputs, counted: Iterable[str] = KIND) -> "UnknownDetector":
        """Learn how the scores of known pictures are distributed, and the threshold that accepts 99 % of them.

        Args:
            scorers: learned from training pictures.
            validation: outputs for pictures that were not learned from.
            counted: the scores that are summed.
        """
        return cls.from_scores(scorers, scorers(validation), counted)

    @classmethod
    def from_scores(
        cls, scorers: Scorers, scores: dict[str, np.ndarray], counted: Iterable[str], accepted: float = ACCEPTED
    ) -> "UnknownDetector":
        """Learn a detector that accepts a share of known pictures from their scores, float (n,) each."""
        stats = standardisation(scores, counted)
        # half of the known pictures have a sum below this, and a fused score below 0.5
        scale = float(np.median(_summed_surprisals(scores, stats)) / np.log(2))
        detector = cls(scorers, stats, scale, 1.0)
        return replace(detector, threshold=float(np.quantile(detector.fused(scores), accepted)))

    def __call__(self, outputs: ModelOutputs) -> np.ndarray:
        """Return how strange each picture's kind is, float (n,), 0 to 1."""
        return self.fused(self.scores(outputs))

    def scores(self, outputs: ModelOutputs) -> dict[str, np.ndarray]:
        """Return the single scores by name, float (n,) each."""
        return self.scorers(outputs) if self.scorers else {"max_softmax": max_softmax(outputs)}

    def fused(self, scores: dict[str, np.ndarray]) -> np.ndarray:
        """Return the sum for pictures whose single scores are known, float (n,), scaled to 0 to 1.

        Fisher's method (Statistical methods for research workers, 1932, section 21.1): each score counts with minus the
        logarithm of the probability that a known picture reaches it, under a normal distribution. So one very unusual
        score is enough, and so are several that are a little unusual.
        """
        if not self.score_stats:
            return scores["max_softmax"]
        return 1 - np.exp(-_summed_surprisals(scores, self.score_stats) / self.scale)

    def same_kind(self, scores: dict[str, np.ndarray]) -> np.ndarray:
        """Return how far pictures are of a known kind, float (n,): 1 up to the threshold, then falling to 0.

        It falls as the probability of the sum does that Fisher's method gives.
        """
        limit = -np.log(max(1 - self.threshold, 1e-300)) * self.scale
        return np.exp(np.minimum(0, limit - _summed_surprisals(scores, self.score_stats)))

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
            arrays |= {key: getattr(self.scorers, key) for key in OTHERS}
        return write_arrays(folder, "unknown_detector", arrays)

    @classmethod
    def read(cls, path: Path) -> "UnknownDetector":
        """Read a detector.

        Raises:
            DetectorError: the file is damaged.
        """
        try:
            arrays = read_arrays(path)
            _check(arrays)
            stats = dict(zip(arrays["names"].tolist(), map(tuple, arrays["known"].tolist()), strict=True))
            return cls(_scorers(arrays), stats, float(arrays["steepness"]), float(arrays["threshold"]))
        except DAMAGED as error:
            raise DetectorError(
                f"{path} is damaged ({error}). Run 04_evaluate (artlib evaluate) to make it again."
            ) from error


def standardisation(scores: dict[str, np.ndarray], names: Iterable[str]) -> Stats:
    """Return the mean and the standard deviation of some scores, float (n,) each."""
    return {name: (float(scores[name].mean()), float(max(scores[name].std(), 1e-9))) for name in names}


def surprisals(scores: dict[str, np.ndarray], stats: Stats) -> dict[str, np.ndarray]:
    """Return minus the logarithm of the probability that a known picture reaches each score, float (n,), 0 or more."""
    # what scipy.stats.norm.logsf computes, without its 50 microseconds of checks for each score of each picture
    return {name: -log_ndtr((mean - scores[name]) / deviation) for name, (mean, deviation) in stats.items()}


def _summed_surprisals(scores: dict[str, np.ndarray], stats: Stats) -> np.ndarray:
    """Return minus the sum of the logarithms of the tail probabilities, float (n,), 0 or more."""
    return sum(surprisals(scores, stats).values())  # type: ignore[return-value]


def _check(arrays: dict[str, np.ndarray]) -> None:
    """Raise one of DAMAGED if they are not a detector's; of one that has learned nothing, some are empty."""
    filled = {name: shape for name, shape in LEARNED.items() if name in arrays and arrays[name].size}
    check_shapes(arrays, SCALARS | (filled if "columns" in arrays else {}))
    if "columns" in arrays:
        sizes = {"columns": int(arrays["columns"])}
        check_shapes(arrays, {name: LEARNED[name] for name in NEEDED}, **sizes)


def _scorers(arrays: dict[str, np.ndarray]) -> Scorers | None:
    def parts(of: str) -> dict[str, np.ndarray]:
        return {key.removeprefix(of): value for key, value in arrays.items() if key.startswith(of)}

    if "columns" not in arrays:
        return None
    others = {key: arrays[key] for key in OTHERS if key in arrays}
    return Scorers(int(arrays["columns"]), Neighbours(**parts("neighbours_")), Subspace(**parts("subspace_")), **others)
