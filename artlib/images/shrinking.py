"""Shrinking: how a picture becomes a smaller one, so that a large one need not be in memory twice."""

from dataclasses import dataclass

from PIL import Image

GAP = 3.0  # as Pillow's reducing_gap: so many times the result's size are left to be resized, the rest is averaged


@dataclass(frozen=True)
class Shrinking:
    """From one size to another: blocks of whole pixels are averaged, and what is left is resized.

    Pillow does the same in one call, `resize(…, reducing_gap=3)`, but only with the whole picture. The blocks can be
    averaged in strips.

    Attributes:
        size: width and height of the picture in pixels.
        target: those of the result.
    """

    size: tuple[int, int]
    target: tuple[int, int]

    @classmethod
    def to(cls, longest_side: int | None, size: tuple[int, int]) -> "Shrinking":
        """Return how a picture of a size gets at most `longest_side` pixels; a smaller one, or None, stays as it is."""
        scale = longest_side / max(size) if longest_side else 1.0
        if scale >= 1:
            return cls(size, size)
        return cls(size, (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))))

    @property
    def block(self) -> tuple[int, int]:
        """Width and height in pixels of the blocks that are averaged."""
        width, height = (int(side / small / GAP) or 1 for side, small in zip(self.size, self.target, strict=True))
        return width, height

    @property
    def averaged(self) -> tuple[int, int]:
        """Width and height of the picture whose pixels are the averages of the blocks."""
        width, height = (-(-side // step) for side, step in zip(self.size, self.block, strict=True))
        return width, height

    def finished(self, image: Image.Image) -> Image.Image:
        """Return the result, from the picture of the averages."""
        if self.target == self.size:
            return image
        width, height = (side / step for side, step in zip(self.size, self.block, strict=True))
        return image.resize(self.target, Image.Resampling.LANCZOS, box=(0, 0, width, height))
