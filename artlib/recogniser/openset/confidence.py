"""Confidence: how probable it is that the named artist made a picture, unknown artists counted in.

A multinomial logistic regression on three unknown scores gives the probabilities of three outcomes: the named artist is
right, another known artist made the picture, or an unknown one. It is learned from pictures whose outcome is certain,
and weighted by the share of unknown pictures that the user expects. So the share can be changed without training.
"""

import functools
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from scipy.stats import t as student
from sklearn.linear_model import LogisticRegression

from artlib.errors import ArtlibError
from artlib.inference.threads import one_thread
from artlib.recogniser.content_files import write_arrays
from artlib.recogniser.openset.detector import Stats
from artlib.recogniser.openset.promise import Promise
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays

# Three unlike scores: what the model's head says, what it says beside other artists, and the nearest works.
SCORES = ("max_logit", "log_probability", "relative_neighbours")
RIGHT, CONFUSED, UNKNOWN = range(3)
FIRM, LIKELY, NONE = STRENGTHS = ("firm", "likely", "none")
PENALTY = 10.0  # C of scikit-learn; weak, because three coefficients do not over-fit hundreds of pictures
FEWEST_PICTURES, FEWEST_ARTISTS = 50, 5  # known pictures and unknown artists; with fewer, nothing is promised
# The upper bound of the firm answers' error is kept below the promised one; the true error is below the bound with this
# probability.
CERTAINTY = 0.8

SHAPES = {
    "stats": ("f", "3 2"),
    "scores": ("f", "pictures 3"),
    "same_kind": ("f", "pictures"),
    "outcomes": ("iu", "pictures"),
    "sources": ("iu", "pictures"),
}


class ConfidenceError(ArtlibError):
    """The file from which confidence is learned is damaged."""


@dataclass(frozen=True)
class Evidence:
    """Pictures whose outcome is certain, none of them learned from.

    Attributes:
        scores: float32 (n, 3), SCORES, standardised as those of known pictures.
        same_kind: float32 (n,), 0 to 1, from the detector of other kinds.
        outcomes: int8 (n,), RIGHT, CONFUSED or UNKNOWN.
        sources: int32 (n,): of known pictures the number of the picture, because one can be there several times; of
            unknown ones the number of the artist.
    """

    scores: np.ndarray
    same_kind: np.ndarray
    outcomes: np.ndarray
    sources: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Evidence":
        return Evidence(*(part[rows] for part in asdict(self).values()))

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def unknown(self) -> np.ndarray:
        """Bool (n,)."""
        return self.outcomes == UNKNOWN

    @property
    def artists(self) -> np.ndarray:
        """The numbers of the unknown artists, int (k,)."""
        return np.unique(self.sources[self.unknown])

    @property
    def pictures(self) -> int:
        """How many different known pictures there are."""
        return len(np.unique(self.sources[~self.unknown]))

    @classmethod
    def joined(cls, parts: list["Evidence"]) -> "Evidence":
        """Return all parts as one."""
        return cls(*(np.concatenate(each) for each in zip(*(asdict(part).values() for part in parts), strict=True)))


