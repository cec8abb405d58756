"""The proof: an original and the picture that was made from it, so that a person sees where they agree.

Side by side, both are outlined where they show the same, and lines join points that lie alike. Laid over the original,
the picture covers it line by line; what does not agree is seen at once.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from PIL import Image

from artlib import images
from artlib.similarity.changes import WHOLE
from artlib.tracing.layout import ROW, Layout, Size
from artlib.tracing.marks import Pixels, checkered, joined, lines_for, outlined, spread_out
from artlib.tracing.region import Region, shared_region
from artlib.tracing.result import Original

PAPER = (255, 255, 255)
FADED = 0.82  # how far the work is faded where the picture does not lie on it


@dataclass(frozen=True)
class Proof:
    """A picture beside one of its originals, and laid over it.

    Attributes:
        original: the known work, and how the picture agrees with it.
        work: the known work's picture, RGB.
        picture: the picture, RGB.
    """

    original: Original
    work: Image.Image
    picture: Image.Image

    @classmethod
    def of(cls, original: Original, picture: Image.Image) -> "Proof":
        """Return the proof for a picture and one of its originals.

        Raises:
            ImageError: the original's picture in the workspace is missing or damaged.
        """
        return cls(original, images.load(original.image, at_least=ROW), picture.convert("RGB"))

    @cached_property
    def region(self) -> Region:
        """What both show."""
        return shared_region(self.original.match)

    @cached_property
    def layout(self) -> Layout:
        """How large both are drawn, and where."""
        return Layout(self.work.size, self.picture.size)

    @property
    def has_pale(self) -> bool:
        """Whether some of the work is not in the picture."""
        return area(self.region.in_work) < WHOLE

    @property
    def side_by_side(self) -> Image.Image:
        """The work and the picture, outlined where they show the same, with lines between points that lie alike."""
        canvas = Image.new("RGB", self.layout.both_size, PAPER)
        (work, picture), (first, second, _) = self.layout.sizes, self.layout.places
        canvas.paste(Image.fromarray(outlined(_resized(self.work, work), self.region.in_work * work)), first)
        shown = outlined(_resized(self.picture, picture), self.region.in_picture * picture)
        canvas.paste(Image.fromarray(shown), second)
        smaller = min(area(self.region.in_work * work), area(self.region.in_picture * picture))
        pairs = spread_out(self.original.match.pairs, lines_for(smaller))
        starts, ends = pairs[:, 2:] * work + first, pairs[:, :2] * picture + second
        return Image.fromarray(joined(np.asarray(canvas), starts, ends))

    @cached_property
    def under(self) -> Image.Image:
        """The work, as large as its panel."""
        return Image.fromarray(_resized(self.work, self.layout.sizes[0]))

    @cached_property
    def over(self) -> Image.Image:
        """The picture laid over the work, of the same size; the work is pale where the picture does not reach."""
        return self._where_covered(self._laid)

    @property
    def half(self) -> Image.Image:
        """The work with the picture laid over it, half faded."""
        return Image.blend(self.under, self.over, 0.5)

    @property
    def checkerboard(self) -> Image.Image:
        """The work with the picture on it in every other square: where they agree, lines go on across squares."""
        return self._where_covered(checkered(np.asarray(self.under), self._laid))

    def _where_covered(self, pixels: Pixels) -> Image.Image:
        covered = np.zeros(pixels.shape[:2], np.uint8)
        if len(self.region.in_work):
            corners = np.round(self.region.in_work * self.layout.sizes[0]).astype(np.int32)
            cv2.fillPoly(covered, [corners], (1,))
        pale = np.asarray(self.under) * (1 - FADED) + np.array(PAPER) * FADED
        return Image.fromarray(np.where(covered[..., None] > 0, pixels, pale).astype(np.uint8))

    @cached_property
    def _laid(self) -> Pixels:
        """The picture as seen from the work, in the work's panel; inverted tones are turned back."""
        (width, height), picture = self.layout.sizes[0], self._as_large_as_shown
        from_pixels = np.diag([1 / picture.shape[1], 1 / picture.shape[0], 1.0])
        matrix = np.diag([width, height, 1.0]) @ self.original.match.to_work @ from_pixels
        laid = cv2.warpPerspective(picture, _between_centres(matrix), (width, height), borderMode=cv2.BORDER_REPLICATE)
        return 255 - laid if self.original.match.change.inverted else laid

    @property
    def _as_large_as_shown(self) -> Pixels:
        """The picture's pixels, reduced to the size in which it is laid over the work, which avoids jagged lines."""
        shown, there = (
            area(self.region.in_work * self.layout.sizes[0]),
            area(self.region.in_picture * self.picture.size),
        )
        scale = min(1.0, np.sqrt(shown / there)) if there else 1.0
        width, height = (max(1, round(side * scale)) for side in self.picture.size)
        return _resized(self.picture, (width, height))


def area(corners: np.ndarray) -> float:
    """Return the area of an outline, float (n, 2) (the shoelace formula)."""
    if not len(corners):
        return 0.0
    x, y = corners.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _between_centres(matrix: np.ndarray) -> np.ndarray:
    """Return the same homography for OpenCV, which counts pixels from the centre of the first one, not its corner."""
    to_corner = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    return np.linalg.inv(to_corner) @ matrix @ to_corner


def _resized(picture: Image.Image, size: Size) -> Pixels:
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))
