"""Keypoints: places in a picture that can be found again after it was cropped, turned, resized or recoloured.

SIFT (Lowe, 2004) as in OpenCV, with the square-root descriptors of RootSIFT (Arandjelović & Zisserman, 2012, sec. 3).
The keypoints of the mirrored picture and of the picture in inverted tones follow from those of the picture by a change
of order, so a picture is searched once and found in all four forms.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

cv2.setNumThreads(1)  # pictures run side by side; more threads within one only wait for each other

# pixels of the longest side at most, points that are kept, and tiles along the longest side from which they come
WORK_SIDE, WORK_POINTS, WORK_TILES = 512, 300, 4  # of a known work
ASKED_SIDE, ASKED_POINTS, ASKED_TILES = 1024, 1000, 8  # of a picture that is asked about
CONTRAST = 0.01  # a quarter of OpenCV's own: pale and soft pictures have points, too
BYTES = 240  # a pixel, that are needed at the same time to find them
WIDTH = 128  # numbers in a descriptor: 4 x 4 cells of 8 directions
CELLS, DIRECTIONS = 4, 8
SCALE = 512  # a descriptor of length one becomes whole numbers up to 255


@dataclass(frozen=True)
class Keypoints:
    """The keypoints of a picture, the strongest first.

    Attributes:
        places: float32 (n, 2), x and y in pixels of a picture of this width and height.
        sizes: float32 (n,), diameters in the same pixels.
        angles: float32 (n,), degrees clockwise, 0 to 360.
        descriptors: uint8 (n, 128).
        width: of the picture in which they were found, in pixels.
        height: likewise.
    """

    places: np.ndarray
    sizes: np.ndarray
    angles: np.ndarray
    descriptors: np.ndarray
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.places)

    def taken(self, rows: np.ndarray) -> "Keypoints":
        """Return some of the keypoints, by their positions or as a mask."""
        return Keypoints(
            self.places[rows],
            self.sizes[rows],
            self.angles[rows],
            self.descriptors[rows],
            self.width,
            self.height,
        )

    def mirrored(self) -> "Keypoints":
        """Return those of the picture mirrored left to right."""
        places = np.stack([self.width - 1 - self.places[:, 0], self.places[:, 1]], axis=1)
        angles = (180 - self.angles) % 360
        return Keypoints(places, self.sizes, angles, self.descriptors[:, _mirrored_order()], self.width, self.height)

    def inverted(self) -> "Keypoints":
        """Return those of the picture in inverted tones, as in a negative: every gradient points the other way."""
        angles = (self.angles + 180) % 360
        return Keypoints(
            self.places, self.sizes, angles, self.descriptors[:, _inverted_order()], self.width, self.height
        )


def find_keypoints(grey: np.ndarray, most: int, tiles: int) -> Keypoints:
    """Find the strongest keypoints of each part of a picture.

    Args:
        grey: uint8 (height, width).
        most: how many are kept.
        tiles: into how many parts the longest side is divided. The strongest of each part come first, so that the text
            of a page does not push out the picture on it. With 1, they are found in half the time.
    """
    height, width = grey.shape
    if tiles == 1:
        sift = cv2.SIFT.create(nfeatures=most, contrastThreshold=CONTRAST)
        return _keypoints(*sift.detectAndCompute(grey, None), width, height)
    sift = cv2.SIFT.create(nfeatures=0, contrastThreshold=CONTRAST)
    found = sift.detect(grey, None)
    if not found:
        return _keypoints((), None, width, height)
    places = np.array([point.pt for point in found], np.float32)
    strength = np.array([point.response for point in found], np.float32)
    order = _spread(places // (max(height, width) / tiles), strength)[:most]
    # descriptors of those that are kept only: they take most of the time
    return _keypoints(*sift.compute(grey, [found[row] for row in order]), width, height)


def _keypoints(found: Sequence[cv2.KeyPoint], descriptors: np.ndarray | None, width: int, height: int) -> Keypoints:
    return Keypoints(
        np.array([point.pt for point in found], np.float32).reshape(-1, 2),
        np.array([point.size for point in found], np.float32),
        np.array([point.angle for point in found], np.float32),
        _square_rooted(np.empty((0, WIDTH), np.float32) if descriptors is None else descriptors),
        width,
        height,
    )


def _spread(tiles: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return the order of keypoints: the strongest of each tile first, then the second of each tile, and so on."""
    number = np.unique(tiles, axis=0, return_inverse=True)[1].ravel()
    by_tile = np.lexsort((-strength, number))
    first_of_tile = np.searchsorted(number[by_tile], number[by_tile])
    rank = np.empty(len(number), int)
    rank[by_tile] = np.arange(len(number)) - first_of_tile
    return np.lexsort((-strength, rank))


def _square_rooted(descriptors: np.ndarray) -> np.ndarray:
    sums = np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6)
    return np.minimum(np.sqrt(descriptors / sums) * SCALE + 0.5, 255).astype(np.uint8)


@functools.cache
def _mirrored_order() -> np.ndarray:
    """Return from which number of the descriptor each one of the mirrored descriptor comes.

    OpenCV's rows of cells run across the point's direction: mirrored, their order is reversed, and so are the
    directions.
    """
    cells = np.arange(WIDTH).reshape(CELLS, CELLS, DIRECTIONS)
    return cells[::-1][:, :, -np.arange(DIRECTIONS) % DIRECTIONS].ravel()


@functools.cache
def _inverted_order() -> np.ndarray:
    """Return the same for inverted tones: the point's direction turns round, and with it rows and columns of cells."""
    return np.arange(WIDTH).reshape(CELLS, CELLS, DIRECTIONS)[::-1, ::-1].ravel()
