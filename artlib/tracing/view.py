"""Views: what the HTML pages show of an answer; each is made when the page asks for it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image

from artlib import images
from artlib.errors import warn
from artlib.images.thumbnails import data_url
from artlib.pages import rendering
from artlib.tracing import wording
from artlib.tracing.proof import Proof
from artlib.tracing.result import Original, Trace

SMALL = 160  # pixels of the longest side of a picture without a known work


@dataclass(frozen=True)
class ProofView:
    """A proof on a page, as pictures inlined in it.

    Attributes:
        proof: of a picture and one of its originals.
        name: tells its switch from others on the same page.
    """

    proof: Proof
    name: str = field(default_factory=lambda: f"proof-{secrets.token_hex(6)}")

    @property
    def original(self) -> Original:
        return self.proof.original

    @property
    def facts(self) -> dict[str, str]:
        return wording.facts(self.original)

    @property
    def inverted(self) -> bool:
        return self.original.match.change.inverted

    @property
    def has_pale(self) -> bool:
        return self.proof.has_pale

    @property
    def in_rows(self) -> bool:
        return self.proof.layout.in_rows

    @cached_property
    def both(self) -> "Inlined":
        """The work and the picture side by side."""
        return Inlined.of(self.proof.side_by_side)

    @cached_property
    def under(self) -> "Inlined":
        """The work."""
        return Inlined.of(self.proof.under)

    @cached_property
    def over(self) -> "Inlined":
        """The picture as it lies on the work, of the same size."""
        return Inlined.of(self.proof.over)


@dataclass(frozen=True)
class Inlined:
    """A picture as a data URL, and its size in pixels."""

    url: str
    width: int
    height: int

    @classmethod
    def of(cls, picture: Image.Image) -> "Inlined":
        return cls(data_url(picture, max(picture.size)), *picture.size)


def proof_views(originals: Sequence[Original], picture: Image.Image | None) -> list[ProofView]:
    """Return a view for each original whose picture can be read; for the others, a warning says why not."""
    return [ProofView(proof) for proof in proofs(originals, picture)]


def proofs(originals: Sequence[Original], picture: Image.Image | None) -> list[Proof]:
    """Return a proof for each original whose picture can be read; for the others, a warning says why not."""
    found: list[Proof] = []
    if picture is None:
        return found
    for original in originals:
        try:
            found.append(Proof.of(original, picture))
        except images.ImageError as error:  # deleted since it was indexed
            warn(f"No proof can be drawn for {original.path}: {error}")
    return found


@dataclass(frozen=True)
class TraceView:
    """An answer on a page.

    Attributes:
        trace: the answer.
    """

    trace: Trace

    @property
    def sentence(self) -> str:
        return wording.sentence(self.trace)

    @cached_property
    def proofs(self) -> list[ProofView]:
        return proof_views(self.trace.originals, self.trace.picture)

    @property
    def unproved(self) -> list[dict[str, str]]:
        """The facts about originals for which no proof can be drawn."""
        shown = [view.original for view in self.proofs]
        return [wording.facts(original) for original in self.trace.originals if original not in shown]

    @property
    def picture(self) -> str:
        """A small copy of the picture as a data URL; empty if there is none."""
        return data_url(self.trace.picture, SMALL) if self.trace.picture else ""


def shown(trace: Trace) -> str:
    """Return an answer as a notebook shows it, in HTML."""
    return rendering.rendered("single_trace.html", view=TraceView(trace))
