"""Relabelling: pictures that are collected again after the user corrected their artist's name get the new name.

A picture gets the name under which it is found now if

- the name that it has occurs nowhere in the present collection,
- it came from the same kind of source with the same file name,
- at least half of the pictures that came under that name from that kind of source are found again now, so that one
  picture that two artists' folders share is no correction, and
- no decision about it by hand stands: nobody kept or moved it in the grid.

Otherwise it is a conflict: it keeps the first name.
"""

from collections import Counter
from collections.abc import Sequence

from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog, relabel_rows
from artlib.workspace.decisions import Decision, latest
from artlib.workspace.ingest import Candidate, CollectReport, Conflict, obeying_aliases

LEAST_SHARE = 0.5  # of an artist's pictures from one kind of source, found again
BY_HAND = ("keep", "move")


def relabel(workspace: Workspace, candidates: Sequence[Candidate], report: CollectReport) -> None:
    """Give pictures the corrected names under which they were found again, and move them in the report.

    Args:
        workspace: that the candidates were taken into.
        candidates: all pictures of the present collection.
        report: of that collection; its conflicts become relabelled pictures where the name was corrected.
    """
    if not report.conflicts:
        return
    decisions = latest(workspace)
    open_conflicts = [conflict for conflict in report.conflicts if not _is_settled(conflict, decisions)]
    corrected = _corrected(workspace, candidates, open_conflicts)
    labels = {
        conflict.id: (conflict.second, conflict.source)
        for conflict in corrected
        if not (conflict.id in decisions and decisions[conflict.id].action in BY_HAND)
    }
    if labels:
        relabel_rows(workspace, labels)
        workspace.keep()
    report.relabelled.update({each.id: (each.first, each.second) for each in corrected if each.id in labels}.values())
    report.conflicts = [conflict for conflict in open_conflicts if conflict.id not in labels]


def _is_settled(conflict: Conflict, decisions: dict[str, Decision]) -> bool:
    """Return whether the picture was moved by hand to the name under which it is found now."""
    return conflict.id in decisions and decisions[conflict.id].artist == conflict.second


def _corrected(workspace: Workspace, candidates: Sequence[Candidate], conflicts: Sequence[Conflict]) -> list[Conflict]:
    present = {candidate.artist for candidate in obeying_aliases(workspace, candidates)}
    claims = Counter(image_id for image_id, _ in {(conflict.id, conflict.second) for conflict in conflicts})
    catalog = read_catalog(workspace)
    sources = dict(zip(catalog["id"], catalog["source"], strict=True))
    held = Counter(zip(catalog["artist"], map(_kind, catalog["source"]), strict=True))
    again = [
        conflict
        for conflict in conflicts
        if conflict.first not in present
        and claims[conflict.id] == 1  # not under two names in the present collection
        and _item(conflict.source) == _item(sources.get(conflict.id, ""))
    ]
    found = Counter((first, kind) for _, first, kind in {(each.id, each.first, _kind(each.source)) for each in again})
    return [
        each
        for each in again
        if found[each.first, _kind(each.source)] >= LEAST_SHARE * held[each.first, _kind(each.source)]
    ]


def _kind(source: str) -> str:
    return source.partition(": ")[0]


def _item(source: str) -> tuple[str, str]:
    """Return the kind of a source, and the file's name in it."""
    return _kind(source), source.rsplit("/", 1)[-1].rpartition(": ")[2]
