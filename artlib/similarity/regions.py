"""Regions: where in a picture the works lie that were found in it, in fractions of width and height."""

from collections.abc import Iterable

import cv2
import numpy as np

from artlib.similarity.geometry import CORNERS, moved_places

GRID = 64  # cells along each side of a picture
WIDER = 1.2  # times: keypoints keep away from the edges
SAME_PLACE = 0.5  # of the smaller of two regions that they have in common


def region_of(to_work: np.ndarray) -> np.ndarray:
    """Return the part of a picture that shows a work, as a convex polygon, float32 (n, 2); empty if there is none.

    Args:
        to_work: float (3, 3), the homography from places in the picture to places in the work.
    """
    corners = moved_places(np.linalg.inv(to_work), CORNERS).astype(np.float32)
    return _common(corners, CORNERS)


def around(places: np.ndarray) -> np.ndarray:
    """Return what lies around places in a picture, as a convex polygon, float32 (n, 2).

    Of a work that was cut to a cell of a collage, this is the cell, where `region_of` would reach over its neighbours.

    Args:
        places: float32 (m, 2), at least three.
    """
    hull = cv2.convexHull(places.astype(np.float32)).reshape(-1, 2)
    centre = hull.mean(axis=0)
    return np.clip(centre + WIDER * (hull - centre), 0, 1)


def is_same_place(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two regions, as `region_of` and `around` return them, have most of the smaller one in common."""
    smaller = min(_area(one), _area(other))
    return smaller > 0 and _area(_common(one, other)) >= SAME_PLACE * smaller


def outside(regions: Iterable[np.ndarray]) -> np.ndarray:
    """Return which cells of a picture lie outside of all regions, bool (64, 64)."""
    covered = np.zeros((GRID, GRID), np.uint8)
    for region in regions:
        if len(region):
            cv2.fillConvexPoly(covered, np.round(region * GRID - 0.5).astype(np.int32), 1)
    return covered == 0


def _common(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    if len(one) < 3 or len(other) < 3:
        return np.empty((0, 2), np.float32)
    # in whole hundreds: with sides of one, OpenCV takes near corners for the same
    _, common = cv2.intersectConvexConvex(100 * one.astype(np.float32), 100 * other.astype(np.float32))
    if common is None or len(common) < 3:  # of two that do not meet, OpenCV 5 returns one point somewhere
        return np.empty((0, 2), np.float32)
    return common.reshape(-1, 2) / 100


def _area(region: np.ndarray) -> float:
    return float(cv2.contourArea(region.astype(np.float32))) if len(region) >= 3 else 0.0
