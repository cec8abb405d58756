"""Evaluation: how good a model is on pictures it never saw, how far to trust it, and a report that says so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artlib import advice, audit, backbones, duplicates, findings, metrics, plots, thresholds
from artlib.audit import Audit
from artlib.catalog import original_paths
from artlib.features import frozen_features
from artlib.findings import Finding
from artlib.inference import load_recogniser
from artlib.measurement import measure
from artlib.model import Description, read_description, split_hash
from artlib.openset import Estimate
from artlib.pages.evaluation import write_report
from artlib.prepared import prepare, prepared_side
from artlib.split import Split, read_split
from artlib.workspace import Workspace, WorkspaceError, write_json


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


def evaluate(
    workspace: Workspace, name: str = "default", others: str | Path | None = None, seed: int = 0
) -> Evaluation:
    """Measure a trained model, print what was found, and write metrics.json, report.html and confusion.png beside it.

    Args:
        workspace: with the split that the model was trained on.
        name: of the model.
        others: a folder with pictures by artists that are none of the known ones, in a folder each if there are
            several: the threshold for "unknown" is then learned from them, too, and measured on them.
        seed: of folds and resamples.

    Raises:
        WorkspaceError: there is no model, or the split is not the one it was trained on.
    """
    description = read_description(workspace, name)
    split = _same_split(workspace, description)
    learned, estimate, said = thresholds.learn(workspace, name, others)
    features = frozen_features(workspace, split.ids, backbones.get(duplicates.BACKBONE))
    checked = _audit(workspace, name, split, features, seed)
    measured = measure(split, said, learned, estimate, checked)
    evaluation = Evaluation(
        metrics=measured,
        findings=findings.find(measured, checked, original_paths(workspace)),
        split=split,
        description=read_description(workspace, name),
        probabilities=learned.calibration.probabilities(said.logits),
        raw=said.probabilities,
        doubt=learned.gate(said),
        estimate=estimate,
        audit=checked,
        sizes=advice.recall_by_size(workspace, name, seed),
        folder=workspace.model(name),
    )
    _write(workspace, evaluation)
    print(evaluation)
    return evaluation


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


def _same_split(workspace: Workspace, description: Description) -> Split:
    split = read_split(workspace)
    if split_hash(workspace) != description.data_hash:
        raise WorkspaceError(
            "The split was made anew after this model was trained: images it learned from may now stand in the "
            "test part. Train again with 03_train (artlib train)."
        )
    return split


def _audit(workspace: Workspace, name: str, split: Split, features: np.ndarray, seed: int) -> Audit:
    recogniser, _, description = load_recogniser(workspace, name)
    pixels, test = prepare(workspace, split.ids, prepared_side(description.image_size)), split.rows("test")
    return Audit(
        leaks=audit.find_leaks(workspace, split, features, seed),
        shortcuts=audit.find_shortcuts(workspace, split, seed),
        robustness=audit.find_weaknesses(
            pixels[test],
            split.labels[test],
            split.class_names,
            lambda changed: recogniser(changed, progress=False).probabilities,
            seed,
        ),
        suspects=audit.find_wrong_labels(split, features, seed),
    )


def _write(workspace: Workspace, evaluation: Evaluation) -> None:
    write_json(evaluation.folder / "metrics.json", evaluation.metrics)
    plots.save(evaluation.plot_confusion(), evaluation.folder / "confusion.png")
    write_report(evaluation.folder / "report.html", workspace, evaluation)
