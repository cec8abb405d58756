"""Doubles: which of a few pictures, that are in no index, show the same work or are copies of a known one."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from PIL import Image

from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.search import ALIKE_BITS, form_of, turned_to, works_in
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.similarity.keypoints import find_keypoints
from artlib.similarity.matching import COPY, SHARE, Form, match, match_whole

SIDE, POINTS, TILES = 512, 300, 4  # as of known works: less than of a picture that is searched among thousands


def doubles(pictures: Sequence[Image.Image]) -> list[tuple[int, int]]:
    """Return the positions of each pair of pictures that show the same work: each is compared with each.

    Pictures that only share a part, such as a printed frame, are no pair, and neither are two without any structure,
    unless they are equal.

    Args:
        pictures: RGB, a few dozen.
    """
    forms = [_form(picture) for picture in pictures]
    hashes = np.stack([orientation_hashes(picture) for picture in pictures]) if forms else np.empty((0, 8), np.uint64)
    return [
        (one, other)
        for one, other in combinations(range(len(forms)), 2)
        if _is_double(forms[one], forms[other]) or _is_alike(forms[one], forms[other], hashes[one], hashes[other])
    ]


def copied_from(picture: Image.Image, known: IndexedWorks) -> list[Mapping[str, str]]:
    """Return the rows of the catalog of the works that a picture, RGB, is a copy of, the surest first."""
    found = works_in(form_of(picture), known)
    return [known.row(work) for work, each in found.items() if each.verdict == COPY]


def _form(picture: Image.Image) -> Form:
    small = picture.copy()
    small.thumbnail((SIDE, SIDE))
    grey = np.asarray(small.convert("L"))
    return Form(grey, find_keypoints(grey, POINTS, TILES))


def _is_double(one: Form, other: Form) -> bool:
    if np.array_equal(one.grey, other.grey):
        return True
    found = (match(form, other) for form in (one, one.other_way_round))
    return any(each.verdict == COPY and each.share >= SHARE for each in found)


def _is_alike(one: Form, other: Form, hashes: np.ndarray, others: np.ndarray) -> bool:
    """Return whether two pictures are the same as a whole: flat art has too few keypoints."""
    bits = distances(hashes[:, None], others[:1])[:, 0]
    turn = int(bits.argmin())
    return bool(bits[turn] <= ALIKE_BITS) and match_whole(one, other, turned_to(turn)).verdict == COPY
