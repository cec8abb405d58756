"""Evaluation: how good a model is on pictures it never saw, how far to trust it, and a report that says so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artlib import plots
from artlib.evaluation.audit import Audit
from artlib.evaluation.findings import Finding
from artlib.recogniser.files import Description
from artlib.recogniser.openset.result import Estimate
from artlib.statistics import metrics
from artlib.workspace.split import Split


@dataclass(frozen=True)
class Evaluation:
    """What evaluate measured.

    Attributes:
        metrics: what metrics.json holds.
        findings: what it means, the grave things first.
        split: the pictures it was measured on.
        description: of the model.
        probabilities: float (n, artists), calibrated, of `split.ids`; and as the network gave them:
        raw: float (n, artists).
        doubt: float (n,), the unknown scores of `split.ids`.
        estimate: how unknown artists are told; None with fewer than three artists.
        audit: leaks, shortcuts, robustness and doubtful labels.
        sizes: recall of each artist over the number of pictures, as `artlib.advice.recall_by_size` returns it.
        folder: where metrics.json, report.html and the pictures lie.
    """

    metrics: dict[str, Any]
    findings: list[Finding]
    split: Split
    description: Description
    probabilities: np.ndarray
    raw: np.ndarray
    doubt: np.ndarray
    estimate: Estimate | None
    audit: Audit
    sizes: pd.DataFrame
    folder: Path

    def __str__(self) -> str:
        return report(self.metrics, self.findings)

    @property
    def class_names(self) -> list[str]:
        """The artists."""
        return self.split.class_names

    @property
    def confusion(self) -> np.ndarray:
        """Float (artists, artists) on the test part; row = actual artist, rows sum to 1."""
        test = self.split.rows("test")
        return metrics.confusion(self.split.labels[test], self.probabilities[test])

    @property
    def artists(self) -> pd.DataFrame:
        """Precision, recall with its interval, F1 and support of each artist on the test part."""
        return pd.DataFrame(self.metrics["artists"])

    @property
    def mistakes(self) -> pd.DataFrame:
        """The test pictures that were named wrongly, the surest first: id, artist, predicted, probability."""
        names, test = np.array(self.class_names), self.split.rows("test")
        probabilities = self.probabilities[test]
        table = pd.DataFrame(
            {
                "id": np.array(self.split.ids)[test],
                "artist": names[self.split.labels[test]],
                "predicted": names[probabilities.argmax(axis=1)],
                "probability": probabilities.max(axis=1),
            }
        )
        wrong = table[table["artist"] != table["predicted"]]
        return wrong.sort_values("probability", ascending=False, ignore_index=True)

    def plot_confusion(self) -> plots.Figure:
        """Draw the confusion matrix of the test part."""
        return plots.confusion_matrix(self.confusion, self.class_names)

    def plot_recall(self) -> plots.Figure:
        """Draw each artist's recall with its interval."""
        return plots.recall(self.artists)

    def plot_reliability(self) -> plots.Figure:
        """Draw reliability diagrams of the test part, before and after calibration."""
        test = self.split.rows("test")
        labels = self.split.labels[test]
        return plots.reliability(
            {
                "before calibration": metrics.reliability(labels, self.raw[test]),
                "after calibration": metrics.reliability(labels, self.probabilities[test]),
            }
        )

    def plot_unknown(self) -> plots.Figure:
        """Draw the unknown scores of known and of unknown artists' pictures; empty with fewer than three artists."""
        if self.estimate is None:
            return plots.pictures([], [])
        scores, unknown = self.estimate.scores[self.estimate.way], self.estimate.unknown
        return plots.unknown_scores(scores[~unknown], scores[unknown], self.estimate.threshold)

    def plot_refusal(self) -> plots.Figure:
        """Draw what refusing to answer buys on the test part and, with three artists or more, the OSCR curve."""
        test = self.split.rows("test")
        right = self.probabilities[test].argmax(axis=1) == self.split.labels[test]
        risk = metrics.risk_coverage(self.doubt[test], right)
        return plots.refusal(risk, self.estimate.oscr() if self.estimate else None)

    def plot_shortcuts(self) -> plots.Figure:
        """Draw how well each artist is told by what is no art."""
        return plots.shortcuts(self.audit.shortcuts.table())

    def plot_robustness(self) -> plots.Figure:
        """Draw the accuracy on changed pictures."""
        return plots.robustness(self.audit.robustness.table())

    def plot_sizes(self) -> plots.Figure:
        """Draw the recall of each artist over the number of pictures learned from."""
        return plots.recall_by_size(self.sizes)


def report(measured: dict[str, Any], found: list[Finding]) -> str:
    """Say in words what was measured; the first two lines are those of the original project."""
    lines = [
        f"Prediction accuracy on train data = {measured['train']['accuracy']:.4f}",
        f"Prediction accuracy on CV data = {measured['validation']['accuracy']:.4f}",
    ]
    if test := measured["test"]:
        low, high = test["accuracy_ci95"]
        lines.append(
            f"Prediction accuracy on test data = {test['accuracy']:.4f} (95 % interval {low:.3f} to {high:.3f}, "
            f"{test['n']} images, macro-F1 {test['macro_f1']:.3f}, calibration error {test['ece']:.3f})"
        )
    return "\n".join([*lines, *(f"[{finding.level}] {finding}" for finding in found)])
