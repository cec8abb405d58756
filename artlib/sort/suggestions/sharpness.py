"""Sharpness: how wide a picture's sharpest edges are.

An edge that was blurred by a Gaussian of width b, seen through Gaussians of widths 1 and 3, has slopes in the ratio
sqrt(9 + b²) / sqrt(1 + b²): 3 if it was perfectly sharp, about 1 if it was very wide. So b follows from the two slopes.
"""

import cv2
import numpy as np

FINE, COARSE = 1.0, 3.0  # pixels
STRONG = 0.02  # share of the pixels, those with the steepest slopes, that count as edges
STEEP = 2.0  # of 255 for each pixel, at least; what is flatter is shading
SHARPEST = 75  # percentile of the ratio: soft painters have some sharp edges, a blurred picture has none
WIDEST = 9.0  # pixels; given where there are no edges at all, or wider ones


def blur_width(grey: np.ndarray) -> float:
    """Return the width of the blur of a picture's sharpest edges, in pixels (the Gaussian's sigma): 0 to 9.

    Args:
        grey: uint8, (height, width).
    """
    fine, coarse = slope(grey, FINE), slope(grey, COARSE)
    edges = fine >= max(STEEP, float(np.quantile(fine, 1 - STRONG)))
    if not edges.any():
        return WIDEST
    ratio = float(np.percentile(fine[edges] / np.maximum(coarse[edges], 1e-3), SHARPEST))
    return width_from(ratio)


def slope(grey: np.ndarray, sigma: float) -> np.ndarray:
    """Return how fast the brightness changes at each pixel, seen through a Gaussian, float32."""
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), sigma)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    return cv2.magnitude(across, down)


def width_from(ratio: float) -> float:
    """Return the blur's width from the ratio of the fine to the coarse slope."""
    squared = ratio**2
    if squared <= 1:
        return WIDEST
    return float(min(WIDEST, np.sqrt(max(0.0, COARSE**2 - squared * FINE**2) / (squared - 1))))
