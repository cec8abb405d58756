"""How far a model can be trusted: calibration, unknown artists, shortcuts, each artist's recall."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from artlib.plots.figure import BAD, FRAME, GOOD, GOOD_LIGHT, HELD_OUT, HELD_OUT_LIGHT, MEASURED, MUTED, Figure, short


def reliability(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw reliability diagrams side by side: accuracy over confidence.

    Args:
        tables: from a title to the table of `artlib.statistics.metrics.reliability`.
    """
    figure = Figure(figsize=(4.2 * len(tables), 4.0), layout="constrained")
    cells = figure.subplots(1, len(tables), squeeze=False, sharey=True).ravel()
    for axes, (title, table) in zip(cells, tables.items(), strict=True):
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=":")
        spread = np.abs(table[["low", "high"]].to_numpy().T - table["accuracy"].to_numpy())
        axes.errorbar(table["confidence"], table["accuracy"], yerr=spread, color=MEASURED, linewidth=0.8, capsize=2)
        areas = 20 + 200 * table["n"] / table["n"].sum()
        axes.scatter(table["confidence"], table["accuracy"], s=areas, color=MEASURED, zorder=3)
        axes.set(
            title=title, xlabel="confidence (predicted probability)", xlim=(0, 1.03), ylim=(0, 1.03), aspect="equal"
        )
        axes.spines[["top", "right"]].set_visible(False)
    cells[0].set_ylabel("accuracy")
    return figure


def unknown_scores(known: np.ndarray, unknown: np.ndarray, threshold: float) -> Figure:
    """Draw histograms of the unknown scores of known and of unknown artists' pictures, and the threshold."""
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    edges = np.linspace(0, 1, 41).tolist()
    for scores, label, colour in ((known, "known artists", MEASURED), (unknown, "unknown artists", HELD_OUT)):
        weights = np.full(len(scores), 1 / max(1, len(scores)))
        axes.hist(scores, edges, weights=weights, color=colour, alpha=0.55, label=f"{label} ({len(scores)})")
    axes.axvline(threshold, color="black", linestyle=":", label="threshold")
    axes.set(title="Unknown scores", xlabel="0: a known artist … 1: an unknown artist", ylabel="share of pictures")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def answers(shares: Mapping[str, float], unknown_share: float) -> Figure:
    """Draw what becomes of 100 pictures by known and by unknown artists, as one bar.

    Args:
        shares: of all pictures, as `artlib.recogniser.openset.OpenSetResult.shares` returns them.
        unknown_share: share of all pictures that is by unknown artists, 0 to 1.
    """
    kinds = {
        "firm, right": ("firm_right", GOOD),
        "likely, right": ("likely_right", GOOD_LIGHT),
        "unknown, right": ("none_unknown", MUTED),
        "known, not named": ("none_known", FRAME),
        "likely, wrong": ("likely_wrong", HELD_OUT_LIGHT),
        "firm, wrong": ("firm_wrong", BAD),
    }
    figure = Figure(figsize=(9.5, 2.3), layout="constrained")
    axes, start = figure.subplots(), 0.0
    counts = rounded([100 * shares[key] for key, _ in kinds.values()])
    for (label, (_, colour)), count in zip(kinds.items(), counts, strict=True):
        axes.barh([0], [count], left=start, height=0.6, color=colour, edgecolor="white", label=f"{label}: {count}")
        if count >= 3:
            ink = "white" if colour in (GOOD, BAD) else "black"
            axes.text(start + count / 2, 0, str(count), ha="center", va="center", color=ink)
        start += count
    title = f"Of 100 pictures, {100 * unknown_share:.0f} of them by unknown artists"
    axes.set(title=title, xlim=(0, 100), yticks=[], xlabel="pictures")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=6, frameon=False, fontsize=9)
    return figure


def rounded(numbers: list[float]) -> list[int]:
    """Return whole numbers with the same rounded sum: the largest remainders are rounded up (Hamilton's method)."""
    whole = np.floor(numbers).astype(int)
    missing = round(sum(numbers)) - int(whole.sum())
    whole[np.argsort(whole - np.array(numbers), kind="stable")[:missing]] += 1
    return whole.tolist()


