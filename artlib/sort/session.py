"""A session of sorting by hand: the queue, the pages and the decisions, without widgets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import Decision, DecisionError, DecisionLog, clean_artist
from artlib.workspace.set_apart import read_set_apart

SET_APART = "set apart"  # the pictures that a session may be about alone


@dataclass
class ArtistCount:
    """The counts of one artist: `total` images under the name now, `decided` and `discarded` ones among them."""

    total: int = 0
    decided: int = 0
    discarded: int = 0


@dataclass
class SortProgress:
    """The counts of all images of a session; `artists` maps every name to its own counts, sorted by name."""

    total: int = 0
    decided: int = 0
    artists: dict[str, ArtistCount] = field(default_factory=dict)


class SortSession:
    """Shows a catalog page by page and saves every decision at once.

    The undecided images come first, then the decided ones, each in the order of the catalog. The order is set when the
    session starts or another artist is shown, so that pictures stay in their places after a decision.

    Pictures that a collection set apart, and that nobody has decided on, are in a session of their own: "Keep the rest"
    must not accept them with the others.

    Args:
        workspace: a Workspace, or the path of one, with a `catalog.csv`.
        artist: show only images that are under this name now; None shows all.
        page_size: images on a page, 1 or more.
        only: "set apart" shows the pictures that were set apart, and no others; to keep or move one accepts it. None
            shows all others.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty.
        DecisionError: no image is under that artist, page_size is not a positive whole number, or only is another text.
    """

    def __init__(
        self, workspace: AnyWorkspace, *, artist: str | None = None, page_size: int = 24, only: str | None = None
    ) -> None:
        if not isinstance(page_size, int) or page_size < 1:
            raise DecisionError(f"A page holds 1 image or more. Received: page_size={page_size!r}; try 24.")
        if only not in (None, SET_APART):
            raise DecisionError(f"A session shows all pictures, or only={SET_APART!r}. Received: only={only!r}.")
        self.workspace = as_workspace(workspace)
        catalog = read_catalog(self.workspace)
        self.page_size = page_size
        self._catalog: dict[str, str] = dict(zip(catalog["id"], catalog["artist"], strict=True))
        self._log = DecisionLog(self.workspace)
        apart = read_set_apart(self.workspace)
        self._reasons: dict[str, str] = dict(zip(apart["id"], apart["reason"], strict=True))
        decided = self._log.latest
        if only == SET_APART:
            self._shown = [image_id for image_id in self._catalog if image_id in self._reasons]
        else:
            self._shown = [
                image_id for image_id in self._catalog if image_id in decided or image_id not in self._reasons
            ]
        self.show(artist)

    def show(self, artist: str | None = None) -> None:
        """Show one artist's images, or all with None, from the first page on; undecided images come first again."""
        self._refresh()
        if artist is not None and artist not in self.artists:
            known = ", ".join(self.artists)
            raise DecisionError(f"No image is under this artist. Received: artist={artist!r}; there are: {known}.")
        self.artist = artist
        chosen = [image_id for image_id in self._shown if artist is None or self.artist_of(image_id) == artist]
        self.queue: list[str] = sorted(chosen, key=self._is_decided)  # sorted() is stable
        self.page_number = 0

    @property
    def page_count(self) -> int:
        """How many pages the queue has: at least 1, which may be empty."""
        return max(1, -(-len(self.queue) // self.page_size))

    @property
    def page(self) -> list[str]:
        """The ids on the page shown."""
        return self._ids_of_page(self.page_number)

    @property
    def following_page(self) -> list[str]:
        """The ids on the page after it, empty at the end; a display may load them ahead."""
        return self._ids_of_page(self.page_number + 1)

    def next(self) -> list[str]:
        """Go to the next page, or stay on the last one, and return its ids."""
        self.page_number = min(self.page_number + 1, self.page_count - 1)
        return self.page

    def previous(self) -> list[str]:
        """Go to the previous page, or stay on the first one, and return its ids."""
        self.page_number = max(self.page_number - 1, 0)
        return self.page

    def keep(self, image_ids: Iterable[str]) -> list[str]:
        """Keep images under the artist that the catalog gives them and return their ids."""
        return self._decide(image_ids, "keep")

    def discard(self, image_ids: Iterable[str]) -> list[str]:
        """Leave images out of every later stage and return their ids; the files stay where they are."""
        return self._decide(image_ids, "discard")

    def move(self, image_ids: Iterable[str], artist: str) -> list[str]:
        """Put images under an artist, known or new, and return their ids.

        A name that differs from a known one only in capital letters or spaces is the known one.
        """
        return self._decide(image_ids, "move", self._known_spelling(artist))

    def keep_rest_of_page(self) -> list[str]:
        """Keep the images on the page that are still undecided and return their ids, possibly none."""
        self._refresh()
        rest = [image_id for image_id in self.page if not self._is_decided(image_id)]
        return self.keep(rest) if rest else []

    def undo(self) -> list[str]:
        """Undo the last decision on all its images, also one of an earlier session, and show its page.

        Returns:
            The ids that it was about; empty if there is nothing to undo.
        """
        self._log.catch_up()
        image_ids = self._log.last_batch
        if image_ids:
            self._log.append(image_ids, "undo")
            self._turn_to(image_ids)
        self._decisions = self._log.latest
        return image_ids

    @property
    def artists(self) -> list[str]:
        """Every name that an image is under now, sorted."""
        return sorted({self.artist_of(image_id) for image_id in self._catalog})

    @property
    def progress(self) -> SortProgress:
        """How many of the session's images were decided on, in total and for each artist."""
        names = sorted({self.artist_of(image_id) for image_id in self._shown})
        progress = SortProgress(len(self._shown), artists={artist: ArtistCount() for artist in names})
        for image_id in self._shown:
            count = progress.artists[self.artist_of(image_id)]
            count.total += 1
            count.decided += self._is_decided(image_id)
            count.discarded += self.status(image_id) == "discard"
        progress.decided = sum(count.decided for count in progress.artists.values())
        return progress

    def status(self, image_id: str) -> str:
        """Return what was decided about an image: "undecided", "keep", "discard" or "move"."""
        decision = self._decision(image_id)
        return decision.action if decision else "undecided"

    def label(self, image_id: str) -> str:
        """Return the same as text to show; a move names the new artist, an undecided picture why it was set apart."""
        decision = self._decision(image_id)
        if decision and decision.action == "move":
            return f"moved to {decision.artist}"
        return decision.action if decision else self._reasons.get(image_id, "undecided")

    def artist_of(self, image_id: str) -> str:
        """Return the artist of an image now: the one it was moved to, else the one in the catalog."""
        decision = self._decision(image_id)
        return (decision and decision.artist) or self._catalog[image_id]

    def _decide(self, image_ids: Iterable[str], action: str, artist: str | None = None) -> list[str]:
        chosen = [image_ids] if isinstance(image_ids, str) else list(image_ids)
        unknown = [image_id for image_id in chosen if image_id not in self._catalog]
        if not chosen:
            raise DecisionError("No picture is selected. Click one or more pictures, then decide on them.")
        if unknown:
            raise DecisionError(f"The catalog has no such image. Received: {unknown[:5]!r}; give ids of catalog.csv.")
        self._log.append(chosen, action, artist)
        self._decisions = self._log.latest
        return chosen

    def _decision(self, image_id: str) -> Decision | None:
        return self._decisions.get(image_id)

    def _is_decided(self, image_id: str) -> bool:
        return image_id in self._decisions

    def _refresh(self) -> None:
        self._log.catch_up()
        self._decisions = self._log.latest

    def _ids_of_page(self, number: int) -> list[str]:
        return self.queue[number * self.page_size : (number + 1) * self.page_size]

    def _turn_to(self, image_ids: list[str]) -> None:
        places = [self.queue.index(image_id) for image_id in image_ids if image_id in self.queue]
        if places and not set(image_ids) & set(self.page):
            self.page_number = places[0] // self.page_size

    def _known_spelling(self, artist: str) -> str:
        if not isinstance(artist, str) or artist in self.artists:
            return artist  # anything but text is refused where the decision is checked
        known = {clean_artist(name).casefold(): name for name in self.artists}
        return known.get(clean_artist(artist).casefold(), artist)
