"""Panels: rectangles that lie on an even ground with their sides along the picture's, as windows and tiles do."""

import cv2
import numpy as np

from artlib.sort.suggestions.surface import differs, main_colour

GROUND = 8  # of 255: programs fill their panels with exactly one colour, and neighbours may be nearly alike
LEAST, MOST = 0.004, 0.9  # shares of the picture's area that a panel takes
NARROWEST = 0.03  # of the picture's longest side
FULL = 0.95  # share of its box that a panel fills


def panels(pixels: np.ndarray) -> float:
    """Return how many panels a picture has: rectangles on its main colour, and rectangles of its main colour.

    Args:
        pixels: uint8 RGB, (height, width, 3).
    """
    drawn = differs(pixels, main_colour(pixels), GROUND)
    return float(_rectangles(drawn) + _rectangles(~drawn))


def _rectangles(mask: np.ndarray) -> int:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return sum(_is_panel(contour, mask.shape) for contour in contours)


def _is_panel(contour: np.ndarray, shape: tuple[int, ...]) -> bool:
    _, _, width, height = cv2.boundingRect(contour)
    if min(width, height) < NARROWEST * max(shape):
        return False
    # a contour runs through the middles of its outer pixels
    area = cv2.contourArea(contour) + cv2.arcLength(contour, closed=True) / 2 + 1
    return LEAST <= area / (shape[0] * shape[1]) <= MOST and area >= FULL * width * height
