"""The layout of a proof: how large a known work and a picture are drawn, and where."""

from dataclasses import dataclass

WIDTH, HEIGHT = 480, 360  # pixels of a panel at most, where two stand side by side; upright ones may be WIDTH high
TALL, NARROW_ASPECT = 640, 0.4  # pixels of the height of two so narrow ones
ROW = 984  # pixels of the width of a panel that has a row of its own
WIDE = 2.2  # from so many times as wide as high on, a panel has a row of its own
GAP, NARROW = 32, 80  # pixels between panels, and of a column at least: it has a word over it
Size = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Panels for a known work and a picture, and a third one of the work's size on which the picture is laid.

    They stand side by side and are of one height, unless one of the two is very wide: then each has its own row. All
    lengths are in pixels, all sizes width and height.

    Attributes:
        work_size: of the known work's picture.
        picture_size: of the picture.
    """

    work_size: Size
    picture_size: Size

    @property
    def in_rows(self) -> bool:
        """Whether each panel has its own row."""
        return max(self._aspects) > WIDE

    @property
    def sizes(self) -> tuple[Size, Size]:
        """Sizes of the panels of the work and of the picture."""
        first, second = self._aspects
        if self.in_rows:
            return _size(first, min(HEIGHT, ROW / first)), _size(second, min(HEIGHT, ROW / second))
        widest = max(first, second)
        highest = HEIGHT if widest > 1 else WIDTH if widest > NARROW_ASPECT else TALL
        height = min(highest, WIDTH / widest)
        return _size(first, height), _size(second, height)

    @property
    def places(self) -> tuple[Size, Size, Size]:
        """Left and top of the panels of the work, of the picture and of the third; in rows they are centred."""
        work, picture = self.sizes
        if self.in_rows:
            left = max(0, picture[0] - work[0]) // 2
            below = work[1] + GAP
            return (left, 0), (max(0, work[0] - picture[0]) // 2, below), (left, below + picture[1] + GAP)
        second = max(work[0], NARROW) + GAP
        return (0, 0), (second, 0), (second + max(picture[0], NARROW) + GAP, 0)

    @property
    def both_size(self) -> Size:
        """Size of what holds the first two panels."""
        return self._around(2)

    @property
    def whole_size(self) -> Size:
        """Size of what holds all three."""
        return self._around(3)

    @property
    def _aspects(self) -> tuple[float, float]:
        return self.work_size[0] / self.work_size[1], self.picture_size[0] / self.picture_size[1]

    def _around(self, panels: int) -> Size:
        work, picture = self.sizes
        boxes = list(zip(self.places, (work, picture, work), strict=True))[:panels]
        return max(left + width for (left, _), (width, _) in boxes), max(
            top + height for (_, top), (_, height) in boxes
        )


def _size(aspect: float, height: float) -> Size:
    return max(1, round(aspect * height)), max(1, round(height))
