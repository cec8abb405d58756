"""Writing: rows of small marks of one height on an even ground, as letters stand."""

import cv2
import numpy as np

CONTRAST = 30  # of 255, within 3 pixels
LOWEST = 3  # pixels
LINE = 0.045  # of the longest side: the highest row of small letters
GAP = 5  # pixels: letters that are closer make one word
LONG, FULL = 2.0, 0.4  # a word is so many times as long as high, and its box so full of edges


def writing(grey: np.ndarray) -> dict[str, float]:
    """Return how much of what is drawn looks like rows of letters.

    Args:
        grey: uint8, (height, width).

    Returns:
        words (how many groups of marks look like words), written (share of all edge pixels that lie in them, 0 to 1).
    """
    # only across: the lines of a panel above and below a word would be one with it
    edges = (cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((1, 3), np.uint8)) > CONTRAST).astype(np.uint8)
    total = int(edges.sum())
    if not total:
        return {"words": 0.0, "written": 0.0}
    highest = max(8, round(LINE * max(edges.shape)))
    joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    boxes = boxes[1:]
    width, height = boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT]
    full = boxes[:, cv2.CC_STAT_AREA] / (width * height)
    like_words = (height >= LOWEST) & (height <= highest) & (width >= LONG * height) & (full >= FULL)
    inside = np.zeros_like(edges)
    for left, top, wide, high, _ in boxes[like_words]:
        inside[top : top + high, left : left + wide] = 1
    return {"words": float(like_words.sum()), "written": float((edges & inside).sum() / total)}
