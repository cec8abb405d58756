"""Copies of works whose geometry is known, because the test made them."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from drawing import photo, write
from PIL import Image

from artlib.similarity.changes import Change
from artlib.similarity.matching import Match
from artlib.tracing.result import Original, Trace

WHOLE = np.eye(3)
# from places in the picture to places in the work, in fractions of width and height
CROP = np.array([[0.5, 0, 0.25], [0, 0.5, 0.125], [0, 0, 1]])
MIRROR = np.array([[-1.0, 0, 1], [0, 1, 0], [0, 0, 1]])
QUARTER_TURN = np.array([[0.0, 1, 0], [-1, 0, 1], [0, 0, 1]])
INSIDE = np.array([[2.0, 0, -0.5], [0, 2, -0.5], [0, 0, 1]])  # the work takes the middle of the picture
SLANTED = np.array([[1.25, 0.1, -0.1], [0.05, 1.2, -0.1], [0.1, 0.2, 1]])
APART = np.array([[1.0, 0, 5], [0, 1, 0], [0, 0, 1]])


def copied(work: Image.Image, to_work: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """Make a picture of this size from a work; outside of the work it is blue."""
    between = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # pixels are counted from their centres
    to_pixels = np.diag([*work.size, 1.0]) @ to_work @ np.diag([1 / size[0], 1 / size[1], 1.0])
    matrix = np.linalg.inv(between) @ to_pixels @ between
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return Image.fromarray(cv2.warpPerspective(np.asarray(work), matrix, size, flags=flags, borderValue=(40, 60, 200)))


def match(
    to_work: np.ndarray = WHOLE, verdict: str = "copy", points: int = 60, share: float = 0.9, **change: Any
) -> Match:
    """How such a picture and the work agree, with points wherever it shows the work."""
    places = np.random.default_rng(1).random((4000, 2))
    found = np.column_stack([places, np.ones(len(places))]) @ to_work.T
    in_work = found[:, :2] / found[:, 2:]
    shown = ((in_work >= 0) & (in_work <= 1)).all(axis=1)
    pairs = np.hstack([places, in_work])[shown][:points].astype(np.float32)
    return Match(verdict, len(pairs), share, to_work, pairs, Change(**change))


def original(image: Path, agreeing: Match, **changes: Any) -> Original:
    values = {
        "id": image.stem,
        "artist": "Wlop",
        "path": "originals/wlop/a.jpg",
        "source": "a museum",
        "licence": "CC0",
    }
    return Original(**{**values, "source_url": "https://example.org/a", "image": image, "match": agreeing} | changes)


def found(folder: Path, name: str = "suspect.jpg", to_work: np.ndarray = CROP, seed: int = 1, **changes: Any) -> Trace:
    """The answer for a picture that was made from a work, which is drawn into a folder."""
    image = write(folder / f"work {seed}.png", photo(seed))
    picture = copied(photo(seed), to_work, (240, 180))
    agreeing = match(to_work, **changes)
    return Trace(name, agreeing.verdict, [original(image, agreeing)], picture=picture)
