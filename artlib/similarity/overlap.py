"""Overlap: how much of a picture and of a work agree pixel by pixel, where one lies over the other."""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 256  # pixels of the work's longest side
WINDOW = 15  # pixels: correlation is measured within squares of this side
AGREES = 0.5  # correlation from which on a window agrees
TEXTURE = 5.0  # of 255: a window with a smaller standard deviation is plain
EDGE = 0.2  # of the width and of the height on each side, where frames are
SOFTER = (0.0, 0.7, 1.2, 1.8, 2.6, 3.8)  # standard deviations in pixels that are tried to make both equally sharp


@dataclass(frozen=True)
class Overlap:
    """A picture over a work.

    Attributes:
        share: of the windows with texture that agree, 0 to 1.
        kept: share of the work that the picture covers, 0 to 1.
        inner: the same in the middle of the work, without what lies near its edges, 0 to 1.
        windows: how many windows with texture were compared, as if they did not overlap.
    """

    share: float
    kept: float
    inner: float
    windows: float


def overlap(picture: np.ndarray, work: np.ndarray, to_work: np.ndarray) -> Overlap:
    """Lay a picture over a work and compare them.

    Args:
        picture: uint8 (height, width), grey.
        work: uint8 (height, width), grey.
        to_work: float (3, 3), the homography from pixels of the picture to pixels of the work.
    """
    scale = min(1.0, SIDE / max(work.shape))
    size = (max(1, round(work.shape[1] * scale)), max(1, round(work.shape[0] * scale)))
    below = cv2.resize(work, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    move = np.diag([size[0] / work.shape[1], size[1] / work.shape[0], 1]) @ to_work
    above, inside = laid_over(picture, move, size)
    above, below = _equally_sharp(above, below, inside)
    agree, textured, count = _windows(above, below, inside)
    return Overlap(
        share=_share(agree, textured),
        kept=float(inside.mean()),
        inner=_share(agree, textured & _middle(size)),
        windows=float(textured.sum() / WINDOW**2) if count else 0.0,
    )


def _share(agree: np.ndarray, counted: np.ndarray) -> float:
    return float((agree & counted).sum() / max(counted.sum(), 1))


def _middle(size: tuple[int, int]) -> np.ndarray:
    """Return which pixels of a canvas, given as width and height, lie in its middle, bool (height, width)."""
    (left, top), middle = (round(EDGE * length) for length in size), np.zeros(size[::-1], bool)
    middle[top : size[1] - top, left : size[0] - left] = True
    return middle


def laid_over(picture: np.ndarray, move: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture as a homography brings it onto a canvas, float32 (height, width), and where it lies, bool.

    Args:
        picture: uint8 (height, width), grey.
        move: float (3, 3), from pixels of the picture to pixels of the canvas.
        size: of the canvas, width and height.
    """
    shrunk, move = _shrunk(picture, move)
    height, width = shrunk.shape
    above = cv2.warpPerspective(shrunk, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    whole = cv2.warpPerspective(np.full((height, width), 255, np.uint8), move, size, flags=cv2.INTER_LINEAR)
    return above.astype(np.float32), whole >= 250


def _shrunk(picture: np.ndarray, move: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shrink a picture that is much larger than its place on the canvas: warping looks at four pixels only."""
    factor = float(np.sqrt(abs(np.linalg.det(move[:2, :2]))))
    if factor >= 0.7:
        return picture, move
    size = (max(2, round(picture.shape[1] * factor)), max(2, round(picture.shape[0] * factor)))
    shrunk = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return shrunk, move @ np.diag([picture.shape[1] / size[0], picture.shape[0] / size[1], 1])


def _equally_sharp(above: np.ndarray, below: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blur the sharper of the two until it is as soft as the other."""
    if _sharpness(above, inside) > _sharpness(below, inside):
        return _as_soft(above, below, inside), below
    return above, _as_soft(below, above, inside)


def _as_soft(sharper: np.ndarray, softer: np.ndarray, inside: np.ndarray) -> np.ndarray:
    wanted = _sharpness(softer, inside)
    tried = [sharper if not sigma else cv2.GaussianBlur(sharper, (0, 0), sigma) for sigma in SOFTER]
    return min(tried, key=lambda each: abs(np.log((_sharpness(each, inside) + 1e-3) / (wanted + 1e-3))))


def _sharpness(grey: np.ndarray, inside: np.ndarray) -> float:
    """Return how fine the detail is, without regard to contrast: energy of the finest detail by that of all detail."""
    if not inside.any():
        return 0.0
    fine = (grey - cv2.GaussianBlur(grey, (0, 0), 1.0))[inside]
    return float((fine**2).mean() / max(grey[inside].var(), 1.0))


def _windows(above: np.ndarray, below: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return which windows agree and which have texture, bool (height, width) each, and how many lie inside."""

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.boxFilter(values, cv2.CV_32F, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT)

    share = mean(inside.astype(np.float32))
    counted = inside & (share > 0.5)
    weight = np.maximum(share, 1e-6)
    above, below = above * inside, below * inside
    one, other = mean(above) / weight, mean(below) / weight
    variance = np.maximum(mean(above * above) / weight - one**2, 0)
    other_variance = np.maximum(mean(below * below) / weight - other**2, 0)
    product = mean(above * below) / weight - one * other
    correlation = product / np.sqrt(np.maximum(variance * other_variance, 1e-3))
    textured = counted & (np.maximum(variance, other_variance) > TEXTURE**2)
    return correlation > AGREES, textured, int(counted.sum())
