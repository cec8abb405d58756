"""Learning the detector: several unknown scores are tried on artists left out in turn, and the best one is taken."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm.auto import tqdm

from artlib.recogniser.openset.detector import FUSED, SCORES, Scorers, UnknownDetector
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.outputs import ModelOutputs
from artlib.statistics.linear_head import linear_head
from artlib.workspace.split import Split

SMALLEST = 3  # artists; with one of two left out, only one class remains
# of AUROC; a single score must beat the fused one by so much, because that also detects other kinds of pictures
CLEARLY = 0.02
CANDIDATES = {"fused": FUSED, **{name: (name,) for name in SCORES}}


@dataclass(frozen=True)
class Others:
    """Pictures by artists who are none of the known ones.

    Attributes:
        outputs: of the model for them.
        artists: the artist of each picture, str (m,).
    """

    outputs: ModelOutputs
    artists: np.ndarray


@dataclass(frozen=True)
class Trial:
    """Unknown scores of pictures by known and unknown artists in one part of the split.

    Attributes:
        scores: from the name of each to float (n,).
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was predicted correctly.
    """

    scores: dict[str, np.ndarray]
    unknown: np.ndarray
    right: np.ndarray

    @classmethod
    def together(cls, trials: list["Trial"]) -> "Trial":
        """Join trials whose scores are on the same scale."""
        scores = {name: np.concatenate([trial.scores[name] for trial in trials]) for name in CANDIDATES}
        return cls(scores, *(np.concatenate([getattr(trial, key) for trial in trials]) for key in ("unknown", "right")))

    @property
    def has_both(self) -> bool:
        return bool(self.unknown.any() and not self.unknown.all())


def fit(
    split: Split, outputs: ModelOutputs, frozen: np.ndarray, last_stage: int = 0, others: Others | None = None
) -> tuple[UnknownDetector, OpenSetResult | None]:
    """Learn to detect unknown artists, and estimate how well that works.

    Each artist is left out in turn: a linear head learns the others' training pictures from frozen features, and is
    tested on held-out pictures. The frozen network was not trained on any of these artists. The fine-tuned network was
    trained on all of them, so it can't be used here. The score is chosen on the validation part and measured on the
    test part. If pictures by other artists are given, half of these artists serve to choose and the others to measure.

    Args:
        split: with all three parts.
        outputs: the model's outputs for `split.ids`.
        frozen: float (n, width), frozen features of `split.ids`.
        last_stage: how many columns of embeddings and features belong to the last stage, if others come before them.
        others: pictures by other artists.

    Returns:
        The detector, and the estimate; None if there is nothing to estimate it from (two artists and no others).
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
    name = _best([trial for trial in decide if trial.has_both])
    detector, measured = detectors[name], Trial.together(measure) if measure else None
    if measured is None or not measured.has_both:
        return detector, None
    artists = len(set(others.artists[second])) if others else len(split.class_names)
    return detector, OpenSetResult(
        measured.scores, measured.unknown, measured.right, name, artists, method, detector.threshold
    )


def _left_out(split: Split, frozen: np.ndarray, last_stage: int) -> tuple[list[Trial], list[Trial]]:
    """Return the trials on the validation part and those on the test part, one for each artist left out."""
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
    """Return the outputs for all pictures of a linear head on frozen features that learned from some, bool (n,)."""
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
    unknown_outputs: ModelOutputs,
) -> Trial:
    """Return the scores of one part's pictures and of pictures by unknown artists."""
    rows = split.rows(part)
    known, unknown = _scores(scorers, detectors, outputs[rows]), _scores(scorers, detectors, unknown_outputs)
    right = outputs.logits[rows].argmax(axis=1) == split.labels[rows]
    return Trial(
        {name: np.concatenate([known[name], unknown[name]]) for name in detectors},
        np.arange(len(rows) + len(unknown_outputs)) >= len(rows),
        np.concatenate([right, np.zeros(len(unknown_outputs), bool)]),
    )


def _scores(scorers: Scorers, detectors: dict[str, UnknownDetector], outputs: ModelOutputs) -> dict[str, np.ndarray]:
    single = scorers(outputs)
    return {name: detector.fused(single) for name, detector in detectors.items()}


def _halves(artists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of two halves of the pictures: by artist, or within the artist if there is only one."""
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
