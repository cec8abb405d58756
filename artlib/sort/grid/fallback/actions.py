"""What each button does, and the sentence that says what was done."""

from collections.abc import Callable
from functools import partial

from artlib.errors import counted
from artlib.sort.grid.fallback.controls import Controls
from artlib.sort.grid.fallback.preview import Preview
from artlib.sort.grid.fallback.words import empty_words
from artlib.sort.session import SortSession

Decide = Callable[[list[str]], list[str]]


class Actions:
    """Passes clicks on to the session; all rules are the session's.

    Args:
        session: that is asked.
        preview: while it shows a picture, decisions are about this picture.

    Attributes:
        controls: whose names and numbers are read; set once they are made, because their buttons call this.
        decided: the ids that this grid has decided on, or taken a decision back of, since `decided` was emptied.
    """

    controls: Controls

    def __init__(self, session: SortSession, preview: Preview) -> None:
        self._session, self._preview = session, preview
        self.decided: set[str] = set()

    def by_name(self) -> dict[str, Callable[[], str]]:
        """Return what each button does; each returns the sentence to show."""
        session = self._session
        return {
            "previous": partial(self._turn, -1),
            "next": partial(self._turn, 1),
            "select": self._select,
            "unselect": self._unselect,
            "keep": partial(self._decide, session.keep),
            "discard": partial(self._decide, session.discard),
            "unsure": partial(self._decide, session.unsure),
            "move": self._move,
            "keep_rest": self._keep_rest,
            "undo": self._undo,
            "redo": self._redo,
            "keep_best": lambda: self._saved(session.keep_best()),
            "discard_smaller": lambda: self._saved(session.discard_smaller()),
            "accept": lambda: self._saved(session.accept_suggestions(at_least=self.controls.at_least)),
            "close": self._close,
        }

    def toggle(self, place: int) -> str:
        """Select the picture at a place of the page, or take it out of the selection."""
        image_id = self._session.page[place]
        (self._session.unselect if image_id in self._session.selected else self._session.select)([image_id])
        return ""

    def enlarge(self, place: int) -> str:
        """Show the picture at a place of the page large."""
        self._preview.show(self._session.page[place])
        return ""

    def show(self, only: str | None, artist: str | None) -> str:
        """Show a queue; a list of ids stays what it is, with `only` being "list"."""
        self._close()
        self._session.show(artist, ... if only == "list" else only)
        return "" if self._session.queue else empty_words(self._session.only)

    def _decide(self, decide: Decide) -> str:
        shown = self._preview.image_id
        sentence = self._saved(decide(self._chosen() if shown is None else [shown]))
        if shown is not None:
            self._preview.turn(1)
        return sentence

    def _chosen(self) -> list[str]:
        """Return what is selected, in the order of the collection, also what is not on this page."""
        return [each for each in self._session.pictures.ids if each in self._session.selected]

    def _saved(self, decided: list[str]) -> str:
        self.decided |= set(decided)
        return f"Saved: {self._session.undo_text}."

    def _move(self) -> str:
        box = self.controls.artist_box
        sentence = self._decide(lambda ids: self._session.move(ids, box.value))
        box.value = ""  # the next pictures are perhaps by another artist
        return sentence

    def _keep_rest(self) -> str:
        left = len(self._session.selected & set(self._session.page))
        kept = self._session.keep_rest_of_page()
        self.decided |= set(kept)
        self._session.next()
        note = f" {counted(left, 'picture')} left as selected, not kept." if left else ""
        return f"Saved: keep {counted(len(kept), 'picture')}.{note}" if kept else f"There was nothing to keep.{note}"

    def _undo(self) -> str:
        text, undone = self._session.undo_text, self._session.undo()
        self.decided |= set(undone)
        return f"Taken back: {text}." if undone else "There is nothing to undo."

    def _redo(self) -> str:
        text, redone = self._session.redo_text, self._session.redo()
        self.decided |= set(redone)
        return f"Done again: {text}." if redone else "There is nothing to redo."

    def _select(self) -> str:
        """Select the page; if it is selected already, select nothing of it."""
        page, session = self._session.page, self._session
        if page:
            (session.unselect if session.selected >= set(page) else session.select)(page)
        return ""

    def _unselect(self) -> str:
        self._session.unselect()
        return ""

    def _turn(self, by: int) -> str:
        if self._preview.image_id is not None:
            self._preview.turn(by)
        elif by > 0:
            self._session.next()
        else:
            self._session.previous()
        return ""

    def _close(self) -> str:
        self._preview.close()
        return ""
