"""Near-duplicate groups: pictures that are the same work or nearly so, however flipped, turned, resized or recoloured.

A pair belongs together when its perceptual hashes nearly agree in one of the eight orientations, or when the frozen
network sees nearly the same picture, or when both agree a little less. The thresholds were set on paintings with known
duplicates; docs/duplicates.md says how.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from artlib import backbones
from artlib.inference.features import frozen_features, last_level
from artlib.inference.pixels import prepare, prepared_side
from artlib.similarity.hashing import orientation_hashes
from artlib.similarity.near_duplicates import group
from artlib.workspace import Workspace
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.writing import write_table

BACKBONE = "efficientnet_lite0"  # its weights come with the package, so groups are the same on every machine


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


def _report(catalog: pd.DataFrame) -> DuplicateReport:
    several = [table for _, table in catalog.groupby("group") if len(table) > 1]
    several.sort(key=len, reverse=True)
    return DuplicateReport(
        images=len(catalog),
        groups=[table["id"].tolist() for table in several],
        mixed=[table["id"].tolist() for table in several if table["artist"].nunique() > 1],
    )
