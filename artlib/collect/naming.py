"""The artists' names in a source: how each picture's path tells whose work it is."""

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath


def name_artists(paths: Sequence[PurePosixPath], fallback: str, artist: str | None = None) -> list[str]:
    """Return the artist of each relative path: `artist` if given, else the first folder in which the paths differ.

    Args:
        paths: such as `wlop/2019/a.jpg`, or `my-set/wlop/a.jpg` if everything is in one folder `my-set`.
        fallback: the name for pictures that are in no folder.
        artist: one name for all pictures.
    """
    depth = 0
    while (
        paths and min(len(path.parts) for path in paths) > depth + 2 and len({path.parts[depth] for path in paths}) == 1
    ):
        depth += 1
    names = [artist or (path.parts[depth] if len(path.parts) > depth + 1 else fallback) for path in paths]
    # macOS decomposes accents in file names: without NFC, one artist would become two
    return [unicodedata.normalize("NFC", name).strip() for name in names]
