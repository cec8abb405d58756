"""Reads weights out of a legacy PyTorch state-dict file, without PyTorch and without running code in the pickle.

The layout (before PyTorch 1.6): four pickles (magic number, protocol, system information, the dictionary), a fifth with
the storages' keys in order, then for each storage its length as int64 and its raw little-endian values.
"""

import io
import math
import pickle
import pickletools
import re
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np

from artlib.errors import ArtlibError

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
DTYPES: dict[str, np.dtype] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
LARGEST = 4 << 30  # bytes of a file
MOST_REMEMBERED = 1 << 20  # objects of one pickle; Python reserves room for as many as the file names
# what PyTorch writes; others could take time and memory without end
OPCODES = re.compile(
    "PROTO|STOP|GLOBAL|MARK|REDUCE|BUILD|NONE|NEWTRUE|NEWFALSE|BINPERSID|BINPUT|LONG_BINPUT|BINGET|LONG_BINGET|"
    "BININT|BININT1|BININT2|LONG1|BINUNICODE|EMPTY_DICT|EMPTY_LIST|EMPTY_TUPLE|TUPLE|TUPLE1|TUPLE2|TUPLE3|"
    "SETITEM|SETITEMS|APPEND|APPENDS|SHORT_BINSTRING"
)
# what damaged bytes can raise in a pickle, and in what is made of it
DAMAGED = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    LookupError,
    ValueError,
    AttributeError,
    TypeError,
    MemoryError,
    OverflowError,
    RecursionError,
    struct.error,
)


class WeightsError(ArtlibError):
    """A weights file is missing, damaged or made for another network."""


@dataclass
class _Storage:
    """Values that tensors share. They are read after the pickle that says how many there are."""

    kind: str
    length: int
    values: np.ndarray | None = None


@dataclass(frozen=True)
class _View:
    """A tensor: at first only a description of a view of its storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def read(self) -> np.ndarray:
        """Return its values; nothing is made before all of them are known to lie in the storage."""
        values = self.storage.values
        if values is None:
            raise ValueError("the values of a tensor are missing")
        places = (self.offset, *self.shape, *self.stride)
        if not all(isinstance(place, int) and place >= 0 for place in places) or len(self.shape) != len(self.stride):
            raise ValueError(f"a tensor of shape {self.shape} in steps of {self.stride}")
        last = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        count = math.prod(list(self.shape))
        if count > len(values) or (count and last >= len(values)):
            raise ValueError(f"a tensor of shape {self.shape} is larger than its storage of {len(values)} values")
        steps = [step * values.itemsize for step in self.stride]
        return np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, steps).copy()


def _rebuild_tensor(storage: _Storage, offset: int, shape: tuple, stride: tuple, *_: Any) -> _View:
    return _View(storage, offset, shape, stride)


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
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong in a file of weights")
        return self.allowed[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _, kind, key, _, length, *_ = pid
        return self.storages.setdefault(str(key), _Storage(str(kind), int(length)))


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Read a legacy PyTorch state-dict file.

    Returns:
        Name to array, float32 or int64, in PyTorch's axis order (convolution kernels: out, in, height, width).

    Raises:
        WeightsError: the file is missing, cut short, or another kind of file; or its sizes do not fit each other, or
            it holds numbers that are not finite.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST >> 30} GB")
        return _read(io.BytesIO(path.read_bytes()))
    except DAMAGED as error:
        raise WeightsError(
            f"{path} is not a complete legacy PyTorch state-dict file ({error}). "
            "Reinstall the package it came from, or give another file as weights=PATH (--weights PATH)."
        ) from error


def _read(file: io.BytesIO) -> dict[str, np.ndarray]:
    plain = [_unpickler(file).load() for _ in range(3)]
    if plain[0] != MAGIC_NUMBER:
        raise ValueError("wrong magic number")
    unpickler = _unpickler(file)
    views = unpickler.load()
    for key in _unpickler(file).load():
        storage = unpickler.storages[key]
        storage.values = _values(file, storage)
    arrays = {str(name): view.read() for name, view in views.items()}
    if bad := next((name for name, array in arrays.items() if not np.isfinite(array).all()), None):
        raise ValueError(f"{bad} holds numbers that are not finite")
    return arrays


def _unpickler(file: io.BytesIO) -> _StateDictUnpickler:
    """Return an unpickler for the pickle that begins here, whose operations are known to be harmless."""
    start = file.tell()
    for opcode, argument, _ in pickletools.genops(file):
        if not OPCODES.fullmatch(opcode.name):
            raise pickle.UnpicklingError(f"{opcode.name} does not belong in a file of weights")
        if opcode.name == "LONG_BINPUT" and int(argument or 0) > MOST_REMEMBERED:
            raise pickle.UnpicklingError("it remembers too many objects")
    file.seek(start)
    return _StateDictUnpickler(file)


def _values(file: io.BytesIO, storage: _Storage) -> np.ndarray:
    dtype = DTYPES[storage.kind]
    length = int.from_bytes(file.read(8), "little")
    if length != storage.length:
        raise ValueError(f"a storage of {length} values where {storage.length} are named")
    raw = file.read(length * dtype.itemsize)
    if len(raw) != length * dtype.itemsize:
        raise EOFError("cut short")
    return np.frombuffer(raw, dtype)
