"""The report of an evaluation: one page with its figures, its findings and the works concerned."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from artlib import plots
from artlib.errors import counted
from artlib.evaluation import advice, wording
from artlib.evaluation.result import Evaluation
from artlib.pages import rendering
from artlib.workspace import Workspace
from artlib.workspace.catalog import original_paths

MISTAKES, SUSPECTS, GROUPS, MEMBERS, PAIRS = 24, 48, 12, 8, 12  # works shown of each


def write_report(path: Path, workspace: Workspace, evaluation: Evaluation) -> None:
    """Write the report: one file with all pictures inside, which loads nothing from elsewhere and fits a phone.

    Args:
        path: of the HTML file.
        workspace: where the works lie.
        evaluation: what was measured.
    """
    audit, measured = evaluation.audit, evaluation.metrics
    parts = {part: measured[part] for part in ("train", "validation", "test") if measured[part]}
    suspects = [_suspect(row) for row in audit.suspects.itertuples()]
    rendering.write(
        path,
        "evaluation.html",
        name=f"{evaluation.folder.name}",
        split=str(evaluation.split),
        made_with=_made_with(evaluation),
        tiles=list(_tiles(measured)),
        findings=evaluation.findings,
        parts=parts,
        artists=measured["artists"] if measured["test"] else [],
        figures={subject: rendering.drawn(figure) for subject, figure in _figures(evaluation).items()},
        mistakes=[_mistake(row) for row in evaluation.mistakes.head(MISTAKES).itertuples()],
        enough=advice.enough_images(evaluation.recall_curves),
        calibration=list(_calibration(measured)),
        open_set=list(_open_set(measured)),
        leaks=wording.describe(audit.leaks).splitlines(),
        across=[_works(group) for group in audit.leaks.across[:GROUPS]],
        pairs=[_works(pair) for pair in audit.leaks.unknown_pairs[:PAIRS]],
        shared=[_works(pair) for pair in audit.leaks.shared_parts[:PAIRS]],
        groups=[_works(group) for group in audit.leaks.groups[:GROUPS]],
        groups_in_all=len(audit.leaks.groups),
        shortcuts=wording.describe(audit.shortcuts).splitlines(),
        robustness=wording.describe(audit.robustness).splitlines(),
        cleaning=wording.describe(evaluation.cleaning),
        suspects=suspects[:SUSPECTS],
        more_suspects=suspects[SUSPECTS:],
        thumbnail=lambda image_id: rendering.picture_of(workspace, image_id),
        places=original_paths(workspace),
    )


def _figures(evaluation: Evaluation) -> dict[str, plots.Figure]:
    audit, open_set = evaluation.audit, evaluation.open_set
    figures = {
        "confusion": plots.confusion_matrix(evaluation.confusion, evaluation.class_names),
        "recall": plots.recall(evaluation.artists),
        "reliability": plots.reliability(evaluation.reliability),
        "refusal": plots.refusal(evaluation.risk_coverage, evaluation.oscr),
        "shortcuts": plots.shortcuts(audit.shortcuts.table()),
        "robustness": plots.robustness(audit.robustness.table()),
        "sizes": plots.recall_curves(evaluation.recall_curves),
    }
    if open_set:
        scores, unknown = open_set.unknown_scores, open_set.unknown
        figures["answers"] = plots.answers(open_set.shares(), open_set.promise.unknown_share)
        figures["firm"] = plots.firm_answers(open_set.firm_curve(), open_set.promise.firm_error, open_set.firm_point())
        figures["unknown"] = plots.unknown_scores(
            scores[~unknown], scores[unknown], evaluation.metadata.unknown_threshold
        )
    return figures


def _made_with(evaluation: Evaluation) -> str:
    metadata = evaluation.metadata
    versions = ", ".join(f"{package} {version}" for package, version in metadata.versions.items())
    return f"Recipe {metadata.recipe} on {metadata.backbone} at {metadata.image_size} pixels ({versions})."


def _tiles(measured: dict[str, Any]) -> Iterable[dict[str, str]]:
    if test := measured["test"]:
        low, high = test["accuracy_ci95"]
        detail = f"95 % interval {low:.0%} to {high:.0%}, n={test['n']}"
        yield _tile(f"{test['accuracy']:.0%}", "accuracy on new pictures", detail)
        detail = "expected calibration error; 0 is best"
        yield _tile(f"{100 * test['ece']:.1f} points", "mean error of the probabilities", detail)
    if (auroc := measured["open_set"]["auroc"]) is not None:
        open_set = measured["open_set"]
        if open_set["firm_error"] is not None:
            detail = (
                f"promised: at most {open_set['firm_error_promised']:.0%}; {open_set['firm_coverage']:.0%} of known "
            )
            yield _tile(f"{open_set['firm_error']:.0%}", "of the firm answers are wrong", f"{detail}works get one")
        detail = f"AUROC; 0.5 is guessing. {counted(open_set['artists'], 'artist')} left out in turn"
        yield _tile(f"{auroc:.2f}", "detection of unknown artists", detail)
    leaks = measured["leaks"]
    detail = f"accuracy {leaks['random']:.0%} with a random split, {leaks['honest']:.0%} with a grouped one"
    yield _tile(f"{leaks['points']} points", "leakage in a random split", detail)


def _tile(value: str, label: str, detail: str) -> dict[str, str]:
    return {"value": value, "label": label, "detail": detail}


def _calibration(measured: dict[str, Any]) -> Iterable[str]:
    calibration = measured["calibration"]
    yield (
        f"Temperature {calibration['temperature']:.2f}, learned from {calibration['n']} validation pictures: the "
        f"network was {'under' if calibration['temperature'] < 1 else 'over'}-confident. On the test part the "
        f"expected calibration error went from {calibration['ece_before']:.3f} to {calibration['ece_after']:.3f}, the "
        f"Brier score from {calibration['brier_before']:.3f} to {calibration['brier_after']:.3f} (0 is best)."
        if measured["test"]
        else f"Temperature {calibration['temperature']:.2f}."
    )
    if calibration["coverage"] is None:
        yield f"{calibration['n']} validation pictures are too few for prediction sets with a promised coverage."
    elif measured["test"]:
        low, high = calibration["covered_ci95"]
        yield (
            f"Prediction sets promise to hold the correct artist {calibration['coverage']:.0%} of the time. On the "
            f"test part they did {calibration['covered']:.1%} (95 % interval {low:.0%} to {high:.0%}), with "
            f"{calibration['set_size']:.1f} artists in a set on average."
        )


def _open_set(measured: dict[str, Any]) -> Iterable[str]:
    open_set = measured["open_set"]
    if open_set["auroc"] is None:
        yield "With fewer than three artists this can't be estimated, because each artist is left out in turn."
        return
    share, promised = open_set["unknown_share"], open_set["firm_error_promised"]
    yield f"Estimated by {open_set['method']}."
    if open_set["shortage"]:
        yield f"No answer is firm: {open_set['shortage']}."
    yield (
        "The confidence of an answer is the estimated probability that the named artist made the picture, unknown "
        f"artists counted in; it supposes that {share:.0%} of the pictures are by unknown artists. Answers are firm "
        f"from the confidence on at which at most {promised:.0%} of them are wrong. Both can be changed without "
        "training: `artlib evaluate --unknown-share 0.2 --firm-error 0.05`. With less confidence an answer is likely; "
        "where an unknown artist is more probable, no artist is named."
    )


def _works(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": image_id, "words": ""} for image_id in list(ids)[:MEMBERS]]


def _mistake(row: Any) -> dict[str, str]:
    return {"id": row.id, "words": f"{row.artist} → {row.probability:.0%} {row.predicted}"}


def _suspect(row: Any) -> dict[str, str]:
    probability = "" if pd.isna(row.probability) else f"{row.probability:.0%} "
    return {"id": row.id, "words": f"{row.artist} → {probability}{row.looks_like}"}
