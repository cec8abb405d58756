"""Compared recipes: the accuracy of each training, and the mean of each recipe."""

import numpy as np
import pandas as pd

from artlib.plots.figure import HELD_OUT, MEASURED, MUTED, Figure

BELOW = 0.28  # from a recipe's mean down to its dots, as a share of the distance between two recipes


def compared_recipes(runs: pd.DataFrame, summary: pd.DataFrame, part: str = "validation") -> Figure:
    """Draw one dot for each training, and above the dots each recipe's mean with its 95 % interval.

    Args:
        runs: columns recipe and accuracy, one row a training.
        summary: columns recipe, accuracy, low and high, one row a recipe.
        part: of the split on which accuracy was measured.
    """
    figure = Figure(figsize=(7, 1.3 + 0.7 * len(summary)), layout="constrained")
    if summary.empty:
        figure.set_size_inches(6, 0.6)
        figure.text(0.5, 0.5, "There is nothing to compare yet.", ha="center", va="center", color=MUTED)
        return figure
    axes = figure.subplots()
    places = np.arange(len(summary))
    spread = np.abs(summary[["low", "high"]].to_numpy().T - summary["accuracy"].to_numpy())
    over = "seeds" if runs["recipe"].duplicated().any() else "pictures"  # as artlib.training.comparison has it
    label = f"mean, 95 % interval over other {over}"
    axes.errorbar(summary["accuracy"], places, xerr=spread, fmt="o", color=HELD_OUT, capsize=4, label=label)
    for row, place in zip(summary.itertuples(), places, strict=True):
        mine = runs.loc[runs["recipe"] == row.recipe, "accuracy"]
        (dots,) = axes.plot(mine, np.full(len(mine), place + BELOW), "o", ms=5, mew=0, color=MEASURED, alpha=0.6)
        at = (row.accuracy, place)
        axes.annotate(f"{row.accuracy:.1%}", at, xytext=(0, 7), textcoords="offset points", ha="center")
    dots.set_label("one training")
    axes.set_yticks(places, summary["recipe"])
    axes.set_ylim(len(summary) - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.set(title="Compared recipes", xlabel=f"accuracy on {part} pictures")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    return figure
