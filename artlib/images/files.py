"""Files: which of those in a folder are pictures."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from artlib.images.kinds import SUPPORTED


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
