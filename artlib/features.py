"""Frozen features: the pre-trained network runs once over each whole picture, and the result is kept on disk."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from artlib.backbones import Backbone
from artlib.prepared import prepare, prepared_side, resized
from artlib.workspace import Workspace, atomic

BATCH = 64


def frozen_network(backbone: Backbone, weights: str | Path | None = None) -> keras.Model:
    """Return the pre-trained network from float RGB 0-255 (n, side, side, 3) to pooled features (n, width)."""
    inputs = keras.Input((backbone.image_size, backbone.image_size, 3), name="image")
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled")(backbone.feature_map(inputs))
    network = keras.Model(inputs, pooled, name=f"{backbone.name}_frozen")
    backbone.load_weights(network, weights)
    return network


def frozen_features(
    workspace: Workspace,
    ids: Sequence[str],
    backbone: Backbone,
    weights: str | Path | None = None,
    flipped: bool = False,
) -> np.ndarray:
    """Return the frozen features of some images, computing those that are not on disk yet.

    Args:
        workspace: where the images lie and the features are kept.
        ids: image ids, in the order wanted.
        backbone: which network.
        weights: a weights file; None takes the ImageNet ones.
        flipped: see the pictures mirrored left to right.

    Returns:
        float32 (len(ids), width).
    """
    source = hashlib.sha256(Path(weights).read_bytes()).hexdigest()[:8] if weights else "imagenet"
    view = "flipped" if flipped else "whole"
    path = workspace.features / f"{backbone.name}-{source}-{backbone.image_size}-{view}.npz"
    known = _read(path)
    if missing := [image_id for image_id in ids if image_id not in known]:
        position = {image_id: row for row, image_id in enumerate(ids)}
        pixels = prepare(workspace, ids, prepared_side(backbone.image_size))
        rows = [position[image_id] for image_id in missing]
        known |= zip(missing, _compute(frozen_network(backbone, weights), pixels, rows, flipped), strict=True)
        with atomic(path) as temporary:
            np.savez(temporary, ids=list(known), features=np.stack(list(known.values())))
    return np.stack([known[image_id] for image_id in ids])


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        return {}
    with np.load(path) as file:
        return dict(zip(file["ids"].tolist(), file["features"], strict=True))


def _compute(network: keras.Model, pixels: np.ndarray, rows: list[int], flipped: bool) -> np.ndarray:
    results = []
    for start in tqdm(range(0, len(rows), BATCH), desc="Frozen features", unit="batch"):
        batch = np.stack([resized(pixels[row], network.input_shape[1]) for row in rows[start : start + BATCH]])
        results.append(network.predict_on_batch((batch[:, :, ::-1] if flipped else batch).astype(np.float32)))
    return np.concatenate(results)
