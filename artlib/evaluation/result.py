"""The result of an evaluation, as data: figures, findings and what they were computed from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artlib.evaluation.audit import Audit
from artlib.evaluation.cleaning import Cleaning
from artlib.evaluation.findings import Finding
from artlib.recogniser.files import ModelMetadata
from artlib.recogniser.openset.result import OpenSetResult
from artlib.statistics import metrics
from artlib.workspace.split import Split


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`.

    Attributes:
        metrics: what metrics.json holds.
        findings: what it means, the most serious first.
        split: the pictures it was measured on.
        metadata: of the model.
        probabilities: float (n, artists), calibrated, of `split.ids`.
        uncalibrated: float (n, artists), as the network gave them.
        unknown_scores: float (n,), of `split.ids`, 0 (a known artist) to 1.
        open_set: how good the answers are for known and unknown artists; None with fewer than three artists and no
            others.
        audit: leaks, shortcuts, robustness and label issues.
        cleaning: what sorting changed, and what that did to accuracy.
        recall_curves: recall of each artist over the number of pictures, as `artlib.recall_curves` returns it.
        folder: where metrics.json, report.html and the pictures lie.
    """

    metrics: dict[str, Any] = field(repr=False)
    findings: list[Finding] = field(repr=False)
    split: Split = field(repr=False)
    metadata: ModelMetadata = field(repr=False)
    probabilities: np.ndarray = field(repr=False)
    uncalibrated: np.ndarray = field(repr=False)
    unknown_scores: np.ndarray = field(repr=False)
    open_set: OpenSetResult | None = field(repr=False)
    audit: Audit = field(repr=False)
    cleaning: Cleaning = field(repr=False)
    recall_curves: pd.DataFrame = field(repr=False)
    folder: Path

    @property
    def class_names(self) -> list[str]:
        """The artists."""
        return self.split.class_names

    @property
    def confusion(self) -> np.ndarray:
        """Float (artists, artists) on the test part; row = actual artist, rows sum to 1."""
        return metrics.confusion(self._test_labels, self.probabilities[self._test])

    @property
    def artists(self) -> pd.DataFrame:
        """Precision, recall with its interval, F1 and support of each artist on the test part."""
        return pd.DataFrame(self.metrics["artists"])

    @property
    def mistakes(self) -> pd.DataFrame:
        """The test pictures predicted wrongly, the most confident first: id, artist, predicted, probability."""
        names = np.array(self.class_names)
        probabilities = self.probabilities[self._test]
        table = pd.DataFrame(
            {
                "id": np.array(self.split.ids)[self._test],
                "artist": names[self._test_labels],
                "predicted": names[probabilities.argmax(axis=1)],
                "probability": probabilities.max(axis=1),
            }
        )
        wrong = table[table["artist"] != table["predicted"]]
        return wrong.sort_values("probability", ascending=False, ignore_index=True)

    @property
    def reliability(self) -> dict[str, pd.DataFrame]:
        """The reliability tables of the test part, as `plots.reliability` takes them."""
        return {
            "before calibration": metrics.reliability(self._test_labels, self.uncalibrated[self._test]),
            "after calibration": metrics.reliability(self._test_labels, self.probabilities[self._test]),
        }

    @property
    def risk_coverage(self) -> pd.DataFrame:
        """The error rate on the test part over the share answered, the lowest unknown scores first."""
        correct = self.probabilities[self._test].argmax(axis=1) == self._test_labels
        return metrics.risk_coverage(self.unknown_scores[self._test], correct)

    @property
    def oscr(self) -> pd.DataFrame | None:
        """The open-set classification rate curve; None where it could not be measured."""
        return self.open_set.oscr() if self.open_set else None

    @property
    def _test(self) -> np.ndarray:
        return self.split.rows("test")

    @property
    def _test_labels(self) -> np.ndarray:
        return self.split.labels[self._test]
