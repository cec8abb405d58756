"""Prepared pixels: each image decoded once, resized to one square and kept as uint8 in a memory-mapped file.

So a training epoch decodes no picture. The picture is squashed to a square, not cropped: a random crop of the square
covers the same part of the picture, and nothing at the borders is lost.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from artlib import images
from artlib.errors import warn
from artlib.workspace import Workspace
from artlib.workspace.copies import check_copies, lost_copies, open_copy, require_pictures
from artlib.workspace.disk.space import mapped_array
from artlib.workspace.disk.writing import atomic
from artlib.workspace.formats.arrays import DAMAGED, check_shapes
from artlib.workspace.formats.seals import check_seal, seal, seal_of


def prepared_side(image_size: int) -> int:
    """Return the side to prepare for a network's `image_size`: larger, so that random crops stay sharp."""
    return round(image_size * 9 / 7)


def prepare(workspace: Workspace, ids: Sequence[str], side: int) -> np.ndarray:
    """Return the pixels of some images, preparing them if needed.

    Args:
        workspace: where the normalised copies lie.
        ids: image ids, in the order wanted.
        side: height and width in pixels.

    Returns:
        A read-only memory map, uint8 RGB (len(ids), side, side, 3).

    Raises:
        WorkspaceError: normalised copies are missing or damaged, and their originals, too.
    """
    key = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:12]
    path = workspace.features / f"pixels-{side}-{key}.npy"
    try:
        check_seal(path)
        pixels = np.load(path, mmap_mode="r", allow_pickle=False)
        check_shapes({"it": pixels}, {"it": ("u", f"{len(ids)} {side} {side} 3")})
        return pixels
    except FileNotFoundError:
        pass
    except DAMAGED as error:
        warn(f"{path} is damaged ({error}); the images are prepared again.")
    _write(workspace, list(ids), side, path)
    return np.load(path, mmap_mode="r")


def _write(workspace: Workspace, ids: list[str], side: int, path: Path) -> None:
    require_pictures(workspace)
    check_copies(lost_copies(workspace, ids), len(ids))  # at once, and not after the first thousands
    damaged = []
    with atomic(path) as temporary, ThreadPoolExecutor(max_workers=4) as pool:
        pixels = mapped_array(temporary, (len(ids), side, side, 3), np.uint8)
        squares = pool.map(lambda image_id: _square(workspace, image_id, side), ids)
        for row, pixel in enumerate(tqdm(squares, total=len(ids), desc="Preparing images", unit="image")):
            if pixel is None:
                damaged.append(ids[row])
            else:
                pixels[row] = pixel
        check_copies(damaged, len(ids))
        pixels.flush()
        del pixels
    seal(path)
    # a changed set of images gets a new file; files of earlier sets would only fill the disk
    for stale in set(workspace.features.glob(f"pixels-{side}-*.npy")) - {path}:
        with suppress(OSError):  # on Windows, while it is still in use
            stale.unlink()
            seal_of(stale).unlink(missing_ok=True)


def _square(workspace: Workspace, image_id: str, side: int) -> np.ndarray | None:
    """Return an image's prepared pixels; None if it is lost or damaged."""
    try:
        return resize_to_square(open_copy(workspace, image_id), side)
    except images.ImageError:
        return None


def resize_to_square(image: Image.Image, side: int) -> np.ndarray:
    """Return an RGB image squashed to uint8 (side, side, 3): the input of training, evaluation and prediction."""
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0))


def resized(pixels: np.ndarray, image_size: int, box: tuple[float, float, float, float] | None = None) -> np.ndarray:
    """Return a prepared picture, or a box of it (left, top, right, bottom), as uint8 (image_size, image_size, 3)."""
    return np.asarray(Image.fromarray(pixels).resize((image_size, image_size), Image.Resampling.BILINEAR, box=box))
