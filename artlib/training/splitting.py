"""The split into train, validation and test: by artist, in whole near-duplicate groups, seeded."""

import numpy as np
import pandas as pd

from artlib.errors import counted, warn
from artlib.workspace import AnyWorkspace, WorkspaceError, as_workspace
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.disk.writing import write_table
from artlib.workspace.groups import read_groups
from artlib.workspace.split import PARTS, Split, read_split

HELD_OUT = 0.1  # of each artist's images for validation, and the same for test
FEW_IMAGES = 40  # below this, a held-out part of a tenth has fewer than four images


@writes("splitting")
def make_split(workspace: AnyWorkspace, *, seed: int = 0) -> Split:
    """Split the images kept, and write `split.csv` (`id,artist,group,part`) and `artists.csv`.

    Of each artist about 80 % go to train, 10 % to validation and 10 % to test; a near-duplicate group is
    never divided. A warning names artists with few different images.

    Args:
        workspace: a Workspace, or the path of one, with a catalog and groups.
        seed: the same seed and images give the same split.

    Raises:
        WorkspaceError: there is nothing to split, fewer than two artists, or an artist that can't be split.
    """
    workspace = as_workspace(workspace)
    catalog = sorted_catalog(workspace)[["id", "artist"]].reset_index(drop=True)
    if catalog["artist"].nunique() < 2:
        raise WorkspaceError(
            f"A recogniser needs at least 2 artists. {workspace.catalog} holds: {sorted(set(catalog['artist']))}. "
            "Collect another artist with 01_collect (artlib collect)."
        )
    catalog["group"] = read_groups(workspace, catalog["id"].tolist())
    catalog["part"] = assign_parts(catalog["artist"].to_numpy(str), catalog["group"].to_numpy(str), seed)
    write_table(workspace.split, catalog)
    write_table(workspace.artists, artists_table(catalog["artist"]))
    workspace.keep()
    _warn_of_few_images(catalog)
    return read_split(workspace)


def assign_parts(artists: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Assign each image to a part.

    Args:
        artists: str (n,).
        groups: str (n,); a group with several artists follows the artist with most images in it.
        seed: decides which groups are held out.

    Returns:
        str (n,): train, validation or test.
    """
    table = pd.DataFrame({"artist": artists, "group": groups})
    owner = table.groupby("group")["artist"].agg(lambda names: names.value_counts(sort=True).index[0])
    generator = np.random.default_rng(seed)
    part_of: dict[str, str] = {}
    for _, mine in sorted(owner.groupby(owner)):
        sizes = table["group"].value_counts()[sorted(mine.index)]
        part_of |= _hold_out(sizes.iloc[generator.permutation(len(sizes))])
    return table["group"].map(part_of).to_numpy(str)


def _hold_out(sizes: pd.Series) -> dict[str, str]:
    """Assign whole groups, in the given order, to test and validation until each has a tenth, and the rest to train."""
    wanted = max(1, round(HELD_OUT * sizes.sum()))
    part_of = dict.fromkeys(sizes.index, "train")
    training = len(sizes)
    for part in ("test", "validation"):
        held = 0
        for name, size in sizes.items():
            # a much larger group would make the part too large, and one group must be left to learn from
            if held < wanted and part_of[name] == "train" and held + size <= 1.5 * wanted and training > 1:
                part_of[name], held, training = part, held + size, training - 1
    return part_of


def artists_table(artists: pd.Series) -> pd.DataFrame:
    """Return `name,paintings,class_weight` for each artist, sorted; weights average to 1 over the images."""
    counts = artists.value_counts().sort_index()
    weights = counts.sum() / (len(counts) * counts)
    return pd.DataFrame(
        {"name": counts.index, "paintings": counts.to_numpy(), "class_weight": weights.round(6).to_numpy()}
    )


def _warn_of_few_images(catalog: pd.DataFrame) -> None:
    """Warn of artists with few images, near-duplicates counted once, and of those who miss in a part."""
    different = catalog.groupby("artist")["group"].nunique()
    few = different[different < FEW_IMAGES].sort_values(kind="stable")
    if len(few):
        warn(f"{_few_images(few)}. Expect a low recall; collect more if you can. Near-duplicates count once.")
    counts = pd.crosstab(catalog["artist"], catalog["part"]).reindex(columns=list(PARTS), fill_value=0)
    without = counts.eq(0).apply(lambda row: " and ".join(row.index[row]), axis=1)
    for parts, artists in without[without != ""].groupby(without):
        verb = "has" if len(artists) == 1 else "have"
        warn(f"{_listed(list(artists.index))} {verb} no image in {parts}: too few are not near-duplicates.")


def _few_images(few: pd.Series) -> str:
    """Return who has few different images, the fewest first."""
    if len(few) == 1:
        return f"{few.index[0]} has only {counted(few.iloc[0], 'different image')}"
    names = _listed([f"{artist} ({count})" for artist, count in few.items()])
    return f"{len(few)} artists have fewer than {FEW_IMAGES} different images: {names}"


def _listed(names: list[str], most: int = 8) -> str:
    """Return names as a text, the first ones if there are many."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
