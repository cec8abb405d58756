"""The verdict: the answer for one picture, with its evidence."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from artlib.recogniser.known_works import Work


@dataclass(frozen=True)
class Verdict:
    """The answer for one picture.

    Attributes:
        path: the picture's path, address or name.
        verdict: "copy" (of a known work), "artist" (in a known artist's hand), "unknown" or "error".
        artist: the most probable of the known artists, for every verdict; empty on an error.
        probability: the calibrated probability of that artist, 0 to 1.
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
        style: the direction of the picture's features, float32 (k,), of length one; empty if the model has no unknown
            detector of its own.
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
    style: np.ndarray = field(default_factory=lambda: np.empty(0, np.float32), repr=False, compare=False)

    def sentence(self) -> str:
        """Return the verdict as one plain sentence."""
        if self.verdict == "copy":
            return f"Copy of a work I know: {self.copy_of}"
        if self.verdict == "artist":
            return f"In the hand of {self.artist.rstrip('.')}."  # one full stop, also after "Gerald G."
        if self.verdict == "unknown":
            score = f"unknown score {self.unknown_score:.2f}, the limit is {self.unknown_threshold:.2f}"
            return f"I do not know this hand ({score}); {self.artist} is only the nearest guess."
        return f"No answer: {self.error}"


def three_lines(verdict: Verdict, actual_artist: str | None = None) -> str:
    """Return the three lines that the original project printed."""
    return (
        f"Actual artist = {actual_artist or 'not given'}\n"
        f"Predicted artist = {verdict.artist}\n"
        f"Prediction probability = {verdict.probability * 100:.2f} %"
    )
