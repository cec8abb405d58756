"""Changes: what was done to a work until it became the picture that is asked about, in numbers and in words."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from artlib.similarity.geometry import CORNERS, moved_places

WHOLE = 0.97  # share of an area from which on it counts as all of it
TURNED = 2.0  # degrees
RESIZED = 1.1  # times
SQUEEZED = 1.06  # times
SLANTED = 1.08  # times that one side is longer than the opposite one
GREY = 3.0  # median chroma in Lab, 0 to some 100
RECOLOURED, RECOLOURED_SHARE = 5.0, 0.4  # distance in the colour plane of Lab, and as a share of the work's own chroma
BRIGHTER = 0.08  # change of the median lightness, as a share of all lightness
CONTRASTED = 1.25  # times
COVERED = 0.1  # share that does not agree
PLAIN, NEARLY_ALL = 24, 0.85  # of 255, how near to its main colour so much of a border is
SEEN = 64  # pixels of the longest side at which colours are compared


@dataclass(frozen=True)
class Change:
    """What was done to a work.

    Attributes:
        kept: share of the work's area that the picture shows, 0 to 1.
        inside: share of the picture's area that the work takes, 0 to 1.
        mirrored: whether left and right are exchanged.
        turned: degrees clockwise, -180 to 180; where it is mirrored too, after that.
        enlarged: how many times as large the work is in the picture, in pixels; below 1, it was reduced.
        squeezed: how many times one direction was resized more than the other, at least 1.
        slanted: whether it is seen from the side, as in a photograph of a screen or of a print.
        inverted: whether its tones are inverted.
        grey: whether its colours were removed.
        recoloured: whether its colours were changed.
        brightened: change of the median lightness, -1 to 1.
        contrast: how many times as strong the differences in lightness are.
        border: whether all that lies around the work is of about one colour.
        covered: share of the work's visible part that is covered or painted over, or changed in another way, 0 to 1.
    """

    kept: float = 1.0
    inside: float = 1.0
    mirrored: bool = False
    turned: float = 0.0
    enlarged: float = 1.0
    squeezed: float = 1.0
    slanted: bool = False
    inverted: bool = False
    grey: bool = False
    recoloured: bool = False
    brightened: float = 0.0
    contrast: float = 1.0
    border: bool = False
    covered: float = 0.0

    def words(self) -> list[str]:
        """Return what was done, a few words each; empty if nothing that can be told."""
        return [text for text, is_so in self._all() if is_so]

    def __str__(self) -> str:
        return ", ".join(self.words()) or "unchanged, or resized a little and saved again"

    def _all(self) -> list[tuple[str, bool]]:
        turn = round(self.turned)
        tones_kept = not self.inverted
        return [
            (f"kept {self.kept:.0%} of the area", self.kept < WHOLE),
            ("mirrored", self.mirrored),
            (f"turned by {abs(turn)}° {'clockwise' if turn > 0 else 'counter-clockwise'}", abs(turn) >= TURNED),
            (f"enlarged {self.enlarged:.1f}×", self.enlarged >= RESIZED),
            (f"reduced to {self.enlarged:.0%} of its width", self.enlarged <= 1 / RESIZED),
            (f"stretched {self.squeezed:.2f}× in one direction", self.squeezed >= SQUEEZED and not self.slanted),
            ("seen from the side, as in a photograph", self.slanted),
            ("tones inverted", self.inverted),
            ("made grey", self.grey),
            ("recoloured", self.recoloured and tones_kept and not self.grey),
            (f"brightened by {self.brightened:.0%}", self.brightened >= BRIGHTER and tones_kept),
            (f"darkened by {-self.brightened:.0%}", self.brightened <= -BRIGHTER and tones_kept),
            ("contrast raised", self.contrast >= CONTRASTED and tones_kept),
            ("contrast lowered", self.contrast <= 1 / CONTRASTED and tones_kept),
            (f"{self.covered:.0%} of it covered or changed", self.covered >= COVERED),
            (f"border added, the work takes {self.inside:.0%} of the picture", self.border and self.inside < WHOLE),
            (
                f"it stands inside a larger picture, and takes {self.inside:.0%} of it",
                not self.border and self.inside < WHOLE,
            ),
        ]


def change_of(
    picture: np.ndarray,
    work: np.ndarray,
    to_work: np.ndarray,
    *,
    enlarged_before: float = 1.0,
    share: float = 1.0,
    mirrored: bool = False,
    inverted: bool = False,
) -> Change:
    """Measure what was done to a work.

    Args:
        picture: uint8 RGB (height, width, 3), already mirrored back if it is mirrored.
        work: uint8 RGB (height, width, 3).
        to_work: float (3, 3), the homography from pixels of this picture to pixels of this work.
        enlarged_before: how many times as many pixels the picture had, compared with this one, divided by the same of
            the work.
        share: of the common area that agrees, 0 to 1.
        mirrored: whether it was mirrored back.
        inverted: whether its tones are inverted.
    """
    height, width = work.shape[:2]
    corners = moved_places(np.linalg.inv(to_work), CORNERS * (width, height))
    kept, inside = _areas(corners, picture.shape[1::-1])
    across, down = corners[1] - corners[0] + corners[2] - corners[3], corners[3] - corners[0] + corners[2] - corners[1]
    stretch = np.array([np.linalg.norm(across) / (2 * width), np.linalg.norm(down) / (2 * height)])
    return Change(
        kept=kept,
        inside=inside,
        mirrored=mirrored,
        # it is said after "mirrored": as the picture is, not as it was mirrored back to be measured
        turned=float(np.degrees(np.arctan2(across[1], across[0]))) * (-1 if mirrored else 1),
        enlarged=float(np.sqrt(stretch.prod()) * enlarged_before),
        squeezed=float(stretch.max() / stretch.min()),
        slanted=_slant(corners) > SLANTED,
        inverted=inverted,
        border=_is_border(picture, corners),
        covered=1 - share,
        **_colours(picture, work, to_work),
    )


def _areas(corners: np.ndarray, size: tuple[int, ...]) -> tuple[float, float]:
    """Return the share of the work inside the picture, and the share of the picture that it takes."""
    frame = (CORNERS * size).astype(np.float32)
    common, _ = cv2.intersectConvexConvex(corners.astype(np.float32), frame)
    whole = cv2.contourArea(corners.astype(np.float32))
    return min(1.0, common / max(whole, 1e-6)), min(1.0, common / (size[0] * size[1]))


def _is_border(picture: np.ndarray, corners: np.ndarray) -> bool:
    """Return whether what lies around a work, whose corners are given, has about one colour."""
    around = np.full(picture.shape[:2], 1, np.uint8)
    centre = corners.mean(axis=0)
    cv2.fillConvexPoly(around, np.round(centre + 1.04 * (corners - centre)).astype(np.int32), 0)
    pixels = picture[around > 0].astype(np.int16)
    if not len(pixels):
        return True
    return bool((np.abs(pixels - np.median(pixels, axis=0)).max(axis=1) <= PLAIN).mean() >= NEARLY_ALL)


def _slant(corners: np.ndarray) -> float:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return float(np.maximum(sides[:2] / sides[2:], sides[2:] / sides[:2]).max())


def _colours(picture: np.ndarray, work: np.ndarray, to_work: np.ndarray) -> dict[str, Any]:
    """Compare the colours where the picture lies over the work."""
    scale = SEEN / max(work.shape)
    size = (max(1, round(work.shape[1] * scale)), max(1, round(work.shape[0] * scale)))
    move = np.diag([size[0] / work.shape[1], size[1] / work.shape[0], 1]) @ to_work
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.5, 0.5 / np.sqrt(abs(np.linalg.det(move[:2, :2])))))
    above = _lab(cv2.warpPerspective(soft, move, size))
    below = _lab(cv2.resize(work, size, interpolation=cv2.INTER_AREA))
    inside = cv2.warpPerspective(np.full(picture.shape[:2], 255, np.uint8), move, size) >= 250
    if not inside.any():
        return {}
    one, other = above[inside], below[inside]
    chroma, before = (float(np.median(np.linalg.norm(each[:, 1:], axis=1))) for each in (one, other))
    moved = float(np.median(np.linalg.norm(one[:, 1:] - other[:, 1:], axis=1)))
    return {
        "grey": chroma < GREY and chroma < before / 4,
        "recoloured": moved > max(RECOLOURED, RECOLOURED_SHARE * before),
        "brightened": float(np.median(one[:, 0]) - np.median(other[:, 0])) / 100,
        "contrast": float((np.std(one[:, 0]) + 1) / (np.std(other[:, 0]) + 1)),
    }


def _lab(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
