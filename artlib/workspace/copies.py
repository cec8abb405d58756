"""Copies: the normalised picture of each image, as later stages read it. A lost one is made again from its original."""

import functools
import hashlib
import io
import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from artlib import images
from artlib.errors import warn
from artlib.images.files import content_of
from artlib.workspace.catalog import original_paths
from artlib.workspace.disk.writing import write_bytes
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.formats.columns import ID_LENGTH
from artlib.workspace.paths import Workspace

JPEG_QUALITY = 92
NAMED = 3  # images in a text
REMEDY = (
    "Collect them again from where they came (01_collect, artlib collect): that brings them back. Or, if they are gone "
    "for good, delete their rows in catalog.csv, then split and train again."
)


def encoded(copy: Image.Image) -> bytes:
    """Return a picture, which is normalised, as the content of its file."""
    buffer = io.BytesIO()
    copy.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def open_copy(workspace: Workspace, image_id: str, at_least: int | None = None) -> Image.Image:
    """Load the normalised copy of an image; one that is lost or damaged is made again from the original.

    Args:
        workspace: with the image.
        image_id: of the catalog.
        at_least: see `images.load`.

    Raises:
        ImageError: it can't be read, and the original is lost or was changed, too.
    """
    try:
        return images.load(workspace.image(image_id), at_least=at_least)
    except images.ImageError:
        content = _made_again(workspace, image_id)
        if not content:
            raise
    with suppress(OSError):  # where nothing can be written, it is made each time
        write_bytes(workspace.image(image_id), content)
        _say_made_again(workspace.image(image_id).parent)
    return images.load(content, at_least=at_least)


def require_pictures(workspace: Workspace) -> None:
    """Refuse work that needs the pictures of a workspace that was handed over without them.

    Raises:
        WorkspaceError: they are not here.
    """
    if not workspace.images.is_dir():
        raise WorkspaceError(
            f"The pictures of {workspace.root} are not here; it was perhaps packed without them. It answers as it is. "
            "To train or evaluate it, unpack one that was packed with them (artlib pack), or collect them again."
        )


def lost_copies(workspace: Workspace, ids: Sequence[str]) -> list[str]:
    """Return those of some images whose copies are not there and can't be made again; make the others again."""
    folder = workspace.images
    if not folder.is_dir():  # a recogniser that was handed over without its pictures
        return []
    there = set(os.listdir(folder))  # noqa: PTH208 - asking for each file is slow
    return [image_id for image_id in ids if f"{image_id}.jpg" not in there and not _can_open(workspace, image_id)]


def say_lost(workspace: Workspace, ids: Sequence[str]) -> None:
    """Say at the beginning which pictures are lost; what is known of them already is used without them."""
    if lost := lost_copies(workspace, ids):
        warn(lost_text(lost, len(ids)))


def lost_text(lost: Collection[str], total: int) -> str:
    """Return how many pictures are lost, which, and what brings them back."""
    names = [f"images/{image_id}.jpg" for image_id in list(lost)[:NAMED]]
    shown = ", ".join(names) + (", …" if len(lost) > NAMED else "")
    return (
        f"{len(lost)} of {total} pictures of the catalog are lost or damaged, and so are their originals ({shown}). "
        f"{REMEDY}"
    )


def check_copies(lost: Collection[str], total: int) -> None:
    """Raise an error if pictures are lost that are needed.

    Raises:
        WorkspaceError: there are some.
    """
    if lost:
        raise WorkspaceError(lost_text(lost, total))


def _can_open(workspace: Workspace, image_id: str) -> bool:
    try:
        open_copy(workspace, image_id)
    except images.ImageError:
        return False
    return True


def _made_again(workspace: Workspace, image_id: str) -> bytes:
    """Return the content of a copy, made from the original; empty if that is lost, or is another picture by now."""
    try:
        path = _paths(workspace.root, workspace.catalog.stat().st_mtime_ns)[image_id]
    except (OSError, KeyError, WorkspaceError):  # no catalog that knows it
        return b""
    try:
        content = content_of(workspace.original(path))
        if hashlib.sha256(content).hexdigest()[:ID_LENGTH] != image_id:
            return b""
        return encoded(images.load_shrunk(content, at_least=images.LONGEST_SIDE))
    except images.ImageError:
        return b""


@functools.lru_cache(maxsize=2)  # many may be lost together
def _paths(root: Path, _changed: int) -> dict[str, str]:
    return original_paths(Workspace(root))


@functools.cache  # once, not for each picture
def _say_made_again(folder: os.PathLike[str]) -> None:
    warn(f"Copies in {folder} were lost or damaged; they are made again from the originals.")
