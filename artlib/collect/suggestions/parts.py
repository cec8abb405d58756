"""Square parts of larger pictures: galleries show works in this form, and browser extensions take them along."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from artlib.collect.suggestions.copies import CLEARLY_SMALLER, Row, small_copy_row
from artlib.collect.suggestions.pixels import COMPARED, Small, direction, reduced
from artlib.similarity.hashing import phash

SQUARE, NOT_SQUARE = 1.03, 1.1  # longest / shortest side
SAME = 0.9  # correlation of the pixels, -1 to 1; parts are compared at steps of 1/24, which may miss the place a little
BITS = 12  # of 64 that may differ between the hashes: dark portraits have alike pixels, too


def square_parts(pictures: pd.DataFrame, small: Small) -> list[Row]:
    """Return (id, reason, id of the full picture, detail) of small squares that are parts of their artist's pictures.

    A part is found if it is as high as the full picture, or as wide as a high one.

    Args:
        pictures: columns id, artist, width, height (int) and hash (uint64).
        small: returns a picture in a small size.
    """
    return [row for _, mine in pictures.groupby("artist") for row in _parts_of_one_artist(mine, small)]


def _parts_of_one_artist(mine: pd.DataFrame, small: Small) -> Iterator[Row]:
    sides = np.sort(mine[["width", "height"]].to_numpy(), axis=1)
    shortest, longest = sides[:, 0], sides[:, 1]
    opened = {place: small(mine["id"].iat[place]) for place in np.flatnonzero(longest <= SQUARE * shortest).tolist()}
    seen = {place: direction(reduced(picture, (COMPARED, COMPARED))) for place, picture in opened.items() if picture}
    for full in np.flatnonzero(longest > NOT_SQUARE * shortest).tolist():
        places = [place for place in seen if CLEARLY_SMALLER * longest[place] <= shortest[full]]
        picture = small(mine["id"].iat[full]) if places else None
        if picture is None:
            continue
        correlations = np.stack([seen[place] for place in places]) @ _directions(picture).T
        for place, mine_at in zip(places, correlations, strict=True):
            part = _part(picture, mine_at.argmax() / (len(mine_at) - 1))
            if mine_at.max() >= SAME and _bits(part, mine["hash"].iat[place]) <= BITS:
                del seen[place]
                yield small_copy_row(mine, place, full, "a square part of it, ")


def _directions(picture: Image.Image) -> np.ndarray:
    """Return the directions of all squares along a picture's longer side, float32 (squares, values)."""
    length = max(COMPARED + 1, round(COMPARED * max(picture.size) / min(picture.size)))
    wide = picture.width > picture.height
    pixels = reduced(picture, (length, COMPARED) if wide else (COMPARED, length))
    windows = sliding_window_view(pixels, COMPARED, axis=1 if wide else 0)  # the last axis is within the window
    ordered = windows.transpose(1, 0, 3, 2) if wide else windows.transpose(0, 3, 1, 2)
    return direction(ordered)


def _part(picture: Image.Image, at: float) -> Image.Image:
    """Return a square as large as a picture allows, from its beginning (0) to its end (1)."""
    side = min(picture.size)
    left, upper = (round(at * (length - side)) for length in picture.size)
    return picture.crop((left, upper, left + side, upper + side))


def _bits(picture: Image.Image, other: np.uint64) -> int:
    return int(np.bitwise_count(np.uint64(int(phash(picture), 16)) ^ other))
