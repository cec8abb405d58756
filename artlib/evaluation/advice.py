"""Advice: does a training over-fit, would more pictures help, and of which artists? In plain words."""

import math

import pandas as pd

from artlib.errors import counted
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval

OVER_FIT = 0.10  # difference of the accuracies on training and validation pictures; a smaller one is usual
WORTH_IT = 0.02  # of accuracy or recall, gained from the second half of the pictures
GOOD, POOR = 0.85, 0.75  # a recall is good if its whole interval lies above, and poor if it lies below
UNSURE = 0.35  # a share with a wider interval says too little; 15 of 30 pictures give this width


def training_advice(
    history: pd.DataFrame, sizes: pd.DataFrame | None = None, *, model: TrainedModel | None = None
) -> str:
    """Return in plain words what a training means, and whether more pictures would help.

    Args:
        history: the table of `history.csv`; its accuracy on training pictures is of augmented ones, which are harder.
        sizes: the table of `learning_curve`, or None.
        model: which was trained: its accuracy on the pictures as they are then shows what it has memorised.

    Raises:
        WorkspaceError: with a model whose split was made again since, or an image of which is missing.
    """
    lines = [_over_fitting(history, model)]
    if sizes is not None and len(sizes) > 1:
        half, full = sizes["accuracy"].iloc[-2], sizes["accuracy"].iloc[-1]
        gain = f"Learning from all pictures instead of half of them moved accuracy from {half:.1%} to {full:.1%}"
        if full - half >= WORTH_IT:
            lines.append(f"{gain}: more images would help.")
        else:
            lines.append(f"{gain}: more images of the same kind would help little; look at the labels, or at 04.")
    return "\n".join(lines)


def _over_fitting(history: pd.DataFrame, model: TrainedModel | None) -> str:
    kept = history[history["kept"]]
    row = (history if kept.empty else kept).iloc[-1]
    augmented = learned = row["accuracy"]
    low = high = validated = row["val_accuracy"]
    if model:
        learned, _ = _accuracy(model, "train")
        validated, pictures = _accuracy(model, "validation")
        low, high = wilson_interval(round(validated * pictures), pictures)
    figures = (
        f"{learned:.0%} of the {'' if model else 'augmented '}training pictures and {validated:.0%} of the validation "
        "pictures are predicted correctly"
    )
    if over_fits(learned, validated, high):
        return f"{figures}: the network over-fits, it has memorised pictures. More and more varied pictures help."
    if validated - augmented > OVER_FIT and augmented < low:
        return f"{figures}: augmented pictures are harder, so it has not learned all it can. Allow it more epochs."
    if not model:
        return f"{figures}: no sign of over-fitting, but augmented pictures would hide some."
    if high - low > UNSURE:
        return f"{figures}: {counted(pictures, 'validation picture')} can't tell whether it over-fits."
    return f"{figures}: it over-fits little."


def _accuracy(model: TrainedModel, part: str) -> tuple[float, int]:
    """Return the share of a part's pictures that are predicted correctly, and how many there are."""
    rows = model.split.rows(part)
    right = model.outputs.logits[rows].argmax(axis=1) == model.split.labels[rows]
    return float(right.mean()), len(rows)


def over_fits(learned: float, held_out: float, high: float) -> bool:
    """Return whether the accuracy on training pictures is clearly better than that on held-out ones.

    Args:
        learned: the accuracy on training pictures, 0 to 1.
        held_out: that on others.
        high: the upper end of its 95 % interval; below it, the difference may be chance.
    """
    return learned - held_out > OVER_FIT and learned > high


def enough_images(table: pd.DataFrame) -> list[str]:
    """Return a sentence for each artist on whether there are enough pictures, the lowest recall first.

    An artist whose figures are not clear gets no sentence: for example, a small rise that may be chance.

    Args:
        table: as `recall_curves` returns it.
    """
    curves = [curve.sort_values("share") for _, curve in table.groupby("artist", sort=False)]
    curves.sort(key=lambda curve: curve["recall"].iloc[-1])
    sentences = [_enough(curve) for curve in curves if len(curve) > 1]
    return [sentence for sentence in sentences if sentence]


def _enough(curve: pd.DataFrame) -> str | None:
    half, full = curve.iloc[-2], curve.iloc[-1]
    figures = f"{full['artist']}: recall {full['recall']:.2f} with {counted(round(full['images']), 'image')}"
    if full["high"] - full["low"] > UNSURE:
        return f"{figures}, anything from {full['low']:.2f} to {full['high']:.2f}: too few to tell, collect more."
    if full["low"] >= GOOD and full["recall"] - half["recall"] < WORTH_IT:
        return f"{figures}, as good with half of them: enough."
    if full["low"] < GOOD and _rises(curve):
        return f"{figures} and still rising: collect more."
    if full["high"] <= POOR and full["recall"] - half["recall"] < WORTH_IT:
        return f"{figures}, no better than with half of them: more of the same would help little; look at the labels."
    return None


def _rises(curve: pd.DataFrame) -> bool:
    """Return whether recall rises by more than chance: in all at the 95 % level, at the end by one standard error."""
    first, half, full = curve.iloc[0], curve.iloc[-2], curve.iloc[-1]
    chance = math.hypot(first["high"] - first["low"], full["high"] - full["low"]) / 2
    standard_error = (half["high"] - half["low"]) / 4
    gained = full["recall"] - half["recall"]
    return full["recall"] - first["recall"] > chance and gained >= max(WORTH_IT, standard_error)
