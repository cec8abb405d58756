"""A page with one card a picture, the doubtful answers first."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from artlib import images
from artlib.pages import rendering
from artlib.prediction import Verdict
from artlib.workspace import Workspace


def write_page(path: Path, verdicts: Sequence[Verdict], workspace: Workspace) -> None:
    """Write the page; thumbnails are inlined, and nothing is requested from elsewhere.

    Args:
        path: of the HTML file.
        verdicts: the answers; errors come first, then the highest unknown scores.
        workspace: named in the heading.
    """
    ordered = sorted(verdicts, key=lambda verdict: -2 if verdict.verdict == "error" else -verdict.unknown_score)
    counts = Counter(verdict.verdict for verdict in verdicts)
    rendering.write(
        path,
        "predictions.html",
        verdicts=[(verdict, _thumbnail(verdict)) for verdict in ordered],
        summary=", ".join(f"{count} {kind}" for kind, count in counts.most_common()),
        workspace=workspace.root,
    )


def _thumbnail(verdict: Verdict) -> str:
    if verdict.verdict == "error":
        return ""
    try:
        return rendering.thumbnail(images.normalised(images.load(verdict.path), rendering.THUMBNAIL))
    except images.ImageError:  # deleted, or no longer served, since it was answered
        return ""
