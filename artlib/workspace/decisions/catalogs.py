"""What decisions do to the catalog: pictures are left out, accepted, and put under other artists."""

from collections.abc import Collection

import pandas as pd

from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions.decision import Decision
from artlib.workspace.decisions.log import latest
from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.set_apart import read_set_apart

ACCEPTING = ("keep", "move")  # what makes a picture count that was set apart


def accepted(decisions: dict[str, Decision]) -> set[str]:
    """Return the ids of the images that a person kept or moved: they count, even if they were set apart."""
    return {image_id for image_id, decision in decisions.items() if decision.action in ACCEPTING}


def apply(
    catalog: pd.DataFrame, decisions: dict[str, Decision], set_apart: Collection[str] = frozenset()
) -> pd.DataFrame:
    """Apply decisions to a catalog; an image without a decision stays as it is, unless it is set apart.

    Args:
        catalog: one row per image, with at least the columns `id` and `artist`; not changed.
        decisions: as `latest` returns them; those about other images are ignored.
        set_apart: ids of images that are left out until a person keeps or moves them.

    Returns:
        A new table without the rows left out, with the artists of moved ones, in the same order, indexed from 0.
    """
    left_out = {image_id for image_id, decision in decisions.items() if decision.action == "discard"}
    left_out |= set(set_apart) - accepted(decisions)
    moved = {image_id: decision.artist for image_id, decision in decisions.items() if decision.action == "move"}
    kept = catalog[~catalog["id"].isin(left_out)].reset_index(drop=True)
    artists = [moved.get(image_id, artist) for image_id, artist in zip(kept["id"], kept["artist"], strict=True)]
    return kept.assign(artist=pd.Series(artists, index=kept.index, dtype=catalog["artist"].dtype))


def sorted_catalog(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the catalog as sorted by hand; every later stage works on it.

    Args:
        workspace: the folder with `catalog.csv` and, if there are any, `decisions.jsonl` and `set_apart.csv`.

    Returns:
        The rows of the catalog that were neither discarded nor set apart, every column as text, under the artists they
        were moved to. A picture that was set apart and then kept or moved by hand is among them.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty or damaged.
    """
    workspace = as_workspace(workspace)
    return apply(read_catalog(workspace), latest(workspace), set(read_set_apart(workspace)["id"]))


def named_catalog(workspace: Workspace) -> pd.DataFrame:
    """Return all rows of the catalog, also those discarded, under the artists that they were collected for or moved to.

    Raises:
        WorkspaceError: there is no catalog yet, or it is empty or damaged.
    """
    moves = {image_id: decision for image_id, decision in latest(workspace).items() if decision.action == "move"}
    return apply(read_catalog(workspace), moves)
