"""One tile of the grid."""

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

HEIGHT = "100px"  # three rows of pictures and the buttons fit on a laptop's screen
SELECTED = "#1f6feb"
COLOURS = {"undecided": "#a0a0a0", "keep": "#2da44e", "discard": "#d1242f", "move": "#9a5bd6"}
SIGNS = {"undecided": "·", "keep": "✓", "discard": "✕", "move": "➜"}


class GridTile:
    """One place in the grid: a picture, the button over it that selects it, and text under it."""

    def __init__(self, on_click: Callable[[], None]) -> None:
        self.picture = widgets.Image(format="jpeg", layout={"width": "100%", "height": HEIGHT, "object_fit": "contain"})
        over = {"width": "100%", "height": HEIGHT, "margin": f"-{HEIGHT} 0 0 0"}
        self.button = widgets.Button(layout=over, style={"button_color": "transparent"})
        self.button.add_class("artlib-pick")
        self.button.on_click(lambda _: on_click())
        self.words = widgets.HTML(layout={"margin": "0"})
        self.widget = widgets.VBox([self.picture, self.button, self.words], layout={"min_width": "0"})
        self.widget.add_class("artlib-card")

    def draw(self, artist: str, label: str, status: str, selected: bool) -> None:
        """Show the decision, and whether the picture is selected, by the frame's colour, a sign and text."""
        colour = COLOURS[status]
        self.widget.layout.border = f"3px solid {SELECTED if selected else colour}"
        self.button.description = "✓" if selected else " "  # not empty: the browser would keep the old text
        self.button.style.button_color = "rgba(31, 111, 235, .35)" if selected else "transparent"
        self.button.tooltip = f"{artist}: {label}. Click to select."
        words = f"{SIGNS[status]} {label}"
        self.words.value = (
            f'<div class="artlib-words"><div title="{escape(artist)}">{escape(artist)}</div>'
            f'<div style="color: {colour}; font-weight: 600" title="{escape(words)}">{escape(words)}</div></div>'
        )
        (self.widget.add_class if status == "discard" else self.widget.remove_class)("artlib-discard")
