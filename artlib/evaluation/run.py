"""Running an evaluation: measure, find, write the report."""

from pathlib import Path

import numpy as np

from artlib import backbones, plots
from artlib.evaluation import audit, findings, learning_curve
from artlib.evaluation.audit.audit import Audit
from artlib.evaluation.measures import measure
from artlib.evaluation.report import write_report
from artlib.evaluation.result import Evaluation
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import frozen_features
from artlib.inference.pixels import prepare, prepared_side
from artlib.recogniser import decision_rule
from artlib.recogniser.files import Description, read_description, split_hash
from artlib.recogniser.runner import load_recogniser
from artlib.workspace.catalog import original_paths
from artlib.workspace.paths import Workspace, WorkspaceError
from artlib.workspace.split import Split, read_split
from artlib.workspace.writing import write_json


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
    learned, estimate, said = decision_rule.learn(workspace, name, others)
    features = frozen_features(workspace, split.ids, backbones.get(BACKBONE))
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
        sizes=learning_curve.recall_by_size(workspace, name, seed),
        folder=workspace.model(name),
    )
    _write(workspace, evaluation)
    print(evaluation)
    return evaluation


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
