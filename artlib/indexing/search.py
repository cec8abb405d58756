"""The search: which known works a picture shows, by votes of its keypoints, and each candidate compared in full."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PIL import Image

from artlib import images
from artlib.images.budget import PICTURES
from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.works_index import Candidate
from artlib.similarity.geometry import CORNERS
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.similarity.keypoints import ASKED_POINTS, ASKED_SIDE, ASKED_TILES, BYTES, Keypoints, find_keypoints
from artlib.similarity.matching import COPY, NOTHING, PART, RANKS, Form, Match, match, match_whole
from artlib.similarity.regions import GRID, around, is_same_place, outside, region_of

VERIFIED = 10  # candidates that are compared in full
IN_VAIN = 4  # of them one after the other, after which a further work is not expected
ROUNDS = 4  # of searching again in what the works found leave over, as in a collage
LEFT = 0.2  # share of the picture that they leave over, with which that is worth the time
ALIKE_BITS = 12  # of 64, of the perceptual hashes of a picture and a work that may be the same


def form_of(image: Image.Image) -> Form:
    """Return a picture, RGB, in the form in which it is searched for; at most ASKED_SIDE pixels are looked at."""
    grey = np.asarray(images.normalised(image, ASKED_SIDE).convert("L"))
    with PICTURES.share():
        PICTURES.take(grey.size * BYTES)
        return Form(grey, find_keypoints(grey, ASKED_POINTS, ASKED_TILES))


def works_in(form: Form, known: IndexedWorks) -> dict[int, Match]:
    """Return the works that a picture shows, by their numbers in the index, and how they agree with it.

    Of works in the same place only the surest is returned, and works that share a part only if it shows none.
    """
    found = _in_all_rounds(form, known) or _as_a_whole(form, known) or _found(form.negative, known)
    return surest(found)


def surest(found: dict[int, Match]) -> dict[int, Match]:
    """Return the surest work of each place, the surest first."""
    order = sorted(found, key=lambda work: (RANKS[found[work].verdict], -found[work].inliers * found[work].share))
    kept: dict[int, Match] = {}
    for work in order:
        if found[work].verdict == PART and any(each.verdict != PART for each in kept.values()):
            break
        if not _is_taken(found[work], kept.values()):
            kept[work] = found[work]
    return kept


def _is_taken(match: Match, others: Iterable[Match]) -> bool:
    place = _place(match)
    return any(is_same_place(place, _place(other)) for other in others)


def _place(match: Match) -> np.ndarray:
    """Return where in the picture the work was seen; of one compared as a whole, all of it."""
    return around(match.pairs[:, :2]) if len(match.pairs) >= 3 else region_of(match.to_work)


def _in_all_rounds(form: Form, known: IndexedWorks) -> dict[int, Match]:
    found: dict[int, Match] = {}
    for _ in range(ROUNDS):
        new = {work: each for work, each in _found(form, known).items() if work not in found}
        found |= new
        left = outside(_place(each) for each in new.values() if each.verdict != PART)
        if not new or left.mean() < LEFT or left.all():
            break
        form = replace(form, keypoints=_within(form.keypoints, left))
    return found


def _within(keypoints: Keypoints, cells: np.ndarray) -> Keypoints:
    """Return the keypoints that lie in some cells of a picture, bool (GRID, GRID)."""
    column, row = (keypoints.places / (keypoints.width, keypoints.height) * GRID).astype(int).clip(0, GRID - 1).T
    return keypoints.taken(cells[row, column])


def _found(form: Form, known: IndexedWorks) -> dict[int, Match]:
    """Return the works that the keypoints of a picture find."""
    forms = (form, form.other_way_round)
    found: dict[int, Match] = {}
    in_vain = 0
    for candidate in known.index.candidates([each.keypoints for each in forms], VERIFIED):
        if (in_vain < IN_VAIN or not found) and candidate.work not in found:
            compared = _compared(forms, candidate, known)
            in_vain = in_vain + 1 if compared.verdict == NOTHING else 0
            if compared.verdict != NOTHING:
                found[candidate.work] = compared
    return found


def _compared(forms: tuple[Form, Form], candidate: Candidate, known: IndexedWorks) -> Match:
    work = known.form(candidate.work)
    return match(forms[candidate.form], work) if work else Match(NOTHING)


def _as_a_whole(form: Form, known: IndexedWorks) -> dict[int, Match]:
    """Return the works that look like a picture as a whole: flat art has too few keypoints."""
    bits = np.stack([distances(each, known.hashes)[0] for each in _hashes(form)])
    found = {}
    for number in np.flatnonzero(bits.min(axis=0, initial=64) <= ALIKE_BITS)[:VERIFIED].tolist():
        if known.is_known(number) and (work := known.form(number)):
            compared = match_whole(form, work, turned_to(int(bits[:, number].argmin())))
            if compared.verdict == COPY:
                found[number] = compared
    return found


def _hashes(form: Form) -> np.ndarray:
    """Return the hash of each of the eight flips and quarter turns, uint64 (8, 1, 1)."""
    return orientation_hashes(Image.fromarray(form.grey))[:, None, None]


def turned_to(turn: int) -> np.ndarray:
    """Return the homography, float (3, 3), to one of the orientations of `orientation_hashes`, in fractions."""
    transposed, flip = divmod(turn, 4)
    places = CORNERS[[0, 1, 3]]  # of origin, right and down
    moved = places[:, ::-1] if transposed else places
    moved = np.abs(moved - (flip in (1, 3), flip in (2, 3)))
    origin, right, down = moved
    return np.array([[*(right - origin), 0], [*(down - origin), 0], [*origin, 1]], float).T
