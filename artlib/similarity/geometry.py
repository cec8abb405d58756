"""Geometry: which keypoints of two pictures belong together, and the one movement of the plane that explains them."""

from dataclasses import dataclass

import cv2
import numpy as np

from artlib.similarity.keypoints import Keypoints

RATIO = 0.85  # the nearest descriptor is at most so far, compared with the second nearest (Lowe, 2004, section 7.1)
TOLERANCE, TOLERANCE_PIXELS = 0.01, 1.0  # of the work's longest side, and pixels beside it
SMALLEST, LARGEST = 0.1, 6.0  # how many times as large the picture's part may be in the work
FEWEST = 4  # matches, with which a fit can be wrong at all
CELL = 3  # pixels: points closer together, such as of repeated letters or one blob, are one proof and not several
GUIDED = 260.0  # distance of descriptors at most, of points that the fit brings together
LONGER_SIDE, SQUEEZED = 2.0, 2.2  # how many times opposite sides and the two directions may differ
ROUNDS = 2000
WIDER = 3  # times the tolerance, within which matches may be before the last fit
CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)


@dataclass(frozen=True)
class Fit:
    """The movement from a picture to a work.

    Attributes:
        to_work: float64 (3, 3), a homography from pixels of the picture to pixels of the work.
        rows: int (n, 2), positions of the keypoints that agree, in the picture and in the work.
        inliers: how many of them are in different places.
    """

    to_work: np.ndarray
    rows: np.ndarray
    inliers: int


def fits(picture: Keypoints, work: Keypoints) -> list[Fit]:
    """Find the movements that explain the common keypoints, the one with most keypoints first; none if there are few.

    A similarity is found first, because it needs two matches only; from there on an affine movement and a homography
    are tried.
    """
    if min(len(picture), len(work)) < FEWEST:
        return []
    distances = descriptor_distances(picture.descriptors, work.descriptors)
    rows = matches(distances)
    tolerance = TOLERANCE * max(work.width, work.height) + TOLERANCE_PIXELS
    similar = _similarity(picture.places[rows[:, 0]], work.places[rows[:, 1]], tolerance)
    if similar is None or _fit(similar, picture, work, rows, tolerance).inliers < FEWEST:
        return []
    near = _errors(similar, picture.places[rows[:, 0]], work.places[rows[:, 1]]) <= WIDER * tolerance
    guided = guided_matches(picture, work, distances, similar, WIDER * tolerance)
    rows = np.unique(np.concatenate([rows[near], guided]), axis=0)
    movements = [similar, *_movements(picture, work, rows, tolerance)]
    found = [_fit(to_work, picture, work, rows, tolerance) for to_work in movements]
    sane = [fit for fit in found if fit.inliers >= FEWEST and is_sane(fit.to_work, picture)]
    return sorted(sane, key=lambda fit: -fit.inliers)


def descriptor_distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the squared distances between descriptors, float32 (n, m), from uint8 (n, 128) and (m, 128)."""
    left, right = one.astype(np.float32), other.astype(np.float32)
    return np.einsum("ij,ij->i", left, left)[:, None] + np.einsum("ij,ij->i", right, right) - 2 * (left @ right.T)


def matches(distances: np.ndarray) -> np.ndarray:
    """Return the rows and columns of keypoints that are each other's nearest, clearly nearer than the second, (n, 2).

    Args:
        distances: squared, float32 (n, m), n and m at least 2.
    """
    rows, nearest, mutual = _mutual(distances)
    second = np.partition(distances, 1, axis=1)[:, 1]
    clear = distances[rows, nearest] < RATIO**2 * second
    return np.stack([rows, nearest], axis=1)[mutual & clear]


def guided_matches(
    picture: Keypoints, work: Keypoints, distances: np.ndarray, to_work: np.ndarray, tolerance: float
) -> np.ndarray:
    """Return positions of keypoints that a movement brings together and that look alike, int (n, 2)."""
    moved = moved_places(to_work, picture.places)
    apart = (moved[:, :1] - work.places[:, 0]) ** 2 + (moved[:, 1:] - work.places[:, 1]) ** 2
    near = np.where(apart <= tolerance**2, distances, np.inf)
    rows, nearest, mutual = _mutual(near)
    return np.stack([rows, nearest], axis=1)[mutual & (near[rows, nearest] <= GUIDED**2)]


def _mutual(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all rows, the nearest column of each, and whether the row is that column's nearest, too."""
    rows, nearest = np.arange(len(distances)), distances.argmin(axis=1)
    return rows, nearest, distances.argmin(axis=0)[nearest] == rows


def _similarity(here: np.ndarray, there: np.ndarray, tolerance: float) -> np.ndarray | None:
    """Return the similarity, float (3, 3), that most matches agree with; None if there is none of a usual size."""
    if len(here) < FEWEST:
        return None
    cv2.setRNGSeed(0)
    found, _ = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=tolerance, maxIters=ROUNDS, confidence=0.999
    )
    if found is None or not SMALLEST <= np.hypot(found[0, 0], found[1, 0]) <= LARGEST:
        return None
    return _square(found)


def moved_places(to_work: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return where a homography (3, 3) brings places, float (n, 2)."""
    return cv2.perspectiveTransform(places.reshape(-1, 1, 2).astype(np.float64), to_work).reshape(-1, 2)


def is_sane(to_work: np.ndarray, picture: Keypoints) -> bool:
    """Return whether a picture stays a convex quadrangle that is not folded, much slanted or much squeezed."""
    corners = moved_places(to_work, CORNERS * (picture.width, picture.height))
    sides = np.roll(corners, -1, axis=0) - corners
    turns = _cross(sides, np.roll(sides, -1, axis=0))
    lengths = np.linalg.norm(sides, axis=1)
    if not np.isfinite(corners).all() or (turns <= 0).any() or lengths.min() < 1:
        return False
    opposite = np.maximum(lengths[:2] / lengths[2:], lengths[2:] / lengths[:2]).max()
    across, down = lengths[::2].mean() / picture.width, lengths[1::2].mean() / picture.height
    return bool(opposite < LONGER_SIDE and max(across / down, down / across) < SQUEEZED)


def _movements(picture: Keypoints, work: Keypoints, rows: np.ndarray, tolerance: float) -> list[np.ndarray]:
    here, there = picture.places[rows[:, 0]], work.places[rows[:, 1]]
    found = []
    if len(rows) >= FEWEST:
        affine, _ = cv2.estimateAffine2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=tolerance)
        found += [_square(affine)] if affine is not None else []
    if len(rows) >= 2 * FEWEST:
        homography, _ = cv2.findHomography(here, there, cv2.USAC_MAGSAC, tolerance, maxIters=ROUNDS, confidence=0.999)
        found += [homography] if homography is not None else []
    return found


def _fit(to_work: np.ndarray, picture: Keypoints, work: Keypoints, rows: np.ndarray, tolerance: float) -> Fit:
    here, there = picture.places[rows[:, 0]], work.places[rows[:, 1]]
    good = _errors(to_work, here, there) <= tolerance
    return Fit(to_work, rows[good], min(_cells(here[good]), _cells(there[good])))


def _errors(to_work: np.ndarray, here: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.linalg.norm(moved_places(to_work, here) - there, axis=1)


def _cells(places: np.ndarray) -> int:
    return len(np.unique((places // CELL).astype(int), axis=0))


def _square(affine: np.ndarray) -> np.ndarray:
    return np.vstack([affine, [0, 0, 1]])


def _cross(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0]
