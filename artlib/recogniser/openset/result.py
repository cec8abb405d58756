"""The open-set result: how well unknown artists are detected, on pictures by artists that were left out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artlib.recogniser.openset.measures import area, detection, oscr


@dataclass(frozen=True)
class OpenSetResult:
    """Scores of pictures by known and by unknown artists.

    Attributes:
        scores: from the name of each score, "fused" among them, to float (n,); higher means more unknown.
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was predicted correctly.
        score_name: of the score that the detector takes.
        artists: how many artists were unknown.
        method: in words.
        threshold: of the detector.
    """

    scores: dict[str, np.ndarray]
    unknown: np.ndarray
    right: np.ndarray
    score_name: str
    artists: int
    method: str
    threshold: float

    @property
    def known_scores(self) -> np.ndarray:
        """The detector's scores of known artists' pictures, float (k,)."""
        return self.scores[self.score_name][~self.unknown]

    @property
    def unknown_scores(self) -> np.ndarray:
        """The detector's scores of unknown artists' pictures, float (m,)."""
        return self.scores[self.score_name][self.unknown]

    def oscr(self) -> pd.DataFrame:
        """Return the open-set classification rate curve of the detector's score."""
        return oscr(self.scores[self.score_name], self.unknown, self.right)

    def summary(self) -> dict[str, Any]:
        """Return its entry in metrics.json."""
        each = [{"score": name, **detection(scores, self.unknown)} for name, scores in self.scores.items()]
        return {
            **detection(self.scores[self.score_name], self.unknown),
            "oscr": area(self.oscr()),
            "artists": self.artists,
            "method": self.method,
            "score": self.score_name,
            "threshold": self.threshold,
            "scores": sorted(each, key=lambda row: -row["auroc"]),
        }
