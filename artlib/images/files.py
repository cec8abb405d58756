"""Files: finding the pictures in a folder, and opening them."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from PIL import Image

from artlib.errors import warn
from artlib.images.errors import ImageError
from artlib.images.kinds import SUPPORTED
from artlib.images.loading import load, normalised


def is_picture(path: PurePosixPath) -> bool:
    """Return whether a file name is that of a picture; hidden files and files that archivers add are not."""
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

    Pictures that can't be used are left out; a warning names each with the reason.

    Args:
        root: the folder; if it does not exist, nothing is yielded.

    Yields:
        The path relative to the folder, and the picture in RGB.
    """
    for picture in sorted(pictures_under(root)):
        try:
            yield picture, normalised(load(root / picture))
        except ImageError as error:
            warn(f"Left out: {error}")
