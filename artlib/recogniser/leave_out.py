"""Leaving out: learns from artists left out in turn what pictures by unknown artists look like to a model.

Each known artist is left out in turn: a linear head learns the others' training pictures from frozen features, and is
tested on held-out pictures. The frozen network was not trained on any of these artists. The fine-tuned network was
trained on all of them, so it can't be used here. A second network is left out of this: what it gains is not counted.
Other artists, who are never named, are left out of the model itself.
"""

from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.openset.confidence import CONFUSED, RIGHT, SCORES, UNKNOWN, Confidence, Evidence, standardise
from artlib.recogniser.openset.detector import KIND, UnknownDetector, standardisation
from artlib.recogniser.openset.promise import Promise
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.others import Others
from artlib.recogniser.outputs import ModelOutputs
from artlib.statistics.linear_head import linear_head
from artlib.workspace.split import Split

SMALLEST = 3  # artists; with one of two left out, only one class remains


@dataclass(frozen=True)
class ScoredModel:
    """A model with the scorers, the detector and the standardisation that belong to it.

    Attributes:
        scorers: learned from its training pictures, and from other artists.
        detector: of other kinds of pictures.
        stats: mean and standard deviation of the scores of confidence, over its validation pictures.
    """

    scorers: Scorers
    detector: UnknownDetector
    stats: dict[str, tuple[float, float]]

    @classmethod
    def fit(
        cls,
        outputs: ModelOutputs,
        labels: np.ndarray,
        parts: tuple[np.ndarray, np.ndarray],
        last_stage: int,
        others: tuple[ModelOutputs, np.ndarray] | None,
    ) -> "ScoredModel":
        """Learn from the outputs of a model.

        Args:
            outputs: for n pictures.
            labels: int (n,).
            parts: the positions of training and of validation pictures, int.
            last_stage: how many columns of the embeddings belong to the last stage, if others come before them.
            others: its outputs for pictures by other artists, and the artist of each, int (m,).
        """
        train, validation = parts
        scorers = Scorers.fit(outputs[train], labels[train], last_stage)
        if others:
            shots = FewShots(scorers, outputs[validation], labels[validation])
            pictures, artists = others
            fitted = [shots.fit(pictures.embeddings[artists == artist]) for artist in range(artists.max() + 1)]
            weights, bias = (np.array(each) for each in zip(*fitted, strict=True))
            scorers = scorers.with_others(weights, bias, pictures.embeddings, artists)
        scores = scorers(outputs[validation])
        detector = UnknownDetector.from_scores(scorers, scores, KIND)
        return cls(scorers, detector, standardisation(scores, SCORES))

    def evidence(
        self, outputs: ModelOutputs, outcomes: np.ndarray, sources: np.ndarray, scorers: Scorers | None = None
    ) -> Evidence:
        """Return pictures with a certain outcome as this model sees them.

        Args:
            outputs: of the model for n pictures.
            outcomes: int (n,), RIGHT, CONFUSED or UNKNOWN.
            sources: int (n,), of `Evidence`.
            scorers: those to use instead of its own.
        """
        scores = (scorers or self.scorers)(outputs)
        standardised = standardise(scores, self.stats)
        kind = self.detector.same_kind(scores).astype(np.float32)
        return Evidence(standardised, kind, outcomes.astype(np.int8), sources.astype(np.int32))


