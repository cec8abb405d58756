"""Weights files for fuzzing: real ones of each kind, and what reads them."""

import random
from collections.abc import Callable
from pathlib import Path

import keras
from conftest import write_as_keras_serves
from faults.damage import damaged

from artlib.backbones import WeightsError
from artlib.backbones.efficientnet_lite import LITE0
from artlib.backbones.hdf5_files import SECONDS
from artlib.backbones.keras_files import KerasFile
from artlib.backbones.torch_file import read_state_dict

Sample = tuple[str, Callable[[random.Random], bytes], Callable[[bytes], object]]


def samples(folder: Path) -> tuple[list[Sample], float, type[Exception]]:
    """Return the name of each kind, what makes a damaged file of it, and what reads it; then how many seconds that may
    take, and the only exception that may be raised.
    """
    inputs = keras.Input((32, 32, 3))
    outputs = keras.layers.BatchNormalization(name="bn")(keras.layers.Conv2D(8, 3, name="conv")(inputs))
    model = keras.Model(inputs, keras.layers.Dense(4, name="top")(outputs))
    file, weighted = KerasFile("a network's", "", "net.h5", ""), [layer for layer in model.layers if layer.weights]
    contents = {
        ".pth": LITE0.find_weights().read_bytes(),
        ".h5": write_as_keras_serves(model, folder / "whole.h5").read_bytes(),
    }
    readers = {".pth": read_state_dict, ".h5": lambda path: file.read(path, weighted)}

    def reading(name: str) -> Callable[[bytes], object]:
        def read(content: bytes) -> object:
            path = folder / f"damaged{name}"
            path.write_bytes(content)
            return readers[name](path)

        return read

    def making(name: str) -> Callable[[random.Random], bytes]:
        return lambda chance: damaged(contents[name], chance)

    return [(name, making(name), reading(name)) for name in contents], 3 * SECONDS, WeightsError
