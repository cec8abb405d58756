"""The checkpoint: the state of a training after an epoch, in one file, so that a kill costs one epoch or 30 seconds.

It holds only what training has changed: the weights of the layers that learn. The frozen weights are read again from
the pre-trained file.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from artlib.errors import warn
from artlib.recogniser.trained_model import CHECKPOINT
from artlib.workspace.formats.arrays import DAMAGED, read_arrays, write_arrays
from artlib.workspace.formats.json_files import an_object, check_fields, list_of, whole


@dataclass
class TrainingState:
    """The state of a training.

    Attributes:
        settings: everything that decides its result; a checkpoint of other settings is not used.
        phase: the number of the phase it is in, from 0.
        epoch: how many epochs of that phase are finished.
        rows: the history so far.
        learned: names of the layers that any phase has trained so far.
        variables: the values of these layers' variables.
        optimizer: the values of the optimizer's variables; empty at the beginning of a phase.
        best: the best epoch of this phase so far: `loss`, `epoch`, and the epochs since then (`wait`).
        best_weights: the values of the learned layers' weights after that epoch.
    """

    settings: dict[str, Any]
    phase: int = 0
    epoch: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    learned: list[str] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)
    optimizer: list[np.ndarray] = field(default_factory=list)
    best: dict[str, float] = field(default_factory=dict)
    best_weights: list[np.ndarray] = field(default_factory=list)


ARRAYS = ("variables", "optimizer", "best_weights")
FIELDS = {
    "settings": an_object(),
    "phase": whole(0),
    "epoch": whole(0),
    "rows": list_of(dict),
    "learned": list_of(str),
    "best": an_object(),
}


def write(folder: Path, state: TrainingState) -> None:
    """Write `checkpoint.npz` into a model's folder, atomically and without pickle."""
    plain = {name: value for name, value in vars(state).items() if name not in ARRAYS}
    arrays = {f"{name}{place}": value for name in ARRAYS for place, value in enumerate(getattr(state, name))}
    write_arrays(folder / CHECKPOINT, arrays | {"progress": np.array(json.dumps(plain))})


def read(folder: Path, settings: dict[str, Any]) -> TrainingState:
    """Return the state of a training with these settings: that of its checkpoint, or a new one."""
    path = folder / CHECKPOINT
    if not path.exists():
        return TrainingState(settings)
    try:
        found = _read(path)
    except DAMAGED as error:
        warn(f"{path} is damaged ({error}): training begins again.")
        return TrainingState(settings)
    if found.settings != json.loads(json.dumps(settings)):
        warn(f"{path} is of an unfinished training with other settings or another split: training begins again.")
        return TrainingState(settings)
    return found


def _read(path: Path) -> TrainingState:
    """Return what a checkpoint holds; raise one of DAMAGED if that is no state of a training."""
    arrays = read_arrays(path)
    content = json.loads(str(arrays["progress"]))
    check_fields(content, FIELDS)
    for name in ARRAYS:
        count = sum(key.removeprefix(name).isdigit() for key in arrays)
        content[name] = [arrays[f"{name}{place}"] for place in range(count)]
    return TrainingState(**content)


def backbone_of(folder: Path, settings: dict[str, Any]) -> str | None:
    """Return the backbone of an unfinished training with these settings; None if there is no such training.

    Args:
        folder: the model's.
        settings: those that do not depend on the backbone.
    """
    try:
        found = _read(folder / CHECKPOINT).settings
    except DAMAGED:
        return None  # `read` says what is wrong with it
    same = all(found.get(name) == value for name, value in settings.items())
    return found.get("backbone") if same else None


def remove(folder: Path) -> None:
    """Remove the checkpoint of a training that is finished."""
    (folder / CHECKPOINT).unlink(missing_ok=True)


def exists(folder: Path) -> bool:
    """Return whether a training was interrupted."""
    return (folder / CHECKPOINT).exists()


def variables_of(model: keras.Model, names: Sequence[str]) -> list[keras.Variable]:
    """Return the variables of some layers, with random states, in a fixed order."""
    return [variable for layer in model.layers if layer.name in set(names) for variable in layer.variables]


def values(variables: Sequence[keras.Variable]) -> list[np.ndarray]:
    """Return the values of variables."""
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def assign(variables: Sequence[keras.Variable], arrays: Sequence[np.ndarray]) -> None:
    """Give variables their saved values."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
