"""Files: which of those in a folder are pictures, and opening them all."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from PIL import Image

from artlib.errors import warn
from artlib.images.errors import ImageError
from artlib.images.kinds import SUPPORTED
from artlib.images.loading import load, normalised


def is_picture(path: PurePosixPath) -> bool:
    """Say whether a file's name promises a picture, passing over hidden files and what archivers add."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in SUPPORTED


def pictures_under(root: Path) -> Iterator[PurePosixPath]:
    """Find the pictures under a folder, as paths relative to it; symbolic links to folders are not followed."""
    for folder_name, _, file_names in os.walk(root):
        for name in file_names:
            relative = PurePosixPath((Path(folder_name) / name).relative_to(root).as_posix())
            if is_picture(relative):
                yield relative


def opened_under(root: Path) -> Iterator[tuple[PurePosixPath, Image.Image]]:
    """Open the pictures under a folder, sorted by path and shrunk to the size of normalised copies.

    Those that can't be used are named in a warning, with the reason, and left out.

    Args:
        root: the folder; there is nothing in one that does not exist.

    Yields:
        The path relative to the folder, and the picture in RGB.
    """
    for picture in sorted(pictures_under(root)):
        try:
            yield picture, normalised(load(root / picture))
        except ImageError as error:
            warn(f"Left out: {error}")
