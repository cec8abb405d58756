"""What training did: curves over epochs and over the number of pictures, and where the time went."""

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from artlib.plots.figure import FRAME, HELD_OUT, MEASURED, MUTED, Figure, short


def learning_curves(history: pd.DataFrame) -> Figure:
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
    marker = "o" if len(history) < 3 else None  # a line through one point is not seen
    axes.plot(np.arange(1, len(history) + 1), history[column], color=colour, label=label, marker=marker)


def _decades(rates: pd.Series) -> tuple[float, float]:
    """Return limits that show what matters: a cosine ends in zero, which has no place on a logarithmic axis."""
    return float(rates.max()) / 1e3, float(rates.max()) * 2


def _mark(axes, history: pd.DataFrame) -> None:
    for epoch in np.flatnonzero(history["kept"])[-1:] + 1:
        axes.axvline(epoch, color=MUTED, linestyle=":", label="kept")
    phases = history["phase"].to_numpy()
    for start in (0, *(np.flatnonzero(phases[1:] != phases[:-1]) + 1)):
        if start:
            axes.axvline(start + 0.5, color=MUTED, linewidth=0.8)
        place = axes.get_xaxis_transform()
        axes.text(start + 0.7, 1.0, phases[start], transform=place, fontsize=8, color=MUTED, va="bottom")
    axes.title.set_position((0.5, 1.06))


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


def accuracy_by_size(sizes: pd.DataFrame) -> Figure:
    """Draw accuracy over the number of pictures learned from, with its 95 % interval.

    Args:
        sizes: columns images, accuracy, low and high, as `artlib.advice.accuracy_by_size` returns them.
    """
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    if sizes.empty:
        figure.set_size_inches(6, 0.6)
        figure.text(0.5, 0.5, "There are too few pictures to tell.", ha="center", va="center", color=MUTED)
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
    """Draw the recall of artists who are added over the number of images they are added from, each and the mean.

    Args:
        shots: columns artist, images and recall, as `artlib.shots_curve` returns them.
    """
    if shots.empty:
        return accuracy_by_size(shots)
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


def recall_by_size(recalls: pd.DataFrame) -> Figure:
    """Draw for each artist recall over the number of pictures learned from, with its 95 % interval, the lowest first.

    Args:
        recalls: columns artist, images, recall, low and high, as `artlib.advice.recall_by_size` returns them.
    """
    if recalls.empty:
        return accuracy_by_size(recalls)
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
