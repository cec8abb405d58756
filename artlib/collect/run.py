"""A collection: the pictures of one source are taken in, by the same way for every source."""

from collections import Counter
from collections.abc import Sequence

from artlib.collect.corrections.relabelling import relabel
from artlib.collect.suggestions.copies import is_one_portfolio
from artlib.collect.suggestions.run import set_apart
from artlib.collect.understanding.plan import Plan
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.ingest import Candidate, CollectReport, take_in
from artlib.workspace.paths import Workspace
from artlib.workspace.set_apart import read_set_apart


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


@writes("collecting")
def collected(workspace: AnyWorkspace, candidates: Sequence[Candidate]) -> CollectReport:
    """Take a source's pictures into the workspace, and set apart what is probably no work.

    Every source ends with this.

    Pictures that were collected before, and are found under a corrected name now, get that name
    (`artlib.collect.corrections.relabelling`).

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        candidates: the pictures of the source.

    Returns:
        What was added, what was known already, what was relabelled, and what was rejected and why.

    Raises:
        DiskError: the workspace can't be written into: its disk is full, or it belongs to somebody else.
    """
    workspace = as_workspace(workspace)
    report = take_in(workspace, candidates)
    finish(workspace, candidates, report)
    return report


def finish(workspace: Workspace, candidates: Sequence[Candidate], report: CollectReport) -> None:
    """Relabel what was found under a corrected name, and set apart what is probably no work.

    Args:
        workspace: that the pictures were taken into.
        candidates: all pictures of the collection.
        report: of it; what is relabelled and set apart is added.
    """
    relabel(workspace, candidates, report)
    if workspace.catalog.exists() and (report.added or report.known):
        before = set(read_set_apart(workspace)["id"])
        table = set_apart(workspace, _in_common(workspace, candidates, report))
        report.set_apart = Counter(table.loc[~table["id"].isin(before), "reason"])
        workspace.keep()


def _in_common(workspace: Workspace, candidates: Sequence[Candidate], report: CollectReport) -> dict[str, set[str]]:
    """Return all artists of the images whose bytes this collection found under the name of another artist, too.

    If most of an artist's pictures are known under another name, it is the artist's other name.
    """
    found_under: dict[str, set[str]] = {}
    for conflict in report.conflicts:
        found_under.setdefault(conflict.id, set()).add(conflict.second)
    offered = Counter(candidate.artist for candidate in candidates)
    common = Counter(name for names in found_under.values() for name in names)
    other_names = {name for name, count in common.items() if is_one_portfolio(count, offered[name])}
    if not found_under:
        return {}
    catalog = read_catalog(workspace)
    artist_of = dict(zip(catalog["id"], catalog["artist"], strict=True))
    found = {
        image_id: {artist_of[image_id], *(names - other_names)}
        for image_id, names in found_under.items()
        if image_id in artist_of
    }
    return {image_id: names for image_id, names in found.items() if len(names) > 1}
