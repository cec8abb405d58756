"""The verdict: the answer for one picture, with its evidence."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from artlib.recogniser.known_works import Work
from artlib.tracing.result import Original

NAMED = 4  # artists of the prediction set in a sentence
# the kinds of answers, in the order in which pages show them, and what a summary calls one and several of each
KINDS = {
    "copy": ("copy", "copies"),
    "firm": ("firm", "firm"),
    "likely": ("likely", "likely"),
    "none": ("unknown", "unknown"),
    "error": ("without an answer", "without an answer"),
}


@dataclass(frozen=True)
class Verdict:
    """The answer for one picture.

    Attributes:
        path: the picture's path, address or name.
        verdict: "copy" (of a known work), "artist" (in a known artist's hand), "unknown" or "error".
        artist: the most probable of the known artists; of a copy, the original's artist; empty on an error.
        probability: the calibrated probability of that artist if it is one of the known ones, 0 to 1; of a copy, how
            sure the copy rule is.
        unknown_score: 0 (looks like a known artist) to 1.
        unknown_threshold: above it the verdict is "unknown".
        copy_of: the original that it is a copy of, as a path in the workspace; empty if it is no copy.
        top_artists: the most probable artists with their probabilities.
        prediction_set: if the artist is known, one of these with the coverage that was calibrated.
        nearest: the most similar known works, the nearest first, with their sources.
        reasons: the evidence for this verdict, in sentences.
        error: what is wrong with the picture; empty if nothing.
        picture: the picture, RGB, at most 320 pixels on its longest side; None on an error.
        heat_map: the evidence for that artist, float32 (height, width), 0 to 1; None if not asked for.
        confidence: the estimated probability that the named artist made the picture, unknown artists counted in, 0 to
            1; nan for a model that has not measured it.
        strength: "firm", "likely" or "none" (no artist is named); empty on an error.
        promise: what firm answers keep, as a sentence.
        same_kind: how far the picture is of a kind that the model knows, 0 to 1.
        style: the direction of the picture's features, float32 (k,), of length one; empty if the model has no unknown
            detector of its own.
        originals: the known works that were found in it, the surest first, with the proof; empty if there are none.
    """

    path: str
    verdict: str
    artist: str = ""
    probability: float = float("nan")
    unknown_score: float = float("nan")
    unknown_threshold: float = float("nan")
    copy_of: str = ""
    top_artists: list[tuple[str, float]] = field(default_factory=list)
    prediction_set: list[str] = field(default_factory=list)
    nearest: list[Work] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    error: str = ""
    picture: Image.Image | None = field(default=None, repr=False, compare=False)
    heat_map: np.ndarray | None = field(default=None, repr=False, compare=False)
    confidence: float = float("nan")
    strength: str = ""
    promise: str = ""
    same_kind: float = 1.0
    style: np.ndarray = field(default_factory=lambda: np.empty(0, np.float32), repr=False, compare=False)
    originals: list[Original] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Its verdict if that is "copy" or "error", else its strength: the four kinds of answers, and errors."""
        return self.strength if self.verdict in ("artist", "unknown") else self.verdict

    @property
    def rank(self) -> tuple[int, float, float]:
        """Sorts answers: by kind, then by falling confidence; of unknown artists, by rising unknown score."""
        return list(KINDS).index(self.kind), -float(np.nan_to_num(self.confidence)), self.unknown_score

    def sentence(self) -> str:
        """Return the verdict as one plain sentence."""
        if self.verdict == "error":
            return f"No answer: {self.error}"
        if self.verdict == "copy":
            return f"Copy of a work I know: {self.copy_of}"
        if self.verdict == "unknown":
            return _ended(f"I do not know this hand; nearest is {self.artist}")
        if self.strength == "firm":
            return _ended(f"In the hand of {self.artist}")
        others = self.prediction_set[1:NAMED]
        if self.confidence < 0.5:  # the most probable answer, and still more probably wrong than right
            return _ended(f"Perhaps {_any_of([self.artist, *others])}")
        return _ended(f"Probably {self.artist}{'; perhaps ' if others else ''}{_any_of(others)}")


def _any_of(names: list[str]) -> str:
    """Return "A", "A or B" or "A, B or C"."""
    *first, last = names or [""]
    return f"{', '.join(first)} or {last}" if first else last


def _ended(text: str) -> str:
    """Return a sentence with one full stop, also after "Gerald G."."""
    return f"{text.rstrip('.')}."


def three_lines(verdict: Verdict, actual_artist: str | None = None) -> str:
    """Return the three lines that the original project printed."""
    return (
        f"Actual artist = {actual_artist or 'not given'}\n"
        f"Predicted artist = {verdict.artist}\n"
        f"Prediction probability = {verdict.probability * 100:.2f} %"
    )
