"""A session of sorting by hand: what a person decides, without widgets."""

from collections import Counter
from collections.abc import Iterable, Sequence

from artlib.errors import counted
from artlib.sort.best import smaller_ones
from artlib.sort.queues import Only
from artlib.sort.view import SortView
from artlib.workspace import AnyWorkspace
from artlib.workspace.artist_names import clean_artist
from artlib.workspace.decisions import Decision, DecisionError
from artlib.workspace.decisions.decision import HAND, SUGGESTION
from artlib.workspace.decisions.history import Batch

DEEDS = {"keep": "keep {}", "discard": "discard {}", "unsure": "leave {} as not sure"}
MOST_DEEDS = 2  # in the words on a button
Wanted = tuple[str, str, str | None]  # image id, action, artist


class SortSession(SortView):
    """Shows pictures in an order, and saves every decision at once.

    What a session knows of other sessions' decisions changes only with its own next step, so that a decision is about
    what its screen shows.

    Args:
        workspace: a Workspace, or the path of one, with a `catalog.csv`.
        artist: show only images that are under this name now; None shows all.
        page_size: images on a page, 1 or more.
        only: "undecided"; "suspects", whose artist the model doubts (`artlib.find_suspects`); "duplicates", the groups
            of `artlib.find_duplicates`; "mixed", those of them with several artists; "set apart", by a collection;
            "suggested", which perhaps are no works (`artlib.find_suggestions`); a list of ids, in that order; or None,
            all but those set apart.

    Attributes:
        queue: the ids shown, in their order.
        only: the queue shown.
        artist: whose pictures are shown; None for all.
        groups: of "duplicates" and "mixed" the queue as groups; of others none.
        selected: the ids selected. They stay selected whatever is shown, until they are decided on.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty.
        DecisionError: no image is under that artist, page_size is not 1 or more, or there is no such queue.
    """

    def __init__(
        self, workspace: AnyWorkspace, *, artist: str | None = None, page_size: int = 24, only: Only = None
    ) -> None:
        super().__init__(workspace, artist, page_size, only)

    def keep(self, image_ids: Iterable[str]) -> list[str]:
        """Keep images under the artist that is shown with them, and return their ids."""
        return self._decide(self._kept(self._known(image_ids)))

    def discard(self, image_ids: Iterable[str]) -> list[str]:
        """Leave images out of every later stage and return their ids; the files stay where they are."""
        return self._decide([(each, "discard", None) for each in self._known(image_ids)])

    def unsure(self, image_ids: Iterable[str]) -> list[str]:
        """Note that a person could not tell, and return the ids: later stages take them as if nobody had looked."""
        return self._decide([(each, "unsure", None) for each in self._known(image_ids)])

    def move(self, image_ids: Iterable[str], artist: str) -> list[str]:
        """Put images under an artist, known or new, and return their ids.

        A name that differs from a known one only in capital letters or spaces is the known one.
        """
        name = self._known_spelling(artist)
        return self._decide([(each, "move", name) for each in self._known(image_ids)])

    def keep_rest_of_page(self) -> list[str]:
        """Keep the images on the page that are undecided and not selected, and return their ids, possibly none."""
        self._refresh()
        rest = [each for each in self.page if not self.is_decided(each) and each not in self.selected]
        return self.keep(rest) if rest else []

    def keep_best(self, groups: Iterable[Sequence[str]] | None = None) -> list[str]:
        """Keep the best picture of each group and discard the others, as one click; return the ids decided on.

        Args:
            groups: near-duplicate groups, of which all pictures are decided on; None takes all groups that the session
                shows, leaves out those with several artists, whose pictures a person should look at, and changes no
                decision made before.
        """
        wanted: list[Wanted] = []
        for group in self._safe_groups() if groups is None else groups:
            best = self.best(group)
            wanted += self._kept([best]) + [(each, "discard", None) for each in group if each != best]
        return self._decide_on_groups(wanted, groups is None)

    def discard_smaller(self, groups: Iterable[Sequence[str]] | None = None) -> list[str]:
        """Discard the pictures of each group that are clearly smaller than its largest; return the ids decided on.

        Args:
            groups: as in `keep_best`.
        """
        chosen = self._safe_groups() if groups is None else groups
        smaller = [each for group in chosen for each in smaller_ones(self.pictures, group)]
        return self._decide_on_groups([(each, "discard", None) for each in smaller], groups is None)

    def suggestions_at_least(self, at_least: float, image_ids: Iterable[str] | None = None) -> list[str]:
        """Return the undecided suspects whose suggested artist is at least so probable, 0 to 1."""
        doubts = self.pictures.suspects
        asked = self.queue if image_ids is None else self._known(image_ids)
        return [
            each
            for each in asked
            if each in doubts and not self.is_decided(each) and (doubts[each].probability or 0.0) >= at_least
        ]

    def accept_suggestions(self, image_ids: Iterable[str] | None = None, *, at_least: float = 0.9) -> list[str]:
        """Move undecided suspects to the artists that they look like, as one click; return their ids.

        Args:
            image_ids: of which pictures; None takes all that are shown.
            at_least: how probable the suggested artist has to be, 0 to 1.
        """
        self._refresh()
        ids = self.suggestions_at_least(at_least, image_ids)
        if not ids:
            raise DecisionError(f"No undecided picture has a suggestion of {at_least:.0%} or more. Ask for less.")
        names = {each: self._known_spelling(self.pictures.suspects[each].looks_like) for each in ids}
        return self._decide([(each, "move", names[each]) for each in ids], SUGGESTION)

    def undo(self) -> list[str]:
        """Take back the last decision on all its images, also one of an earlier session, and show its page.

        What another session has decided since this one began is left to it.

        Returns:
            The ids that it was about; empty if there is nothing to undo.
        """
        return self._step(self._log.undo())

    def redo(self) -> list[str]:
        """Take again what was taken back last, until something new is decided; return its ids."""
        return self._step(self._log.redo())

    @property
    def undo_text(self) -> str:
        """What `undo` will take back, such as "discard 5 pictures"; empty if there is nothing."""
        return described(self._log.undoable)

    @property
    def redo_text(self) -> str:
        """What `redo` will do; empty if there is nothing."""
        return described(self._log.redoable)

    def _kept(self, image_ids: Iterable[str]) -> list[Wanted]:
        """Return decisions to keep images under the artists that are shown, which a move may have given them."""
        moved = {each for each in image_ids if self.artist_of(each) != self.pictures.artist[each]}
        return [(each, "move", self.artist_of(each)) if each in moved else (each, "keep", None) for each in image_ids]

    def _safe_groups(self) -> list[list[str]]:
        self._refresh()
        return [group for group in self.groups if not self.is_mixed(group)]

    def _decide_on_groups(self, wanted: list[Wanted], spare_decided: bool) -> list[str]:
        left = [each for each in wanted if not (spare_decided and self.is_decided(each[0]))]
        if not left:
            raise DecisionError("There is nothing to decide: no group shown has such a picture that is undecided.")
        return self._decide(left)

    def _decide(self, wanted: list[Wanted], by: str = HAND) -> list[str]:
        self._log.append(wanted, by)
        self._refresh()
        decided = [each[0] for each in wanted]
        self.selected -= set(decided)
        return decided

    def _step(self, batch: Batch | None) -> list[str]:
        self._refresh()
        if batch is None:
            return []
        self.turn_to(batch.ids)
        return [each for each in batch.ids if each in self.pictures]

    def _known_spelling(self, artist: str) -> str:
        if not isinstance(artist, str) or artist in self.artists:
            return artist  # anything but text is refused where the decision is checked
        known = {clean_artist(name).casefold(): name for name in self.artists}
        return known.get(clean_artist(artist).casefold(), artist)


def described(batch: Batch | None) -> str:
    """Return what a click did, such as "keep 1 picture", or "discard 5 pictures and keep 2 pictures"."""
    if batch is None:
        return ""
    if all(decision.by == SUGGESTION for decision in batch.decisions):
        return f"accept {counted(len(batch.decisions), 'suggestion')}"
    counts = Counter(_deed(decision) for decision in batch.decisions)
    parts = [deed.format(counted(count, "picture")) for deed, count in counts.most_common()]
    return " and ".join(parts[:MOST_DEEDS]) + (" …" if len(parts) > MOST_DEEDS else "")


def _deed(decision: Decision) -> str:
    if decision.action == "move":
        name = str(decision.artist).replace("{", "{{").replace("}", "}}")
        return f"move {{}} to {name}"
    return DEEDS[decision.action]
