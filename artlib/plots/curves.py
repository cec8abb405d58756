"""What training did: curves over epochs and over the number of pictures."""

import numpy as np
import pandas as pd

from artlib.plots.figure import HELD_OUT, MEASURED, MUTED, Figure


def learning_curves(history: pd.DataFrame) -> Figure:
    """Draw accuracy and loss over all epochs of a training, with each change of phase and what was kept."""
    figure = Figure(figsize=(11, 3.8), layout="constrained")
    steps = np.arange(1, len(history) + 1)
    kept = steps[history["kept"]][-1:]
    for axes, measure in zip(figure.subplots(1, 2), ("accuracy", "loss"), strict=True):
        axes.plot(steps, history[measure], color=MEASURED, label="training")
        axes.plot(steps, history[f"val_{measure}"], color=HELD_OUT, label="validation")
        for step in kept:
            axes.axvline(step, color=MUTED, linestyle=":", label="kept")
        _mark_phases(axes, history["phase"].to_numpy())
        axes.set(title=measure.capitalize(), xlabel="epoch")
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), frameon=False, loc="outside lower center", ncols=3)
    return figure


def _mark_phases(axes, phases: np.ndarray) -> None:
    starts = [0, *(np.flatnonzero(phases[1:] != phases[:-1]) + 1)]
    for start in starts:
        if start:
            axes.axvline(start + 0.5, color=MUTED, linewidth=0.8)
        axes.text(
            start + 0.7, 1.0, phases[start], transform=axes.get_xaxis_transform(), fontsize=8, color=MUTED, va="bottom"
        )
    axes.title.set_position((0.5, 1.06))
