"""The controls of the grid: buttons, choosers and lines of text, as only what ipywidgets 7.7 and 8 both have."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from artlib.errors import counted
from artlib.sort.grid.fallback.words import (
    artist_choices,
    line,
    progress_line,
    queue_choices,
    queue_value,
    selection_words,
)
from artlib.sort.queues import DUPLICATES, SUSPECTS
from artlib.sort.session import SortSession

# of each button the text, icon, colour and width
BUTTONS = {
    "previous": ("", "arrow-left", "", "40px"),
    "next": ("", "arrow-right", "", "40px"),
    "select": ("Select page", "th", "", "124px"),
    "unselect": ("Unselect all", "times", "", "124px"),
    "keep": ("Keep", "check", "success", "84px"),
    "discard": ("Discard", "trash", "danger", "94px"),
    "unsure": ("Not sure", "question", "", "94px"),
    "move": ("Move to", "share", "info", "94px"),
    "keep_rest": ("Keep rest, next page", "forward", "", "180px"),
    "undo": ("Undo", "undo", "warning", "230px"),
    "redo": ("Redo", "repeat", "", "230px"),
    "keep_best": ("Keep best of each group", "star", "success", "200px"),
    "discard_smaller": ("Discard smaller copies", "compress", "danger", "190px"),
    "accept": ("Accept", "magic", "info", "220px"),
    "close": ("Back to the grid", "th", "", "150px"),
}
TOOLTIPS = {
    "previous": "Previous",
    "next": "Next",
    "unsure": "You can't tell. Later stages take the picture as if nobody had looked.",
    "keep_rest": "Keeps what is undecided and not selected on this page",
    "keep_best": "Keeps of each group the largest, sharpest, least compressed picture, and discards the others",
    "discard_smaller": "Discards of each group what is clearly smaller than its largest picture",
    "accept": "Moves undecided pictures to the artists that they look like",
}


class Controls:
    """All that is clicked or typed into beside the pictures.

    Args:
        actions: what each button of `BUTTONS` does.
        on_show: called when a queue or an artist is chosen.
        on_threshold: called when another threshold is typed in.

    Attributes:
        buttons: by the names of `BUTTONS`.
        grouped: the row for a queue of groups.
        doubted: the row for suspects.
    """

    def __init__(
        self,
        actions: Mapping[str, Callable[[], None]],
        on_show: Callable[[], None],
        on_threshold: Callable[[], None],
    ) -> None:
        self.buttons = {name: _button(name, action) for name, action in actions.items()}
        # not updated at every key: such messages are delayed, and a quick click on Move would arrive before them
        self.artist_box = widgets.Combobox(
            placeholder="artist, known or new", continuous_update=False, layout={"width": "170px"}
        )
        self.queue_choice = widgets.Dropdown(layout={"width": "190px"})
        self.artist_choice = widgets.Dropdown(layout={"width": "220px"})
        self.threshold = widgets.BoundedIntText(90, min=0, max=100, step=5, layout={"width": "70px"})
        self.page_line, self.progress_line, self.selection_line = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.message = widgets.HTML(line(""))
        self._drawing = False
        for choice in (self.queue_choice, self.artist_choice):
            choice.observe(lambda _: None if self._drawing else on_show(), "value")
        self.threshold.observe(lambda _: on_threshold(), "value")
        self._arrange()

    def draw(self, session: SortSession, preview: bool) -> None:
        """Show what stands now.

        Args:
            session: what is shown.
            preview: whether one picture is shown large, which the buttons are then about.
        """
        self._draw_choices(session)
        self.page_line.value = line(f"page {session.page_number + 1} of {session.page_count}")
        self.progress_line.value = progress_line(session)
        self.selection_line.value = line(
            "The buttons are about this picture alone." if preview else selection_words(session)
        )
        self.artist_box.options = session.artists
        self._draw_history(session)
        self._draw_visible(session, preview)
        if session.only == SUSPECTS:
            count = len(session.suggestions_at_least(self.at_least))
            self.buttons["accept"].description = f"Accept {counted(count, 'suggestion')} from"
            self.buttons["accept"].disabled = not count

    @property
    def at_least(self) -> float:
        """How probable a suggestion has to be to be accepted, 0 to 1."""
        return self.threshold.value / 100

    def say(self, text: str, colour: str = "inherit") -> None:
        """Show a message; its line is there without one, too."""
        self.message.value = line(text, colour)

    def _arrange(self) -> None:
        named = self.buttons
        show = [self.queue_choice, self.artist_choice, named["previous"], self.page_line, named["next"]]
        decide = [named[name] for name in ("keep", "discard", "unsure", "move")]
        select = [named[name] for name in ("select", "unselect", "close", "undo", "redo")]
        self.grouped = _row([named["keep_best"], named["discard_smaller"]])
        self.doubted = _row([named["accept"], self.threshold, widgets.HTML(line("% on"))])
        self.widget = widgets.VBox(
            [
                _row([*show, self.progress_line]),
                _row([*decide, self.artist_box, named["keep_rest"]]),
                _row(select),
                _row([self.selection_line, self.grouped, self.doubted]),
                self.message,
            ]
        )

    def _draw_choices(self, session: SortSession) -> None:
        """Update names and counts, which must not count as a click on a chooser."""
        self._drawing = True
        for choice, options, value in (
            (self.queue_choice, queue_choices(session), queue_value(session.only)),
            (self.artist_choice, artist_choices(session), session.artist or ""),
        ):
            with choice.hold_sync():
                choice.options = options
                choice.value = value
        self._drawing = False

    def _draw_history(self, session: SortSession) -> None:
        for name, text in (("undo", session.undo_text), ("redo", session.redo_text)):
            button = self.buttons[name]
            button.description = f"{BUTTONS[name][0]}: {text}" if text else BUTTONS[name][0]
            button.tooltip = button.description  # a long name is cut off on the button
            button.disabled = not text

    def _draw_visible(self, session: SortSession, preview: bool) -> None:
        for name in ("select", "unselect", "keep_rest"):
            _set_visible(self.buttons[name], not preview)
        _set_visible(self.buttons["close"], preview)
        _set_visible(self.grouped, session.only == DUPLICATES and not preview)
        _set_visible(self.doubted, session.only == SUSPECTS and not preview)


def _button(name: str, action: Callable[[], None]) -> widgets.Button:
    text, icon, style, width = BUTTONS[name]
    button = widgets.Button(description=text, icon=icon, button_style=style, layout={"width": width})
    button.tooltip = TOOLTIPS.get(name, text)
    button.add_class(f"artlib-do-{name.replace('_', '-')}")
    button.on_click(lambda _: action())
    return button


def _row(inside: list[Any]) -> widgets.HBox:
    return widgets.HBox(inside, layout={"flex_flow": "row wrap", "align_items": "center"})


def _set_visible(widget: Any, visible: bool) -> None:
    widget.layout.display = None if visible else "none"
