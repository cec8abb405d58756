"""Wording: the results of an evaluation and of its audit in plain sentences. The results themselves are data."""

import functools
from collections.abc import Iterable
from typing import Any

from artlib.errors import counted
from artlib.evaluation.audit import Change, Leaks, Robustness, Shortcuts
from artlib.evaluation.cleaning import Cleaning
from artlib.statistics.proportion import percent

LARGE = 3  # points of accuracy; from this on the accuracy of a random split misleads

# the name of each change of the pictures, and the reason if it costs correct answers
CHANGES = {
    "greyscale": ("In grey", "the recogniser relies on colours"),
    "blur": ("Blurred", "the recogniser relies on fine detail"),
    "re-encoding": ("After JPEG quality 50", "the recogniser relies on traces of earlier encoding"),
    "resizing": ("Halved in size and enlarged again", "the recogniser relies on fine detail"),
    "borders removed": ("Without borders", "the recogniser relies on borders"),
    "signature corners removed": ("Without the lower corners", "the recogniser relies on signatures"),
}


def summary(measured: dict[str, Any], findings: Iterable[Any]) -> str:
    """Return what was measured, as text; the first two lines are those of the original project.

    Args:
        measured: the content of metrics.json.
        findings: each with a `level`.
    """
    lines = [
        f"Prediction accuracy on train data = {measured['train']['accuracy']:.4f}",
        f"Prediction accuracy on CV data = {measured['validation']['accuracy']:.4f}",
    ]
    if test := measured["test"]:
        low, high = test["accuracy_ci95"]
        lines.append(
            f"Prediction accuracy on test data = {test['accuracy']:.4f} (95 % interval {low:.3f} to {high:.3f}, "
            f"{counted(test['n'], 'image')}, macro-F1 {test['macro_f1']:.3f}, expected calibration error "
            f"{test['ece']:.3f})"
        )
    return "\n".join([*lines, *(f"[{finding.level}] {finding}" for finding in findings)])


@functools.singledispatch
def describe(found: object) -> str:
    """Describe a part of an evaluation in plain sentences.

    Args:
        found: `evaluation.audit.leaks`, `.shortcuts` or `.robustness`, or `evaluation.cleaning`.

    Raises:
        TypeError: it is something else.
    """
    raise TypeError(
        "Leaks, shortcuts and robustness of an audit, and cleaning, can be described. "
        f"Received: {type(found).__name__}."
    )


@describe.register
def _(leaks: Leaks) -> str:
    inside = sum(map(len, leaks.groups))
    groups = counted(len(leaks.groups), "near-duplicate group holds", "near-duplicate groups hold")
    lines = [f"{groups} {inside} of {counted(leaks.images, 'image')}."]
    if leaks.across:
        lines.append(
            f"{len(leaks.across)} of the split's groups are in more than one part of it; the first is "
            f"{', '.join(leaks.across[0][:4])}. The model is tested on what it learned. Run `artlib split` again."
        )
    if leaks.unknown_pairs:
        held_out = len({pair[0] for pair in leaks.unknown_pairs})
        lines.append(
            f"{held_out} held-out images are near-duplicates of training images, but not in the same group; the "
            f"first is {leaks.unknown_pairs[0][0]}, a near-duplicate of {leaks.unknown_pairs[0][1]}. "
            "Run `artlib duplicates` and `artlib split` again."
        )
    if not leaks.across and not leaks.unknown_pairs:
        lines.append("No near-duplicates are in different parts of the split.")
    if leaks.shared_parts:
        held_out = len({pair[0] for pair in leaks.shared_parts})
        lines.append(
            f"{held_out} held-out images share a part with training images, such as a printed frame, or show one "
            f"subject in the same way; the first is {' and '.join(leaks.shared_parts[0])}. They are not "
            "near-duplicates, but what they share may help to recognise the artist."
        )
    lines.append(leakage(leaks))
    if leaks.left_out:
        lines.append(f"Left out of the comparison, because all their images are one work: {', '.join(leaks.left_out)}.")
    return "\n".join(lines)


def leakage(leaks: Leaks) -> str:
    """Return a sentence on the accuracy that a random split would give, and that a grouped one gives."""
    if not leaks.folds:
        return "There are too few images to compare a random split with a grouped one."
    points = leaks.difference_points
    figures = (
        f"Accuracy of a linear head on frozen features, {leaks.folds} folds: random split "
        f"{percent(leaks.random_split.share)}, grouped split {percent(leaks.grouped_split.share)} "
        f"({leaks.grouped_split.interval}, n={leaks.grouped_split.n})"
    )
    if not leaks.groups:
        return f"{figures}. Without near-duplicates the two are the same."
    if points < 1:
        return f"{figures}. Near-duplicates do not make accuracy look better."
    if not leaks.leakage_points:
        return f"{figures}. The difference of {counted(points, 'point')} may be chance."
    if points < LARGE:
        return f"{figures}. Near-duplicates make accuracy look better by {counted(points, 'point')}."
    return (
        f"{figures}. With a random split, {counted(points, 'point')} of the accuracy would come from near-duplicates."
    )


