"""The card: a verdict with its evidence, to look at."""

from dataclasses import dataclass, field

from artlib import images
from artlib.pages import rendering
from artlib.prediction import explain
from artlib.prediction.verdict import Verdict, three_lines
from artlib.recogniser.known_works import Work

WORK = 160  # pixels of the longest side of a reference work on a card


@dataclass
class Card:
    """The evidence card of one picture; a notebook shows it.

    Attributes:
        verdict: the answer.
        actual_artist: whose work it really is, if known.
        bars: of how many of the most probable artists bars are drawn.
        known_works: ids of the works that the page has pictures of already; this card's are added to them.
    """

    verdict: Verdict
    actual_artist: str | None = None
    bars: int = 5
    known_works: set[str] = field(default_factory=set)
    with_lines: bool = True

    def _repr_html_(self) -> str:
        return rendering.rendered("single_card.html", shown=self)

    @property
    def lines(self) -> str:
        """The original project's three lines; nothing where there is no answer, or a page leaves them out."""
        answered = self.with_lines and self.verdict.verdict != "error"
        return three_lines(self.verdict, self.actual_artist) if answered else ""

    @property
    def picture(self) -> str:
        """The picture as a data URL."""
        return rendering.thumbnail(self.verdict.picture) if self.verdict.picture else ""

    @property
    def heat_map(self) -> str:
        """The picture under its heat map as a data URL; nothing if there is none."""
        if self.verdict.picture is None or self.verdict.heat_map is None:
            return ""
        return rendering.thumbnail(explain.overlay(self.verdict.picture, self.verdict.heat_map))

    @property
    def new_works(self) -> list[tuple[str, str]]:
        """Ids and data URLs of the nearest works that the page has no pictures of yet."""
        new = [work for work in self.verdict.nearest if work.id not in self.known_works]
        self.known_works.update(work.id for work in new)
        return [(work.id, shown) for work in new if (shown := _thumbnail(work))]


def _thumbnail(work: Work) -> str:
    try:
        return rendering.thumbnail(images.load(work.image, at_least=WORK), WORK)
    except images.ImageError:  # deleted since it was collected
        return ""
