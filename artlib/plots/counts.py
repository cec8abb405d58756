"""Counts and shares for each artist: the number of images, and the confusion matrix."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from artlib.plots.figure import MEASURED, Figure, short


def artists(table: pd.DataFrame) -> Figure:
    """Draw how many images each artist has, from a table with columns name and paintings."""
    table = table.assign(paintings=table["paintings"].astype(int)).sort_values("paintings")
    figure = Figure(figsize=(7, 0.8 + 0.3 * len(table)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(table["name"], table["paintings"], color=MEASURED)
    axes.bar_label(bars, padding=3)
    axes.set(title="Images per artist", xlabel="images")
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def confusion_matrix(shares: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix whose rows (actual artists) sum to 1."""
    size = 3 + 0.5 * len(class_names)
    figure = Figure(figsize=(size + 1, size), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [short(name) for name in class_names]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(
        xlabel="predicted artist", ylabel="actual artist", title="Confusion matrix of the test part (rows sum to 1)"
    )
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            axes.text(
                column,
                row,
                f"{share:.2f}",
                ha="center",
                va="center",
                fontsize=8,
                color="white" if share > 0.5 else "black",
            )
    figure.colorbar(image, shrink=0.7)
    return figure
