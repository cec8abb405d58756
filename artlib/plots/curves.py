"""Curves of a training: over epochs, over the number of pictures, and the time that each stage took."""

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, PercentFormatter

from artlib.plots.figure import FRAME, HELD_OUT, MEASURED, MUTED, Figure, short


def training_curves(history: pd.DataFrame) -> Figure:
    """Draw a training: accuracy, loss and learning rate over all epochs of all phases, and the time each stage took.

    Lines mark each change of phase and the epoch that was kept.

    Args:
        history: the table of `history.csv`.
    """
    figure = Figure(figsize=(11, 6.6), layout="constrained")
    (accuracy, loss), (rate, time) = figure.subplots(2, 2)
    for axes, measure in ((accuracy, "accuracy"), (loss, "loss")):
        _over_epochs(axes, history, measure, "training", MEASURED)
        _over_epochs(axes, history, f"val_{measure}", "validation", HELD_OUT)
        axes.set(title=measure.capitalize())
    _over_epochs(rate, history, "learning_rate", "learning rate", MEASURED)
    rate.set(title="Learning rate", yscale="log", ylim=_decades(history["learning_rate"]))
    for axes in (accuracy, loss, rate):
        _mark(axes, history)
        axes.set(xlabel="epoch")
        axes.spines[["top", "right"]].set_visible(False)
    _stage_times(time, history)
    figure.legend(*accuracy.get_legend_handles_labels(), frameon=False, loc="outside lower center", ncols=3)
    return figure


def _over_epochs(axes, history: pd.DataFrame, column: str, label: str, colour: str) -> None:
    marker = "o" if len(history) < 3 else None  # a line through one point is invisible
    axes.plot(np.arange(1, len(history) + 1), history[column], color=colour, label=label, marker=marker)


def _decades(rates: pd.Series) -> tuple[float, float]:
    """Return limits of three decades: a cosine schedule ends in zero, which a logarithmic axis cannot show."""
    return float(rates.max()) / 1e3, float(rates.max()) * 2


def _mark(axes, history: pd.DataFrame) -> None:
    # around one epoch matplotlib's own limits are so narrow that the name of its phase is far outside
    axes.set_xlim(0.5, len(history) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    for epoch in np.flatnonzero(history["kept"])[-1:] + 1:
        axes.axvline(epoch, color=MUTED, linestyle=":", label="kept")
    phases = history["phase"].to_numpy()
    for start in (0, *(np.flatnonzero(phases[1:] != phases[:-1]) + 1)):
        if start:
            axes.axvline(start + 0.5, color=MUTED, linewidth=0.8)
        place = axes.get_xaxis_transform()
        axes.text(start + 0.7, 1.0, phases[start], transform=place, fontsize=8, color=MUTED, va="bottom")
    axes.set_title(axes.get_title(), pad=16)  # above the names of the phases


def _stage_times(axes, history: pd.DataFrame) -> None:
    ends = history.groupby("phase", sort=False)["elapsed"].last()
    before = history["elapsed"].iloc[0] - history["seconds"].iloc[0]
    seconds = np.diff([0.0, before, *ends])
    bars = axes.barh(["pictures and features", *ends.index], seconds, color=MEASURED)
    axes.bar_label(bars, [f"{value:.0f} s" if value < 120 else f"{value / 60:.1f} min" for value in seconds], padding=3)
    axes.invert_yaxis()
    axes.set(title="Time")
    axes.set_xticks([])
    axes.margins(x=0.15)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def learning_curve(sizes: pd.DataFrame) -> Figure:
    """Draw accuracy over the number of pictures learned from, with its 95 % interval.

    Args:
        sizes: columns share, images, accuracy, low and high, as `artlib.learning_curve` returns them.
    """
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    if sizes.empty:
        figure.set_size_inches(6, 0.6)
        figure.text(0.5, 0.5, "There are too few pictures for a curve.", ha="center", va="center", color=MUTED)
        return figure
    axes = figure.subplots()
    spread = np.abs(sizes[["low", "high"]].to_numpy().T - sizes["accuracy"].to_numpy())
    axes.errorbar(sizes["images"], sizes["accuracy"], yerr=spread, color=HELD_OUT, marker="o", capsize=4)
    for row in sizes.itertuples():
        axes.annotate(f"{row.share:.0%}", (row.images, row.accuracy), xytext=(6, -12), textcoords="offset points")
    axes.set(title="Would more pictures help?", xlabel="pictures learned from", ylabel="accuracy on others")
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def recall_by_shots(shots: pd.DataFrame) -> Figure:
    """Draw the recall of added artists over the number of images they were added from, one line each and the mean.

    Args:
        shots: columns artist, images and recall, as `artlib.shots_curve` returns them.
    """
    if shots.empty:
        return learning_curve(shots)
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    for _, curve in shots.groupby("artist"):
        axes.plot(curve["images"], curve["recall"], color=FRAME, marker="o", markersize=3, linewidth=1)
    mean = shots.groupby("images")["recall"].mean()
    axes.plot(mean.index, mean, color=HELD_OUT, marker="o", linewidth=2)
    for images, recall in mean.items():
        axes.annotate(f"{recall:.0%}", (images, recall), xytext=(0, 8), textcoords="offset points", ha="center")
    axes.set(title="Adding an artist from a few images", xlabel="images added", ylabel="recognised", ylim=(0, 1.08))
    axes.set_xticks(list(mean.index))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.text(0.99, 0.02, "grey: single artists", transform=axes.transAxes, ha="right", color=MUTED, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def recall_curves(recalls: pd.DataFrame) -> Figure:
    """Draw each artist's recall over the number of pictures learned from, with 95 % intervals, the lowest recall first.

    Args:
        recalls: columns artist, images, recall, low and high, as `artlib.recall_curves` returns them.
    """
    if recalls.empty:
        return learning_curve(recalls)
    curves = [curve for _, curve in recalls.groupby("artist", sort=False)]
    curves.sort(key=lambda curve: curve["recall"].iloc[-1])
    columns = min(4, len(curves))
    rows = math.ceil(len(curves) / columns)
    figure = Figure(figsize=(0.6 + 2.6 * columns, 0.8 + 1.9 * rows), layout="constrained")
    places = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    for axes, curve in zip(places[: len(curves)], curves, strict=True):
        _recall(axes, curve)
    for axes in places[len(curves) :]:
        axes.remove()
    figure.suptitle("Enough pictures of each artist?", fontsize=12)
    figure.supxlabel("pictures of the artist learned from", fontsize=10)
    figure.supylabel("recall on others", fontsize=10)
    return figure


def _recall(axes, curve: pd.DataFrame) -> None:
    spread = np.abs(curve[["low", "high"]].to_numpy().T - curve["recall"].to_numpy())
    axes.errorbar(curve["images"], curve["recall"], yerr=spread, color=HELD_OUT, marker="o", markersize=4, capsize=3)
    axes.set_title(f"{short(curve['artist'].iloc[0], 22)}  {curve['recall'].iloc[-1]:.2f}", fontsize=9)
    axes.set(ylim=(0, 1.05), xlim=(0, curve["images"].max() * 1.12))
    axes.set_xticks(curve["images"])
    axes.tick_params(labelsize=8)
    axes.grid(axis="y", color=FRAME, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
