"""Measures: the figures of an evaluation, as metrics.json holds them."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from artlib.evaluation.audit import Audit
from artlib.evaluation.cleaning import Cleaning
from artlib.recogniser.decision_rule import DecisionRule
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.outputs import ModelOutputs
from artlib.statistics import metrics
from artlib.workspace.split import PARTS, Split


def measure(
    split: Split,
    outputs: ModelOutputs,
    rule: DecisionRule,
    open_set: OpenSetResult | None,
    audit: Audit,
    cleaning: Cleaning,
) -> dict[str, Any]:
    """Return the content of metrics.json.

    Args:
        split: the pictures.
        outputs: the model's outputs for `split.ids`.
        rule: turns them into verdicts.
        open_set: how well unknown artists are detected; None with fewer than three artists.
        audit: leaks, shortcuts, robustness and label issues.
        cleaning: what sorting did to accuracy.
    """
    answers = rule.answer(outputs)
    probabilities = answers.probabilities
    test = split.rows("test")
    return {
        **{part: _part_summary(split, probabilities, part) for part in PARTS},
        "artists": metrics.per_artist(
            split.labels[test], probabilities[test].argmax(axis=1), split.class_names
        ).to_dict("records"),
        "calibration": _calibration(split.labels[test], outputs.probabilities[test], probabilities[test], rule),
        "open_set": open_set.summary() if open_set else {"auroc": None, "fpr95": None},
        "unknown": _acceptance(split, answers.unknown_scores, rule.unknown_threshold),
        "leaks": {
            "random": audit.leaks.random_split.share,
            "honest": audit.leaks.grouped_split.share,
            "points": audit.leaks.leakage_points,
            "groups": len(audit.leaks.groups),
            "across": audit.leaks.across,
            "unknown_pairs": audit.leaks.unknown_pairs,
            "shared_parts": audit.leaks.shared_parts,
        },
        "shortcuts": {"named": audit.shortcuts.named, "accuracy": audit.shortcuts.accuracy.share},
        "robustness": asdict(audit.robustness),
        "cleaning": asdict(cleaning),
        "labels": records(audit.suspects),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows for a JSON file, which has no NaN: missing values become None."""
    rows = table.to_dict("records")
    return [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in rows]


def _part_summary(split: Split, probabilities: np.ndarray, part: str) -> dict[str, Any] | None:
    rows = split.rows(part)
    return metrics.summary(split.labels[rows], probabilities[rows]) if len(rows) else None


def _calibration(
    labels: np.ndarray, uncalibrated: np.ndarray, probabilities: np.ndarray, rule: DecisionRule
) -> dict[str, Any]:
    """Return what calibration changes on the test part, and how often prediction sets hold the correct artist."""
    measured: dict[str, Any] = asdict(rule.calibration)
    if not len(labels):
        return measured
    sets = rule.calibration.prediction_sets(probabilities)
    covered = int(sets[np.arange(len(labels)), labels].sum())
    return measured | {
        "ece_before": metrics.expected_calibration_error(labels, uncalibrated),
        "ece_after": metrics.expected_calibration_error(labels, probabilities),
        "brier_before": metrics.brier(labels, uncalibrated),
        "brier_after": metrics.brier(labels, probabilities),
        "covered": covered / len(labels),
        "covered_ci95": list(metrics.wilson_interval(covered, len(labels))),
        "set_size": float(sets.sum(axis=1).mean()),
    }


def _acceptance(split: Split, unknown_scores: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the threshold and the share of each held-out part that it accepts as known."""
    known = unknown_scores <= threshold
    shares = {f"accepted_{part}": float(known[split.rows(part)].mean()) for part in PARTS[1:] if len(split.rows(part))}
    return {"threshold": threshold, **shares}
