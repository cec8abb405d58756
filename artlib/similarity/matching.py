"""Matching: whether a picture shows a known work or a part of it, by keypoints, a geometric fit and a dense check."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from artlib.similarity.changes import Change
from artlib.similarity.geometry import Fit, fits
from artlib.similarity.keypoints import Keypoints
from artlib.similarity.overlap import Overlap, overlap
from artlib.similarity.structure import count_own, is_regular

COPY, PROBABLE, PART, NOTHING = "copy", "probable", "part", "none"
RANKS = {verdict: rank for rank, verdict in enumerate((COPY, PROBABLE, PART, NOTHING))}
# chosen on one half of the works and strangers, reported on the other (docs/tracing.md)
FEWEST, SHARE, PROBABLE_SHARE = 6, 0.60, 0.45  # keypoints that agree, and the share of the common area that does
FEW, SHARE_OF_FEW = 4, 0.80  # fewer keypoints are left in a small crop; then nearly all of the area must agree
WINDOWS_OF_FEW = 6.0
# With many keypoints, half of the area may be covered by something else. What two book pages with one printed frame
# have in common lies near the edges, so some of the middle must agree: less of it where keypoints are very many.
SHARE_OF_MANY = 0.40
MANY, INNER = 20, 0.35
VERY_MANY, INNER_OF_VERY_MANY = 45, 0.10
PROBABLE_INNER = 0.25
PART_FEWEST = 12  # keypoints of a shared part
STRUCTURE, WHOLE_SHARE = 8, 0.8  # keypoints unlike all others, and share, of a picture that is compared as a whole
# Share of other pictures that are not called copies: none of 990 was, so one in 992 is expected (Laplace's rule of
# succession, 1774)
SPECIFICITY = 1 - 1 / 992
WINDOWS = 2.0  # textured windows, fewer of which prove nothing

FLIP = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1]], float)  # left to right, of places in fractions


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


@dataclass(frozen=True)
class Form:
    """One of the four forms of a picture in which a work may be found.

    Attributes:
        grey: uint8 (height, width).
        keypoints: found in it.
        mirrored: whether it is the picture mirrored left to right.
        inverted: whether it is the picture in inverted tones.
    """

    grey: np.ndarray
    keypoints: Keypoints
    mirrored: bool = False
    inverted: bool = False

    @cached_property
    def other_way_round(self) -> "Form":
        """The same mirrored."""
        grey = np.ascontiguousarray(self.grey[:, ::-1])
        return Form(grey, self.keypoints.mirrored(), not self.mirrored, self.inverted)

    @cached_property
    def negative(self) -> "Form":
        """The same in inverted tones."""
        return Form(255 - self.grey, self.keypoints.inverted(), self.mirrored, not self.inverted)


def match(form: Form, work: Form) -> Match:
    """Compare a picture, in one form, with a work.

    Returns:
        The match; its places are those of the picture as it is, also where the form is mirrored. The change is not
        measured yet.
    """
    return best_match(form, work, fits(form.keypoints, work.keypoints))


def best_match(form: Form, work: Form, found: Iterable[Fit]) -> Match:
    """Compare a picture, in one form, with a work by the movements that were found between their keypoints."""
    best = Match(NOTHING)
    for fit in found:
        laid = overlap(form.grey, work.grey, fit.to_work)
        this = _match(form, work, fit, laid)
        is_better = (RANKS[this.verdict], -this.share) < (RANKS[best.verdict], -best.share)
        if is_better and not is_regular(work.keypoints, fit.rows[:, 1]):
            best = this
    return best


def match_whole(form: Form, work: Form, to_work: np.ndarray) -> Match:
    """Compare a picture with a work that it may show as a whole, such as flat art with few keypoints.

    Args:
        form: the picture as it is.
        work: the work.
        to_work: float (3, 3), from fractions of the picture to fractions of the work: one of the eight flips and
            quarter turns.
    """
    if min(count_own(form.keypoints), count_own(work.keypoints)) < STRUCTURE:
        return Match(NOTHING)  # a plain picture, a gradient or a regular pattern: it is nobody's copy
    laid = overlap(form.grey, work.grey, as_pixels(to_work, form.grey.shape, work.grey.shape))
    is_copy = laid.windows >= WINDOWS and laid.share >= WHOLE_SHARE
    mirrored = bool(np.linalg.det(to_work) < 0)
    return Match(COPY if is_copy else NOTHING, 0, laid.share, to_work, change=Change(mirrored=mirrored))


def verdict_of(inliers: int, laid: Overlap) -> str:
    """Return the rule's verdict for a geometric fit and its dense check."""
    if laid.windows >= WINDOWS and inliers >= FEWEST:
        if laid.share >= SHARE or (laid.share >= SHARE_OF_MANY and _is_more_than_a_frame(inliers, laid)):
            return COPY
        if laid.share >= PROBABLE_SHARE and (laid.inner >= PROBABLE_INNER or inliers >= VERY_MANY):
            return PROBABLE
    if laid.windows >= WINDOWS_OF_FEW and FEW <= inliers < FEWEST and laid.share >= SHARE_OF_FEW:
        return COPY if inliers > FEW else PROBABLE
    return PART if inliers >= PART_FEWEST else NOTHING


def _is_more_than_a_frame(inliers: int, laid: Overlap) -> bool:
    return (inliers >= MANY and laid.inner >= INNER) or (inliers >= VERY_MANY and laid.inner >= INNER_OF_VERY_MANY)


def _match(form: Form, work: Form, fit: Fit, laid: Overlap) -> Match:
    here = form.keypoints.places[fit.rows[:, 0]] / (form.keypoints.width, form.keypoints.height)
    there = work.keypoints.places[fit.rows[:, 1]] / (work.keypoints.width, work.keypoints.height)
    to_work = as_fractions(fit.to_work, form.grey.shape, work.grey.shape)
    if form.mirrored:
        here, to_work = here * (-1, 1) + (1, 0), to_work @ FLIP
    return Match(
        verdict_of(fit.inliers, laid),
        fit.inliers,
        laid.share,
        to_work,
        np.concatenate([here, there], axis=1).astype(np.float32),
        Change(mirrored=form.mirrored, inverted=form.inverted),
    )


def as_fractions(to_work: np.ndarray, picture: tuple[int, ...], work: tuple[int, ...]) -> np.ndarray:
    """Return a homography between pixels as one between fractions of width and height.

    Args:
        to_work: float (3, 3), from pixels of the picture to pixels of the work.
        picture: height and width.
        work: height and width.
    """
    return np.diag([1 / work[1], 1 / work[0], 1]) @ to_work @ np.diag([picture[1], picture[0], 1.0])


def as_pixels(to_work: np.ndarray, picture: tuple[int, ...], work: tuple[int, ...]) -> np.ndarray:
    """Return a homography between fractions of width and height as one between pixels; the reverse of the above."""
    return np.diag([work[1], work[0], 1]) @ to_work @ np.diag([1 / picture[1], 1 / picture[0], 1.0])
