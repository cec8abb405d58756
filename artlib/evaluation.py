"""Evaluation: accuracy on all three parts, with intervals, a confusion matrix and an estimate for unknown artists."""

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artlib import backbones, metrics, openset, plots
from artlib.features import frozen_features
from artlib.inference import class_probabilities, unknown_scores
from artlib.model import Description, load, read_description, split_hash
from artlib.prepared import prepare, prepared_side
from artlib.split import PARTS, Split, read_split
from artlib.workspace import Workspace, WorkspaceError, atomic, write_json


@dataclass(frozen=True)
class Evaluation:
    """What evaluate measured.

    Attributes:
        metrics: what metrics.json holds.
        class_names: the artists.
        confusion: float (artists, artists) on the test part; row = actual artist, rows sum to 1.
        mistakes: the test images that were named wrongly, the surest first: id, artist, predicted, probability.
        folder: where metrics.json and the pictures lie.
    """

    metrics: dict[str, Any]
    class_names: list[str]
    confusion: np.ndarray
    mistakes: pd.DataFrame
    folder: Path

    def plot_confusion(self) -> plots.Figure:
        """Draw the confusion matrix of the test part."""
        return plots.confusion_matrix(self.confusion, self.class_names)


def evaluate(workspace: Workspace, name: str = "default") -> Evaluation:
    """Measure a trained model, print the accuracies, and write metrics.json and confusion.png beside the model.

    Args:
        workspace: with the split that the model was trained on.
        name: of the model.

    Raises:
        WorkspaceError: there is no model, or the split is not the one it was trained on.
    """
    description = read_description(workspace, name)
    split = _same_split(workspace, description)
    probabilities = _probabilities(workspace, name, split)
    features = frozen_features(workspace, split.ids, backbones.get(openset.BACKBONE))
    measured = {part: _part_summary(split, probabilities, part) for part in PARTS}
    measured["open_set"] = openset.leave_one_artist_out(split, features) or {"auroc": None, "fpr95": None}
    measured["unknown"] = _acceptance(split, probabilities, description.unknown_threshold)
    print(report(measured))
    test = split.rows("test")
    evaluation = Evaluation(
        measured,
        split.class_names,
        metrics.confusion(split.labels[test], probabilities[test]),
        _mistakes(split, probabilities),
        workspace.model(name),
    )
    write_json(evaluation.folder / "metrics.json", measured)
    plots.save(evaluation.plot_confusion(), evaluation.folder / "confusion.png")
    return evaluation


def report(measured: dict[str, Any]) -> str:
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
    if (auroc := measured["open_set"]["auroc"]) is not None:
        lines.append(
            f"Unknown artists told apart: AUROC {auroc:.3f}, {measured['open_set']['fpr95']:.0%} of their images "
            "accepted where 95 % of the known artists' are (each artist left out in turn, frozen features)"
        )
    return "\n".join(lines)


def _same_split(workspace: Workspace, description: Description) -> Split:
    split = read_split(workspace)
    if split_hash(workspace) != description.data_hash:
        raise WorkspaceError(
            "The split was made anew after this model was trained: images it learned from may now stand in the "
            "test part. Train again with 03_train (artlib train)."
        )
    return split


def _probabilities(workspace: Workspace, name: str, split: Split) -> np.ndarray:
    """Return the model's probabilities of all pictures; they are kept beside it, so that asking again takes no time."""
    path = workspace.model(name) / "probabilities.npz"
    model_file = workspace.require(workspace.model(name) / "model.keras")
    key = hashlib.sha256(model_file.read_bytes()).hexdigest()
    missing_or_damaged = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with suppress(*missing_or_damaged), np.load(path) as kept:
        if kept["key"] == key and kept["ids"].tolist() == split.ids:
            return kept["probabilities"]
    model, description = load(workspace, name)
    pixels = prepare(workspace, split.ids, prepared_side(description.image_size))
    probabilities = class_probabilities(model, pixels)
    with atomic(path) as temporary:
        np.savez(temporary, key=key, ids=split.ids, probabilities=probabilities)
    return probabilities


def _part_summary(split: Split, probabilities: np.ndarray, part: str) -> dict[str, Any] | None:
    rows = split.rows(part)
    return metrics.summary(split.labels[rows], probabilities[rows]) if len(rows) else None


def _acceptance(split: Split, probabilities: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the threshold and the share of each held-out part that it lets through as known."""
    known = unknown_scores(probabilities) <= threshold
    shares = {f"accepted_{part}": float(known[split.rows(part)].mean()) for part in PARTS[1:] if len(split.rows(part))}
    return {"threshold": threshold, **shares}


def _mistakes(split: Split, probabilities: np.ndarray) -> pd.DataFrame:
    names, rows = np.array(split.class_names), split.rows("test")
    predicted = probabilities[rows].argmax(axis=1)
    table = pd.DataFrame(
        {
            "id": np.array(split.ids)[rows],
            "artist": names[split.labels[rows]],
            "predicted": names[predicted],
            "probability": probabilities[rows].max(axis=1),
        }
    )
    wrong = table[table["artist"] != table["predicted"]]
    return wrong.sort_values("probability", ascending=False, ignore_index=True)
