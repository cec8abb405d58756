"""What became of the pictures that were collected."""

import pandas as pd

from artlib.plots.figure import FRAME, MEASURED, MUTED, Figure, short

MOST = 30  # artists in one figure
COLOURS = {
    "kept": MEASURED,
    "duplicate": "#9fbfe3",
    "discarded": "#c5c9d0",
    "left out": "#b3261e",
    "opted out": "#6b4c9a",
}
SET_APART = ("#d1652a", "#f0c19c", "#e5a100", "#7a5c3e", "#2c7a4b", "#a9d3b8", "#c2517f", FRAME)


def collection(table: pd.DataFrame) -> Figure:
    """Draw for each artist how many pictures were kept, were set apart and why, or could not be used.

    Args:
        table: one row an artist and one column of counts for each fate, as `artlib.collect_report` returns it.
    """
    found = table.loc[table.sum(axis=1) > 0, table.sum() > 0].head(MOST)
    figure = Figure(figsize=(9, 1.4 + 0.32 * len(found)), layout="constrained")
    if found.empty:
        figure.text(0.5, 0.5, "There is nothing to show here.", ha="center", va="center", color=MUTED)
        return figure
    axes = figure.subplots()
    others = iter(SET_APART * len(found.columns))
    start = pd.Series(0, index=found.index)
    names = [short(name) for name in found.index]
    for fate in found:
        colour = COLOURS.get(fate) or next(others)
        axes.barh(range(len(found)), found[fate], left=start, color=colour, label=f"{fate} ({table[fate].sum()})")
        start = start + found[fate]
    for place, (_, row) in enumerate(found.iterrows()):
        axes.annotate(
            f"{row.get('kept', 0)} works of {row.sum()}",
            (row.sum(), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_yticks(range(len(found)), names)
    axes.invert_yaxis()
    more = f" (the {MOST} largest of {len(table)} artists)" if len(table) > MOST else ""
    axes.set(title=f"What became of the pictures{more}", xlabel="pictures")
    axes.set_xlim(0, start.max() * 1.15)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, loc="outside lower center", ncols=4, fontsize=9)
    return figure
