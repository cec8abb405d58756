"""How far a model's answers can be trusted: calibration, unknown artists, shortcuts, each artist's recall."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from artlib.plots.figure import HELD_OUT, MEASURED, MUTED, Figure, short


def reliability(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw reliability diagrams side by side: how often answers of each confidence are right.

    Args:
        tables: from a title to the table of `artlib.metrics.reliability`.
    """
    figure = Figure(figsize=(4.2 * len(tables), 4.0), layout="constrained")
    cells = figure.subplots(1, len(tables), squeeze=False, sharey=True).ravel()
    for axes, (title, table) in zip(cells, tables.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=":")
        spread = np.abs(table[["low", "high"]].to_numpy().T - table["accuracy"].to_numpy())
        axes.errorbar(table["confidence"], table["accuracy"], yerr=spread, color=MEASURED, linewidth=0.8, capsize=2)
        areas = 20 + 200 * table["n"] / table["n"].sum()
        axes.scatter(table["confidence"], table["accuracy"], s=areas, color=MEASURED, zorder=3)
        axes.set(title=title, xlabel="probability that was given", xlim=(0, 1.03), ylim=(0, 1.03), aspect="equal")
        axes.spines[["top", "right"]].set_visible(False)
    cells[0].set_ylabel("share that was right")
    return figure


def unknown_scores(known: np.ndarray, unknown: np.ndarray, threshold: float) -> Figure:
    """Draw how unknown scores are spread over pictures by known and by unknown artists, and the threshold."""
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    edges = np.linspace(0, 1, 41).tolist()
    for scores, label, colour in ((known, "known artists", MEASURED), (unknown, "unknown artists", HELD_OUT)):
        weights = np.full(len(scores), 1 / max(1, len(scores)))
        axes.hist(scores, edges, weights=weights, color=colour, alpha=0.55, label=f"{label} ({len(scores)})")
    axes.axvline(threshold, color="black", linestyle=":", label="threshold")
    axes.set(title="Unknown scores", xlabel="0: surely a known artist … 1: surely not", ylabel="share of pictures")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def refusal(risk: pd.DataFrame, open_set: pd.DataFrame | None = None) -> Figure:
    """Draw what refusing to answer buys: errors over the share answered, and right answers over unknown ones let in.

    Args:
        risk: the table of `artlib.metrics.risk_coverage`.
        open_set: the table of `artlib.openset.oscr`, or None where it could not be measured.
    """
    figure = Figure(figsize=(9 if open_set is not None else 4.6, 3.4), layout="constrained")
    axes, *more = figure.subplots(1, 1 if open_set is None else 2, squeeze=False).ravel()
    axes.plot(risk["coverage"], risk["risk"], color=MEASURED)
    axes.set(title="Answering only when sure", xlabel="share of pictures answered", ylabel="share of answers wrong")
    axes.set(xlim=(0, 1), ylim=(0, None))
    if open_set is not None:
        other = more[0]
        other.plot(open_set["false_positive_rate"], open_set["correct_rate"], color=HELD_OUT)
        other.set(title="Known and unknown together", xlabel="unknown artists' pictures let in")
        other.set(ylabel="known artists' named rightly", xlim=(0, 1), ylim=(0, 1))
    for each in (axes, *more):
        each.spines[["top", "right"]].set_visible(False)
    return figure


def recall(table: pd.DataFrame) -> Figure:
    """Draw each artist's recall with its 95 % interval, the lowest first.

    Args:
        table: of `artlib.metrics.per_artist`.
    """
    table = table[table["support"] > 0].sort_values("recall", ascending=False)
    figure = Figure(figsize=(7, 0.9 + 0.3 * len(table)), layout="constrained")
    axes = figure.subplots()
    counted = zip(table["artist"], table["support"], strict=True)
    names = [f"{short(artist)} ({support})" for artist, support in counted]
    spread = np.abs(table[["recall_low", "recall_high"]].to_numpy().T - table["recall"].to_numpy())
    axes.barh(names, table["recall"], xerr=spread, color=MEASURED, ecolor=MUTED, capsize=2)
    axes.set(title="Share named rightly, of each artist's test pictures", xlim=(0, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def shortcuts(told_apart: pd.DataFrame) -> Figure:
    """Draw how well each artist is told by each thing that is no art: AUROC, 0.5 is not at all, 1 completely.

    Args:
        told_apart: one row an artist, one column a family of things; missing values are left white.
    """
    figure = Figure(figsize=(2.8 + 1.1 * told_apart.shape[1], 1.2 + 0.34 * len(told_apart)), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(told_apart.to_numpy(float), cmap="Oranges", vmin=0.5, vmax=1, aspect="auto")
    axes.set_xticks(range(told_apart.shape[1]), told_apart.columns)
    axes.set_yticks(range(len(told_apart)), list(map(short, told_apart.index.tolist())))
    for (row, column), value in np.ndenumerate(told_apart.to_numpy(float)):
        if not np.isnan(value):
            colour = "white" if value > 0.85 else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_title("What tells an artist without looking at the picture", fontsize=10)
    figure.colorbar(image, shrink=0.8)
    return figure


def robustness(table: pd.DataFrame) -> Figure:
    """Draw accuracy on changed pictures, with 95 % intervals, the unchanged ones first.

    Args:
        table: columns variant, accuracy, low and high.
    """
    figure = Figure(figsize=(7, 0.9 + 0.32 * len(table)), layout="constrained")
    axes = figure.subplots()
    spread = np.abs(table[["low", "high"]].to_numpy().T - table["accuracy"].to_numpy())
    colours = [MEASURED, *[HELD_OUT] * (len(table) - 1)]
    axes.barh(table["variant"], table["accuracy"], xerr=spread, color=colours, ecolor=MUTED, capsize=2)
    axes.axvline(table["accuracy"].iloc[0], color=MUTED, linestyle=":")
    axes.invert_yaxis()
    axes.set(title="Accuracy on changed pictures", xlim=(0, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    return figure
