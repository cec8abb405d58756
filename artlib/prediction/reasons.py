"""Reasons: the evidence for a verdict, in sentences that need no statistics."""

from collections.abc import Mapping

from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work

# what a high value of each score of the unknown detector means
MEANINGS = {
    "max_softmax": "No artist is much more probable than the others.",
    "max_logit": "It shows few of the features that distinguish the artists.",
    "energy": "It shows few of the features that distinguish the artists.",
    "neighbours": "No known work is as similar to it as works of one artist usually are to each other.",
    "relative_mahalanobis": "It is no more similar to the works of one artist than to all works.",
    "residual": "It is a different kind of picture than those that the model learned from.",
}
STRONG = 3.0  # the surprisal that one in e^3 = 20 pictures by known artists reaches


def of_copy(copied: Work) -> list[str]:
    """Describe how a picture agrees with the work that it is a copy of."""
    agreement = "is the same as" if copied.bits == 0 else f"differs in {copied.bits} of 64 bits from"
    return [f"Its fingerprint, mirrored or turned if necessary, {agreement} that of {named(copied)}."]


def of_artist(verdict: Verdict, coverage: float | None, few: int | None = None) -> list[str]:
    """Describe the evidence for an artist, and name the other artists that are possible.

    Args:
        verdict: a verdict with artist, nearest works and prediction set.
        coverage: the coverage of the prediction set, 0 to 1; None if it is not calibrated.
        few: how many images the artist was added from; None for a trained artist.
    """
    artist, others = verdict.artist, verdict.prediction_set[1:]
    texts = [f"{artist} was added from {few} images and is recognised less well than trained artists."] if few else []
    if verdict.nearest:
        same = sum(work.artist == artist for work in verdict.nearest)
        texts.append(f"{same} of the {len(verdict.nearest)} nearest known works are by {artist.rstrip('.')}.")
    if coverage and others:
        names = ", ".join([artist, *others]).rstrip(".")
        texts.append(f"If the artist is a known one, it is one of these with {coverage:.0%} confidence: {names}.")
    return texts


def of_refusal(score: float, threshold: float, surprisals: Mapping[str, float]) -> list[str]:
    """Describe why the artist is unknown: by the scores with a high surprisal, or by the highest one."""
    text = f"Its unknown score is {score:.2f}; 95 % of the known artists' own pictures are below {threshold:.2f}."
    order = sorted(surprisals, key=lambda name: -surprisals[name])
    strong = [name for name in order if surprisals[name] >= STRONG] or order[:1]
    return [text, *dict.fromkeys(MEANINGS[name] for name in strong)]


def named(work: Work) -> str:
    """Return a work's artist and where it came from, as text."""
    licence = f", {work.licence}" if work.licence else ""
    return f"a work of {work.artist} ({work.source_url or work.source}{licence})"
