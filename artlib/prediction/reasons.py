"""Reasons: the evidence for a verdict, in sentences that need no statistics."""

import math
from collections.abc import Mapping, Sequence

from artlib.prediction.verdict import Verdict
from artlib.recogniser.openset.confidence import Confidence
from artlib.similarity.matching import COPY, PART
from artlib.tracing import wording
from artlib.tracing.result import Original

# what a high value of each unknown score means
MEANINGS = {
    "max_softmax": "No artist is much more probable than the others.",
    "max_logit": "It shows few of the features that distinguish the artists.",
    "energy": "It shows few of the features that distinguish the artists.",
    "neighbours": "No known work is as similar to it as works of one artist usually are to each other.",
    "relative_mahalanobis": "It is no more similar to the works of one artist than to all works.",
    "residual": "It is a different kind of picture than those that the model learned from.",
    "log_probability": "Other artists are about as probable as the nearest one.",
    "relative_neighbours": "Works by other artists are about as similar to it as those of the nearest one.",
}
STRONG = 3.0  # the surprisal that one in e^3 = 20 pictures by known artists reaches


def of_originals(originals: Sequence[Original]) -> list[str]:
    """Describe how a picture agrees with the known works that were found in it, and what was done to them."""
    return [text for original in originals for text in _of_original(original)]


def _of_original(original: Original) -> list[str]:
    known = f"{original.path}: {wording.origin(original)}."
    if original.verdict == PART:
        return [wording.sentence_of(original), known]
    sentence = [] if original.verdict == COPY else [wording.sentence_of(original)]  # the verdict says it of a copy
    return [*sentence, known, f"Done to it: {wording.change(original)}", wording.evidence(original)]


def of_style(by_style: Verdict) -> str:
    """Say what the style of a copy alone says."""
    style = f"{by_style.artist}, {by_style.probability:.0%}"
    if by_style.verdict == "unknown":
        return f"By style alone I would not have known the hand; nearest is {style}."
    return f"By style alone I would have said: {style}."


def of_artist(
    verdict: Verdict, coverage: float | None, few: int | None = None, unknown_counted: bool = True
) -> list[str]:
    """Describe the evidence for an artist, and name the other artists that are possible.

    Args:
        verdict: a verdict with artist, confidence, nearest works and prediction set.
        coverage: the coverage of the prediction set, 0 to 1; None if it is not calibrated.
        few: how many images the artist was added from; None for a trained artist.
        unknown_counted: whether unknown artists count in the confidence; False if there was none to learn from.
    """
    artist, others = verdict.artist, verdict.prediction_set[1:]
    texts = []
    if not math.isnan(verdict.confidence):
        supposed = "unknown artists counted in" if unknown_counted else "if the artist is a known one"
        texts.append(f"With {verdict.confidence:.0%} confidence {artist} made it, {supposed}.")
    if few:
        texts.append(
            f"{artist} was added from {few} images and is recognised less well than trained artists, so the answer is "
            "not firm."
        )
    if verdict.nearest:
        same = sum(work.artist == artist for work in verdict.nearest)
        texts.append(f"{same} of the {len(verdict.nearest)} nearest known works are by {artist.rstrip('.')}.")
    if coverage and others:
        names = ", ".join([artist, *others]).rstrip(".")
        texts.append(f"If the artist is a known one, it is one of these with {coverage:.0%} confidence: {names}.")
    return texts


def of_refusal(verdict: Verdict, surprisals: Mapping[str, float]) -> list[str]:
    """Describe why the artist is unknown: by the scores with a high surprisal, or by the highest one."""
    text = f"Its unknown score is {verdict.unknown_score:.2f}, above the limit of {verdict.unknown_threshold:.2f}."
    order = sorted(surprisals, key=lambda name: -surprisals[name])
    strong = [name for name in order if surprisals[name] >= STRONG] or order[:1]
    return [text, *dict.fromkeys(MEANINGS[name] for name in strong)]


def of_promise(confidence: Confidence | None) -> str:
    """Return what firm answers keep, or why no answer is firm, as a sentence."""
    if confidence is None:
        return "No answer is firm: this model has not measured its errors yet. Run 04_evaluate (artlib evaluate)."
    if confidence.shortage:
        return f"No answer is firm: {confidence.shortage}."
    if math.isinf(confidence.firm_limit):
        return f"No answer is firm: none is sure enough for the promise that {confidence.promise}."
    return f"A firm answer has a confidence of at least {confidence.firm_limit:.0%}: so {confidence.promise}."
