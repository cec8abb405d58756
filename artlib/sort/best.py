"""The best picture of a near-duplicate group: the largest, then the sharpest, then the least compressed."""

from collections.abc import Sequence

import cv2
import numpy as np

from artlib.images.errors import ImageError
from artlib.images.loading import normalised
from artlib.sort.pictures import CollectedPictures
from artlib.workspace import Workspace
from artlib.workspace.copies import open_copy

AS_LARGE = 0.95  # of the longest side of the largest, from which on a picture counts as large as it
AS_SHARP = 0.9
COMPARED_SIDE = 256  # pixels of the longest side at which sharpness is compared


def best_of(workspace: Workspace, pictures: CollectedPictures, group: Sequence[str]) -> str:
    """Return the id of the best picture of a group; of equal ones the first.

    Args:
        workspace: with the pictures' files; one that is missing has no sharpness.
        pictures: that the group is of.
        group: ids, 1 or more.
    """
    left = _large(pictures, group)
    if len(left) > 1:  # most groups are decided by their sizes, without opening a file
        left = _highest(left, [_sharpness(workspace, each) for each in left], AS_SHARP)
    if len(left) > 1:
        left = _highest(left, [_bytes_a_pixel(workspace, pictures, each) for each in left], 1.0)
    return left[0]


def smaller_ones(pictures: CollectedPictures, group: Sequence[str]) -> list[str]:
    """Return the ids of those pictures of a group that are clearly smaller than its largest."""
    large = set(_large(pictures, group))
    return [image_id for image_id in group if image_id not in large]


def _large(pictures: CollectedPictures, group: Sequence[str]) -> list[str]:
    return _highest(group, [max(pictures.size(image_id)) for image_id in group], AS_LARGE)


def _highest(ids: Sequence[str], values: Sequence[float], share: float) -> list[str]:
    """Return the ids whose values are at least that share of the highest."""
    return [each for each, value in zip(ids, values, strict=True) if value >= share * max(values)]


def _sharpness(workspace: Workspace, image_id: str) -> float:
    """Return the variance of the Laplacian of a picture's grey values, at the same size for all."""
    try:
        picture = normalised(open_copy(workspace, image_id, at_least=COMPARED_SIDE), COMPARED_SIDE)
    except ImageError:
        return 0.0
    return float(cv2.Laplacian(np.asarray(picture.convert("L")), cv2.CV_64F).var())


def _bytes_a_pixel(workspace: Workspace, pictures: CollectedPictures, image_id: str) -> float:
    width, height = pictures.size(image_id)
    try:
        return workspace.original(pictures.original(image_id)).stat().st_size / max(1, width * height)
    except OSError:
        return 0.0
