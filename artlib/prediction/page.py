"""A page with one card per picture, the surest answers first, and a list of pictures without an answer."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from artlib.pages import rendering
from artlib.prediction.card import EvidenceCard
from artlib.prediction.log import PredictionLog
from artlib.prediction.one_hand import OneHandCheck
from artlib.prediction.verdict import Verdict
from artlib.workspace import Workspace

BARS = 3
FEW_ERRORS = 5  # up to so many are shown open; more would push the answers off the screen


def write_page(path: Path, log: PredictionLog, summary: str, one_hand: OneHandCheck, workspace: Workspace) -> None:
    """Write the page card by card. Pictures are inlined, each known work once, and nothing is loaded from elsewhere.

    Args:
        path: the path of the HTML file.
        log: the answers.
        summary: how many answers there are of each kind, as text.
        one_hand: the check whether the pictures are by one hand.
        workspace: the workspace that the heading names.
    """
    rendering.write(
        path,
        "predictions.html",
        cards=_cards(log.surest_first()),
        errors=log.errors(),
        few_errors=FEW_ERRORS,
        summary=summary,
        one_hand=one_hand,
        workspace=workspace.root,
    )


def _cards(verdicts: Iterable[Verdict]) -> Iterator[EvidenceCard]:
    """Return a card for each verdict; the picture of a known work is in the first card that shows it."""
    shown: set[str] = set()
    for verdict in verdicts:
        new = [work for work in verdict.nearest if work.id not in shown]
        shown.update(work.id for work in new)
        yield EvidenceCard(verdict, bars=BARS, works=new, with_lines=False)
