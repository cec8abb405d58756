"""The region: which part of a picture and which part of a known work show the same."""

from dataclasses import dataclass

import numpy as np

from artlib.similarity.matching import Match

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)  # a whole picture, in fractions of its width and height


@dataclass(frozen=True)
class Region:
    """What both show, as convex outlines in fractions of width and height; empty if they share no area.

    Attributes:
        in_picture: float (n, 2), corners in the picture.
        in_work: float (n, 2), the same corners in the work.
    """

    in_picture: np.ndarray
    in_work: np.ndarray


def shared_region(match: Match) -> Region:
    """Return the part of the picture that lies on the work, and where it lies there."""
    to_work = _upright(match)
    x, y, w = to_work
    corners = SQUARE
    # in homogeneous places the four sides of the work are lines of the picture, also behind its horizon
    for side in (x, w - x, y, w - y):
        corners = _cut(corners, side)
    return Region(corners, moved(corners, to_work) if len(corners) else corners)


def moved(places: np.ndarray, homography: np.ndarray) -> np.ndarray:
    """Return where a homography takes places, float (n, 2)."""
    found = np.column_stack([places, np.ones(len(places))]) @ homography.T
    return found[:, :2] / found[:, 2:]


def _upright(match: Match) -> np.ndarray:
    """Return the homography with such a sign that what was seen lies before the horizon, not behind it."""
    to_work = np.asarray(match.to_work, float)
    seen = match.pairs[:, :2].mean(axis=0) if len(match.pairs) else (0.5, 0.5)
    return to_work if to_work[2] @ (*seen, 1) > 0 else -to_work


def _cut(corners: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Return the part of a convex outline where `side` is not negative (Sutherland & Hodgman, 1974)."""
    heights = corners @ side[:2] + side[2]
    kept: list[np.ndarray] = []
    for here, there, high, next_high in zip(
        corners, np.roll(corners, -1, axis=0), heights, np.roll(heights, -1), strict=True
    ):
        if high >= 0:
            kept.append(here)
        if high * next_high < 0:
            kept.append(here + (there - here) * high / (high - next_high))
    return np.array(kept).reshape(-1, 2)
