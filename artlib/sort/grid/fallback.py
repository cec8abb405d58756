"""The grid in plain ipywidgets, for notebooks without anywidget; the rules are in the session, as for the full grid.

It works with ipywidgets 7.7 (Colab) and 8 (JupyterLab 4), and therefore uses only what both have. A transparent button
lies over each picture, because an `Image` takes no clicks.
"""

from collections.abc import Callable
from functools import partial
from html import escape

import ipywidgets as widgets
from IPython.display import display

from artlib.errors import ArtlibError
from artlib.images.thumbnails import Thumbnails
from artlib.pages.lost_kernel import lost_kernel_style
from artlib.sort.grid.tile import COLOURS, GridTile
from artlib.sort.session import SortSession
from artlib.workspace.decisions import DecisionError

ALL_ARTISTS = ""  # a choice of the filter; not None, which means no choice to a Dropdown and shows nothing
STYLE = """<style>
.artlib-card { border-radius: 6px; overflow: hidden; }
.artlib-card img { background: rgba(128, 128, 128, .12); }
.artlib-discard img { opacity: .3; }
.artlib-pick { display: flex; align-items: center; justify-content: center; cursor: pointer;
  box-shadow: none !important; font-size: 40px; color: white !important; text-shadow: 0 0 6px black; }
.artlib-pick:hover { background: rgba(31, 111, 235, .18) !important; }
.artlib-words { font-size: 11px; line-height: 15px; padding: 1px 4px; color: var(--jp-ui-font-color1, inherit); }
.artlib-words div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.artlib-card .widget-html, .artlib-card .widget-html-content { min-width: 0; width: 100%; }
.artlib-line { line-height: 20px; color: var(--jp-ui-font-color1, inherit); }
</style>"""
LOST = "This grid has lost its kernel. Run its cell again to go on: every decision was saved."


