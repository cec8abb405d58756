"""A page with one card a picture, the doubtful answers first."""

from collections.abc import Iterable
from pathlib import Path

from artlib.card import Card
from artlib.gallery import Gallery
from artlib.pages import rendering
from artlib.verdict import Verdict
from artlib.workspace import Workspace

BARS = 3


def write_page(path: Path, verdicts: Iterable[Verdict], summary: str, gallery: Gallery, workspace: Workspace) -> None:
    """Write the page, card by card; pictures are inlined, each known work once, and nothing is requested.

    Args:
        path: of the HTML file.
        verdicts: the answers, in the order of the page.
        summary: how many there are of each kind, in words.
        gallery: what they have in common.
        workspace: named in the heading.
    """
    known_works: set[str] = set()
    rendering.write(
        path,
        "predictions.html",
        cards=(Card(verdict, bars=BARS, known_works=known_works, with_lines=False) for verdict in verdicts),
        summary=summary,
        gallery=gallery,
        workspace=workspace.root,
    )
