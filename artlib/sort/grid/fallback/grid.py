"""The grid in plain ipywidgets: pages of pictures, and buttons to decide on those that are selected.

It works with ipywidgets 7.7 (Colab) and 8 (JupyterLab 4), and therefore uses only what both have.
"""

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets
from IPython.display import display

from artlib.errors import ArtlibError, counted
from artlib.pages.lost_kernel import lost_kernel_style
from artlib.sort.grid.fallback.actions import Actions
from artlib.sort.grid.fallback.controls import Controls
from artlib.sort.grid.fallback.preview import Preview
from artlib.sort.grid.fallback.tile import COLOURS, GridTile
from artlib.sort.grid.thumbnail_store import ThumbnailStore
from artlib.sort.session import SortSession

STYLE = """<style>
.artlib-card { position: relative; border-radius: 6px; overflow: hidden; }
.artlib-card img { background: rgba(128, 128, 128, .12); }
.artlib-discard img { opacity: .3; }
.artlib-pick { display: flex; align-items: center; justify-content: center; cursor: pointer;
  box-shadow: none !important; font-size: 40px; color: white !important; text-shadow: 0 0 6px black; }
.artlib-pick:hover { background: rgba(31, 111, 235, .18) !important; }
.artlib-enlarge { position: absolute; top: 2px; right: 2px; padding: 0 !important; line-height: 22px; opacity: .8; }
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
        session: the session to show; it goes on where sorting was left.
    """

    def __init__(self, session: SortSession) -> None:
        self.session = session
        session.resume()
        self._shown: list[str] = []
        self._thumbnails = ThumbnailStore(session.workspace)
        self.preview = Preview(session)
        self.actions = Actions(session, self.preview)
        actions = {name: partial(self._act, action) for name, action in self.actions.by_name().items()}
        self.controls = self.actions.controls = Controls(actions, self._choose, self._draw)
        self.tiles = [self._tile(place) for place in range(session.page_size)]
        columns = "repeat(auto-fill, minmax(128px, 1fr))"
        self.pictures = widgets.GridBox(layout={"grid_template_columns": columns, "grid_gap": "6px", "width": "100%"})
        style = widgets.HTML(STYLE + lost_kernel_style(".artlib-sort", LOST), layout={"display": "none"})
        self.widget = widgets.VBox([style, self.controls.widget, self.preview.widget, self.pictures])
        self.widget.add_class("artlib-sort")
        self._draw()

    def _ipython_display_(self) -> None:
        display(self.widget)

    def _tile(self, place: int) -> GridTile:
        toggle, enlarge = partial(self.actions.toggle, place), partial(self.actions.enlarge, place)
        return GridTile(partial(self._act, toggle), partial(self._act, enlarge))

    def _choose(self) -> None:
        only, artist = self.controls.queue_choice.value, self.controls.artist_choice.value
        self._act(partial(self.actions.show, only or None, artist or None))

    def _act(self, action: Callable[[], str]) -> None:
        """Do what a click asks for and show the result or the error; after an error nothing has changed."""
        self.actions.decided.clear()
        try:
            text, colour = f"{action()}{self._news()}".strip(), "inherit"
        except ArtlibError as error:
            text, colour = str(error), COLOURS["discard"]
        self._draw()
        self.controls.say(text, colour)
        self.session.remember(focus=self.preview.image_id or (self.session.page or [""])[0])

    def _news(self) -> str:
        """Say what other sessions have decided meanwhile; their decisions are on the tiles from now on."""
        others = set(self.session.changed()) - self.actions.decided
        return f" {counted(len(others), 'picture')}: decided in another session." if others else ""

    def _draw(self) -> None:
        if self.session.page != self._shown:
            self._turn_to_page()
        self._draw_tiles()
        self.preview.draw()
        self.controls.draw(self.session, self.preview.image_id is not None)
        self.pictures.layout.display = "grid" if self.preview.image_id is None else "none"

    def _turn_to_page(self) -> None:
        page = self._shown = self.session.page
        for tile, jpeg in zip(self.tiles, self._thumbnails.get(page), strict=False):
            tile.picture.value = jpeg
        self.pictures.children = [tile.widget for tile in self.tiles[: len(page)]]
        self._thumbnails.prepare(self.session.following_page)

    def _draw_tiles(self) -> None:
        session = self.session
        words = self._words_of_groups()
        before = None
        for tile, image_id in zip(self.tiles, session.page, strict=False):
            picture = session.picture(image_id)
            begins_row = bool(words) and picture.group != before
            tile.draw(picture, image_id in session.selected, words.get(image_id, ""), begins_row)
            before = picture.group

    def _words_of_groups(self) -> dict[str, str]:
        """Return the words about the group of each picture on the page, in a queue of groups."""
        words: dict[str, str] = {}
        page = set(self.session.page)
        for number, group in enumerate(self.session.groups, start=1):
            if page.intersection(group):
                best = self.session.best(group)
                words |= {each: f"group {number}" + (", the best" if each == best else "") for each in group}
        return words
