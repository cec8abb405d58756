"""One tile of the grid."""

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from artlib.sort.grid.fallback.words import doubt_words, size_words
from artlib.sort.pictures import SortPicture

HEIGHT = "120px"  # three rows of pictures and the buttons fit on a laptop's screen
SELECTED = "#1f6feb"
COLOURS = {"undecided": "#a0a0a0", "keep": "#2da44e", "discard": "#d1242f", "move": "#9a5bd6", "unsure": "#bf8700"}
SIGNS = {"undecided": "·", "keep": "✓", "discard": "✕", "move": "➜", "unsure": "?"}


class GridTile:
    """One place in the grid: a picture, the button over it that selects it, one that enlarges it, and text under it.

    A transparent button lies over the picture, because an `Image` takes no clicks.

    Args:
        on_click: called by a click on the picture.
        on_enlarge: called by a click on the small button in its corner.
    """

    def __init__(self, on_click: Callable[[], None], on_enlarge: Callable[[], None]) -> None:
        self.picture = widgets.Image(format="jpeg", layout={"width": "100%", "height": HEIGHT, "object_fit": "contain"})
        over = {"width": "100%", "height": HEIGHT, "margin": f"-{HEIGHT} 0 0 0"}
        self.button = widgets.Button(layout=over, style={"button_color": "transparent"})
        self.button.add_class("artlib-pick")
        self.button.on_click(lambda _: on_click())
        self.enlarge = widgets.Button(icon="search-plus", layout={"width": "28px", "height": "24px", "margin": "0"})
        self.enlarge.add_class("artlib-enlarge")
        self.enlarge.on_click(lambda _: on_enlarge())
        self.words = widgets.HTML(layout={"margin": "0"})
        inside = [self.picture, self.button, self.enlarge, self.words]
        self.widget = widgets.VBox(inside, layout={"min_width": "0"})
        self.widget.add_class("artlib-card")

    def draw(self, picture: SortPicture, selected: bool, group: str = "", begins_row: bool = False) -> None:
        """Show the decision, and whether the picture is selected, by the frame's colour, a sign and text.

        Args:
            picture: what is known about it.
            selected: whether it is selected.
            group: the words about its near-duplicate group, if any.
            begins_row: whether it stands at the beginning of a row, as the first of a group does.
        """
        colour = COLOURS[picture.status]
        self.widget.layout.border = f"3px solid {SELECTED if selected else colour}"
        self.widget.layout.grid_column = "1" if begins_row else "auto"
        self.button.description = "✓" if selected else " "  # not empty: the browser would keep the old text
        self.button.style.button_color = "rgba(31, 111, 235, .35)" if selected else "transparent"
        self.button.tooltip = f"{picture.name}, {picture.artist}: {picture.label}. Click to select."
        self.enlarge.tooltip = f"Enlarge {picture.name}"
        self.words.value = _words(picture, colour, group)
        discarded = picture.status == "discard"
        (self.widget.add_class if discarded else self.widget.remove_class)("artlib-discard")


def _words(picture: SortPicture, colour: str, group: str) -> str:
    decided = f"{SIGNS[picture.status]} {picture.label}"
    lines = [(picture.artist, ""), (f"{size_words(picture)} · {picture.name}", "opacity: .75")]
    lines.append((decided, f"color: {colour}; font-weight: 600"))
    lines += [(text, "font-style: italic") for text in (group, doubt_words(picture)) if text]
    divisions = [f'<div style="{style}" title="{escape(text)}">{escape(text)}</div>' for text, style in lines]
    return f'<div class="artlib-words">{"".join(divisions)}</div>'
