"""Appearance: the hashes and features by which near-duplicates among a workspace's images are found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artlib import backbones
from artlib.inference.features import frozen_features, last_level
from artlib.inference.pixels import prepare, prepared_side
from artlib.similarity.hashing import orientation_hashes
from artlib.workspace import Workspace

BACKBONE = "efficientnet_lite0"  # its weights come with the package, so groups are the same on every machine


@dataclass(frozen=True)
class Appearance:
    """The appearance of images, as perceptual hashes and as features of a network.

    Attributes:
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        subjects: float32 (n, width), frozen features of the network's last level, which describe subjects.
    """

    hashes: np.ndarray
    subjects: np.ndarray


def appearance_of(workspace: Workspace, ids: Sequence[str]) -> Appearance:
    """Return the appearance of some images; features computed before are read from disk.

    Raises:
        WorkspaceError: an image is missing or damaged.
    """
    backbone = backbones.get(BACKBONE)
    return Appearance(hashes_of(workspace, ids), last_level(frozen_features(workspace, ids, backbone), backbone))


def hashes_of(workspace: Workspace, ids: Sequence[str]) -> np.ndarray:
    """Return the perceptual hashes of some images, uint64 (n, 8), of their prepared pictures.

    Raises:
        WorkspaceError: an image is missing or damaged.
    """
    pixels = prepare(workspace, ids, prepared_side(backbones.get(BACKBONE).image_size))
    return np.stack([orientation_hashes(Image.fromarray(pixel)) for pixel in pixels])
