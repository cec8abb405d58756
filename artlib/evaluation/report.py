"""The report of an evaluation: figures, findings, and the works they are about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from artlib.evaluation import advice
from artlib.pages import rendering
from artlib.workspace import Workspace
from artlib.workspace.catalog import original_paths

if TYPE_CHECKING:
    from artlib.evaluation.result import Evaluation

MISTAKES, SUSPECTS, GROUPS, MEMBERS, PAIRS = 24, 48, 12, 8, 12  # works shown of each


def write_report(path: Path, workspace: Workspace, evaluation: Evaluation) -> None:
    """Write the report: one file with its pictures inside, readable on a phone, which requests nothing.

    Args:
        path: of the HTML file.
        workspace: where the works lie.
        evaluation: what is reported.
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
        figures={subject: rendering.drawn(figure) for subject, figure in _figures(evaluation)},
        mistakes=[_mistake(row) for row in evaluation.mistakes.head(MISTAKES).itertuples()],
        enough=advice.enough_images(evaluation.sizes),
        calibration=list(_calibration(measured)),
        open_set=list(_open_set(measured)),
        scores=measured["open_set"].get("scores", []),
        leaks=str(audit.leaks).splitlines(),
        across=[_works(group) for group in audit.leaks.across[:GROUPS]],
        pairs=[_works(pair) for pair in audit.leaks.unknown_pairs[:PAIRS]],
        groups=[_works(group) for group in audit.leaks.groups[:GROUPS]],
        groups_in_all=len(audit.leaks.groups),
        shortcuts=str(audit.shortcuts).splitlines(),
        robustness=str(audit.robustness).splitlines(),
        suspects=suspects[:SUSPECTS],
        more_suspects=suspects[SUSPECTS:],
        thumbnail=lambda image_id: rendering.thumbnail_of(workspace, image_id),
        places=original_paths(workspace),
    )


def _figures(evaluation: Evaluation) -> Iterable[tuple[str, Any]]:
    """Yield the subject and the drawing of each figure that there is something to draw for."""
    for subject in ("confusion", "recall", "reliability", "refusal", "unknown", "shortcuts", "robustness", "sizes"):
        figure = getattr(evaluation, f"plot_{subject}")()
        yield subject, figure


def _made_with(evaluation: Evaluation) -> str:
    description = evaluation.description
    versions = ", ".join(f"{package} {version}" for package, version in description.versions.items())
    return f"Recipe {description.recipe} on {description.backbone} at {description.image_size} pixels ({versions})."


def _tiles(measured: dict[str, Any]) -> Iterable[dict[str, str]]:
    if test := measured["test"]:
        low, high = test["accuracy_ci95"]
        yield _tile(
            f"{test['accuracy']:.0%}", "of new pictures named rightly", f"{low:.0%} to {high:.0%}, n={test['n']}"
        )
        yield _tile(f"{100 * test['ece']:.1f} points", "that probabilities are off", "expected calibration error")
    if (auroc := measured["open_set"]["auroc"]) is not None:
        detail = f"AUROC; 0.5 is guessing. {measured['open_set']['artists']} artists left out in turn"
        yield _tile(f"{auroc:.2f}", "unknown artists told from known ones", detail)
    leaks = measured["leaks"]
    detail = f"{leaks['random']:.0%} by a random split, {leaks['honest']:.0%} by an honest one"
    yield _tile(f"{leaks['points']} points", "would have been memory", detail)


def _tile(value: str, label: str, detail: str) -> dict[str, str]:
    return {"value": value, "label": label, "detail": detail}


def _calibration(measured: dict[str, Any]) -> Iterable[str]:
    calibration = measured["calibration"]
    yield (
        f"Temperature {calibration['temperature']:.2f}, learned from {calibration['n']} validation pictures: the "
        f"network was too {'modest' if calibration['temperature'] < 1 else 'sure'}. On the test part the calibration "
        f"error went from {calibration['ece_before']:.3f} to {calibration['ece_after']:.3f}, the Brier score from "
        f"{calibration['brier_before']:.3f} to {calibration['brier_after']:.3f} (0 is best)."
        if measured["test"]
        else f"Temperature {calibration['temperature']:.2f}."
    )
    if calibration["coverage"] is None:
        yield f"{calibration['n']} validation pictures are too few to promise that sets hold the right artist."
    elif measured["test"]:
        low, high = calibration["covered_ci95"]
        yield (
            f"Prediction sets promise to hold the right artist {calibration['coverage']:.0%} of the time; on the test "
            f"part they did {calibration['covered']:.1%} (95 % interval {low:.0%} to {high:.0%}), with "
            f"{calibration['set_size']:.1f} artists in a set on average."
        )


def _open_set(measured: dict[str, Any]) -> Iterable[str]:
    open_set = measured["open_set"]
    if open_set["auroc"] is None:
        yield "With fewer than three artists this can't be estimated: leaving one of two out leaves none to confuse."
        return
    yield f"Estimated by {open_set['method']}."
    yield (
        f"The score in use is {open_set['score'].replace('_', ' ')}; a picture above {open_set['threshold']:.2f} is "
        "called unknown. The fused score sums how seldom a known picture has such a largest logit, such a distance to "
        "the nearest pictures and to the nearest artist, and so much that lies outside of all that was learned. "
        f"Where 95 % of the known artists' pictures are let in, {open_set['fpr95']:.0%} of the unknown ones are, too."
    )


def _works(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": image_id, "words": ""} for image_id in list(ids)[:MEMBERS]]


def _mistake(row: Any) -> dict[str, str]:
    return {"id": row.id, "words": f"{row.artist} → {row.probability:.0%} {row.predicted}"}


def _suspect(row: Any) -> dict[str, str]:
    probability = "" if pd.isna(row.probability) else f"{row.probability:.0%} "
    return {"id": row.id, "words": f"{row.artist} → {probability}{row.looks_like}"}
