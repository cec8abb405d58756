"""Copies that are no works of their own: small ones of pictures that are there in full, and one picture in common."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from artlib.collect.suggestions.pixels import Small, correlation
from artlib.workspace.set_apart import SHARED, SMALL_COPY

Row = tuple[str, str, str, str]

CLEARLY_SMALLER = 1.5  # times as long is the full picture's longest side at least
BITS = 8  # of 64 that may differ between the hashes; then the pixels decide
SAME = 0.95  # correlation of the pixels, -1 to 1
FORM = 0.08  # largest difference of the logarithms of two pictures' width / height
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
    return [small_copy_row(pictures, one, full) for one, full in found.items()]


def in_common(pictures: pd.DataFrame, small: Small) -> list[Row]:
    """Return (id, reason, id of another, detail) of each picture that several artists have, such as a site's logo.

    Where two artists have many pictures in common, their names probably mean one artist, and nothing is wrong with the
    pictures.
    """
    artist, ids = pictures["artist"].to_numpy(str), pictures["id"].to_numpy(str)
    number = pd.factorize(artist)[0]
    pairs = {
        (min(one, other), max(one, other))
        for one, others in _alike(pictures, lambda rows: number[rows, None] != number)
        for other in others
        if _same(small, ids[one], ids[other])
    }
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
    return first is not None and second is not None and correlation(first, second) >= SAME


def small_copy_row(pictures: pd.DataFrame, one: int, full: int, what: str = "") -> Row:
    """Return the row of a small copy, from the positions of both pictures."""
    mine, whole = pictures.iloc[one], pictures.iloc[full]
    sizes = f"{mine['width']}x{mine['height']} pixels; the full picture has {whole['width']}x{whole['height']}"
    return str(mine["id"]), SMALL_COPY, str(whole["id"]), what + sizes
