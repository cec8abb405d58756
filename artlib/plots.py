"""Pictures of data, training and evaluation: matplotlib figures, and nothing is computed here."""

import functools
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import figure as matplotlib_figure
from matplotlib import font_manager
from matplotlib.text import Text
from PIL import Image

from artlib.workspace import Workspace, atomic

# matplotlib takes each letter from the first of them that has it
FONTS = (
    "DejaVu Sans",
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei"),
    *("WenQuanYi Zen Hei", "IPAexGothic", "Malgun Gothic", "Apple SD Gothic Neo", "Arial Unicode MS"),
)
MEASURED, HELD_OUT, MUTED, FRAME = "#1f5fa8", "#d1652a", "#8a8f98", "#d9dce1"


class Figure(matplotlib_figure.Figure):
    """A figure that shows itself as the last line of a cell, also where nobody imported pyplot."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=96, bbox_inches="tight", facecolor="white")
        return buffer.getvalue()

    def savefig(self, *arguments: Any, **options: Any) -> None:
        """Write the figure, with artists' names in the letters of their own script where a font of it is installed."""
        for text in self.findobj(Text):
            text.set_fontfamily(_font_families())
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # drawn as a box; nothing the user did wrong
            super().savefig(*arguments, **options)


@functools.cache
def _font_families() -> list[str]:
    installed = set(font_manager.get_font_names())
    return [family for family in FONTS if family in installed]


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, atomically."""
    with atomic(path) as temporary:
        figure.savefig(temporary, dpi=120, bbox_inches="tight", facecolor="white")


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


def gallery(
    workspace: Workspace, ids: Sequence[str], captions: Sequence[str], columns: int = 6, title: str = ""
) -> Figure:
    """Draw some images of a workspace with a caption under each."""
    return pictures([_thumbnail(workspace, image_id) for image_id in ids], captions, columns, title)


def shelves(
    workspace: Workspace,
    ids: Mapping[str, Sequence[str]],
    captions: Mapping[str, str] | None = None,
    columns: int = 6,
) -> Figure:
    """Draw one row of images under each name, such as an artist or a near-duplicate group.

    Args:
        workspace: where the images lie.
        ids: from a name to image ids; as many are drawn as there are columns.
        captions: from an image id to the words under it; None leaves them out.
        columns: images in a row.
    """
    if not ids:
        return pictures([], [])
    figure = Figure(figsize=(1.75 * columns, 2.0 * len(ids)), layout="constrained")
    for shelf, (name, mine) in zip(figure.subfigures(len(ids), squeeze=False).ravel(), ids.items(), strict=True):
        shelf.suptitle(_short(name, 90), x=0.01, ha="left", fontsize=10)
        for cell, place in zip(shelf.subplots(1, columns), range(columns), strict=True):
            drawn = mine[place] if place < len(mine) else ""
            _show(cell, _thumbnail(workspace, drawn) if drawn else None, (captions or {}).get(drawn, ""))
    return figure


def pictures(
    shown: Sequence[Image.Image | np.ndarray], captions: Sequence[str], columns: int = 6, title: str = ""
) -> Figure:
    """Draw some pictures, PIL images or uint8 RGB arrays, with a caption under each; says so where there are none."""
    columns = max(1, min(columns, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    figure = Figure(figsize=(1.75 * columns, 2.1 * rows + 0.4 * bool(title)), layout="constrained")
    if not len(shown):  # also where it is an array of pictures
        figure.set_size_inches(6, 0.6)
        figure.text(0.5, 0.5, "There is nothing to show here.", ha="center", va="center", color=MUTED)
        return figure
    cells = figure.subplots(rows, columns, squeeze=False).ravel()
    for place, cell in enumerate(cells):
        _show(cell, shown[place] if place < len(shown) else None, captions[place] if place < len(captions) else "")
    if title:
        figure.suptitle(title)
    return figure


def _thumbnail(workspace: Workspace, image_id: str) -> Image.Image:
    with Image.open(workspace.image(image_id)) as image:
        image.thumbnail((256, 256))
        return image.copy()


def _show(cell, picture: Image.Image | np.ndarray | None, caption: str = "") -> None:
    """Fill one place of a gallery; a thin frame tells a white picture from the white page."""
    cell.set(xticks=[], yticks=[])
    cell.spines[:].set(color=FRAME, visible=picture is not None)
    if picture is not None:
        cell.imshow(picture)
        cell.set_xlabel("\n".join(_short(line, 24) for line in caption.split("\n")), fontsize=8)


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


def confusion_matrix(shares: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix whose rows (actual artists) sum to 1."""
    size = 3 + 0.5 * len(class_names)
    figure = Figure(figsize=(size + 1, size), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [_short(name) for name in class_names]
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


def prediction(image: Image.Image, class_names: Sequence[str], probabilities: Sequence[float], title: str) -> Figure:
    """Draw a picture beside bars of its most probable artists, the most probable first."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    shown = image.copy()
    shown.thumbnail((768, 768))
    _show(left, shown)
    names = [_short(name) for name in class_names][::-1]
    bars = right.barh(names, list(probabilities)[::-1], color=MEASURED)
    right.bar_label(bars, [f"{value:.1%}" for value in list(probabilities)[::-1]], padding=3)
    right.set(xlim=(0, 1.15), title="Most probable artists")
    right.set_xticks([])
    right.spines[["top", "right", "bottom"]].set_visible(False)
    figure.suptitle(title, fontsize=11)
    return figure


def _short(text: str, limit: int = 28) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
