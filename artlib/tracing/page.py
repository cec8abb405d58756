"""A page with the proof of each copy, the surest first, and a list of the pictures without an answer."""

from pathlib import Path

from artlib.pages import rendering
from artlib.tracing.log import TraceLog
from artlib.tracing.view import TraceView
from artlib.workspace import Workspace

FEW_ERRORS = 5  # up to so many are shown open; more would push the answers off the screen


def write_page(path: Path, log: TraceLog, summary: str, workspace: Workspace) -> None:
    """Write the page picture by picture. Pictures are inlined, and nothing is loaded from elsewhere.

    Args:
        path: the path of the HTML file.
        log: the answers.
        summary: how many answers there are of each kind, as text.
        workspace: the workspace that the heading names.
    """
    rendering.write(
        path,
        "traces.html",
        found=(TraceView(trace) for trace in log.surest_first() if trace.originals),
        others=(TraceView(trace) for trace in log.surest_first() if not trace.originals),
        errors=log.errors(),
        few_errors=FEW_ERRORS,
        summary=summary,
        workspace=workspace.root,
    )
