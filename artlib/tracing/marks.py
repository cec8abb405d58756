"""Marks on pictures: the outline of a region, lines between two pictures, the squares of a checkerboard."""

import cv2
import numpy as np

LINES, FEW_LINES = 32, 10  # joined points at most; more would hide the pictures, or a small region in them
ROOM = 400  # square pixels of the smaller region for each line
SQUARES = 8  # along the shorter side
EDGE = 0.3  # how much the edges of squares are lighter on dark, darker on light
OUTLINE, HALO = (255, 212, 0), (20, 20, 20)
COLOURS = ((230, 25, 75), (60, 180, 75), (0, 130, 200), (245, 130, 48), (145, 30, 180), (0, 170, 170))
Pixels = np.ndarray  # uint8 RGB (height, width, 3)


def outlined(pixels: Pixels, corners: np.ndarray) -> Pixels:
    """Return a picture with an outline; no part of it is lost at the border. Corners are float (n, 2), in pixels."""
    drawn = pixels.copy()
    if len(corners):
        height, width = pixels.shape[:2]
        inside = np.clip(corners, 2, np.maximum(2, (width - 3, height - 3)))
        places = [np.round(inside).astype(np.int32)]
        for colour, thickness in ((HALO, 5), (OUTLINE, 3)):
            cv2.polylines(drawn, places, isClosed=True, color=colour, thickness=thickness, lineType=cv2.LINE_AA)
    return drawn


def joined(pixels: Pixels, starts: np.ndarray, ends: np.ndarray) -> Pixels:
    """Return a picture with lines on it, float (n, 2) each, in pixels."""
    drawn = pixels.copy()
    for number, line in enumerate(np.round(np.hstack([starts, ends])).astype(int).tolist()):
        start, end, colour = line[:2], line[2:], COLOURS[number % len(COLOURS)]
        cv2.line(drawn, start, end, colour, 1, cv2.LINE_AA)
        for place in (start, end):
            cv2.circle(drawn, place, 3, HALO, -1, cv2.LINE_AA)
            cv2.circle(drawn, place, 2, colour, -1, cv2.LINE_AA)
    return drawn


def lines_for(smaller: float) -> int:
    """Return how many lines a region of so many square pixels has room for."""
    return int(np.clip(smaller / ROOM, FEW_LINES, LINES))


def spread_out(pairs: np.ndarray, most: int) -> np.ndarray:
    """Return some of the joined points, each as far from those before it as can be.

    Args:
        pairs: float (n, 4), a point in one picture and a point in the other.
        most: how many at most.
    """
    if len(pairs) <= most:
        return pairs
    taken = [0]
    distances = np.full(len(pairs), np.inf)
    while len(taken) < most:
        distances = np.minimum(distances, ((pairs - pairs[taken[-1]]) ** 2).sum(axis=1))
        taken.append(int(distances.argmax()))
    return pairs[taken]


def checkered(first: Pixels, second: Pixels) -> Pixels:
    """Return two pictures of one size in squares by turns, with fine edges."""
    side = max(8, min(first.shape[:2]) // SQUARES)
    rows, columns = np.indices(first.shape[:2])
    mixed = np.where(((rows // side + columns // side) % 2 == 1)[..., None], second, first)
    edges = (rows % side == 0) & (rows > 0) | (columns % side == 0) & (columns > 0)
    ink = np.where(mixed.mean(axis=2, keepdims=True) < 128, 255, 0)
    return np.where(edges[..., None], mixed * (1 - EDGE) + ink * EDGE, mixed).astype(np.uint8)
