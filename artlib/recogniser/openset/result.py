"""The estimate: how well unknown artists are told, on pictures by artists that were left out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artlib.recogniser.openset.measures import area, detection, oscr


@dataclass(frozen=True)
class Estimate:
    """Scores of pictures by known and by unknown artists.

    Attributes:
        scores: from the name of each score, "fused" among them, to float (n,); higher is less known.
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was named rightly.
        way: the name of the score that the gate takes.
        artists: how many artists were the unknown ones.
        method: in words.
        threshold: of the gate.
    """

    scores: dict[str, np.ndarray]
    unknown: np.ndarray
    right: np.ndarray
    way: str
    artists: int
    method: str
    threshold: float

    def oscr(self) -> pd.DataFrame:
        """Return the open-set classification rate curve of the gate's score."""
        return oscr(self.scores[self.way], self.unknown, self.right)

    def summary(self) -> dict[str, Any]:
        """Return what metrics.json says of it."""
        each = [{"score": name, **detection(scores, self.unknown)} for name, scores in self.scores.items()]
        return {
            **detection(self.scores[self.way], self.unknown),
            "oscr": area(self.oscr()),
            "artists": self.artists,
            "method": self.method,
            "score": self.way,
            "threshold": self.threshold,
            "scores": sorted(each, key=lambda row: -row["auroc"]),
        }
