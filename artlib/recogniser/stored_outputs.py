"""Stored outputs: a model's outputs for the split's images, kept in its folder so that they are computed only once."""

import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.writing import atomic

FILE = "answers.npz"


def write_outputs(folder: Path, key: str, ids: list[str], outputs: ModelOutputs) -> None:
    """Write a model's outputs into its folder.

    Args:
        folder: of the model.
        key: of the model, such as `TrainedModel.outputs_key`.
        ids: of the images, in the order of the outputs.
        outputs: for these images.
    """
    with atomic(folder / FILE) as temporary:
        np.savez(temporary, key=key, ids=ids, **asdict(outputs))


def read_outputs(folder: Path, key: str) -> tuple[list[str], ModelOutputs]:
    """Return image ids and outputs; none if the file is missing, damaged, or of another model than `key`."""
    missing_or_damaged = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with suppress(*missing_or_damaged), np.load(folder / FILE) as stored:
        if stored["key"] == key:
            return stored["ids"].tolist(), ModelOutputs(stored["embeddings"], stored["logits"])
    return [], ModelOutputs(np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))
