"""Findings: each problem is reported by name, and nothing is reported where there is none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted import CLEAN

from artlib.evaluation import findings
from artlib.evaluation.audit import Audit, Change
from artlib.evaluation.findings import Finding
from artlib.statistics.proportion import proportion

PLACES = {f"{number}": f"originals/Wlop/{number}.jpg" for number in range(10)}
PART = {"accuracy": 0.9, "accuracy_ci95": [0.85, 0.93], "ece": 0.02, "n": 200}
OPEN_SET = {
    "auroc": 0.85,
    "fpr95": 0.6,
    "artists": 12,
    "shortage": "",
    "unknown_share": 0.5,
    "firm_error_promised": 0.1,
    "firm_error": 0.06,
    "firm_coverage": 0.48,
    "unknown_firm": 0.03,
    "unknown_named": 0.2,
}
MEASURED = {
    "train": PART,
    "test": PART,
    "artists": [{"artist": "Wlop", "support": 20}, {"artist": "Ross Tran", "support": 20}],
    "calibration": {"ece_before": 0.05, "coverage": 0.95, "n": 200},
    "open_set": OPEN_SET,
}


def found(audit: Audit = CLEAN, **measured: object) -> list[Finding]:
    return findings.find(MEASURED | measured, audit, PLACES)


def problems(audit: Audit = CLEAN, **measured: object) -> list[str]:
    return [str(finding) for finding in found(audit, **measured) if finding.level != "fine"]


def test_where_all_is_well_each_subject_is_fine() -> None:
    assert problems() == []
    subjects = {finding.subject for finding in found()}
    assert subjects >= {"Accuracy", "Leakage", "Labels", "Shortcuts", "Stability", "Probabilities", "Unknown artists"}


def test_the_most_serious_comes_first() -> None:
    leaky = replace(CLEAN, leaks=replace(CLEAN.leaks, across=[["1", "2"]]))
    levels = [finding.level for finding in found(leaky, open_set={"auroc": None, "fpr95": None})]
    assert levels == sorted(levels, key=findings.LEVELS.index)
    assert levels[0] == "warning"


def test_a_group_in_two_parts_is_named_by_its_files() -> None:
    (sentence,) = problems(replace(CLEAN, leaks=replace(CLEAN.leaks, across=[["1", "2"]])))
    assert "originals/Wlop/1.jpg, originals/Wlop/2.jpg" in sentence


def test_a_near_duplicate_that_the_groups_do_not_know_is_named() -> None:
    (sentence,) = problems(replace(CLEAN, leaks=replace(CLEAN.leaks, unknown_pairs=[("3", "4")])))
    assert sentence.startswith("Leak") and "originals/Wlop/3.jpg" in sentence


def test_accuracy_that_comes_from_near_duplicates_is_reported() -> None:
    leaky = replace(CLEAN.leaks, groups=[["1", "2"]], grouped_split=proportion(np.arange(100) < 73), p_value=0.001)
    (sentence,) = problems(replace(CLEAN, leaks=leaky))
    assert "random split 100 %, grouped split 73 %" in sentence
    assert "27 points of the accuracy would come from near-duplicates" in sentence


def test_an_artist_recognised_by_a_shortcut_is_named() -> None:
    named = [{"artist": "Wlop", "family": "border", "auroc": 0.99, "told": 0.9, "n": 30}]
    (sentence,) = problems(replace(CLEAN, shortcuts=replace(CLEAN.shortcuts, named=named)))
    assert sentence.startswith("Shortcut: Wlop can be recognised by border alone")


@pytest.mark.parametrize(("change", "level"), [("borders removed", "warning"), ("greyscale", "note")])
def test_losing_answers_without_borders_is_more_serious_than_without_colours(change: str, level: str) -> None:
    worse = Change(change, proportion(np.arange(100) < 60), 1e-6, "Wlop", 1.0, 0.2)
    robustness = replace(CLEAN.robustness, changes=[worse])
    assert next(finding.level for finding in found(replace(CLEAN, robustness=robustness))) == level


def test_over_fitting_is_reported_unless_it_may_be_chance() -> None:
    training = PART | {"accuracy": 0.99}
    (sentence,) = problems(train=training, test=PART | {"accuracy": 0.85, "accuracy_ci95": [0.80, 0.90]})
    assert sentence == (
        "Over-fitting: Accuracy is 14 points higher on training pictures: the network over-fits, it has memorised some."
    )
    assert problems(train=training, test=PART | {"accuracy": 0.88, "accuracy_ci95": [0.81, 0.995]}) == []


def test_label_issues_are_named_by_their_files_and_counted() -> None:
    suspects = pd.DataFrame({"id": list("1234567"), "artist": "Wlop", "looks_like": "Ross Tran"})
    (sentence,) = problems(replace(CLEAN, suspects=suspects))
    assert "7 of 100 pictures" in sentence and "originals/Wlop/5.jpg and 2 more" in sentence


@pytest.mark.parametrize(
    ("measured", "word"),
    [
        (
            {"train": PART | {"accuracy": 1.0}, "test": PART | {"accuracy": 0.85}},
            "15 points higher on training pictures",
        ),
        ({"test": PART | {"accuracy_ci95": [0.6, 0.95]}}, "60% to 95%"),
        ({"test": None}, "no test picture"),
        ({"artists": [{"artist": "Wlop", "support": 0}]}, "Not known for Wlop"),
        (
            {"test": PART | {"ece": 0.12}},
            "off by 12.0 points on average (expected calibration error; 5.0",
        ),
        ({"calibration": {"ece_before": 0.1, "coverage": None, "n": 3}}, "3 validation pictures are too few"),
        ({"open_set": OPEN_SET | {"artists": 3}}, "rests on 3 artists only"),
        ({"open_set": OPEN_SET | {"unknown_named": 0.3}}, "30% of an unknown artist's pictures are called a known"),
        ({"open_set": OPEN_SET | {"firm_error": 0.12}}, "12% of them are wrong if 50% of the pictures are by unknown"),
        ({"open_set": OPEN_SET | {"firm_error": None}}, "No answer is firm: none is sure enough"),
        ({"open_set": OPEN_SET | {"firm_error": None, "shortage": "3 pictures"}}, "No answer is firm: 3 pictures."),
        ({"open_set": {"auroc": None, "fpr95": None}}, "with two artists only one is left"),
    ],
)
def test_a_weak_figure_is_reported(measured: dict, word: str) -> None:
    (sentence,) = problems(**measured)
    assert word in sentence


@pytest.mark.parametrize(
    ("measured", "level"),
    [
        ({"unknown_named": 0.83}, "warning"),
        ({"unknown_named": 0.3}, "note"),
        ({"unknown_named": 0.2}, "fine"),
        ({"firm_error": 0.16}, "warning"),
        ({"firm_error": 0.12}, "note"),
    ],
)
def test_findings_about_unknown_artists_are_graded_by_the_harm_that_is_done(measured: dict, level: str) -> None:
    levels = [
        each.level
        for each in found(open_set=OPEN_SET | measured)
        if each.subject in ("Firm answers", "Unknown artists")
    ]
    assert min(levels, key=findings.LEVELS.index) == level
