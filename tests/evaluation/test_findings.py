"""What figures mean in words: each grave thing is said, by name, and nothing is said of what is not there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from artlib.evaluation import findings
from artlib.evaluation.audit import Audit, Change, Leaks, Robustness, Shortcuts
from artlib.evaluation.findings import Finding
from artlib.statistics.proportion import proportion

PLACES = {f"{number}": f"originals/Wlop/{number}.jpg" for number in range(10)}
NOTHING = proportion(np.ones(100, bool))
CLEAN = Audit(
    leaks=Leaks(100, [], [], [], NOTHING, NOTHING, 1.0, 5, []),
    shortcuts=Shortcuts(NOTHING, 0.5, ["size"], [], [], 0, []),
    robustness=Robustness(NOTHING, [], NOTHING, 0.0),
    suspects=pd.DataFrame(columns=["id", "artist", "looks_like"]),
)
PART = {"accuracy": 0.9, "accuracy_ci95": [0.85, 0.93], "ece": 0.02, "n": 200}
MEASURED = {
    "train": PART,
    "test": PART,
    "artists": [{"artist": "Wlop", "support": 20}, {"artist": "Ross Tran", "support": 20}],
    "calibration": {"ece_before": 0.05, "coverage": 0.95, "n": 200},
    "open_set": {"auroc": 0.85, "fpr95": 0.6, "artists": 12},
}


def found(audit: Audit = CLEAN, **measured: object) -> list[Finding]:
    return findings.find(MEASURED | measured, audit, PLACES)


def grave(audit: Audit = CLEAN, **measured: object) -> list[str]:
    return [str(finding) for finding in found(audit, **measured) if finding.level != "fine"]


def test_where_all_is_well_nothing_is_grave() -> None:
    assert grave() == []


def test_the_gravest_comes_first() -> None:
    leaky = replace(CLEAN, leaks=replace(CLEAN.leaks, across=[["1", "2"]]))
    levels = [finding.level for finding in found(leaky, open_set={"auroc": None, "fpr95": None})]
    assert levels == sorted(levels, key=findings.LEVELS.index)
    assert levels[0] == "warning"


def test_a_group_on_two_sides_is_named_by_its_files() -> None:
    (said,) = grave(replace(CLEAN, leaks=replace(CLEAN.leaks, across=[["1", "2"]])))
    assert "originals/Wlop/1.jpg, originals/Wlop/2.jpg" in said


def test_a_near_duplicate_that_the_groups_do_not_know_is_named() -> None:
    (said,) = grave(replace(CLEAN, leaks=replace(CLEAN.leaks, unknown_pairs=[("3", "4")])))
    assert said.startswith("Leak") and "originals/Wlop/3.jpg" in said


def test_points_that_come_from_near_duplicates_are_said() -> None:
    leaky = replace(CLEAN.leaks, groups=[["1", "2"]], grouped_split=proportion(np.arange(100) < 73), p_value=0.001)
    (said,) = grave(replace(CLEAN, leaks=leaky))
    assert "random split 100 %, grouped split 73 %" in said
    assert "27 points of the accuracy would come from near-duplicates" in said


def test_an_artist_told_by_a_shortcut_is_named() -> None:
    named = [{"artist": "Wlop", "family": "border", "auroc": 0.99, "told": 0.9, "n": 30}]
    (said,) = grave(replace(CLEAN, shortcuts=replace(CLEAN.shortcuts, named=named)))
    assert said.startswith("Shortcut: Wlop can be recognised by border alone")


@pytest.mark.parametrize(("change", "level"), [("borders removed", "warning"), ("greyscale", "note")])
def test_losing_answers_without_borders_is_graver_than_without_colours(change: str, level: str) -> None:
    worse = Change(change, proportion(np.arange(100) < 60), 1e-6, "Wlop", 1.0, 0.2)
    robustness = replace(CLEAN.robustness, changes=[worse])
    assert next(finding.level for finding in found(replace(CLEAN, robustness=robustness))) == level


def test_doubtful_labels_are_named_by_their_files_and_counted() -> None:
    suspects = pd.DataFrame({"id": list("1234567"), "artist": "Wlop", "looks_like": "Ross Tran"})
    (said,) = grave(replace(CLEAN, suspects=suspects))
    assert "7 of 100 pictures" in said and "originals/Wlop/5.jpg and 2 more" in said


@pytest.mark.parametrize(
    ("measured", "word"),
    [
        ({"train": PART | {"accuracy": 1.0}, "test": PART | {"accuracy": 0.85}}, "15 points more on training pictures"),
        ({"test": PART | {"accuracy_ci95": [0.6, 0.95]}}, "60% to 95%"),
        ({"test": None}, "no test picture"),
        ({"artists": [{"artist": "Wlop", "support": 0}]}, "Nothing is known of Wlop"),
        ({"test": PART | {"ece": 0.12}}, "off by 12.0 points"),
        ({"calibration": {"ece_before": 0.1, "coverage": None, "n": 3}}, "3 validation pictures are too few"),
        ({"open_set": {"auroc": 0.9, "fpr95": 0.3, "artists": 3}}, "rests on 3 artists only"),
        ({"open_set": {"auroc": 0.7, "fpr95": 0.9, "artists": 12}}, "AUROC 0.70"),
        ({"open_set": {"auroc": None, "fpr95": None}}, "nothing can be said"),
    ],
)
def test_what_is_weak_is_said(measured: dict, word: str) -> None:
    (said,) = grave(**measured)
    assert word in said
