"""Matching: whether a picture shows a known work or a part of it, by keypoints, a geometric fit and a dense check."""

from dataclasses import dataclass, field

import numpy as np

from artlib.similarity.changes import Change

COPY, PROBABLE, PART, NOTHING = "copy", "probable", "part", "none"


@dataclass(frozen=True)
class Match:
    """How a picture and a known work agree. All places are fractions of width and height, 0 to 1.

    Attributes:
        verdict: "copy", "probable", "part" (they share a part, such as a printed frame) or "none".
        inliers: how many keypoints agree with one geometric fit.
        share: how much of the common area agrees pixel by pixel, 0 to 1.
        to_work: float (3, 3), the homography from places in the picture to places in the work.
        pairs: float32 (n, 4), x and y in the picture, then x and y in the work, of each of these keypoints.
        change: what was done to the work.
    """

    verdict: str
    inliers: int = 0
    share: float = 0.0
    to_work: np.ndarray = field(default_factory=lambda: np.eye(3), repr=False, compare=False)
    pairs: np.ndarray = field(default_factory=lambda: np.empty((0, 4), np.float32), repr=False, compare=False)
    change: Change = field(default_factory=Change)
