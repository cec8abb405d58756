"""The desk between a front end and a session: it takes a message and gives the answer; no widget, and no rule, is here.

A question is {"kind", "view", "number", …}, and its answer {"kind": "answer", "view", "number", …} with binary buffers.
`view` and `number` come back as they were, so that of several views of one grid each knows its own answers.
"""

from collections.abc import Callable
from typing import Any

from artlib.errors import ArtlibError, counted
from artlib.sort.grid.columns import changing_columns, whole_columns
from artlib.sort.grid.head import head_of
from artlib.sort.grid.large_picture import large_picture
from artlib.sort.grid.numbered_artists import NumberedArtists
from artlib.sort.grid.thumbnail_store import ThumbnailStore
from artlib.sort.queues import GROUPED
from artlib.sort.session import SortSession

Answer = tuple[dict[str, Any], list[bytes]]
PLACE = ("focus", "search", "tile", "advance")  # what a front end asks to remember
DONE = {
    "keep": "Kept {}.",
    "discard": "Discarded {}.",
    "unsure": "Marked {} as not sure.",
    "move": "Moved {} to {}.",
}


class Desk:
    """Answers the messages of a front end.

    Args:
        session: whose pictures are shown, and which makes and saves all decisions.
    """

    def __init__(self, session: SortSession) -> None:
        self.session = session
        self.thumbnails = ThumbnailStore(session.workspace)
        self._place: dict[str, Any] | None = None
        self._numbered = NumberedArtists({name: count.total for name, count in session.progress.artists.items()})
        self._kinds: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "open": self._open,
            "show": self._show,
            "thumbnails": self._thumbnails,
            "picture": self._picture,
            "select": self._select,
            "remember": self._remember,
            "look": lambda _: (self._news(), []),
            "decide": self._decide,
            "keep_best": lambda message: self._by_groups(self.session.keep_best, message),
            "discard_smaller": lambda message: self._by_groups(self.session.discard_smaller, message),
            "accept": self._accept,
            "undo": self._undo,
            "redo": self._redo,
        }

    def answer(self, message: dict[str, Any]) -> Answer:
        """Return the answer to a message and its buffers; an ArtlibError becomes {"error": its text}."""
        try:
            content, buffers = self._kinds[message["kind"]](message)
        except ArtlibError as error:
            content, buffers = {"error": str(error)}, []
        return {"kind": "answer", "to": message["kind"], **_address(message), **content}, buffers

    def fault(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return the answer for a message that artlib failed on: the front end must not wait for ever."""
        text = "artlib failed here, and the kernel's log says why. Run the cell again: it shows what was saved."
        return {"kind": "answer", "to": message.get("kind"), **_address(message), "error": text}

    def _open(self, message: dict[str, Any]) -> Answer:
        if self._place is None:
            self._place = self.session.resume()
        return {**self._table(), "place": self._place}, []

    def _show(self, message: dict[str, Any]) -> Answer:
        self.session.show(message.get("artist"), message.get("only"))
        self.session.remember()
        return self._table(), []

    def _table(self) -> dict[str, Any]:
        session = self.session
        session.changed()  # the whole table has what is new
        table = whole_columns(session, session.queue)
        return {"table": table, "grouped": bool(session.groups), "selected": sorted(session.selected), **self._head()}

    def _head(self) -> dict[str, Any]:
        return {"head": head_of(self.session, self._numbered.names)}

    def _news(self) -> dict[str, Any]:
        """Return the rows that have changed, also by other sessions."""
        changed = self.session.changed()
        return {"rows": changing_columns(self.session, changed), **self._head()} if changed else {}

    def _thumbnails(self, message: dict[str, Any]) -> Answer:
        ids = [image_id for image_id in message["ids"] if image_id in self.session.pictures]
        jpegs = self.thumbnails.get(ids)
        self.thumbnails.prepare([each for each in message.get("ahead", []) if each in self.session.pictures])
        return {"ids": ids, "best": self._best(ids)}, jpegs

    def _best(self, ids: list[str]) -> list[str]:
        """Return the best of each group shown that one of these pictures is in: to find it may open files."""
        if self.session.only not in GROUPED:
            return []
        numbers = [self.session.pictures.group(image_id) for image_id in ids]
        return [self.session.best(self._group(number)) for number in dict.fromkeys(numbers) if number is not None]

    def _group(self, number: int) -> list[str]:
        return self.session.pictures.groups[number - 1]

    def _picture(self, message: dict[str, Any]) -> Answer:
        return large_picture(self.session, self.thumbnails, message["id"])

    def _select(self, message: dict[str, Any]) -> Answer:
        if message["add"]:
            self.session.select(message["add"])
        self.session.unselect(message["remove"])
        return {"selection": {"add": message["add"], "remove": message["remove"]}}, []

    def _remember(self, message: dict[str, Any]) -> Answer:
        place = {name: message[name] for name in PLACE if message.get(name) is not None}
        self._place = {**(self._place or {}), **place}
        self.session.remember(**place)
        return {}, []

    def _decide(self, message: dict[str, Any]) -> Answer:
        action, ids = message["action"], message["ids"]
        if action == "move":
            done = self.session.move(ids, message["artist"])
            self._numbered.use(self.session.artist_of(done[0]))
        else:
            decide = {"keep": self.session.keep, "discard": self.session.discard, "unsure": self.session.unsure}
            done = decide[action](ids)
        return self._done(done, DONE[action].format(in_words(done), self.session.artist_of(done[0])))

    def _by_groups(self, decide: Callable[..., list[str]], message: dict[str, Any]) -> Answer:
        number = message["group"]
        done = decide() if number is None else decide([self._group(number)])
        kept = [each for each in done if self.session.status(each) != "discard"]
        discarded = f"Discarded {in_words(done[len(kept) :])}"
        return self._done(done, f"{discarded}, kept {len(kept):,}." if kept else f"{discarded}.")

    def _accept(self, message: dict[str, Any]) -> Answer:
        done = self.session.accept_suggestions(message["ids"], at_least=message["at_least"])
        return self._done(done, f"Accepted: {in_words(done)} moved to the artist suggested.")

    def _undo(self, message: dict[str, Any]) -> Answer:
        text = self.session.undo_text
        done = self.session.undo()
        return self._done(done, f"Undone: {text}." if done else "There is nothing to undo.")

    def _redo(self, message: dict[str, Any]) -> Answer:
        text = self.session.redo_text
        done = self.session.redo()
        return self._done(done, f"Done again: {text}." if done else "There is nothing to redo.")

    def _done(self, done: list[str], text: str) -> Answer:
        return {"done": done, "text": text, **(self._news() or self._head())}, []


def _address(message: dict[str, Any]) -> dict[str, Any]:
    return {"view": message.get("view"), "number": message.get("number")}


def in_words(ids: list[str]) -> str:
    """Return how many pictures these are, in words."""
    return counted(len(ids), "picture")
