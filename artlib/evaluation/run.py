"""Running an evaluation: measure a trained model, write metrics.json and the report, print the findings."""

from pathlib import Path

import numpy as np

from artlib import backbones, plots
from artlib.evaluation import audit, findings, wording
from artlib.evaluation.audit import Audit
from artlib.evaluation.cleaning import measure_cleaning
from artlib.evaluation.learning_curve import curves_of
from artlib.evaluation.measures import measure
from artlib.evaluation.report import write_report
from artlib.evaluation.result import Evaluation
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import frozen_features
from artlib.inference.pixels import prepare
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import AnyWorkspace
from artlib.workspace.catalog import original_paths
from artlib.workspace.copies import say_lost
from artlib.workspace.disk.writer import writes
from artlib.workspace.disk.writing import write_json


@writes("evaluating")
def evaluate(
    workspace: AnyWorkspace,
    *,
    name: str = "default",
    others: str | Path | None = None,
    firm_error: float | None = None,
    unknown_share: float | None = None,
    seed: int = 0,
) -> Evaluation:
    """Measure a trained model, print the findings, and write metrics.json, report.html and confusion.png beside it.

    Args:
        workspace: a Workspace, or the path of one, with the split that the model was trained on.
        name: of the model.
        others: a folder with pictures by other artists than the known ones, in a subfolder each. The model learns to
            tell them from its own, and never names them. None takes those that it has, or those that
            `artlib collect others` brought.
        firm_error: share of firm answers that may be wrong, above 0 and at most 0.5; it is kept with the model. None
            keeps the model's.
        unknown_share: share of the pictures to predict that are expected to be by unknown artists, 0 to below 1;
            likewise.
        seed: of folds and resamples.

    Raises:
        WorkspaceError: there is no model, or the split is not the one it was trained on.
        ValueError: a share is out of its range.
    """
    model = TrainedModel(workspace, name)
    split = model.split
    say_lost(model.workspace, split.ids)
    rule, open_set = model.learn_decision_rule(others, model.metadata.promise.changed(firm_error, unknown_share))
    audited = _audit(model, seed)
    cleaning = measure_cleaning(model.workspace, split, seed)
    measured = measure(split, model.outputs, rule, open_set, audited, cleaning)
    evaluation = Evaluation(
        metrics=measured,
        findings=findings.find(measured, audited, original_paths(model.workspace)),
        split=split,
        metadata=model.metadata,
        probabilities=rule.calibration.probabilities(model.outputs.logits),
        uncalibrated=model.outputs.probabilities,
        unknown_scores=rule.answer(model.outputs).unknown_scores,
        open_set=open_set,
        audit=audited,
        cleaning=cleaning,
        recall_curves=curves_of(split, model.frozen_features(split.ids), seed)[1],
        folder=model.folder,
    )
    write_json(model.folder / "metrics.json", measured)
    plots.save(plots.confusion_matrix(evaluation.confusion, evaluation.class_names), model.folder / "confusion.png")
    write_report(model.folder / "report.html", model.workspace, evaluation)
    model.workspace.keep()
    print(wording.summary(measured, evaluation.findings))
    return evaluation


def _audit(model: TrainedModel, seed: int) -> Audit:
    split, test = model.split, model.split.rows("test")
    features = frozen_features(model.workspace, split.ids, backbones.get(BACKBONE))

    def probabilities(pixels: np.ndarray) -> np.ndarray:
        return model.recogniser(pixels, progress=False).probabilities

    pixels = prepare(model.workspace, split.ids, model.prepared_side)
    return Audit(
        leaks=audit.find_leaks(model.workspace, split, features, seed),
        shortcuts=audit.find_shortcuts(model.workspace, split, seed),
        robustness=audit.find_weaknesses(pixels[test], split.labels[test], split.class_names, probabilities, seed),
        suspects=audit.find_wrong_labels(split, features, seed),
    )