@describe.register
def _(shortcuts: Shortcuts) -> str:
    if not shortcuts.accuracy.n:
        lines = ["There are too few images to look for shortcuts."]
    else:
        lines = [_shortcut_accuracy(shortcuts), *map(shortcut, shortcuts.named)]
        if not shortcuts.named:
            lines.append(NO_SHORTCUT)
    if shortcuts.gone:
        lines.append(f"{shortcuts.gone} original files are missing, so their size and encoding could not be looked at.")
    if shortcuts.left_out:
        lines.append(f"Left out, because all their images are one work: {', '.join(shortcuts.left_out)}.")
    return "\n".join(lines)


NO_SHORTCUT = "No artist can be recognised by size, file, border or corners alone."


def _shortcut_accuracy(shortcuts: Shortcuts) -> str:
    figures = (
        f"From {', '.join(shortcuts.families)} alone the artist of {percent(shortcuts.accuracy.share)} of "
        f"{shortcuts.accuracy.n} images is predicted correctly ({shortcuts.accuracy.interval}); always naming the "
        f"largest artist would give {percent(shortcuts.majority)}"
    )
    if not shortcuts.beats_majority:
        return f"{figures}. So they hardly help to recognise an artist."
    return (
        f"{figures}. Some of that is natural: a palette reaches the border, and some subjects have a usual format. A "
        "recogniser may learn the rest instead of the art."
    )


def shortcut(row: dict[str, Any]) -> str:
    """Return a sentence on how an artist can be recognised without looking at the art."""
    return (
        f"{row['artist']} can be recognised by {row['family']} alone, without looking at the art (AUROC "
        f"{row['auroc']:.2f}; {percent(row['told'])} of {row['n']} images, with at most 1 false alarm in 200). "
        "Crop or replace what makes that possible, and train again."
    )


@describe.register
def _(cleaning: Cleaning) -> str:
    changes = {"moved": cleaning.moved, "discarded": cleaning.discarded, "set apart": cleaning.set_apart}
    number = sum(changes.values())
    if not number:
        return "No picture was moved, discarded or set apart, so there is no before and after to compare."
    details = ", ".join(f"{count} {what}" for what, count in changes.items() if count)
    changed = f"Sorting changed {counted(number, 'picture')} ({details})."
    if not cleaning.in_training:
        return f"{changed} None of them is in the training part, so there is no before and after to compare."
    if not (gain := cleaning.gain):
        return f"{changed} There is no test picture to measure on."
    chance = ", which may be chance" if gain.low <= 0 <= gain.high else ""
    return (
        f"{changed} Accuracy of a simple model on the same {gain.n} test pictures: before {gain.before:.2f}, after "
        f"{gain.after:.2f}, difference {gain.after - gain.before:+.2f} (95 %: {gain.low:+.2f} to {gain.high:+.2f}"
        f"){chance}."
    )


@describe.register
def _(robustness: Robustness) -> str:
    n = robustness.correct.n
    if not n:
        return "There is no test picture to change."
    lines = [
        f"{robustness.correct.right} of {n} test pictures are predicted correctly ({robustness.correct.interval})."
    ]
    lines += [weakness(robustness, change) for change in robustness.weaknesses]
    if not robustness.weaknesses:
        names = ", ".join(change.name for change in robustness.changes)
        lines.append(f"None of these changes costs more correct answers than chance would: {names}.")
    lines.append(
        f"{stability(robustness)} The largest probability changes by {100 * robustness.probability_change:.1f} points "
        "on average."
    )
    return "\n".join(lines)


def weakness(robustness: Robustness, change: Change) -> str:
    """Return a sentence on what a change of the pictures costs, and what the recogniser relies on."""
    name, reason = CHANGES[change.name]
    most = f", most of all for {change.artist}" if change.artist else ""
    figures = f"{change.correct.right} of {change.correct.n} are correct instead of {robustness.correct.right}"
    return f"{name} {figures}: {reason}{most}."


def stability(robustness: Robustness) -> str:
    """Return a sentence on how many answers stay the same when a picture is saved as JPEG."""
    same = robustness.same_answer
    return f"{same.right} of {same.n} answers are the same for the lossless picture and for its JPEG of quality 90."
