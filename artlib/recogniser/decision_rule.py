"""The decision rule: what turns a model's outputs into a verdict. It is learned from the validation part."""

from dataclasses import dataclass, field, replace

import numpy as np

from artlib.recogniser import calibration
from artlib.recogniser.additions import AddedArtist, Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.few_shot import SHRINKAGE, FewShots
from artlib.recogniser.openset.confidence import FIRM, LIKELY, NONE, Confidence, standardise
from artlib.recogniser.openset.detector import ACCEPTED, EARLIER_ACCEPTED, UnknownDetector, surprisals
from artlib.recogniser.openset.promise import Promise
from artlib.recogniser.outputs import ModelOutputs

Pictures = dict[str, tuple[list[str], ModelOutputs]]  # from an added artist's name to image ids and their outputs


@dataclass(frozen=True)
class Answers:
    """What a decision rule says about pictures.

    Attributes:
        probabilities: float (n, artists), calibrated, if the artist is one of the known ones.
        sets: bool (n, artists), the artists in each picture's prediction set.
        unknown_scores: float (n,), 0 (a known artist) to 1.
        confidence: float (n,), probability that the most probable artist made the picture, unknown artists counted in;
            nan for a model that has not learned it.
        strengths: str (n,), "firm", "likely" or "none".
        same_kind: float (n,), how far the picture is of a kind that the model knows, 0 to 1.
        surprisals: from the name of each score that counts to float (n,), how strong its evidence against all known
            artists is: minus the logarithm of the probability that a known picture reaches it.
    """

    probabilities: np.ndarray
    sets: np.ndarray
    unknown_scores: np.ndarray
    confidence: np.ndarray
    strengths: np.ndarray
    same_kind: np.ndarray
    surprisals: dict[str, np.ndarray]


@dataclass(frozen=True)
class DecisionRule:
    """The steps from a model's outputs to a verdict.

    Attributes:
        detector: whether the picture is of another kind than the known ones, from the logits before calibration.
        calibration: how probable each artist is, and which ones are in the prediction set.
        additions: the artists that were added after training; their logits are joined before the other steps.
        confidence: how sure the most probable artist is, unknown artists counted in. None for a model of an earlier
            artlib: then the detector alone decides who is unknown, and no answer is firm.
    """

    detector: UnknownDetector
    calibration: Calibration
    additions: Additions = field(default_factory=Additions)
    confidence: Confidence | None = None

    @property
    def unknown_threshold(self) -> float:
        """An unknown score above it means that the artist is unknown."""
        return self.confidence.unknown_threshold if self.confidence else self.detector.threshold

    def with_promise(self, promise: Promise) -> "DecisionRule":
        """Return the rule with firm answers that keep another promise."""
        return replace(self, confidence=replace(self.confidence, promise=promise)) if self.confidence else self

    def answer(self, outputs: ModelOutputs) -> Answers:
        """Answer pictures from a model's outputs, to which the added artists are joined."""
        scores = self.detector.scores(outputs)
        probabilities = self.calibration.probabilities(outputs.logits)
        if self.confidence:
            standardised, same_kind = standardise(scores, self.confidence.stats), self.detector.same_kind(scores)
            named = outputs.logits.argmax(axis=1) - (outputs.logits.shape[1] - len(self.additions.artists))
            for place, artist in enumerate(self.additions.artists):
                standardised[named == place] -= artist.score_shift
            confidence, unknown, strengths = self.confidence(standardised, same_kind)
            added = named >= 0  # no error rate was measured for these
            strengths = np.where((strengths == FIRM) & added, LIKELY, strengths)
        else:
            unknown, confidence = self.detector.fused(scores), np.full(len(outputs), np.nan)
            same_kind = np.ones(len(outputs))
            strengths = np.where(unknown > self.unknown_threshold, NONE, LIKELY)
        stats = self.detector.score_stats | (self.confidence.stats if self.confidence else {})
        sets, evidence = self.calibration.prediction_sets(probabilities), surprisals(scores, stats)
        return Answers(probabilities, sets, unknown, confidence, strengths, same_kind, evidence)


def fit(
    detector: UnknownDetector,
    confidence: Confidence | None,
    added: Pictures,
    outputs: ModelOutputs,
    labels: np.ndarray,
) -> DecisionRule:
    """Join added artists to a model, and learn its decision rule.

    It is learned from the validation images and from the added ones. Each added image is scored as if only the others
    had been added.

    Args:
        detector: of the artists that the model was trained on.
        confidence: learned with the detector; None for a model of an earlier artlib.
        added: the artists to join; none gives the rule of the trained artists alone.
        outputs: of the model for the validation part.
        labels: int (n,), of the validation part.

    Raises:
        DetectorError: the model has no detector of its own.
    """
    additions, scorers = Additions(), detector.fitted_scorers
    for name, (ids, pictures) in added.items():
        shots = FewShots(additions.scorers(scorers), additions.join(outputs), labels)
        additions = Additions((*additions.artists, AddedArtist(name, ids, pictures, *shots.fit(pictures.embeddings))))
    known, shifted = additions.join(outputs), []
    logits, owners, scores = [known.logits], [labels], [additions.scorers(scorers)(known)]
    for column, artist in enumerate(additions.artists, start=outputs.logits.shape[1]):
        others = additions.without(artist.name)
        shots = FewShots(others.scorers(scorers), others.join(outputs), labels)
        others_logits = additions.join(artist.outputs).logits
        own_logits = shots.as_new(artist.outputs.embeddings)[:, None]
        before, after = others_logits[:, :column], others_logits[:, column + 1 :]
        logits.append(np.concatenate([before, own_logits, after], axis=1))
        owners.append(np.full(len(own_logits), column))
        # the scorers have the artist behind all others
        as_new = ModelOutputs(artist.outputs.embeddings, np.concatenate([before, after, own_logits], axis=1))
        scores.append(shots.scores_as_new(as_new.embeddings, as_new))
        if confidence:
            named = as_new.logits.argmax(axis=1) == as_new.logits.shape[1] - 1
            standardised = standardise(scores[-1], confidence.stats)[named]
            shifted.append(replace(artist, score_shift=standardised.sum(axis=0) / (len(standardised) + SHRINKAGE)))
    additions = replace(additions, artists=tuple(shifted)) if shifted else additions
    joined = {score: np.concatenate([each[score] for each in scores]) for score in detector.score_stats}
    accepted = ACCEPTED if confidence else EARLIER_ACCEPTED
    fitted = UnknownDetector.from_scores(additions.scorers(scorers), joined, detector.score_stats, accepted)
    return DecisionRule(
        fitted,
        calibration.fit(np.concatenate(logits), np.concatenate(owners)),
        replace(additions, score_stats=fitted.score_stats, scale=fitted.scale, threshold=fitted.threshold),
        confidence,
    )
