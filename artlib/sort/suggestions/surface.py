"""Surface: how much of a picture is one colour, where something is drawn, and whether its areas are flat or grained."""

import cv2
import numpy as np

GROUND = 16  # of 255, in one channel: what is as close to the main colour belongs to it
FLAT = 2  # of 255: an area in which the brightness differs no more is flat, also after JPEG
SOFT = 24  # of 255: more than flat and at most this is grain or shading; beyond it are edges
OUTER = 0.01  # share of the drawn pixels that may lie outside of the box, on each side: specks and signatures


def surface(drawn: np.ndarray, differences: np.ndarray) -> dict[str, float]:
    """Return what a picture's areas are like.

    Args:
        drawn: bool, (height, width), as `drawn_on` returns it.
        differences: uint8, (height, width), as `local_range` returns them.

    Returns:
        All from 0 to 1: drawn (share of the pixels that differ from the main colour), box (share of the area of the box
        around them), flat (share of flat areas), soft (share of the areas with grain or shading).
    """
    flat = float((differences <= FLAT).mean())
    return {
        "drawn": float(drawn.mean()),
        "box": _box(drawn),
        "flat": flat,
        "soft": float((differences <= SOFT).mean()) - flat,
    }


def drawn_on(pixels: np.ndarray) -> np.ndarray:
    """Return where a picture, uint8 RGB (height, width, 3), differs from its main colour, bool (height, width)."""
    return differs(pixels, main_colour(pixels), GROUND)


def differs(pixels: np.ndarray, colour: np.ndarray, by: int) -> np.ndarray:
    """Return where a picture differs from a colour by more than `by` in one channel at least, bool (height, width)."""
    red, green, blue = cv2.split(cv2.absdiff(pixels, np.full_like(pixels, colour)))
    return cv2.max(cv2.max(red, green), blue) > by


def main_colour(pixels: np.ndarray) -> np.ndarray:
    """Return the colour of most pixels, uint8 (3,): the middle of the fullest of 16 x 16 x 16 cells of colours."""
    some = pixels[::3, ::3]  # a ninth of them tells it as well
    cells = (some >> 4).astype(np.int32) @ np.array((256, 16, 1), np.int32)
    fullest = np.bincount(cells.ravel(), minlength=4096).argmax()
    return np.median(some[cells == fullest], axis=0).astype(np.uint8)


def local_range(grey: np.ndarray) -> np.ndarray:
    """Return the difference of the brightest and the darkest of 3 x 3 pixels around each, uint8."""
    return cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))


def _box(drawn: np.ndarray) -> float:
    if not drawn.any():
        return 0.0
    share = 1.0
    for axis in (0, 1):
        summed = np.cumsum(drawn.sum(axis=axis, dtype=np.int64)) / drawn.sum()
        first, last = np.searchsorted(summed, (OUTER, 1 - OUTER))
        share *= (last - first + 1) / len(summed)
    return float(share)