def fit(
    split: Split,
    outputs: ModelOutputs,
    frozen: np.ndarray,
    last_stage: int = 0,
    others: Others | None = None,
    promise: Promise | None = None,
) -> tuple[UnknownDetector, Confidence, OpenSetResult | None]:
    """Learn the detector and the confidence, and estimate how good the answers are where artists are unknown.

    They are learned from the validation part, and from pictures of the artists left out that are not in the test part.
    The estimate is of the test part and, for unknown artists, of the test pictures of each artist left out and of the
    other artists; the confidence that measures an unknown artist is learned without this artist.

    Args:
        split: with all three parts.
        outputs: the model's outputs for `split.ids`.
        frozen: float (n, width), frozen features of `split.ids`.
        last_stage: how many columns of the features belong to the last stage; those of a model on the last stage alone
            are all used.
        others: pictures by other artists.
        promise: what firm answers must keep; None takes the default.

    Returns:
        The detector, the confidence, and the estimate; None if there is nothing to estimate it from (two artists and no
        others).
    """
    parts, artists = (split.rows("train"), split.rows("validation")), len(split.class_names)
    last_stage = last_stage if outputs.embeddings.shape[1] > last_stage else 0
    pictures = (others.outputs, others.artists) if others else None
    model = ScoredModel.fit(outputs, split.labels, parts, last_stage, pictures)
    learned, measured = _artists_left_out(split, frozen, last_stage, others)
    method = [f"leaving each of {artists} artists out in turn"] if measured else []
    if not learned:
        learned = [model.evidence(outputs[parts[1]], _outcomes(outputs, split.labels, parts[1]), parts[1])]
    if others:
        each = [_other_left_out(model, others, artist, artists) for artist in range(len(others.names))]
        learned, measured = [*learned, *each], [*measured, *each]
        method.append(f"leaving each of {len(others.names)} other artists out of what is learned")
    confidence = Confidence(model.stats, Evidence.joined(learned), promise or Promise())
    test = split.rows("test")
    if not measured or not len(test):
        return model.detector, confidence, None
    known = model.evidence(outputs[test], _outcomes(outputs, split.labels, test), test)
    return model.detector, confidence, OpenSetResult.of(confidence, known, measured, " and ".join(method))


def _outcomes(outputs: ModelOutputs, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.where(outputs.logits[rows].argmax(axis=1) == labels[rows], RIGHT, CONFUSED)


def _artists_left_out(
    split: Split, frozen: np.ndarray, last_stage: int, others: Others | None
) -> tuple[list[Evidence], list[Evidence]]:
    """Return what is learned from each known artist left out, and what is measured: its pictures of the test part."""
    learned: list[Evidence] = []
    measured: list[Evidence] = []
    if len(split.class_names) < SMALLEST:
        return learned, measured
    train, validation = (split.parts == part for part in ("train", "validation"))
    for artist in tqdm(range(len(split.class_names)), desc="Leaving one artist out", unit="artist"):
        known = split.labels != artist
        parts = np.flatnonzero(known & train), np.flatnonzero(known & validation)
        names = np.unique(split.labels[parts[0]])
        if not len(parts[1]) or len(names) < 2:
            continue
        features = frozen if others is None else np.concatenate([frozen, others.frozen])
        seen = linear_outputs(features, split.labels, parts[0])
        pictures = (seen[len(frozen) :], others.artists) if others else None
        places = np.searchsorted(names, split.labels)
        model = ScoredModel.fit(seen, places, parts, last_stage, pictures)
        right = names[seen.logits[parts[1]].argmax(axis=1)] == split.labels[parts[1]]
        learned.append(model.evidence(seen[parts[1]], np.where(right, RIGHT, CONFUSED), parts[1]))
        for evidence, rows in ((learned, split.parts != "test"), (measured, split.parts == "test")):
            if len(rows := np.flatnonzero(~known & rows)):
                sources = np.full(len(rows), artist)
                evidence.append(model.evidence(seen[rows], np.full(len(rows), UNKNOWN), sources))
    return learned, measured


def _other_left_out(model: ScoredModel, others: Others, artist: int, artists: int) -> Evidence:
    """Return the pictures of one of the other artists as if the model had not learned from them."""
    rows = np.flatnonzero(others.artists == artist)
    scorers = model.scorers.without_other(artist)
    unknown, sources = np.full(len(rows), UNKNOWN), np.full(len(rows), artists + artist)
    return model.evidence(others.outputs[rows], unknown, sources, scorers)


def linear_outputs(frozen: np.ndarray, labels: np.ndarray, learn: np.ndarray) -> ModelOutputs:
    """Return the outputs for all pictures of a linear head on frozen features.

    Args:
        frozen: float (m, width), of the pictures with a label and of others behind them.
        labels: int (n,).
        learn: the positions or the mask of those to learn from.
    """
    head = linear_head().fit(frozen[: len(labels)][learn], labels[learn])
    features, logits = head[0].transform(frozen).astype(np.float32), head.decision_function(frozen)
    return ModelOutputs(features, np.stack([-logits, logits], axis=1) / 2 if logits.ndim == 1 else logits)
