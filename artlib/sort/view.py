"""What a session shows: a queue of pictures, what stands for each of them, and which are selected."""

from collections.abc import Iterable, Sequence
from types import EllipsisType
from typing import Any

from artlib.sort.best import best_of
from artlib.sort.pages import Pages
from artlib.sort.pictures import CollectedPictures, SortPicture
from artlib.sort.place import read_place, write_place
from artlib.sort.progress import SortProgress, progress_of
from artlib.sort.queues import QUEUES, SET_APART, Only, Queues
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.decisions import Decision, DecisionError, DecisionLog

WORDS = {"unsure": "not sure"}  # for the actions that are not called what they are


class SortView(Pages):
    """The pictures of a workspace as they are shown for sorting; `SortSession` adds the decisions.

    The undecided images come first, then the decided ones. The order is set when the session starts or another queue is
    shown, so that pictures stay in their places after a decision. Pictures that a collection set apart, and that nobody
    has decided on, are in a queue of their own: "Keep the rest" must not accept them with the others.

    Args and errors are those of `SortSession`.

    Attributes:
        only: the queue shown.
        artist: whose pictures are shown; None for all.
        groups: of "duplicates" and "mixed" the queue as groups; of others none.
        selected: the ids selected. They stay selected whatever is shown, until they are decided on.
    """

    def __init__(self, workspace: AnyWorkspace, artist: str | None, page_size: int, only: Only) -> None:
        super().__init__(page_size)
        self.workspace = as_workspace(workspace)
        self.pictures = CollectedPictures(self.workspace)
        self._log = DecisionLog(self.workspace)
        self._decisions: dict[str, Decision] = {}
        self._changed: set[str] = set()
        self._queues = Queues(self.pictures, self.artist_of, self.is_decided)
        self._best: dict[tuple[str, ...], str] = {}
        self.selected: set[str] = set()
        self.artist, self.only = artist, only
        self._opened_for = _key(only, artist)
        self.show(artist, only)
        self._changed.clear()

    def show(self, artist: str | None = None, only: Only | EllipsisType = ...) -> None:
        """Show a queue from its beginning, of one artist or of all with None; undecided images come first again.

        Args:
            artist: a name that an image is under now.
            only: as for `SortSession`; without it, the queue stays what it is.
        """
        only = self.only if isinstance(only, EllipsisType) else _listed(only)
        self._refresh()
        self._queues.check(only)
        if artist is not None and artist not in self.artists:
            known = ", ".join(self.artists)
            raise DecisionError(f"No image is under this artist. Received: artist={artist!r}; there are: {known}.")
        self.artist, self.only = artist, only
        self.groups = self._queues.groups(only, artist)
        self.queue = self._queues.ids(only, artist)
        self.page_number = 0

    def resume(self) -> dict[str, Any]:
        """Show what was shown last, unless this session was opened for something else; return the place remembered."""
        place = read_place(self.workspace)
        if self._opened_for:
            place["focus"] = place.get("focus_of", {}).get(self._opened_for, "")
        else:
            only, artist = place.get("only") or None, place.get("artist") or None
            self.show(artist if artist in self.artists else None, only if only in QUEUES else None)
        if place.get("focus") in self.queue:
            self.turn_to([place["focus"]])
        return place

    def remember(self, **place: Any) -> None:
        """Remember the place for the next session: `focus`, an image id, and how a grid is set (`sort/place.py`).

        A session that was opened for a queue or an artist has a place of its own.
        """
        if self._opened_for:
            place["focus_of"] = {self._opened_for: place.pop("focus", "")}
        elif self.only is None or isinstance(self.only, str):
            place = {"only": self.only or "", "artist": self.artist or "", **place}
        write_place(self.workspace, place)

    def count(self, only: Only) -> int:
        """How many pictures a queue has, of the artist shown."""
        return self._queues.count(only, self.artist)

    def is_mixed(self, group: Sequence[str]) -> bool:
        """Whether the pictures of a group are under several artists now."""
        return self._queues.is_mixed(group)

    def best(self, group: Sequence[str]) -> str:
        """The best picture of a group: the largest, then the sharpest, then the least compressed."""
        if tuple(group) not in self._best:
            self._best[tuple(group)] = best_of(self.workspace, self.pictures, group)
        return self._best[tuple(group)]

    @property
    def artists(self) -> list[str]:
        """Every name that an image is under now, sorted."""
        return sorted({self.artist_of(image_id) for image_id in self.pictures.ids})

    @property
    def progress(self) -> SortProgress:
        """How many images were decided on, in total and for each artist; those set apart count in their own queue."""
        apart = self.pictures.apart
        if self.only == SET_APART:
            ids = list(apart)
        else:
            ids = [each for each in self.pictures.ids if each not in apart or self.is_decided(each)]
        return progress_of((self.artist_of(each), self.status(each)) for each in ids)

    def changed(self) -> list[str]:
        """Return the ids whose decision changed since the last call, here or in another session."""
        self._refresh()
        changed, self._changed = self._changed, set()
        return sorted(changed)

    def picture(self, image_id: str) -> SortPicture:
        """Return what is known about a picture, as it is now."""
        pictures, doubt = self.pictures, self.pictures.suspects.get(image_id)
        width, height = pictures.size(image_id)
        return SortPicture(
            id=image_id,
            artist=self.artist_of(image_id),
            name=pictures.name(image_id),
            width=width,
            height=height,
            source=pictures.source(image_id),
            licence=pictures.licence(image_id),
            status=self.status(image_id),
            label=self.label(image_id),
            reason=self._reason(image_id),
            suggested=doubt.looks_like if doubt else None,
            confidence=doubt.probability if doubt else None,
            group=pictures.group(image_id),
        )

    def status(self, image_id: str) -> str:
        """Return what was decided about an image: "undecided", "keep", "discard", "move" or "unsure"."""
        decision = self._decisions.get(image_id)
        return decision.action if decision else "undecided"

    def label(self, image_id: str) -> str:
        """Return the same as text to show; a move names the new artist, an undecided picture why it was set apart."""
        decision = self._decisions.get(image_id)
        if decision and decision.action == "move":
            return f"moved to {decision.artist}"
        if decision:
            return WORDS.get(decision.action, decision.action)
        return self.pictures.apart.get(image_id, "undecided")

    def artist_of(self, image_id: str) -> str:
        """Return the artist of an image now: the one it was moved to, else the one in the catalog."""
        decision = self._decisions.get(image_id)
        return (decision and decision.artist) or self.pictures.artist[image_id]

    def is_decided(self, image_id: str) -> bool:
        """Whether a person has decided on an image, if only that they are not sure."""
        return image_id in self._decisions

    def select(self, image_ids: Iterable[str]) -> None:
        """Select images, beside those selected."""
        self.selected |= set(self._known(image_ids))

    def unselect(self, image_ids: Iterable[str] | None = None) -> None:
        """Take images out of the selection; None takes out all."""
        self.selected -= self.selected if image_ids is None else set(image_ids)

    def _known(self, image_ids: Iterable[str]) -> list[str]:
        chosen = [image_ids] if isinstance(image_ids, str) else list(dict.fromkeys(image_ids))
        unknown = [image_id for image_id in chosen if image_id not in self.pictures]
        if not chosen:
            raise DecisionError("No picture is selected. Click one or more pictures, then decide on them.")
        if unknown:
            raise DecisionError(f"The catalog has no such image. Received: {unknown[:5]!r}; give ids of catalog.csv.")
        return chosen

    def _reason(self, image_id: str) -> str:
        pictures, doubt = self.pictures, self.pictures.suspects.get(image_id)
        found = pictures.apart.get(image_id) or pictures.suggestions.get(image_id)
        return found or (doubt.reason if doubt else "")

    def _refresh(self) -> None:
        self._log.catch_up()
        before, self._decisions = self._decisions, self._log.latest
        either = before.keys() | self._decisions.keys()
        self._changed |= {each for each in either if before.get(each) != self._decisions.get(each)}


def _listed(only: Only) -> Only:
    """Return a queue, any sequence of ids as a list: a table's column can't be compared with a queue's name."""
    return only if only is None or isinstance(only, str) else list(only)


def _key(only: Only, artist: str | None) -> str:
    """Return a text for what a session was opened for; empty for all pictures."""
    queue = only if isinstance(only, str) else "a list" if only is not None else ""
    return f"{queue}/{artist or ''}" if queue or artist else ""
