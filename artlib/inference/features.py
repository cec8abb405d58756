"""Frozen features: the pre-trained network runs once over each picture and view, and the result is kept on disk.

A file's name holds backbone, weights, size and view, then a key, because new features get a file of their own (an HDF5
file can't be opened again if the program is killed while it grows). An image's id is the beginning of its content's
hash. Features are stored as float16, with a precision of a tenth of a percent.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from artlib.backbones import Backbone
from artlib.errors import ArgumentError, warn
from artlib.inference.engine import Engine
from artlib.inference.pixels import prepare, prepared_side, resized
from artlib.workspace import Workspace
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays, write_arrays

if TYPE_CHECKING:
    import keras

VIEWS = ("whole", "mirrored")
BATCH = 64
SAVED_EVERY = 1024  # images; a kill loses no more


def frozen_network(
    backbone: Backbone, image_size: int | None = None, weights: str | Path | None = "imagenet"
) -> keras.Model:
    """Return the pre-trained network from float RGB 0-255 (n, side, side, 3) to pooled features (n, width).

    Args:
        backbone: which network; its features are those of all stages, see `Backbone.pooled`.
        image_size: height and width in pixels; None takes the backbone's own.
        weights: "imagenet", a weights file, or None for random ones.
    """
    import keras

    side = image_size or backbone.image_size
    inputs = keras.Input((side, side, 3), name="image")
    network = keras.Model(inputs, backbone.pooled(inputs), name=f"{backbone.name}_frozen")
    backbone.load_weights(network, weights)
    return network


def frozen_features(
    workspace: Workspace,
    ids: Sequence[str],
    backbone: Backbone,
    image_size: int | None = None,
    weights: str | Path = "imagenet",
    view: str = "whole",
    rows: np.ndarray | None = None,
) -> np.ndarray:
    """Return the frozen features of some images, computing those that are not on disk yet.

    Args:
        workspace: where the images lie and the features are kept.
        ids: image ids, in the order wanted; the pixels of all of them are prepared together.
        backbone: which network.
        image_size: height and width of its input, in pixels; None takes the backbone's own.
        weights: "imagenet" or a weights file.
        view: "whole", or "mirrored" left to right.
        rows: positions in `ids` of the images wanted, int (n,); None takes all.

    Returns:
        float32 (n, width).

    Raises:
        WeightsError: the weights can't be had or do not fit.
        WorkspaceError: an image is missing or damaged.
    """
    if view not in VIEWS:
        raise ArgumentError(f"The views are {', '.join(VIEWS)}. Received: view={view!r}.")
    side = image_size or backbone.image_size
    fingerprint = weights_fingerprint(backbone, weights)
    name = f"{backbone.name}-{fingerprint}-{side}-{view}"
    known = _read(workspace.features, name)
    wanted = list(range(len(ids))) if rows is None else rows.tolist()
    if missing := [row for row in wanted if ids[row] not in known]:
        engine = _engine(backbone, side, weights, fingerprint)
        pixels = prepare(workspace, ids, prepared_side(side))
        with tqdm(total=len(missing), desc=f"Frozen features ({view})", unit="image") as bar:
            for start in range(0, len(missing), SAVED_EVERY):
                part = missing[start : start + SAVED_EVERY]
                computed = _compute(engine, pixels, part, side, view == "mirrored", bar)
                known |= _append(workspace.features, name, [ids[row] for row in part], computed)
    return np.stack([known[ids[row]] for row in wanted]).astype(np.float32)


def features_of(
    pixels: np.ndarray, backbone: Backbone, image_size: int | None = None, weights: str | Path = "imagenet"
) -> np.ndarray:
    """Return the frozen features of prepared pictures, float32 (n, width); nothing is kept on disk.

    Args:
        pixels: uint8 RGB (n, side, side, 3).
        backbone: which network.
        image_size: height and width of its input, in pixels; None takes the backbone's own.
        weights: "imagenet" or a weights file.
    """
    side = image_size or backbone.image_size
    engine = _engine(backbone, side, weights, weights_fingerprint(backbone, weights))
    with tqdm(total=len(pixels), desc="Frozen features", unit="image") as bar:
        return _compute(engine, pixels, list(range(len(pixels))), side, False, bar).astype(np.float32)


def last_level(features: np.ndarray, backbone: Backbone) -> np.ndarray:
    """Return the columns of frozen features (n, width) that are of the last feature map, which describes subjects."""
    return features[:, -backbone.width :]


def weights_fingerprint(backbone: Backbone, weights: str | Path = "imagenet") -> str:
    """Return what tells a backbone's weights from others, 8 hexadecimal digits.

    Raises:
        WeightsError: the weights can't be had.
    """
    with backbone.weights_file(weights).open("rb") as file:  # not read at once: CLIP's has 600 MB
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]


@functools.lru_cache(maxsize=1)  # preparing it takes seconds, and the views of one training follow each other
def _engine(backbone: Backbone, side: int, weights: str | Path, fingerprint: str) -> Engine:
    return Engine(lambda: frozen_network(backbone, side, weights))


def _compute(engine: Engine, pixels: np.ndarray, rows: list[int], side: int, mirrored: bool, bar: tqdm) -> np.ndarray:
    results = []
    for start in range(0, len(rows), BATCH):
        batch = np.stack([resized(pixels[row], side) for row in rows[start : start + BATCH]])
        results.append(engine(batch[:, :, ::-1] if mirrored else batch))
        bar.update(len(batch))
    return np.concatenate(results).astype(np.float16)


def _read(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Read all files of a name, and return from image id to features; the first artlib's file has no key."""
    known: dict[str, np.ndarray] = {}
    width: dict[str, int] = {}
    for path in sorted(folder.glob(f"{name}*.npz")):
        try:
            arrays = read_arrays(path)
            check_shapes(arrays, {"ids": ("U", "images"), "features": ("f", "images width")}, **width)
            width = {"width": arrays["features"].shape[1]}  # of all files
            known |= zip(arrays["ids"].tolist(), arrays["features"], strict=True)
        except DAMAGED as error:
            warn(f"{path} is damaged ({error}); its features are computed again.")
            path.unlink()
    return known


def _append(folder: Path, name: str, ids: list[str], features: np.ndarray) -> dict[str, np.ndarray]:
    """Write features into a file of their own, and return them from image id to features."""
    # two commands may compute at the same time: with a name made of the ids, neither overwrites other features
    key = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:8]
    write_arrays(folder / f"{name}-{key}.npz", {"ids": np.array(ids), "features": features})
    return dict(zip(ids, features, strict=True))
