"""Advice: does a training over-fit, would more pictures help, and of which artists? In plain words."""

import math

import pandas as pd

from artlib.errors import counted
from artlib.statistics.metrics import wilson_interval

OVER_FIT = 0.10  # difference of the accuracies on training and validation pictures; a smaller one is usual
WORTH_IT = 0.02  # of accuracy or recall, gained from the second half of the pictures
GOOD, POOR = 0.85, 0.75  # a recall is good if its whole interval lies above, and poor if it lies below
UNSURE = 0.35  # a share with a wider interval says too little; 15 of 30 pictures give this width


def training_advice(history: pd.DataFrame, sizes: pd.DataFrame | None = None, *, validation: int | None = None) -> str:
    """Return in plain words what a training's history means, and whether more pictures would help.

    Args:
        history: the table of `history.csv`.
        sizes: the table of `learning_curve`, or None.
        validation: how many validation pictures there are: with few, a difference may be chance. None takes their
            accuracy as exact.
    """
    kept = history[history["kept"]]
    row = (history if kept.empty else kept).iloc[-1]
    learned, validated = row["accuracy"], row["val_accuracy"]
    figures = (
        f"{learned:.0%} of the training pictures and {validated:.0%} of the validation pictures are predicted correctly"
    )
    low, high = wilson_interval(round(validated * validation), validation) if validation else (validated, validated)
    if learned - validated > OVER_FIT and learned > high:
        lines = [f"{figures}: the network over-fits, it has memorised pictures. More and more varied pictures help."]
    elif validated - learned > OVER_FIT and learned < low:
        lines = [f"{figures}: augmented pictures are harder, so it has not learned all it can. Allow it more epochs."]
    elif high - low > UNSURE:
        lines = [f"{figures}: {counted(validation or 0, 'validation picture')} can't tell whether it over-fits."]
    else:
        lines = [f"{figures}: it over-fits little."]
    if sizes is not None and len(sizes) > 1:
        half, full = sizes["accuracy"].iloc[-2], sizes["accuracy"].iloc[-1]
        gain = f"Learning from all pictures instead of half of them moved accuracy from {half:.1%} to {full:.1%}"
        if full - half >= WORTH_IT:
            lines.append(f"{gain}: more images would help.")
        else:
            lines.append(f"{gain}: more images of the same kind would help little; look at the labels, or at 04.")
    return "\n".join(lines)


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