def firm_answers(curve: pd.DataFrame, promised: float, chosen: tuple[float, float] | None) -> Figure:
    """Draw the error of firm answers over how many known works get one, with the error promised and the limit chosen.

    Args:
        curve: columns coverage and error, of `artlib.recogniser.openset.OpenSetResult.firm_curve`.
        promised: share of firm answers that may be wrong, 0 to 1.
        chosen: coverage and error of the model's firm answers; None if there are none.
    """
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(curve["coverage"], curve["error"], color=MEASURED)
    axes.axhline(promised, color=MUTED, linestyle=":", label=f"promised: at most {promised:.0%}")
    if chosen:
        coverage, error = chosen
        axes.scatter(
            *chosen, color=HELD_OUT, zorder=3, label=f"chosen: {error:.0%} wrong, {coverage:.0%} of known works"
        )
    axes.set(title="If more answers were firm", xlabel="share of known works with a firm and right answer")
    axes.set(ylabel="share of firm answers that is wrong", xlim=(0, 1), ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure


def refusal(risk: pd.DataFrame, open_set: pd.DataFrame | None = None) -> Figure:
    """Draw the error rate over the share of pictures answered, and the open-set classification rate.

    Args:
        risk: the table of `artlib.statistics.metrics.risk_coverage`.
        open_set: the table of `artlib.recogniser.openset.measures.oscr`, or None where it could not be measured.
    """
    figure = Figure(figsize=(9 if open_set is not None else 4.6, 3.4), layout="constrained")
    axes, *more = figure.subplots(1, 1 if open_set is None else 2, squeeze=False).ravel()
    axes.plot(risk["coverage"], risk["risk"], color=MEASURED)
    axes.set(title="Answering only when confident", xlabel="share of pictures answered", ylabel="error rate")
    axes.set(xlim=(0, 1), ylim=(0, None))
    if open_set is not None:
        other = more[0]
        other.plot(open_set["false_positive_rate"], open_set["correct_rate"], color=HELD_OUT)
        other.set(title="Known and unknown together", xlabel="unknown artists' pictures accepted")
        other.set(ylabel="known artists' accepted and correct", xlim=(0, 1), ylim=(0, 1))
    for each in (axes, *more):
        each.spines[["top", "right"]].set_visible(False)
    return figure


def recall(table: pd.DataFrame) -> Figure:
    """Draw each artist's recall with its 95 % interval, the lowest first.

    Args:
        table: of `artlib.statistics.metrics.per_artist`.
    """
    table = table[table["support"] > 0].sort_values("recall", ascending=False)
    figure = Figure(figsize=(7, 0.9 + 0.3 * len(table)), layout="constrained")
    axes = figure.subplots()
    counted = zip(table["artist"], table["support"], strict=True)
    names = [f"{short(artist)} ({support})" for artist, support in counted]
    spread = np.abs(table[["recall_low", "recall_high"]].to_numpy().T - table["recall"].to_numpy())
    axes.barh(names, table["recall"], xerr=spread, color=MEASURED, ecolor=MUTED, capsize=2)
    axes.set(title="Recall of each artist on the test part", xlim=(0, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def shortcuts(auroc: pd.DataFrame) -> Figure:
    """Draw how well each artist is recognised without looking at the art: AUROC, 0.5 is guessing, 1 is perfect.

    Args:
        auroc: one row an artist, one column a family of measurements; missing values are left white.
    """
    figure = Figure(figsize=(2.8 + 1.1 * auroc.shape[1], 1.2 + 0.34 * len(auroc)), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(auroc.to_numpy(float), cmap="Oranges", vmin=0.5, vmax=1, aspect="auto")
    axes.set_xticks(range(auroc.shape[1]), auroc.columns)
    axes.set_yticks(range(len(auroc)), list(map(short, auroc.index.tolist())))
    for (row, column), value in np.ndenumerate(auroc.to_numpy(float)):
        if not np.isnan(value):
            colour = "white" if value > 0.85 else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_title("How well an artist is recognised without looking at the art", fontsize=10)
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
