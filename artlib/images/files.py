"""Files: finding the pictures in a folder by their bytes, whatever their names are, and opening them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from PIL import Image

from artlib.errors import warn
from artlib.images.errors import ImageError
from artlib.images.kinds import HEAD, SUPPORTED, is_supported, is_unread_picture
from artlib.images.loading import load_shrunk
from artlib.images.sources import name_of, open_at_once, opened

# what systems and archivers leave in folders, and nobody put there
LITTER_FOLDERS = {
    "__macosx",
    "@eadir",
    ".git",
    ".svn",
    ".ipynb_checkpoints",
    "$recycle.bin",
    "system volume information",
}
LITTER_FILES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized", ".picasa.ini"}


def is_litter(path: PurePosixPath) -> bool:
    """Return whether a file, by its relative path, is one that a system or an archiver left there."""
    *folders, name = (part.lower() for part in path.parts)
    return bool(LITTER_FOLDERS.intersection(folders)) or name in LITTER_FILES or name.startswith("._")


def is_hidden(path: PurePosixPath) -> bool:
    """Return whether a file, or a folder above it, has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.parts)


def has_picture_name(path: PurePosixPath) -> bool:
    """Return whether a file has a name as pictures have; its bytes decide whether it is one."""
    return path.suffix.lower() in SUPPORTED


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file, by which its kind is known; none if it is no regular file, or unreadable."""
    try:
        # opening a pipe or a device could wait for ever, and so could reading a file of the system itself
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            return b""
        with open_at_once(path) as file:
            return file.read(HEAD)
    except OSError:
        return b""


def content_of(path: Path) -> bytes:
    """Return all bytes of a file.

    Raises:
        ImageError: it can't be opened, or is no regular file or too large for a picture.
    """
    with opened(path, name_of(path)) as file:
        return file.read()


def is_picture_under(path: PurePosixPath, head: bytes) -> bool:
    """Return whether a file in a folder is, or should be, a picture; hidden ones are not meant.

    Args:
        path: relative to the folder.
        head: its first bytes.
    """
    return not is_hidden(path) and (has_picture_name(path) or is_supported(head) or is_unread_picture(head))


def pictures_under(root: Path, closed: list[OSError] | None = None) -> Iterator[PurePosixPath]:
    """Find the pictures under a folder, as paths relative to it; symbolic links to folders are not followed.

    A file is one by its bytes, whatever its name is. One that only has the name of a picture is found, too, and so is a
    picture of a kind that can't be read, so that whoever opens it can say what is wrong with it.

    Args:
        root: the folder.
        closed: gets the errors of folders that can't be read, with their names; None warns of each.
    """
    for folder_name, _, file_names in os.walk(root, onerror=_warn_of if closed is None else closed.append):
        for name in file_names:
            file = Path(folder_name) / name
            relative = PurePosixPath(file.relative_to(root).as_posix())
            if not is_litter(relative) and is_picture_under(relative, head_of(file)):
                yield relative


def _warn_of(error: OSError) -> None:
    warn(f"Left out: the folder {error.filename!r} can't be opened ({error.strerror}).")


def opened_under(root: Path) -> Iterator[tuple[PurePosixPath, Image.Image]]:
    """Open the pictures under a folder, sorted by path and shrunk to the size of normalised copies.

    Pictures that can't be used are left out; a warning names each with the reason.

    Args:
        root: the folder; if it does not exist, nothing is yielded.

    Yields:
        The path relative to the folder, and the picture in RGB.
    """
    for picture in sorted(pictures_under(root)) if root.exists() else ():
        try:
            yield picture, load_shrunk(root / picture)
        except ImageError as error:
            warn(f"Left out: {error}")
