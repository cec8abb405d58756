"""Copies that are no works of their own: small ones of pictures that are there in full, and one picture in common."""

import math
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from PIL import Image

from artlib.similarity.hashing import phash
from artlib.workspace.set_apart import SHARED, SMALL_COPY

Small = Callable[[str], Image.Image | None]
Row = tuple[str, str, str, str]

CLEARLY_SMALLER = 1.5  # times as long is the full picture's longest side at least
BITS = 8  # of 64 that may differ between the hashes; then the pixels decide
BITS_OF_PART = 14  # a part is hashed at steps, and may lie between two of them
SAME = 0.95  # correlation of the pixels, -1 to 1
COMPARED = 24  # pixels a side
FORM = 0.08  # largest difference of the logarithms of two pictures' width / height
SQUARE, NOT_SQUARE = 1.03, 1.1  # longest / shortest side
STEPS = 16  # on the way of the picture's shorter side
BLOCK = 512  # rows compared at once
CLOSEST = 5  # candidates whose pixels are compared
ONE_PORTFOLIO, ONE_PORTFOLIO_SHARE = 3, 1 / 3  # from so many pictures in common, two names mean one artist


def small_copies(pictures: pd.DataFrame, small: Small) -> list[Row]:
    """Return (id, reason, id of the full picture, detail) of each picture that is there in full, too.

    Args:
        pictures: columns id, artist, width, height (int) and hash (uint64).
        small: returns a picture in a small size.
    """
    longest = pictures[["width", "height"]].max(axis=1).to_numpy()
    found = {}
    for one, others in _alike(pictures, lambda rows: longest[rows, None] * CLEARLY_SMALLER <= longest):
        same = [other for other in others if _same(small, pictures["id"].iat[one], pictures["id"].iat[other])]
        if same:
            found[one] = max(same, key=lambda other: longest[other])
    rows = [_row(pictures, one, full, "") for one, full in found.items()]
    rest = pictures.drop(pictures.index[list(found)])
    return rows + [row for _, mine in rest.groupby("artist") for row in _square_parts(mine, small)]


def in_common(pictures: pd.DataFrame, small: Small) -> list[Row]:
    """Return (id, reason, id of another, detail) of each picture that several artists have, such as a site's logo.

    Where two artists have many pictures in common, their names probably mean one artist, and nothing is wrong with the
    pictures.
    """
    artist, ids = pictures["artist"].to_numpy(str), pictures["id"].to_numpy(str)
    number = pd.factorize(artist)[0]
    pairs = [
        (one, other)
        for one, others in _alike(pictures, lambda rows: number[rows, None] != number)
        for other in others
        if one < other and _same(small, ids[one], ids[other])
    ]
    in_pair = Counter(tuple(sorted((artist[one], artist[other]))) for one, other in pairs)
    sizes = Counter(artist.tolist())
    names: dict[int, set[str]] = {}
    beside: dict[int, int] = {}
    for one, other in pairs:
        both = tuple(sorted((artist[one], artist[other])))
        if not is_one_portfolio(in_pair[both], min(sizes[name] for name in both)):
            for place, another in ((one, other), (other, one)):
                names.setdefault(place, set()).update(both)
                beside[place] = another
    return [shared_row(ids[place], found, ids[beside[place]]) for place, found in names.items()]


def is_one_portfolio(common: int, pictures: int) -> bool:
    """Return whether two names have so many pictures in common that they probably mean one artist."""
    return common >= ONE_PORTFOLIO and common >= ONE_PORTFOLIO_SHARE * pictures


def shared_row(image_id: str, artists: set[str], of: str = "") -> Row:
    """Return the row of a picture that several artists have; `of` is another image that shows it, if there is one."""
    return image_id, SHARED, of, f"the same picture is under {', '.join(sorted(artists))}"


def _alike(pictures: pd.DataFrame, allowed: Callable[[slice], np.ndarray]) -> Iterator[tuple[int, list[int]]]:
    """Yield the position of each picture with those that may be the same, as its hash and its form say."""
    hashes = pictures["hash"].to_numpy(np.uint64)
    form = np.log(pictures["width"].to_numpy(float) / pictures["height"].to_numpy(float))
    for start in range(0, len(pictures), BLOCK):
        rows = slice(start, start + BLOCK)
        bits = np.bitwise_count(hashes[rows, None] ^ hashes)
        fits = (bits <= BITS) & (np.abs(form[rows, None] - form) <= FORM) & allowed(rows)
        for place in np.flatnonzero(fits.any(axis=1)):
            others = np.flatnonzero(fits[place])
            closest = others[np.argsort(bits[place, others], kind="stable")[:CLOSEST]]
            yield start + int(place), [int(other) for other in closest if other != start + place]


def _same(small: Small, one: str, other: str) -> bool:
    first, second = small(one), small(other)
    return first is not None and second is not None and _correlation(first, second) >= SAME


def _correlation(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two pictures are in form and colour, -1 to 1; 0 if one of them is of one colour."""
    first, second = (_compared(picture) for picture in (one, other))
    length = np.linalg.norm(first) * np.linalg.norm(second)
    return float((first * second).sum() / length) if length else 0.0


def _compared(picture: Image.Image) -> np.ndarray:
    reduced = picture.convert("RGB").resize((COMPARED, COMPARED), Image.Resampling.BOX)
    pixels = np.asarray(reduced, float)
    return pixels - pixels.mean()


def _square_parts(mine: pd.DataFrame, small: Small) -> Iterator[Row]:
    """Yield the rows of one artist's small square pictures that are parts of larger ones, as galleries show them."""
    longest, shortest = mine[["width", "height"]].max(axis=1), mine[["width", "height"]].min(axis=1)
    squares = np.flatnonzero(longest <= SQUARE * shortest)
    if not len(squares):
        return
    limit = CLEARLY_SMALLER * longest.iloc[squares].min()
    hashes = mine["hash"].to_numpy(np.uint64)[squares]
    waiting = set(range(len(squares)))
    for full in np.flatnonzero((longest > NOT_SQUARE * shortest) & (shortest >= limit)):
        picture = small(mine["id"].iat[full])
        for part in _parts(picture) if picture is not None and waiting else ():
            bits = np.bitwise_count(hashes ^ np.uint64(int(phash(part), 16)))
            for place in [place for place in np.flatnonzero(bits <= BITS_OF_PART) if place in waiting]:
                square = small(mine["id"].iat[squares[place]])
                fits = CLEARLY_SMALLER * longest.iat[squares[place]] <= shortest.iat[full]
                if fits and square is not None and _correlation(square, part) >= SAME:
                    waiting.discard(place)
                    yield _row(mine, int(squares[place]), int(full), "a square part of it, ")


def _parts(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield squares that are as large as the picture allows, along its longer side."""
    side, way = min(picture.size), max(picture.size) - min(picture.size)
    steps = max(2, math.ceil(STEPS * way / side))
    for at in sorted({round(way * step / steps) for step in range(steps + 1)}):
        left, upper = (at, 0) if picture.width > picture.height else (0, at)
        yield picture.crop((left, upper, left + side, upper + side))


def _row(pictures: pd.DataFrame, one: int, full: int, what: str) -> Row:
    mine, whole = pictures.iloc[one], pictures.iloc[full]
    sizes = f"{mine['width']}x{mine['height']} pixels; the full picture has {whole['width']}x{whole['height']}"
    return str(mine["id"]), SMALL_COPY, str(whole["id"]), what + sizes
