"""A glance: whether a picture may show a known work, at a small part of the time of tracing it.

Most pictures show none, and whoever predicts a thousand of them does not want to wait for a full search of each. Their
keypoints at 112 pixels vote; where the best work stands out from the others, the picture is traced in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.works_index import Candidate
from artlib.similarity.hashing import distances
from artlib.similarity.keypoints import find_keypoints
from artlib.similarity.matching import Form, match

SIDE, POINTS = 112, 80  # pixels of the longest side, and keypoints
COMPARED_WITH = 8  # the best work's votes are compared with those of so many places below
STANDS_OUT, MAY_STAND_OUT = 4.0, 2.2  # times these: then it is traced in full, or compared at this small size first
AGREE, SHARE = 4, 0.3  # keypoints, and share of the common area, with which it is traced in full then
ALIKE_BITS = 8  # of 64, of the perceptual hashes: flat art has few keypoints


@dataclass(frozen=True)
class Glance:
    """What a glance sees of a picture.

    Attributes:
        form: the picture in a small size, with some keypoints.
        hashes: the perceptual hashes of its eight orientations, uint64 (8,).
    """

    form: Form
    hashes: np.ndarray


def glance(image: Image.Image, hashes: np.ndarray) -> Glance:
    """Look at a picture.

    Args:
        image: RGB.
        hashes: its perceptual hashes, uint64 (8,).
    """
    scale = min(1.0, SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # grey first, and not so finely: that takes a quarter of the time
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))
    return Glance(Form(grey, find_keypoints(grey, POINTS, 1)), hashes)


def suspects(glances: Sequence[Glance], works: IndexedWorks) -> list[bool]:
    """Return which pictures may show a known work, and should be traced."""
    forms = [(each.form, each.form.other_way_round) for each in glances]
    keypoints = [[form.keypoints for form in pair] for pair in forms]
    candidates = works.index.candidates_of_many(keypoints, COMPARED_WITH + 1)
    hashes = np.stack([each.hashes for each in glances])
    # a picture in inverted tones has all bits of its hash the other way round
    both = np.concatenate([hashes, ~hashes], axis=1)
    alike = distances(both, works.hashes).min(axis=1, initial=64) <= ALIKE_BITS
    unseen = [works.alike_unseen(each.hashes) is not None for each in glances]
    return [
        bool(same) or other or _stands_out(pair, best, works)
        for same, other, pair, best in zip(alike, unseen, forms, candidates, strict=True)
    ]


def _stands_out(forms: tuple[Form, Form], candidates: list[Candidate], works: IndexedWorks) -> bool:
    if not candidates:
        return False
    best, usual = candidates[0], candidates[-1].votes if len(candidates) > 1 else 0.0
    if best.votes >= STANDS_OUT * usual:
        return True
    return best.votes >= MAY_STAND_OUT * usual and _agrees(forms[best.form], best.work, works)


def _agrees(form: Form, work: int, works: IndexedWorks) -> bool:
    known = works.form(work)
    if known is None:
        return False
    found = match(form, known)
    return found.inliers >= AGREE and found.share >= SHARE
