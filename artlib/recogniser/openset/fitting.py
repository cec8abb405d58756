"""Learning the detector: several unknown-scores are tried on artists left out in turn, and the best one is taken."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm.auto import tqdm

from artlib.recogniser.openset.detector import FUSED, SCORES, Scorers, UnknownDetector
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.outputs import ModelOutputs
from artlib.statistics.linear_head import linear_head
from artlib.workspace.split import Split

SMALLEST = 3  # artists; leaving one of two out leaves nothing to confuse
CLEARLY = 0.02  # of AUROC; by so much a single score must beat the fused one, which also sees other kinds of pictures
CANDIDATES = {"fused": FUSED, **{name: (name,) for name in SCORES}}


@dataclass(frozen=True)
class Others:
    """Pictures by artists who are none of the known ones.

    Attributes:
        outputs: of the model for them.
        artists: whose each is, str (m,).
    """

    outputs: ModelOutputs
    artists: np.ndarray


@dataclass(frozen=True)
class Trial:
    """Unknown scores, by the name of each, of known and unknown artists' pictures of one part.

    Attributes:
        scores: from the name of each to float (n,).
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was named rightly.
    """

    scores: dict[str, np.ndarray]
    unknown: np.ndarray
    right: np.ndarray

    @classmethod
    def together(cls, trials: list["Trial"]) -> "Trial":
        """Put trials together whose scores are on one scale."""
        scores = {name: np.concatenate([trial.scores[name] for trial in trials]) for name in CANDIDATES}
        return cls(scores, *(np.concatenate([getattr(trial, key) for trial in trials]) for key in ("unknown", "right")))

    @property
    def says_something(self) -> bool:
        return bool(self.unknown.any() and not self.unknown.all())


def fit(
    split: Split, outputs: ModelOutputs, frozen: np.ndarray, last_stage: int = 0, others: Others | None = None
) -> tuple[UnknownDetector, OpenSetResult | None]:
    """Learn how to tell unknown artists, and estimate how well that does.

    Each artist is left out in turn: a linear head learns the others' training pictures from frozen features, which
    never saw any of these artists, and is asked about held-out pictures. The fine-tuned network has seen every artist,
    so it can't be asked this way. How the score is made is decided on the validation part, how well it does is measured
    on the test part. With pictures of other artists, half of these artists help to decide and the others are what it is
    measured on.

    Args:
        split: with all three parts.
        outputs: the model's outputs for `split.ids`.
        frozen: float (n, width), frozen features of `split.ids`.
        last_stage: how many columns of embeddings and features belong to the network's last stage, if others precede.
        others: pictures by other artists.

    Returns:
        The detector, and the estimate; None where there is nothing to estimate from: two artists and no others.
    """
    train, validation = split.rows("train"), split.rows("validation")
    scorers = Scorers.fit(outputs[train], split.labels[train], last_stage)
    detectors = _detectors(scorers, outputs[validation])
    decide, measure = _left_out(split, frozen, last_stage)
    method = f"leaving each of {len(split.class_names)} artists out in turn, with a linear head on frozen features"
    if others:
        first, second = _halves(others.artists)
        decide.append(_trial(scorers, detectors, split, outputs, "validation", others.outputs[first]))
        measure = [_trial(scorers, detectors, split, outputs, "test", others.outputs[second])]
        method = f"asking about pictures by {len(set(others.artists[second]))} other artists"
    name = _best([trial for trial in decide if trial.says_something])
    detector, measured = detectors[name], Trial.together(measure) if measure else None
    if measured is None or not measured.says_something:
        return detector, None
    artists = len(set(others.artists[second])) if others else len(split.class_names)
    return detector, OpenSetResult(
        measured.scores, measured.unknown, measured.right, name, artists, method, detector.threshold
    )


def _left_out(split: Split, frozen: np.ndarray, last_stage: int) -> tuple[list[Trial], list[Trial]]:
    """Return for each artist left out the trial on the validation part and the one on the test part."""
    decide: list[Trial] = []
    measure: list[Trial] = []
    if len(split.class_names) < SMALLEST:
        return decide, measure
    for artist in tqdm(range(len(split.class_names)), desc="Leaving one artist out", unit="artist"):
        known = split.labels != artist
        learn, validation = known & (split.parts == "train"), known & (split.parts == "validation")
        if not validation.any() or len(set(split.labels[learn].tolist())) < 2:
            continue
        outputs = linear_outputs(frozen, split.labels, learn)
        scorers = Scorers.fit(outputs[learn], split.labels[learn], last_stage)
        detectors = _detectors(scorers, outputs[validation])
        for trials, part in ((decide, "validation"), (measure, "test")):
            if len(rows := split.rows(part)):
                names = np.unique(split.labels[learn])[outputs.logits[rows].argmax(axis=1)]
                right = names == split.labels[rows]
                trials.append(Trial(_scores(scorers, detectors, outputs[rows]), split.labels[rows] == artist, right))
    return decide, measure


def linear_outputs(frozen: np.ndarray, labels: np.ndarray, learn: np.ndarray) -> ModelOutputs:
    """Return the outputs of a linear head on frozen features for all pictures after learning some, bool (n,)."""
    head = linear_head().fit(frozen[learn], labels[learn])
    features, logits = head[0].transform(frozen).astype(np.float32), head.decision_function(frozen)
    return ModelOutputs(features, np.stack([-logits, logits], axis=1) / 2 if logits.ndim == 1 else logits)


def _detectors(scorers: Scorers, validation: ModelOutputs) -> dict[str, UnknownDetector]:
    """Return a detector for each candidate score."""
    return {name: UnknownDetector.fit(scorers, validation, counted) for name, counted in CANDIDATES.items()}


def _trial(
    scorers: Scorers,
    detectors: dict[str, UnknownDetector],
    split: Split,
    outputs: ModelOutputs,
    part: str,
    strangers: ModelOutputs,
) -> Trial:
    """Return the scores of one part's pictures and of unknown ones."""
    rows = split.rows(part)
    known, unknown = _scores(scorers, detectors, outputs[rows]), _scores(scorers, detectors, strangers)
    right = outputs.logits[rows].argmax(axis=1) == split.labels[rows]
    return Trial(
        {name: np.concatenate([known[name], unknown[name]]) for name in detectors},
        np.arange(len(rows) + len(strangers)) >= len(rows),
        np.concatenate([right, np.zeros(len(strangers), bool)]),
    )


def _scores(scorers: Scorers, detectors: dict[str, UnknownDetector], outputs: ModelOutputs) -> dict[str, np.ndarray]:
    single = scorers(outputs)
    return {name: detector.fused(single) for name, detector in detectors.items()}


def _halves(artists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of every second artist's pictures and of the others'; of a single artist, of each half."""
    names, place = np.unique(artists, return_inverse=True)
    if len(names) == 1:
        place = np.arange(len(artists))
    return np.flatnonzero(place % 2 == 0), np.flatnonzero(place % 2 == 1)


def _best(trials: list[Trial]) -> str:
    """Return the name of the score with the highest mean AUROC; "fused" unless another one is clearly better."""
    if not trials:
        return "fused"
    means = {
        name: np.mean([roc_auc_score(trial.unknown, trial.scores[name]) for trial in trials]) for name in CANDIDATES
    }
    best = max(means, key=lambda name: means[name])
    return best if means[best] > means["fused"] + CLEARLY else "fused"
