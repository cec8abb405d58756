"""Finding suggestions: pictures that are perhaps no works are written into `suggestions.csv`; nothing else changes."""

from collections import Counter

import pandas as pd

from artlib.sort.suggestions.measures import measures_of
from artlib.sort.suggestions.report import SuggestionReport
from artlib.sort.suggestions.rules import RULES, suggestions
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.decisions import ACCEPTING, latest, sorted_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.set_apart import read_set_apart
from artlib.workspace.suggestions import write_suggestions


@writes("finding suggestions")
def find_suggestions(workspace: AnyWorkspace) -> SuggestionReport:
    """Find the pictures that a person should look at, and write them into `suggestions.csv` (`id,reason,detail`).

    They are perhaps blurry, nearly blank, screenshots, photographs among drawings, pages of text, or framed. Nothing is
    decided: they stay in until a person discards them. Pictures that are discarded, kept or moved by hand, or set apart
    by collecting are not suggested.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Returns:
        The pictures found; in the file, those of one reason are together.

    Raises:
        WorkspaceError: there is no catalog yet, or it is damaged.
    """
    workspace = as_workspace(workspace)
    catalog = sorted_catalog(workspace)
    measured = measures_of(workspace, catalog["id"].tolist())
    # those decided on are measures for the others: they show what is usual for their artist
    found = suggestions(catalog[["id", "artist"]].merge(measured, on="id"))
    found = found[~found["id"].isin(_decided(workspace))]
    found = found.sort_values("reason", key=lambda reasons: reasons.map(list(RULES).index), kind="stable")
    write_suggestions(workspace, found)
    workspace.keep()
    return _report(workspace, catalog, set(measured["id"]), found)


def _report(workspace: Workspace, catalog: pd.DataFrame, read: set[str], found: pd.DataFrame) -> SuggestionReport:
    apart = read_set_apart(workspace)
    left = ~apart["id"].isin(latest(workspace)) & apart["id"].isin(_ids_of_catalog(workspace))
    return SuggestionReport(
        pictures=len(catalog),
        unread=[image_id for image_id in catalog["id"] if image_id not in read],
        found=found.merge(catalog[["id", "artist", "path"]], on="id")[["id", "artist", "path", "reason", "detail"]],
        set_apart=Counter(apart.loc[left, "reason"]),
    )


def _ids_of_catalog(workspace: Workspace) -> list[str]:
    return workspace.read_table(workspace.catalog)["id"].tolist()


def _decided(workspace: Workspace) -> set[str]:
    return {image_id for image_id, decision in latest(workspace).items() if decision.action in ACCEPTING}
