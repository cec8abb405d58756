"""Reads weights out of a legacy PyTorch state-dict file, without PyTorch and without running code in the pickle.

The layout (before PyTorch 1.6): four pickles (magic number, protocol, system information, the dictionary), a fifth with
the storages' keys in order, then for each storage its length as int64 and its raw little-endian values.
"""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np

from artlib.errors import ArtlibError

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
DTYPES: dict[str, np.dtype] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class WeightsError(ArtlibError):
    """A weights file is missing, damaged or made for another network."""


def _rebuild_tensor(storage: np.ndarray, offset: int, shape: tuple, stride: tuple, *_: Any) -> tuple:
    # the values are read after the pickle, so a tensor is at first only a description of a view of its storage
    return storage, offset, shape, stride


class _StateDictUnpickler(pickle.Unpickler):
    """Allows the four names that a state dict needs, and rejects all others."""

    allowed: ClassVar = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch", "FloatStorage"): "FloatStorage",
        ("torch", "LongStorage"): "LongStorage",
    }

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.storages: dict[str, np.ndarray] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong in a file of weights")
        return self.allowed[module, name]

    def persistent_load(self, pid: Any) -> np.ndarray:
        _, kind, key, _, length, *_ = pid
        return self.storages.setdefault(key, np.zeros(int(length), DTYPES[str(kind)]))


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Read a legacy PyTorch state-dict file.

    Returns:
        Name to array, float32 or int64, in PyTorch's axis order (convolution kernels: out, in, height, width).

    Raises:
        WeightsError: the file is missing, cut short, or another kind of file.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, EOFError, pickle.UnpicklingError, KeyError, ValueError, AttributeError, IndexError) as error:
        raise WeightsError(
            f"{path} is not a complete legacy PyTorch state-dict file ({error}). "
            "Reinstall the package it came from, or give another file as weights=PATH."
        ) from error


def _read(file: IO[bytes]) -> dict[str, np.ndarray]:
    plain = [_StateDictUnpickler(file).load() for _ in range(3)]
    if plain[0] != MAGIC_NUMBER:
        raise ValueError("wrong magic number")
    unpickler = _StateDictUnpickler(file)
    views = unpickler.load()
    for key in _StateDictUnpickler(file).load():
        storage = unpickler.storages[key]
        length = int.from_bytes(file.read(8), "little")
        raw = file.read(length * storage.itemsize)
        if length != storage.size or len(raw) != storage.nbytes:
            raise EOFError("cut short")
        storage[:] = np.frombuffer(raw, storage.dtype)
    return {name: _view(*view) for name, view in views.items()}


def _view(storage: np.ndarray, offset: int, shape: tuple, stride: tuple) -> np.ndarray:
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps).copy()
