"""Artefacts: numbers that describe a picture's border, corners, size and file, but not its art.

Some of these numbers depend on the art: a palette reaches the border, and detailed pictures make long files. So a
second set, `apart`, holds what differs from the picture itself: whether the border is flat or has an edge to the
inside, corners against the picture's own mean and spread, and how a file is encoded rather than how long it is. A third
set, `inside`, holds the same for a border and corners further inside. What these show as well is art.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, JpegImagePlugin

from artlib.images.diagnosis import DAMAGE
from artlib.images.kinds import FORMATS
from artlib.workspace import Workspace
from artlib.workspace.catalog import original_paths

FAMILIES = ("size", "file", "border", "corners")
LENGTHS = ("bytes", "bytes per pixel")
FRAME = 0.02  # of the side
CORNER = 1 / 6  # of the side; a signature is mostly smaller
CELLS = 4  # of a corner, each way
BLOCK = 64  # pictures at once
THINNED = 4  # every fourth pixel each way is enough for a picture's mean and spread


@dataclass(frozen=True)
class Artefacts:
    """The numbers of each family.

    Attributes:
        families: for each of FAMILIES float32 (n, width); the rows of missing originals are NaN.
        apart: the same, but only what differs from the picture itself.
        inside: for border and corners the numbers of `apart`, for a border and corners further inside.
    """

    families: dict[str, np.ndarray]
    apart: dict[str, np.ndarray]
    inside: dict[str, np.ndarray]


def find_artefacts(workspace: Workspace, ids: Sequence[str], pixels: np.ndarray) -> Artefacts:
    """Measure the originals and the prepared pictures.

    Args:
        workspace: with a catalog.
        ids: of the images.
        pixels: their prepared pictures, uint8 RGB (n, side, side, 3).

    Raises:
        WorkspaceError: there is no catalog.
    """
    paths = original_paths(workspace)
    files = [of_file(workspace.original(paths[image_id])) for image_id in ids]
    found = [_of_pixels(pixels[start : start + BLOCK]) for start in range(0, len(pixels), BLOCK)]
    border, corners, *more = (np.concatenate(blocks) for blocks in zip(*found, strict=True))
    size, file = (np.array(rows, np.float32) for rows in zip(*files, strict=True))
    return Artefacts(
        families={"size": size, "file": file, "border": border, "corners": corners},
        apart={"size": size, "file": file[:, len(LENGTHS) :], "border": more[0], "corners": more[1]},
        inside={"border": more[2], "corners": more[3]},
    )


def of_file(path: Path) -> tuple[list[float], list[float]]:
    """Return size and file of an original, without decoding it.

    Returns:
        Width, height and aspect ratio; then LENGTHS, format, sub-sampling, progressive or not, and of two quantisation
        tables mean, spread, first and last value. All NaN if the file is missing or damaged.
    """
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            (width, height), length = image.size, os.fstat(file.fileno()).st_size
            coding = [
                FORMATS.index(image.format or ""),
                JpegImagePlugin.get_sampling(image),
                "progressive" in image.info,
            ]
            tables = getattr(image, "quantization", {})
    except DAMAGE:
        return [np.nan] * 3, [np.nan] * 13
    numbers = [number for key in (0, 1) for number in _of_table(tables.get(key))]
    return [width, height, width / height], [length, length / (width * height), *coding, *numbers]


def _of_table(table: Sequence[int] | None) -> list[float]:
    return [float(np.mean(table)), float(np.std(table)), table[0], table[-1]] if table else [0.0] * 4


def _of_pixels(pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return border and corners of uint8 (n, side, side, 3); both for `apart`; and both for `inside`."""
    thinned = pixels[:, ::THINNED, ::THINNED].astype(np.float32)
    # at least 1, so that a blank picture is not divided by 0
    middle, spread = thinned.mean(axis=(1, 2)), np.maximum(thinned.std(axis=(1, 2, 3)), 1)[:, None]
    depth = max(1, round(FRAME * pixels.shape[1]))
    corner = max(CELLS, round(CORNER * pixels.shape[1]) // CELLS * CELLS)
    inner = pixels[:, corner:-corner, corner:-corner]
    border, border_apart = _borders(pixels, depth)
    corners, corners_apart = _corners(pixels, corner, middle)
    apart = (border_apart, corners_apart, _borders(inner, depth)[1], _corners(inner, corner, middle)[1])
    return border, corners, *(numbers / spread for numbers in apart)


def _borders(pixels: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
    plain, apart = [], []
    # each side in turn becomes the upper one
    for turned in (pixels, pixels[:, ::-1], pixels.swapaxes(1, 2), pixels[:, :, ::-1].swapaxes(1, 2)):
        outside = turned[:, : 2 * depth].astype(np.float32)
        frame, ring = outside[:, :depth], outside[:, depth:, 2 * depth : -2 * depth]
        mean, deviation = frame.mean(axis=(1, 2)), frame.std(axis=(1, 2))
        step = mean - ring.mean(axis=(1, 2))
        # a border may be thinner than the frame, so the outermost line is measured, too
        line = frame[:, 0].std(axis=1).mean(axis=1, keepdims=True)
        plain += [mean, deviation, step, line]
        apart += [np.abs(step).max(axis=1, keepdims=True), line, deviation.mean(axis=1, keepdims=True)]
    return np.concatenate(plain, axis=1), np.concatenate(apart, axis=1)


def _corners(pixels: np.ndarray, side: int, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    plain, apart = [], []
    for turned in (pixels, pixels[:, ::-1], pixels[:, :, ::-1], pixels[:, ::-1, ::-1]):
        patch = turned[:, :side, :side].astype(np.float32)
        mean, deviation = patch.mean(axis=(1, 2)), patch.std(axis=(1, 2))
        levels, grain = _cells(patch.mean(axis=3))
        plain += [mean, deviation, levels, grain]
        apart += [mean - middle, deviation, levels - middle.mean(axis=1, keepdims=True), grain]
    return np.concatenate(plain, axis=1), np.concatenate(apart, axis=1)


def _cells(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean, highest and lowest level, and grain, of each cell of grey patches (n, side, side).

    A signature is fine and bright, or fine and dark. Grain is the mean step between neighbours.
    """
    size = grey.shape[1] // CELLS
    cells = grey.reshape(len(grey), CELLS, size, CELLS, size)
    levels = [each.reshape(len(grey), -1) for each in (cells.mean((2, 4)), cells.max((2, 4)), cells.min((2, 4)))]
    grain = np.abs(np.diff(cells, axis=4)).mean(axis=(2, 4))
    return np.concatenate(levels, axis=1), grain.reshape(len(grey), -1)
