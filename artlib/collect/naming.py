"""What a source offers: one picture that may join the collection, and the rule that names its artist."""

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath


def name_artists(paths: Sequence[PurePosixPath], fallback: str, artist: str | None = None) -> list[str]:
    """Name the artist of each relative path: `artist` if given, else the first folder in which the paths differ.

    Args:
        paths: such as `wlop/2019/a.jpg`, or `my-set/wlop/a.jpg` where everything lies under one folder `my-set`.
        fallback: for pictures that lie in no folder.
        artist: one name for all.
    """
    depth = 0
    while (
        paths and min(len(path.parts) for path in paths) > depth + 2 and len({path.parts[depth] for path in paths}) == 1
    ):
        depth += 1
    names = [artist or (path.parts[depth] if len(path.parts) > depth + 1 else fallback) for path in paths]
    # macOS decomposes accents in file names; one artist must not become two
    return [unicodedata.normalize("NFC", name).strip() for name in names]
