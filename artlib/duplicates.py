"""Near-duplicate groups: pictures that are the same work or nearly so, however flipped, turned, resized or recoloured.

A pair belongs together when its perceptual hashes nearly agree in one of the eight orientations, or when the frozen
network sees nearly the same picture, or when both agree a little less. The thresholds were set on paintings with known
duplicates; docs/duplicates.md says how.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from artlib import backbones
from artlib.features import frozen_features, last_level
from artlib.hashing import distances, orientation_hashes
from artlib.prepared import prepare, prepared_side
from artlib.sort import sorted_catalog
from artlib.workspace import Workspace, WorkspaceError, write_table

HASH_ALONE = 6  # differing bits of 64
COSINE_ALONE = 0.92
HASH_TOGETHER, COSINE_TOGETHER = 12, 0.80
BACKBONE = "efficientnet_lite0"  # its weights come with the package, so groups are the same on every machine
BLOCK = 512


@dataclass(frozen=True)
class DuplicateReport:
    """What find_duplicates found.

    Attributes:
        images: how many were compared.
        groups: ids of each group of two images or more, the largest group first.
        mixed: those of the groups in which several artists stand: a wrong label, a copy or a joint work.
    """

    images: int
    groups: list[list[str]]
    mixed: list[list[str]]

    def __str__(self) -> str:
        inside = sum(map(len, self.groups))
        lines = [f"{self.images} images, {len(self.groups)} near-duplicate groups with {inside} images in them."]
        if self.mixed:
            lines.append(f"{len(self.mixed)} groups hold several artists: look at them, a label may be wrong.")
        return "\n".join(lines)


def find_duplicates(workspace: Workspace) -> DuplicateReport:
    """Find the near-duplicate groups of all images kept, and write `groups.csv` (`id,group`, one row an image).

    Args:
        workspace: with a catalog.

    Returns:
        The groups; an image without near-duplicates is a group of its own in the file.

    Raises:
        WorkspaceError: there is no catalog yet.
    """
    catalog = sorted_catalog(workspace)
    ids = catalog["id"].tolist()
    backbone = backbones.get(BACKBONE)
    pixels = prepare(workspace, ids, prepared_side(backbone.image_size))
    hashes = np.stack([orientation_hashes(Image.fromarray(pixel)) for pixel in pixels])
    groups = group(hashes, last_level(frozen_features(workspace, ids, backbone), backbone))
    write_table(workspace.groups, pd.DataFrame({"id": ids, "group": [f"g{number:05d}" for number in groups]}))
    return _report(catalog.assign(group=groups))


def group(hashes: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Put near-duplicates into groups: the connected components of all pairs that belong together.

    Args:
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        features: float (n, width), frozen features.

    Returns:
        int (n,), each image's group number.
    """
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    pairs = []
    for start in range(0, len(hashes), BLOCK):
        bits = distances(hashes[start : start + BLOCK], hashes[:, 0])
        pairs.append(np.argwhere(same(bits, unit[start : start + BLOCK] @ unit.T)) + np.array((start, 0)))
    left, right = np.concatenate(pairs).T
    graph = coo_matrix((np.ones(len(left), bool), (left, right)), shape=(len(hashes), len(hashes)))
    return connected_components(graph, directed=False)[1]


def same(bits: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    """Say which pairs are near-duplicates, from differing hash bits (0-64) and the cosine of features (-1 to 1)."""
    return (bits <= HASH_ALONE) | (cosine >= COSINE_ALONE) | ((bits <= HASH_TOGETHER) & (cosine >= COSINE_TOGETHER))


def read_groups(workspace: Workspace, ids: list[str]) -> np.ndarray:
    """Return the group name of each of `ids`.

    Raises:
        WorkspaceError: the groups were never found, or images were collected or moved back since.
    """
    table = workspace.read_table(workspace.groups)
    known = dict(zip(table["id"], table["group"], strict=True))
    if missing := [image_id for image_id in ids if image_id not in known]:
        raise WorkspaceError(
            f"{len(missing)} images are not in {workspace.groups}: they came after it was written. "
            "Run 02_sort (artlib duplicates) again."
        )
    return np.array([known[image_id] for image_id in ids])


def _report(catalog: pd.DataFrame) -> DuplicateReport:
    several = [table for _, table in catalog.groupby("group") if len(table) > 1]
    several.sort(key=len, reverse=True)
    return DuplicateReport(
        images=len(catalog),
        groups=[table["id"].tolist() for table in several],
        mixed=[table["id"].tolist() for table in several if table["artist"].nunique() > 1],
    )
