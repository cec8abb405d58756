"""The figure that all plots draw on, with its colours and fonts."""

import functools
import io
import warnings
from pathlib import Path
from typing import Any

from matplotlib import figure as matplotlib_figure
from matplotlib import font_manager
from matplotlib.text import Text

from artlib.workspace.disk.writing import atomic

# matplotlib takes each letter from the first font that has it
FONTS = (
    "DejaVu Sans",
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei"),
    *("WenQuanYi Zen Hei", "IPAexGothic", "Malgun Gothic", "Apple SD Gothic Neo", "Arial Unicode MS"),
)
MEASURED, HELD_OUT, MUTED, FRAME = "#1f5fa8", "#d1652a", "#8a8f98", "#d9dce1"
GOOD, GOOD_LIGHT, HELD_OUT_LIGHT, BAD = "#2c7a4b", "#a9d3b8", "#f0c19c", "#b3261e"


class Figure(matplotlib_figure.Figure):
    """A figure that shows itself as the last line of a notebook cell, also if pyplot was never imported."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=96, bbox_inches="tight", facecolor="white")
        return buffer.getvalue()

    def savefig(self, *arguments: Any, **options: Any) -> None:
        """Write the figure, with artists' names in their own script if a font for it is installed."""
        for text in self.findobj(Text):
            text.set_fontfamily(font_families())
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # drawn as a box; not the user's mistake
            super().savefig(*arguments, **options)


@functools.cache
def font_families() -> list[str]:
    installed = set(font_manager.get_font_names())
    return [family for family in FONTS if family in installed]


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, atomically."""
    with atomic(path) as temporary:
        figure.savefig(temporary, dpi=120, bbox_inches="tight", facecolor="white")


def short(text: str, limit: int = 28) -> str:
    """Return a text cut to a length."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
