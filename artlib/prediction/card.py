"""The evidence card: a verdict with its evidence, shown in a notebook or on a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from artlib import images
from artlib.images.thumbnails import data_url
from artlib.pages import rendering
from artlib.prediction import explain
from artlib.prediction.reasons import of_originals
from artlib.prediction.verdict import Verdict, three_lines
from artlib.recogniser.known_works import Work
from artlib.similarity.matching import COPY
from artlib.tracing.view import ProofView, proof_views

PICTURE, WORK = 320, 160  # pixels of the longest side of the picture and of a known work on a card


@dataclass(frozen=True)
class EvidenceCard:
    """The evidence card of one picture; a notebook shows it.

    Attributes:
        verdict: the answer.
        actual_artist: the real artist, if known.
        bars: how many of the most probable artists get a bar.
        works: the known works whose pictures are in this card; None means all the nearest works. On a page of many
            cards, each work's picture is in one card only.
        with_lines: whether to show the original project's three lines.
    """

    verdict: Verdict
    actual_artist: str | None = None
    bars: int = 5
    works: Iterable[Work] | None = None
    with_lines: bool = True

    def _repr_html_(self) -> str:
        return rendering.rendered("single_card.html", shown=self)

    @property
    def lines(self) -> str:
        """The original project's three lines; empty if there is no answer or `with_lines` is False."""
        answered = self.with_lines and self.verdict.verdict != "error"
        return three_lines(self.verdict, self.actual_artist) if answered else ""

    @property
    def picture(self) -> str:
        """The picture as a data URL."""
        return data_url(self.verdict.picture, PICTURE) if self.verdict.picture else ""

    @cached_property
    def proofs(self) -> list[ProofView]:
        """The proof for each original of the picture."""
        return proof_views(self.verdict.originals, self.verdict.picture)

    @property
    def reasons(self) -> list[str]:
        """The reasons that do not stand under a proof already."""
        said = of_originals([view.original for view in self.proofs if view.original.verdict == COPY])
        return [reason for reason in self.verdict.reasons if reason not in said]

    @property
    def heat_map(self) -> str:
        """The picture under its heat map as a data URL; empty if there is no heat map."""
        if self.verdict.picture is None or self.verdict.heat_map is None:
            return ""
        return data_url(explain.overlay(self.verdict.picture, self.verdict.heat_map), PICTURE)

    @property
    def work_pictures(self) -> list[tuple[str, str]]:
        """Ids and data URLs of the known works whose pictures are in this card."""
        works = self.verdict.nearest if self.works is None else self.works
        return [(work.id, url) for work in works if (url := _picture_of(work))]


def _picture_of(work: Work) -> str:
    try:
        return data_url(images.load(work.image, at_least=WORK), WORK)
    except images.ImageError:  # deleted since the work was collected
        return ""
