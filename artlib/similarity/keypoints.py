"""Keypoints: places in a picture that can be found again after it was cropped, turned, resized or recoloured.

SIFT (Lowe, 2004) as in OpenCV, with the square-root descriptors of RootSIFT (Arandjelović & Zisserman, 2012, sec. 3).
The keypoints of the mirrored picture and of the picture in inverted tones follow from those of the picture by a change
of order, so a picture is searched once and found in all four forms.
"""

import functools
from dataclasses import dataclass

import cv2
import numpy as np

cv2.setNumThreads(1)  # pictures run side by side; more threads within one only wait for each other

WORK_SIDE, WORK_POINTS = 512, 300  # pixels of the longest side at most, and strongest points, of a known work
ASKED_SIDE, ASKED_POINTS = 1024, 1000  # of a picture that is asked about
CONTRAST = 0.01  # a quarter of OpenCV's own: pale and soft pictures have points, too
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


def find_keypoints(grey: np.ndarray, most: int) -> Keypoints:
    """Find the strongest keypoints of a picture.

    Args:
        grey: uint8 (height, width).
        most: how many are kept.
    """
    height, width = grey.shape
    found, descriptors = cv2.SIFT_create(nfeatures=most, contrastThreshold=CONTRAST).detectAndCompute(grey, None)
    if descriptors is None:  # nothing but one tone
        found, descriptors = (), np.empty((0, WIDTH), np.float32)
    # a tie at the limit may give some more
    order = np.argsort([-point.response for point in found], kind="stable")[:most]
    return Keypoints(
        np.array([found[row].pt for row in order], np.float32).reshape(-1, 2),
        np.array([found[row].size for row in order], np.float32),
        np.array([found[row].angle for row in order], np.float32),
        _square_rooted(descriptors[order]),
        width,
        height,
    )


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
