"""A collection: the pictures of one source are taken in, by the same way for every source."""

from collections.abc import Sequence

from artlib.collect.corrections.relabelling import relabel
from artlib.collect.understanding.plan import Plan
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.ingest import Candidate, CollectReport, take_in


def take(workspace: AnyWorkspace, plan: Plan) -> CollectReport:
    """Collect what was planned.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        plan: from `artlib.collect.plan`.

    Raises:
        CollectError: the plan is a guess; the text says what to give.
    """
    plan.check()
    return collected(workspace, list(plan.candidates()))


def collected(workspace: AnyWorkspace, candidates: Sequence[Candidate]) -> CollectReport:
    """Take a source's pictures into the workspace; every source ends with this.

    Pictures that were collected before, and are found under a corrected name now, get that name
    (`artlib.collect.corrections.relabelling`).

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        candidates: the pictures of the source.

    Returns:
        What was added, what was known already, what was relabelled, and what was rejected and why.
    """
    workspace = as_workspace(workspace)
    report = take_in(workspace, candidates)
    relabel(workspace, candidates, report)
    return report
