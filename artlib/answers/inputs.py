"""Inputs: the pictures that are asked about, as files and addresses."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from artlib import images
from artlib.errors import warn
from artlib.images.files import pictures_under
from artlib.images.left_out import left_out_under


def expand(paths: Sequence[str]) -> Iterator[str]:
    """Yield files and URLs as they are, and of a folder each picture under it; a folder without pictures as it is.

    A folder that can't be read is yielded, too: no picture in it is passed over in silence.
    """
    for path in paths:
        if not path or images.is_url(path) or not os.path.isdir(path):  # noqa: PTH112 (no error for names that are too long); "" is no folder
            yield path
        else:
            closed: list[OSError] = []
            found = [str(Path(path) / picture) for picture in sorted(pictures_under(Path(path), closed))]
            found += sorted(str(error.filename) for error in closed)
            for group in left_out_under(Path(path)):
                warn(f"Left out of {path}: {group}")
            yield from found or [path]


def stamp(name: str) -> str:
    """Return the size and time of a file, which change when the file changes; empty if there is no such file."""
    if images.is_url(name) or not os.path.isfile(name):  # noqa: PTH113 (no error for names that are too long)
        return ""
    status = Path(name).stat()
    return f"{status.st_size} {status.st_mtime_ns}"
