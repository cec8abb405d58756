"""Measurement: the figures of an evaluation, as metrics.json holds them."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from artlib.evaluation.audit import Audit
from artlib.recogniser.decision_rule import Thresholds
from artlib.recogniser.openset.result import Estimate
from artlib.recogniser.outputs import Answers
from artlib.statistics import metrics
from artlib.workspace.split import PARTS, Split


def measure(
    split: Split, said: Answers, learned: Thresholds, estimate: Estimate | None, checked: Audit
) -> dict[str, Any]:
    """Return the content of metrics.json.

    Args:
        split: the pictures.
        said: the model's answers for `split.ids`.
        learned: what turns them into verdicts.
        estimate: how unknown artists are told; None with fewer than three artists.
        checked: what the audit found.
    """
    probabilities, doubt = learned.calibration.probabilities(said.logits), learned.gate(said)
    test = split.rows("test")
    return {
        **{part: _part_summary(split, probabilities, part) for part in PARTS},
        "artists": metrics.per_artist(
            split.labels[test], probabilities[test].argmax(axis=1), split.class_names
        ).to_dict("records"),
        "calibration": _calibration(split.labels[test], said.probabilities[test], probabilities[test], learned),
        "open_set": estimate.summary() if estimate else {"auroc": None, "fpr95": None},
        "unknown": _acceptance(split, doubt, learned.gate.threshold),
        "leaks": {
            "random": checked.leaks.random.share,
            "honest": checked.leaks.honest.share,
            "points": checked.leaks.memory,
            "groups": len(checked.leaks.groups),
            "across": checked.leaks.across,
            "unknown_pairs": checked.leaks.unknown_pairs,
        },
        "shortcuts": {"named": checked.shortcuts.named, "accuracy": checked.shortcuts.accuracy.share},
        "robustness": asdict(checked.robustness),
        "labels": records(checked.suspects),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows for a JSON file, which knows no NaN: what is missing becomes None."""
    rows = table.to_dict("records")
    return [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in rows]


def _part_summary(split: Split, probabilities: np.ndarray, part: str) -> dict[str, Any] | None:
    rows = split.rows(part)
    return metrics.summary(split.labels[rows], probabilities[rows]) if len(rows) else None


def _calibration(labels: np.ndarray, raw: np.ndarray, probabilities: np.ndarray, learned: Thresholds) -> dict[str, Any]:
    """Return what calibration does to the test part, and how often its prediction sets hold the right artist."""
    measured: dict[str, Any] = asdict(learned.calibration)
    if not len(labels):
        return measured
    sets = learned.calibration.prediction_sets(probabilities)
    covered = int(sets[np.arange(len(labels)), labels].sum())
    return measured | {
        "ece_before": metrics.expected_calibration_error(labels, raw),
        "ece_after": metrics.expected_calibration_error(labels, probabilities),
        "brier_before": metrics.brier(labels, raw),
        "brier_after": metrics.brier(labels, probabilities),
        "covered": covered / len(labels),
        "covered_ci95": list(metrics.wilson_interval(covered, len(labels))),
        "set_size": float(sets.sum(axis=1).mean()),
    }


def _acceptance(split: Split, doubt: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the threshold and the share of each held-out part that it lets through as known."""
    known = doubt <= threshold
    shares = {f"accepted_{part}": float(known[split.rows(part)].mean()) for part in PARTS[1:] if len(split.rows(part))}
    return {"threshold": threshold, **shares}
