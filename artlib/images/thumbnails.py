"""Thumbnails of the workspace's images, made in the background and kept while a grid is open."""

import io
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from artlib import images

THUMBNAIL_SIDE = 240  # about twice the height shown, for screens with a high density


class Thumbnails:
    """Makes small JPEGs in the background: on a mounted Drive one picture after the other would take seconds a page.

    Args:
        path_of: gives the picture's file for an id.
    """

    def __init__(self, path_of: Callable[[str], Path]) -> None:
        self._path_of = path_of
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="thumbnail")
        self._made: dict[str, Future[bytes]] = {}

    def prepare(self, image_ids: list[str]) -> None:
        """Begin making what is not there yet, without waiting."""
        for image_id in image_ids:
            if image_id not in self._made:
                self._made[image_id] = self._pool.submit(thumbnail, self._path_of(image_id))

    def get(self, image_ids: list[str]) -> list[bytes]:
        """Return the JPEGs of several images, made side by side."""
        self.prepare(image_ids)
        return [self._made[image_id].result() for image_id in image_ids]


def thumbnail(path: Path, side: int = THUMBNAIL_SIDE) -> bytes:
    """Make a small JPEG of a normalised picture.

    Args:
        path: a JPEG of the workspace's `images` folder.
        side: longest side of the result in pixels.

    Returns:
        The JPEG's bytes; a plain grey one if the file is missing or damaged, so that its neighbours can be sorted.
    """
    try:
        small = images.normalised(images.load(path, at_least=side), side)
    except images.ImageError:
        small = Image.new("RGB", (side, side), "#888888")
    jpeg = io.BytesIO()
    small.save(jpeg, "JPEG", quality=80)
    return jpeg.getvalue()
