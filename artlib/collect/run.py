"""A collection: the pictures of one source are taken in, by the same way for every source."""

from collections.abc import Sequence

from artlib.workspace import AnyWorkspace
from artlib.workspace.ingest import Candidate, CollectReport, take_in


def collected(workspace: AnyWorkspace, candidates: Sequence[Candidate]) -> CollectReport:
    """Take a source's pictures into the workspace; every source ends with this.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        candidates: the pictures of the source.

    Returns:
        What was added, what was known already, and what was rejected and why.
    """
    return take_in(workspace, candidates)
