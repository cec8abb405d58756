"""Looks: what the pixels of each picture say about whether it is a work. A picture is opened for this once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from artlib.collect.suggestions.pixels import small_picture
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.disk.writing import write_table
from artlib.workspace.formats.columns import image_id, number
from artlib.workspace.formats.schema import Schema, read_table
from artlib.workspace.set_apart import BLANK, PLACEHOLDER

LOOKS = Schema((image_id("id"), number("drawn", 0, 1), number("mark", 0, 1)), "Delete it.", key="id")
COLUMNS = LOOKS.names
THREADS = 4  # Pillow decodes without holding the interpreter's lock
DIFFERENCE = 16  # of 255, in one channel: more than JPEG adds to a plain colour
NEARLY_BLANK = 0.03  # share drawn; docs/set_apart.md
# Inkscape draws a picture that it can't find as a white cross on this red, above words in this grey
MARK_RED, MARK_GREY = (255, 112, 112), (112, 112, 112)
MARK_SHARE, MARK_DIFFERENCE = 0.015, 8


def looks_of(workspace: Workspace, ids: Sequence[str]) -> pd.DataFrame:
    """Return the looks of some images; those found before are read from `.looks.csv`.

    Returns:
        Columns id, drawn (share of the pixels that differ from the picture's main colour, 0 to 1) and mark (share of
        the pixels in the colours of Inkscape's mark for a missing picture, 0 to 1); no row for a picture that can't
        be read.
    """
    path = workspace.cache(".looks.csv")
    known = _known(path)
    looked_at = set(known["id"])
    new = [image_id for image_id in ids if image_id not in looked_at]
    if new:
        with ThreadPoolExecutor(THREADS) as pool:
            found = [row for row in pool.map(lambda image_id: _look(workspace, image_id), new) if row]
        added = pd.DataFrame(found, columns=COLUMNS)
        known = pd.concat([known, added], ignore_index=True) if len(known) else added
        write_table(path, known)
    return known[known["id"].isin(ids)]


def _known(path: Path) -> pd.DataFrame:
    """Read the looks found before, or begin again: they only save time."""
    try:
        return read_table(path, LOOKS)[COLUMNS].astype({"drawn": float, "mark": float})
    except (OSError, WorkspaceError):
        return pd.DataFrame(columns=COLUMNS)


def empty_pictures(looks: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Return (id, reason, "", detail) of each picture with hardly anything on it, or with a mark for a missing one."""
    marked = looks["mark"] >= MARK_SHARE
    blank = (looks["drawn"] <= NEARLY_BLANK) & ~marked
    found = [
        (image_id, PLACEHOLDER, "", "holds the mark of a drawing program for a picture that it could not find")
        for image_id in looks.loc[marked, "id"]
    ]
    return found + [
        (row.id, BLANK, "", f"{1 - row.drawn:.0%} of it is one colour") for row in looks[blank].itertuples()
    ]


def _look(workspace: Workspace, image_id: str) -> tuple[str, float, float] | None:
    picture = small_picture(workspace, image_id)
    if picture is None:
        return None
    pixels = np.asarray(picture, np.int16).reshape(-1, 3)
    drawn = (np.abs(pixels - np.median(pixels, axis=0)).max(axis=1) > DIFFERENCE).mean()
    mark = min(_share(pixels, MARK_RED), _share(pixels, MARK_GREY))
    return image_id, round(float(drawn), 4), round(mark, 4)


def _share(pixels: np.ndarray, colour: tuple[int, int, int]) -> float:
    return float((np.abs(pixels - colour).max(axis=1) <= MARK_DIFFERENCE).mean())
