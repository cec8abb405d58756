"""Measures: what the pixels of each picture say about whether it is a work. A picture is opened for this once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from PIL import Image
from tqdm.auto import tqdm

from artlib import images
from artlib.sort.suggestions.borders import frame, margin
from artlib.sort.suggestions.panels import panels
from artlib.sort.suggestions.sharpness import blur_width
from artlib.sort.suggestions.surface import drawn_on, local_range, surface
from artlib.sort.suggestions.writing import writing
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.copies import open_copy
from artlib.workspace.disk.writing import write_table
from artlib.workspace.formats.columns import image_id, number, whole
from artlib.workspace.formats.schema import Schema, read_table

SIDE = 512  # pixels of the longest side; widths in pixels are at this size
VERSION = 1  # of these measures; others are computed again
MEASURES = (
    "drawn",
    "box",
    "flat",
    "soft",
    "contrast",
    "blur",
    "frame",
    "margin",
    "filled",
    "words",
    "written",
    "panels",
)
COLUMNS = ("id", *MEASURES)
SCHEMA = Schema((image_id("id"), *map(number, MEASURES), whole("version")), "Delete it.", key="id")
THREADS = 4  # Pillow and OpenCV don't hold the interpreter's lock
SAVED = 200  # pictures after which the measures are saved: an interruption loses no more


def measures_of(workspace: Workspace, ids: Sequence[str]) -> pd.DataFrame:
    """Return the measures of some images; those computed before are read from `.measures.csv`.

    Returns:
        Columns id and MEASURES, as `measures` returns them; no row for a picture that can't be read.
    """
    path = workspace.cache(".measures.csv")
    known = _known(path)
    looked_at = set(known["id"])
    new = [image_id for image_id in ids if image_id not in looked_at]
    with tqdm(total=len(new), desc="Looking", unit="image", disable=not new) as bar:
        for start in range(0, len(new), SAVED):
            some = new[start : start + SAVED]
            added = pd.DataFrame(_measured(workspace, some), columns=[*COLUMNS, "version"])
            known = pd.concat([known, added], ignore_index=True) if len(known) else added
            write_table(path, known)
            bar.update(len(some))
    return known.loc[known["id"].isin(ids), list(COLUMNS)]


def _known(path: Path) -> pd.DataFrame:
    """Read the measures computed before, or begin again: they only save time."""
    try:
        table = read_table(path, SCHEMA)[SCHEMA.names]
    except (OSError, WorkspaceError):
        return pd.DataFrame(columns=SCHEMA.names)
    table = table.astype(dict.fromkeys(MEASURES, float) | {"version": int})
    return table[table["version"] == VERSION]


def _measured(workspace: Workspace, ids: Sequence[str]) -> Iterator[dict[str, float | str]]:
    with ThreadPoolExecutor(THREADS) as pool:
        for image_id, found in zip(ids, pool.map(_measures_of_one, repeat(workspace), ids), strict=True):
            if found:
                yield {"id": image_id, **{name: round(value, 4) for name, value in found.items()}, "version": VERSION}


def _measures_of_one(workspace: Workspace, image_id: str) -> dict[str, float] | None:
    try:
        return measures(images.normalised(open_copy(workspace, image_id, at_least=SIDE), SIDE))
    except images.ImageError:
        return None


def measures(picture: Image.Image) -> dict[str, float]:
    """Return the measures of one picture.

    Args:
        picture: at most SIDE pixels on its longest side.

    Returns:
        drawn, box, flat, soft (see `surface`); contrast (between the 1st and the 99th percentile of the brightness, 0
        to 255); blur (see `sharpness`); frame, margin, filled (see `borders`); words, written (see `writing`); panels.
    """
    pixels = np.asarray(picture.convert("RGB"))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    darkest, brightest = np.percentile(grey[::2, ::2], (1, 99))
    return {
        **surface(drawn_on(pixels), local_range(grey)),
        "contrast": float(brightest - darkest),
        "blur": blur_width(grey),
        "frame": frame(pixels),
        **margin(pixels),
        **writing(grey),
        "panels": panels(pixels),
    }