class FallbackGrid:
    """Shows a session's pages of pictures; as the last line of a cell it shows itself.

    Click pictures to select them, then a button to decide on all of them; every decision is on the disk at once.

    Args:
        session: the session to show.
    """

    def __init__(self, session: SortSession) -> None:
        self.session = session
        self.selected: set[str] = set()
        self._drawing = False
        self._thumbnails = Thumbnails(session.workspace.image)
        self.cards = [GridTile(partial(self._toggle, place)) for place in range(session.page_size)]
        self._make_controls()
        columns = "repeat(auto-fill, minmax(104px, 1fr))"
        self.pictures = widgets.GridBox(layout={"grid_template_columns": columns, "grid_gap": "6px", "width": "100%"})
        style = widgets.HTML(STYLE + lost_kernel_style(".artlib-sort", LOST), layout={"display": "none"})
        self.widget = widgets.VBox([style, *self._rows(), self.message, self.pictures])
        self.widget.add_class("artlib-sort")
        self._turn_to_page()

    def _ipython_display_(self) -> None:
        display(self.widget)

    def _make_controls(self) -> None:
        keep, discard = partial(self._decide, self.session.keep), partial(self._decide, self.session.discard)
        self.keep_button = self._button("Keep", "check", keep, "success")
        self.discard_button = self._button("Discard", "trash", discard, "danger")
        self.move_button = self._button("Move to", "share", partial(self._decide, self._move), "info")
        self.keep_rest_button = self._button("Keep rest, next page", "forward", self._keep_rest, width="186px")
        self.undo_button = self._button("Undo", "undo", self._undo, "warning")
        self.select_button = self._button("Select all", "th", self._select_all_or_none, width="106px")
        self.previous_button = self._button("", "arrow-left", partial(self._turn, self.session.previous), width="40px")
        self.next_button = self._button("", "arrow-right", partial(self._turn, self.session.next), width="40px")
        self.previous_button.tooltip, self.next_button.tooltip = "Previous page", "Next page"
        # not updated at every key: such messages are delayed, and a quick click on Move would arrive before them
        self.artist_box = widgets.Combobox(
            placeholder="artist, known or new", continuous_update=False, layout={"width": "170px"}
        )
        self.artist_filter = widgets.Dropdown(layout={"width": "230px"})
        self.artist_filter.observe(self._filter, "value")
        self.page_line, self.progress_line, self.message = widgets.HTML(), widgets.HTML(), widgets.HTML()

    def _rows(self) -> list[widgets.HBox]:
        show = [self.artist_filter, self.previous_button, self.page_line, self.next_button, self.progress_line]
        decide = [self.select_button, self.keep_button, self.discard_button, self.move_button, self.artist_box]
        decide += [self.undo_button, self.keep_rest_button]
        layout = {"flex_flow": "row wrap", "align_items": "center"}
        return [widgets.HBox(show, layout=layout), widgets.HBox(decide, layout=layout)]

    def _button(
        self, text: str, icon: str, action: Callable[[], str], style: str = "", width: str = "94px"
    ) -> widgets.Button:
        button = widgets.Button(description=text, icon=icon, button_style=style, layout={"width": width})
        button.on_click(lambda _: self._act(action))
        return button

    def _act(self, action: Callable[[], str]) -> None:
        """Do what a click asks for and show the result or the error; after an error nothing has changed."""
        try:
            text, colour = action(), "inherit"
        except ArtlibError as error:
            text, colour = str(error), COLOURS["discard"]
        self._draw()
        self._show_message(text, colour)

    def _decide(self, decide: Callable[[list[str]], list[str]]) -> str:
        decided = decide([image_id for image_id in self.session.page if image_id in self.selected])
        self.selected.clear()
        return f"{_pictures(len(decided))}: {self.session.label(decided[0])}."

    def _move(self, image_ids: list[str]) -> list[str]:
        return self.session.move(image_ids, self.artist_box.value)

    def _keep_rest(self) -> str:
        if self.selected:  # the user may have forgotten the click on Discard: selected pictures must not be kept
            number = _pictures(len(self.selected))
            raise DecisionError(f"Still selected: {number}. Keep, discard or move them first, or click them again.")
        kept = self.session.keep_rest_of_page()
        self._turn(self.session.next)
        return f"{_pictures(len(kept))}: keep."

    def _undo(self) -> str:
        shown = self.session.page
        undone = self.session.undo()
        if self.session.page != shown:
            self._turn_to_page()
        return f"{_pictures(len(undone))}: decision undone." if undone else "There is nothing to undo."

    def _select_all_or_none(self) -> str:
        page = set(self.session.page)
        self.selected = set() if page <= self.selected else page
        return ""

    def _turn(self, turn: Callable[[], list[str]]) -> str:
        turn()
        self._turn_to_page()
        return ""

    def _show(self, artist: str | None) -> str:
        self.session.show(artist)
        self._turn_to_page()
        return ""

    def _filter(self, change: dict) -> None:
        if not self._drawing:
            self._act(partial(self._show, change["new"] or None))

    def _toggle(self, place: int) -> None:
        self.selected ^= {self.session.page[place]}
        self._draw_cards()
        self._show_message(f"{_pictures(len(self.selected))} selected." if self.selected else "")

    def _turn_to_page(self) -> None:
        page = self.session.page
        self.selected.clear()
        for card, jpeg in zip(self.cards, self._thumbnails.get(page), strict=False):
            card.picture.value = jpeg
        self._draw()
        self.pictures.children = [card.widget for card in self.cards[: len(page)]]
        self._thumbnails.prepare(self.session.following_page)

    def _draw(self) -> None:
        self._draw_cards()
        self._draw_artists()
        progress = self.session.progress
        share = 100 * progress.decided / max(1, progress.total)  # nothing may be set apart
        self.page_line.value = (
            f'<div class="artlib-line">page {self.session.page_number + 1} of {self.session.page_count}</div>'
        )
        self.progress_line.value = (
            f'<div class="artlib-line" style="margin-left: 12px"><progress max="100" value="{share:.1f}"></progress> '
            f"<b>{progress.decided}</b> of {progress.total} decided</div>"
        )

    def _draw_cards(self) -> None:
        session = self.session
        for card, image_id in zip(self.cards, session.page, strict=False):
            chosen = image_id in self.selected
            card.draw(session.artist_of(image_id), session.label(image_id), session.status(image_id), chosen)

    def _draw_artists(self) -> None:
        """Update the names and counts, which must not count as a click on the filter."""
        counts = self.session.progress.artists
        options = [("all artists", ALL_ARTISTS)]
        options += [(f"{name} ({count.decided} of {count.total})", name) for name, count in counts.items()]
        shown = self.session.artist or ALL_ARTISTS
        if shown not in [ALL_ARTISTS, *counts]:  # its last image has just been moved away
            options.append((f"{shown} (none left)", shown))
        self._drawing = True
        with self.artist_filter.hold_sync():
            self.artist_filter.options = options
            self.artist_filter.value = shown
        self._drawing = False
        self.artist_box.options = self.session.artists

    def _show_message(self, text: str, colour: str = "inherit") -> None:
        self.message.value = f'<div class="artlib-line" style="color: {colour}">{escape(text) or "&nbsp;"}</div>'


def _pictures(count: int) -> str:
    return f"{count} picture" if count == 1 else f"{count} pictures"
