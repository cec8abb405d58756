"""Sizes that works rarely have: of avatars and icons among larger pictures, and of strips."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from artlib.workspace.set_apart import ICON, STRIP

Row = tuple[str, str, str, str]

ICON_SIDE = 256  # pixels of the longest side at most
ICON_FORM = 1.1  # longest / shortest side at most
MUCH_LARGER = 4  # times the icon's side, of the works beside it
WORKS, WORKS_SHARE = 3, 0.2  # so many works of an artist are much larger at least
BETWEEN, BETWEEN_SHARE = 1.5, 0.1  # from so many times the icon's side up to the works' there are hardly any pictures
STRIP_FORM = 5.0  # longest / shortest side of a strip, more than
STRIPS, STRIPS_SHARE = 5, 0.4  # an artist with so many makes strips: scrolls or panoramas


def icons(pictures: pd.DataFrame) -> list[Row]:
    """Return (id, reason, "", detail) of the avatars and icons: small, about square, and far from the works' sizes.

    An artist who draws icons, or pictures of all sizes, has none: between icons and works there must be a gap.

    Args:
        pictures: columns id, artist, width and height (int).
    """
    return [row for artist, mine in pictures.groupby("artist") for row in _icons(str(artist), mine)]


def _icons(artist: str, mine: pd.DataFrame) -> Iterator[Row]:
    longest, shortest = mine[["width", "height"]].max(axis=1), mine[["width", "height"]].min(axis=1)
    may_be = mine[(longest <= ICON_SIDE) & (longest <= ICON_FORM * shortest)]
    left = np.sort(longest.to_numpy())
    # the largest first, so that they don't fill the gap above smaller ones
    for side, group in sorted(may_be.groupby(longest[may_be.index]), reverse=True):
        works = int((left >= MUCH_LARGER * side).sum())
        between = int(((left > BETWEEN * side) & (left < MUCH_LARGER * side)).sum())
        if works >= max(WORKS, WORKS_SHARE * len(mine)) and between <= BETWEEN_SHARE * works:
            usual = int(np.median(left[left >= MUCH_LARGER * side]))
            left = np.delete(left, np.flatnonzero(left == side)[: len(group)])
            for row in group.itertuples():
                detail = f"{row.width}x{row.height} pixels; other pictures of {artist} have about {usual}"
                yield str(row.id), ICON, "", detail


def strips(pictures: pd.DataFrame) -> list[Row]:
    """Return (id, reason, "", detail) of pictures that are very long or high, unless their artist has many.

    Args:
        pictures: columns id, artist, width and height (int).
    """
    form = pictures[["width", "height"]].max(axis=1) / pictures[["width", "height"]].min(axis=1)
    very = pictures[form > STRIP_FORM]
    strips, all_pictures = very["artist"].value_counts(), pictures["artist"].value_counts()
    usual = {name for name, count in strips.items() if count >= STRIPS and count >= STRIPS_SHARE * all_pictures[name]}
    return [
        (str(row.id), STRIP, "", f"{row.width}x{row.height} pixels, {form[row.Index]:.0f} times as {_way(row)}")
        for row in very.itertuples()
        if row.artist not in usual
    ]


def _way(row) -> str:
    return "long as high" if row.width > row.height else "high as wide"
