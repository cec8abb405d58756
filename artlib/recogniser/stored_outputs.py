"""Stored outputs: a model's outputs for the split's images, kept in its folder so that they are computed only once."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from artlib.errors import warn
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays, write_arrays

FILE = "answers.npz"
SHAPES = {
    "key": ("U", ""),
    "ids": ("U", "pictures"),
    "embeddings": ("f", "pictures width"),
    "logits": ("f", "pictures artists"),
}


def write_outputs(folder: Path, key: str, ids: list[str], outputs: ModelOutputs) -> None:
    """Write a model's outputs into its folder.

    Args:
        folder: of the model.
        key: of the model, such as `TrainedModel.outputs_key`.
        ids: of the images, in the order of the outputs.
        outputs: for these images.
    """
    write_arrays(folder / FILE, {"key": np.array(key), "ids": np.array(ids), **asdict(outputs)})


def read_outputs(folder: Path, key: str) -> tuple[list[str], ModelOutputs]:
    """Return image ids and outputs; none if the file is missing, damaged, or of another model than `key`."""
    try:
        stored = read_arrays(folder / FILE)
        check_shapes(stored, SHAPES)
        if stored["key"].item() == key:
            return stored["ids"].tolist(), ModelOutputs(stored["embeddings"], stored["logits"])
    except FileNotFoundError:
        pass
    except DAMAGED as error:
        warn(f"{folder / FILE} is damaged ({error}); what it held is computed again.")
    return [], ModelOutputs(np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))


def outputs_of(folder: Path, key: str, ids: list[str], artists: int) -> ModelOutputs | None:
    """Return the outputs for some images, in their order; None if others are stored, or such of another model.

    Args:
        folder: of the model.
        key: of the model.
        ids: of the images; the rows of the split may have been sorted by hand since the outputs were stored.
        artists: how many the model knows.
    """
    known, stored = read_outputs(folder, key)
    place = {image_id: row for row, image_id in enumerate(known)}
    if place.keys() != set(ids) or stored.logits.shape[1] != artists:
        return None
    return stored[[place[image_id] for image_id in ids]]
