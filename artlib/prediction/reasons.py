"""Reasons: what speaks for a verdict, in words that need no statistics."""

from collections.abc import Mapping

from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work

# what it means that a score of the gate is high, to go on after "because"
DOUBTS = {
    "max_softmax": "no artist is much more probable than the others",
    "max_logit": "it shows little of what the artists were told apart by",
    "energy": "it shows little of what the artists were told apart by",
    "neighbours": "no known work is as near as works of one artist mostly are",
    "relative_mahalanobis": "it lies no nearer to any artist's works than to all works",
    "residual": "it is another kind of picture than those that were learned",
}
STRONG = 3.0  # a doubt that a known picture reaches once in e^3 = 20 times


def of_copy(copied: Work) -> list[str]:
    """Say how a picture agrees with the work it copies."""
    agreement = "is the same as" if copied.bits == 0 else f"differs in {copied.bits} of 64 bits from"
    return [f"Its fingerprint, flipped or turned if need be, {agreement} that of {named(copied)}."]


def of_artist(verdict: Verdict, coverage: float | None, few: int | None = None) -> list[str]:
    """Say what speaks for an artist, and who else it may be.

    Args:
        verdict: with artist, nearest works and prediction set.
        coverage: that the prediction set promises, 0 to 1; None promises nothing.
        few: how many images the artist was added from; None for one that was trained.
    """
    artist, others = verdict.artist, verdict.prediction_set[1:]
    said = [f"{artist} was added from {few} images, and is known less well than those who were trained."] if few else []
    if verdict.nearest:
        same = sum(work.artist == artist for work in verdict.nearest)
        said.append(f"{same} of the {len(verdict.nearest)} nearest known works are by {artist.rstrip('.')}.")
    if coverage and others:
        names = ", ".join([artist, *others]).rstrip(".")
        said.append(f"If the artist is a known one, it is at {coverage:.0%} certainty one of {names}.")
    return said


def of_refusal(score: float, threshold: float, doubts: Mapping[str, float]) -> list[str]:
    """Say why nobody is named: the doubts that are strong, or the strongest one."""
    said = [f"Its unknown score is {score:.2f}; 95 % of the known artists' own pictures stay below {threshold:.2f}."]
    order = sorted(doubts, key=lambda name: -doubts[name])
    strong = [name for name in order if doubts[name] >= STRONG] or order[:1]
    texts = dict.fromkeys(DOUBTS[name] for name in strong)
    return said + [f"{text[0].upper()}{text[1:]}." for text in texts]


def named(work: Work) -> str:
    """Name a work and where it came from."""
    licence = f", {work.licence}" if work.licence else ""
    return f"a work of {work.artist} ({work.source_url or work.source}{licence})"
