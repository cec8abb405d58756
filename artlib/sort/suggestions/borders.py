"""Borders: the straight edges of a frame around a picture, and a margin in one colour."""

import cv2
import numpy as np

from artlib.sort.suggestions.surface import differs

SMALL = 160  # pixels of the longest side: at this size a frame's edge is straight, even if it was photographed askew
DEPTHS = (0.03, 0.3)  # shares of a side at which a frame may end
MIDDLE = 0.12  # share of the length that is left out at either end, where the frame's other sides are
ONE_COLOUR = 16  # of 255, in one channel
SPECKS = 0.02  # share of a row's pixels that don't end a margin
NEAR = 3  # pixels
CLEAR = 8  # of 255, between both sides of a frame's edge


def frame(pixels: np.ndarray) -> float:
    """Return how complete the straight edges near all four sides are: the weakest side's share, 0 to 1."""
    height, width = pixels.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.int16)
    turned = small.transpose(1, 0, 2)
    return min(_edge(side) for side in (small, small[::-1], turned, turned[::-1]))


def _edge(pixels: np.ndarray) -> float:
    """Return the share of the length of the straightest edge near the top, all steps in one direction."""
    first, last = (round(share * len(pixels)) for share in DEPTHS)
    cut = round(MIDDLE * pixels.shape[1])
    middle = pixels[:, cut : pixels.shape[1] - cut]
    steps = middle[3 + max(1, first) : 3 + last] - middle[max(1, first) : last]  # over 3 pixels, because of slant
    darker, lighter = (steps < -CLEAR).mean(axis=1), (steps > CLEAR).mean(axis=1)
    return float(max(darker.max(), lighter.max()))


def margin(pixels: np.ndarray) -> dict[str, float]:
    """Return the margin in one colour around a picture.

    Returns:
        margin (width of its narrowest side, as a share of the picture's shorter side) and filled (share of the inner
        side, of the four the least, along which the picture begins at once: low for a drawing on empty paper, 1 for a
        picture with straight sides), 0 to 1.
    """
    height, width = pixels.shape[:2]
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    other = differs(pixels, np.median(edge, axis=0).astype(np.uint8), ONE_COLOUR)
    rows, columns = other.mean(axis=1) <= SPECKS, other.mean(axis=0) <= SPECKS
    top, bottom, left, right = (_leading(each) for each in (rows, rows[::-1], columns, columns[::-1]))
    inner = other[top : height - bottom, left : width - right]
    sides = [inner[:NEAR], inner[-NEAR:], inner[:, :NEAR].T, inner[:, -NEAR:].T]
    filled = min(side.any(axis=0).mean() for side in sides) if inner.size else 0.0
    return {"margin": min(top, bottom, left, right) / min(height, width), "filled": float(filled)}


def _leading(flags: np.ndarray) -> int:
    return int(len(flags) if flags.all() else flags.argmin())
