"""Setting apart: after a collection, the pictures that are probably no works are written into `set_apart.csv`."""

from collections.abc import Mapping, Set

import pandas as pd

from artlib.collect.suggestions.copies import Row, in_common, shared_row, small_copies
from artlib.collect.suggestions.looks import empty_pictures, looks_of
from artlib.collect.suggestions.parts import square_parts
from artlib.collect.suggestions.pixels import Small, small_pictures
from artlib.collect.suggestions.sizes import icons, strips
from artlib.workspace import Workspace
from artlib.workspace.catalog import ADDED
from artlib.workspace.decisions import apply, latest
from artlib.workspace.fingerprints import catalog_with_fingerprints
from artlib.workspace.set_apart import (
    BLANK,
    COLUMNS,
    ICON,
    PLACEHOLDER,
    SHARED,
    SMALL_COPY,
    STRIP,
    read_set_apart,
    write_set_apart,
)

FOUND_AGAIN = (BLANK, PLACEHOLDER, SMALL_COPY, ICON, STRIP)  # each time, so that a row whose reason is gone goes, too


def set_apart(workspace: Workspace, found_under: Mapping[str, Set[str]]) -> pd.DataFrame:
    """Find the pictures that are probably no works, and write them into `set_apart.csv`.

    Nothing changes if a split holds every picture: models were trained on it, and would have to be trained again.

    Args:
        workspace: with a catalog.
        found_under: from the id of an image to all artists under whose names a collection found it.

    Returns:
        The table written.
    """
    before = read_set_apart(workspace)
    catalog = catalog_with_fingerprints(workspace)
    if _is_in_the_split(workspace, catalog):
        return before
    moved = {image_id: decision for image_id, decision in latest(workspace).items() if decision.action == "move"}
    own = apply(catalog[~catalog["source"].str.startswith(ADDED)], moved)  # added ones were chosen by hand
    pictures = own.assign(
        width=own["width"].astype(int),
        height=own["height"].astype(int),
        hash=[int(text, 16) for text in own["phash"]],
    ).astype({"hash": "uint64"})
    found = suggestions(pictures, looks_of(workspace, own["id"].tolist()), small_pictures(workspace))
    shared = [shared_row(image_id, set(names)) for image_id, names in found_under.items()]
    # equal bytes under two names are in the catalog once: only the collection that met them could see it
    found_again = before["reason"].isin(FOUND_AGAIN) | ((before["reason"] == SHARED) & (before["of"] != ""))
    kept = before[~found_again & before["id"].isin(catalog["id"])]
    every = pd.concat([found, pd.DataFrame(shared, columns=list(COLUMNS)), kept])
    table = every.drop_duplicates("id").reset_index(drop=True)
    write_set_apart(workspace, table)
    return table


def suggestions(pictures: pd.DataFrame, looks: pd.DataFrame, small: Small) -> pd.DataFrame:
    """Return the pictures that are probably no works, each with its first reason.

    Args:
        pictures: columns id, artist, width, height (int) and hash (uint64).
        looks: columns id, drawn and mark, as `looks_of` returns them.
        small: returns a picture in a small size by its id.

    Returns:
        Columns id, reason, of and detail.
    """
    rows: list[Row] = []
    rules = (
        lambda left: empty_pictures(looks[looks["id"].isin(left["id"])]),
        lambda left: small_copies(left, small),
        lambda left: square_parts(left, small),
        lambda left: in_common(left, small),
        icons,
        strips,
    )
    for rule in rules:  # each sees what those before it left, so that a thumbnail is no measure of the works' sizes
        rows += rule(pictures[~pictures["id"].isin([row[0] for row in rows])])
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(str)


def _is_in_the_split(workspace: Workspace, catalog: pd.DataFrame) -> bool:
    if not workspace.split.exists():
        return False
    current = apply(catalog, latest(workspace), set(read_set_apart(workspace)["id"]))
    current = current[~current["source"].str.startswith(ADDED)]
    return set(current["id"]) <= set(workspace.read_table(workspace.split)["id"])
