"""Findings: what an evaluation's figures mean, in plain words, the most serious first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from artlib.errors import counted
from artlib.evaluation import wording
from artlib.evaluation.advice import over_fits
from artlib.evaluation.audit import Audit

LEVELS = ("warning", "note", "fine")
SMALL_ECE = 0.05
FEW_ARTISTS = 5  # with fewer, leaving one out says little
HARMFUL = 0.5  # share of unknown artists' pictures that are called a known artist's
NAMED = 5  # pictures listed in a sentence; the report shows the others


@dataclass(frozen=True)
class Finding:
    """One thing that the figures show.

    Attributes:
        level: "warning" (do not rely on the figures before this is mended), "note" (worth a look) or "fine".
        subject: one or two words.
        text: one or two sentences.
    """

    level: str
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"


def find(measured: dict[str, Any], audit: Audit, places: dict[str, str]) -> list[Finding]:
    """Return the findings of an evaluation, the most serious first.

    Args:
        measured: the content of metrics.json.
        audit: what the audit found.
        places: from an image id to the file it was collected as.
    """
    found = [
        *_accuracy(measured),
        *_leaks(audit, places),
        *_labels(audit, places),
        *_shortcuts(audit),
        *_robustness(audit),
        *_calibration(measured),
        *_open_set(measured["open_set"]),
    ]
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


def _accuracy(measured: dict[str, Any]) -> Iterator[Finding]:
    test, train = measured["test"], measured["train"]
    if not test:
        yield Finding(
            "warning", "Accuracy", "There is no test picture, so accuracy on new pictures is not known. Collect more."
        )
        return
    low, high = test["accuracy_ci95"]
    figures = (
        f"{test['accuracy']:.0%} of {test['n']} test pictures are predicted correctly "
        f"(95 % interval {low:.0%} to {high:.0%})"
    )
    yield Finding("fine" if high - low <= 0.2 else "note", "Accuracy", f"{figures}.")
    if over_fits(train["accuracy"], test["accuracy"], high):
        gap = round(100 * (train["accuracy"] - test["accuracy"]))
        yield Finding(
            "note",
            "Over-fitting",
            f"Accuracy is {gap} points higher on training pictures: the network over-fits, it has memorised some.",
        )
    absent = [row["artist"] for row in measured["artists"] if not row["support"]]
    if absent:
        yield Finding("note", "Accuracy", f"Not known for {', '.join(absent)}: there is no test picture.")


def _leaks(audit: Audit, places: dict[str, str]) -> Iterator[Finding]:
    leaks = audit.leaks
    for group in leaks.across:
        yield Finding(
            "warning",
            "Leak",
            f"Near-duplicates are in more than one part of the split: {_named(group, places)}. "
            "Run `artlib split` again.",
        )
    if leaks.unknown_pairs:
        held_out = list(dict.fromkeys(pair[0] for pair in leaks.unknown_pairs))
        yield Finding(
            "warning",
            "Leak",
            f"Held-out pictures are near-duplicates of training pictures, which groups.csv does not show: "
            f"{_named(held_out, places)}. Run `artlib duplicates` and `artlib split` again.",
        )
    level = "note" if leaks.leakage_points >= wording.LARGE else "fine"
    yield Finding(level, "Leakage", wording.leakage(leaks))


def _labels(audit: Audit, places: dict[str, str]) -> Iterator[Finding]:
    if audit.suspects.empty:
        yield Finding("fine", "Labels", "No picture looks clearly more like another artist's.")
        return
    ids = audit.suspects["id"].tolist()
    looks = "looks" if len(ids) == 1 else "look"
    yield Finding(
        "note",
        "Labels",
        f"{len(ids)} of {audit.leaks.images} pictures {looks} more like another artist's. "
        "04_evaluate shows them for sorting, and 02_sort looks anew, as its queue of suspects. "
        f"The highest label issue score first: {_named(ids, places)}.",
    )


def _shortcuts(audit: Audit) -> Iterator[Finding]:
    for row in audit.shortcuts.named:
        yield Finding("warning", "Shortcut", wording.shortcut(row))
    if not audit.shortcuts.named:
        yield Finding("fine", "Shortcuts", wording.NO_SHORTCUT)


def _robustness(audit: Audit) -> Iterator[Finding]:
    robustness = audit.robustness
    for change in robustness.weaknesses:
        # without colour or detail there is less to recognise; borders and signatures should not matter
        level = "warning" if "removed" in change.name else "note"
        yield Finding(level, "Robustness", wording.weakness(robustness, change))
    same = robustness.same_answer
    if same.n:
        yield Finding(
            "fine" if same.share >= 0.95 else "note",
            "Stability",
            wording.stability(robustness),
        )


def _calibration(measured: dict[str, Any]) -> Iterator[Finding]:
    test, calibration = measured["test"], measured["calibration"]
    if test:
        yield Finding(
            "fine" if test["ece"] <= SMALL_ECE else "note",
            "Probabilities",
            f"They are off by {100 * test['ece']:.1f} points on average (expected calibration error; "
            f"{100 * calibration['ece_before']:.1f} before calibration). With n={test['n']} some of it is chance.",
        )
    if calibration["coverage"] is None:
        yield Finding(
            "note", "Prediction sets", f"{calibration['n']} validation pictures are too few to promise a coverage."
        )


def _open_set(open_set: dict[str, Any]) -> Iterator[Finding]:
    if open_set["auroc"] is None:
        yield Finding(
            "note",
            "Unknown artists",
            "Not measured: each artist is left out in turn, and with two artists only one is left. "
            "`artlib collect others` brings works by other artists.",
        )
        return
    yield _firm_answers(open_set)
    named, firm = open_set["unknown_named"], open_set["unknown_firm"]
    text = (
        f"{named:.0%} of an unknown artist's pictures are called a known artist's, {firm:.0%} firmly; known and "
        f"unknown artists are told apart with AUROC {open_set['auroc']:.2f}."
    )
    if few := open_set["artists"] < FEW_ARTISTS:
        text += f" This rests on {counted(open_set['artists'], 'artist')} only: others may be detected much worse."
    harm = "warning" if named >= HARMFUL else "note" if few or named >= HARMFUL / 2 else "fine"
    yield Finding(harm, "Unknown artists", text)


def _firm_answers(open_set: dict[str, Any]) -> Finding:
    if open_set["firm_error"] is None:
        why = open_set["shortage"] or "none is sure enough for the error rate that is promised"
        return Finding("note", "Firm answers", f"No answer is firm: {why}.")
    error, promised = open_set["firm_error"], open_set["firm_error_promised"]
    text = (
        f"{error:.0%} of them are wrong if {open_set['unknown_share']:.0%} of the pictures are by unknown artists "
        f"(promised: at most {promised:.0%}); {open_set['firm_coverage']:.0%} of the known artists' pictures get a "
        "firm and right one."
    )
    return Finding(
        "warning" if error > 1.5 * promised else "note" if error > promised else "fine", "Firm answers", text
    )


def _named(ids: list[str], places: dict[str, str]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(places[image_id] for image_id in ids[:NAMED]) + more
