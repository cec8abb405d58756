"""A page with one card a picture, the doubtful answers first, and a list of what could not be answered."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from artlib.pages import rendering
from artlib.prediction.card import Card
from artlib.prediction.one_hand import Gallery
from artlib.prediction.verdict import Verdict
from artlib.workspace import Workspace

BARS = 3
FEW_ERRORS = 5  # are shown at once; more would push the answers off the screen


def write_page(
    path: Path,
    verdicts: Iterable[Verdict],
    errors: Sequence[Verdict],
    summary: str,
    gallery: Gallery,
    workspace: Workspace,
) -> None:
    """Write the page, card by card; pictures are inlined, each known work once, and nothing is requested.

    Args:
        path: of the HTML file.
        verdicts: the answers, in the order of the page.
        errors: what could not be answered.
        summary: how many there are of each kind, in words.
        gallery: what they have in common.
        workspace: named in the heading.
    """
    known_works: set[str] = set()
    rendering.write(
        path,
        "predictions.html",
        cards=(Card(verdict, bars=BARS, known_works=known_works, with_lines=False) for verdict in verdicts),
        errors=errors,
        few_errors=FEW_ERRORS,
        summary=summary,
        gallery=gallery,
        workspace=workspace.root,
    )
