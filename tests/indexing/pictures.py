"""A workspace with pictures alone, which is all that the index needs."""

from pathlib import Path

import cv2
import numpy as np
from drawing import photo

from artlib.similarity.keypoints import ASKED_POINTS, ASKED_TILES, Keypoints, find_keypoints
from artlib.workspace import Workspace


def drawn(root: Path, count: int, first: int = 0) -> tuple[Workspace, list[str]]:
    """Draw so many works; return their workspace and their ids."""
    workspace = Workspace(root)
    ids = [f"{number:016x}" for number in range(first, first + count)]
    for image_id in ids:
        workspace.image(image_id).parent.mkdir(parents=True, exist_ok=True)
        photo(int(image_id, 16), (400, 300)).save(workspace.image(image_id), quality=92)
    return workspace, ids


def forms(workspace: Workspace, image_id: str, *, mirrored: bool = False) -> list[Keypoints]:
    """The keypoints, and those of the mirror image, of the middle half of a work, which may be mirrored first."""
    grey = cv2.imread(str(workspace.image(image_id)), cv2.IMREAD_GRAYSCALE)[40:260, 60:340]
    grey = np.ascontiguousarray(grey[:, ::-1]) if mirrored else grey
    keypoints = find_keypoints(grey, ASKED_POINTS, ASKED_TILES)
    return [keypoints, keypoints.mirrored()]