@dataclass(frozen=True)
class Confidence:
    """The estimate of confidence for one model.

    Attributes:
        stats: mean and standard deviation of each score over the model's own validation pictures.
        evidence: what it is learned from.
        promise: what firm answers must keep.
        unknown_threshold: an unknown score above it means that the artist is unknown, 0 to 1.
        left_out: how many unknown artists were left out of the evidence to be measured by it.
    """

    stats: Stats
    evidence: Evidence
    promise: Promise = field(default_factory=Promise)
    unknown_threshold: float = 0.5
    left_out: int = 0

    def probabilities(self, standardised: np.ndarray) -> np.ndarray:
        """Return the probability of each outcome, float (n, 3), from standardised scores, float (n, 3)."""
        coefficients, intercepts = self._fitted
        logits = standardised @ coefficients + intercepts
        logits -= logits.max(axis=1, keepdims=True)
        return (odds := np.exp(logits)) / odds.sum(axis=1, keepdims=True)

    def __call__(self, scores: np.ndarray, same_kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Answer pictures.

        Args:
            scores: float (n, 3), standardised.
            same_kind: float (n,), 0 to 1, from the detector of other kinds.

        Returns:
            The confidence, float (n,), 0 to 1; the unknown score, float (n,): the probability that the artist is
            unknown or the picture of another kind; and the strength, str (n,).
        """
        outcomes = self.probabilities(scores)
        confidence, unknown = outcomes[:, RIGHT] * same_kind, 1 - (1 - outcomes[:, UNKNOWN]) * same_kind
        strengths = np.where(confidence >= self.firm_limit, FIRM, LIKELY)
        return confidence, unknown, np.where(unknown > self.unknown_threshold, NONE, strengths)

    @functools.cached_property
    def _fitted(self) -> tuple[np.ndarray, np.ndarray]:
        """The regression's coefficients (3, outcomes) and intercepts (outcomes,)."""
        weights = self._weights
        used = weights > 0
        outcomes, scores = self.evidence.outcomes[used], self.evidence.scores[used]
        coefficients, intercepts = np.zeros((len(SCORES), 3)), np.full(3, -np.inf)
        found = np.unique(outcomes)
        if len(found) == 1:  # nothing to learn: all are right, which n pictures can't show for certain
            intercepts[[RIGHT, CONFUSED]] = np.log([len(outcomes) + 1, 1])
            return coefficients, intercepts
        with one_thread():
            head = LogisticRegression(C=PENALTY, max_iter=1000).fit(scores, outcomes, sample_weight=weights[used])
        if len(found) == 2:  # scikit-learn gives one row for two outcomes
            coefficients[:, found[1]], intercepts[found] = head.coef_[0], [0, head.intercept_[0]]
        else:
            coefficients[:, found], intercepts[found] = head.coef_.T, head.intercept_
        return coefficients, intercepts

    @property
    def _weights(self) -> np.ndarray:
        """The weight of each picture, float (n,), by the share expected; every unknown artist counts the same."""
        unknown, share = self.evidence.unknown, self.promise.unknown_share
        weights = np.zeros(len(unknown))
        if not unknown.all():
            weights[~unknown] = (1 - share) / (~unknown).sum()
        for artist in self.evidence.artists:
            mine = unknown & (self.evidence.sources == artist)
            weights[mine] = share / len(self.evidence.artists) / mine.sum()
        return weights * len(weights)

    @functools.cached_property
    def firm_limit(self) -> float:
        """The confidence from which an answer is firm; infinite if nothing can be promised.

        It is the lowest one at which an upper bound of the firm answers' error is not above the error e promised (a
        selective classifier with a guaranteed risk: Geifman & El-Yaniv, Selective classification for deep neural
        networks, 2017, section 3). With W = 1 for a firm and wrong answer and F = 1 for a firm one, the error is above
        e where the mean of W - e F is above 0. Its bound is Student's, over known pictures and over unknown artists.
        Of a few pictures that all happen to be right, Student's bound is too low, so as many known ones must be firm as
        have an error below e for certain enough if all are right: (1 - e)^n is at most 1 - `CERTAINTY`.
        """
        if self.shortage:
            return np.inf
        evidence, (error, share) = self.evidence, (self.promise.firm_error, self.promise.unknown_share)
        unknown = evidence.unknown
        confidence = self.probabilities(evidence.scores)[:, RIGHT] * evidence.same_kind
        limits = np.unique(confidence)
        limits = limits[np.linspace(0, len(limits) - 1, min(len(limits), 400)).astype(int)]
        firm = confidence[:, None] >= limits
        excess = firm * ((evidence.outcomes != RIGHT)[:, None] - error)
        known = _means(excess[~unknown], evidence.sources[~unknown])
        means = [(1 - share) * known]
        if share:
            means.append(share * _means(excess[unknown], evidence.sources[unknown]))
        total = sum(mean.mean(axis=0) for mean in means)
        spread = np.sqrt(sum(mean.var(axis=0, ddof=1) / len(mean) for mean in means))
        factor = student.ppf(CERTAINTY, min(map(len, means)) - 1)
        answered = _means(firm[~unknown].astype(float), evidence.sources[~unknown]).sum(axis=0)
        kept = np.flatnonzero((total + factor * spread <= 0) & ((1 - error) ** answered <= 1 - CERTAINTY))
        return float(limits[kept[0]]) if len(kept) else np.inf

    @property
    def shortage(self) -> str:
        """Why nothing can be promised, in words; empty if the data are enough."""
        # as with all artists: else, of just enough artists, those left out would be measured without a firm answer
        pictures, artists = self.evidence.pictures, len(self.evidence.artists) + self.left_out
        if pictures < FEWEST_PICTURES:
            return f"{pictures} validation pictures are too few to promise an error rate; {FEWEST_PICTURES} are needed"
        if self.promise.unknown_share and artists < FEWEST_ARTISTS:
            return (
                f"with {artists} artists to leave out, the error rate on unknown artists can't be promised; "
                f"{FEWEST_ARTISTS} are needed, of your own or others (artlib collect others)"
            )
        return ""

    def without(self, artist: int) -> "Confidence":
        """Return the confidence learned without one unknown artist, so that the artist's pictures can measure it."""
        evidence = self.evidence
        left = evidence[~evidence.unknown | (evidence.sources != artist)]
        return replace(self, evidence=left, left_out=self.left_out + 1)

    def write(self, folder: Path) -> Path:
        """Write the evidence into a file named by its content, and return its path."""
        arrays = asdict(self.evidence) | {"stats": np.array(list(self.stats.values()))}
        return write_arrays(folder, "confidence", arrays)

    @classmethod
    def read(cls, path: Path, promise: Promise, unknown_threshold: float) -> "Confidence":
        """Read the evidence from a file.

        Raises:
            ConfidenceError: the file is missing or damaged.
        """
        try:
            arrays = read_arrays(path)
            check_shapes(arrays, SHAPES)
            stats = dict(zip(SCORES, map(tuple, arrays.pop("stats").tolist()), strict=True))
            evidence = Evidence(**{name: arrays[name] for name in SHAPES if name != "stats"})
            return cls(stats, evidence, promise, unknown_threshold)
        except DAMAGED as error:
            raise ConfidenceError(
                f"{path} is missing or damaged ({error}). Run 04_evaluate (artlib evaluate) to make it again."
            ) from error


def standardise(scores: dict[str, np.ndarray], stats: Stats) -> np.ndarray:
    """Return the scores of pictures, float (n,) each, as `Evidence.scores` has them, float32 (n, 3)."""
    columns = [(scores[name] - mean) / deviation for name, (mean, deviation) in stats.items()]
    return np.stack(columns, axis=1).astype(np.float32)


def _means(values: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Return the mean of the rows of each source, float (sources, columns), from float (n, columns)."""
    order = np.argsort(sources, kind="stable")
    _, starts, counts = np.unique(sources[order], return_index=True, return_counts=True)
    return np.add.reduceat(values[order], starts, axis=0) / counts[:, None]
