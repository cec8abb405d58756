"""Training in a second: a backbone of three convolutions, and a stop at a given moment."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from artlib.backbones import BACKBONES, Backbone
from artlib.training import phases, recipes

STAGE_NAMES = ("stem", "body", "top")
CHANNELS = (16, 128, 512)


def feature_map(inputs: keras.KerasTensor) -> keras.KerasTensor:
    x = layers.Rescaling(1 / 128, offset=-1, name="preprocess")(inputs)
    for stage, channels in zip(STAGE_NAMES, CHANNELS, strict=True):
        x = layers.Conv2D(channels, 3, 2, padding="same", use_bias=False, name=f"{stage}_conv")(x)
        x = layers.ReLU(name=f"{stage}_relu")(layers.BatchNormalization(name=f"{stage}_bn")(x))
    return x


def find_weights() -> Path:
    """Return this file: it decides the weights."""
    return Path(__file__)


def load_weights(model: keras.Model, _: Path) -> None:
    generator = np.random.default_rng(0)
    for stage in STAGE_NAMES:
        (kernel,) = model.get_layer(f"{stage}_conv").get_weights()
        spread = np.sqrt(2 / kernel[..., 0].size)
        model.get_layer(f"{stage}_conv").set_weights([generator.normal(0, spread, kernel.shape)])


TINY = Backbone("tiny", STAGE_NAMES, "body", CHANNELS[-1], sys.modules[__name__])  # type: ignore[arg-type]


def register(patch: pytest.MonkeyPatch) -> None:
    """Let artlib know the backbone "tiny", and train each head for 4 epochs with larger steps instead of 40."""
    usual = recipes.recipe_phases

    def shorter(*given: Any, **options: Any) -> list[recipes.Phase]:
        found = usual(*given, **options)
        return [replace(each, epochs=4, learning_rate=1e-3) if each.frozen_features else each for each in found]

    patch.setattr(recipes, "recipe_phases", shorter)
    patch.setitem(BACKBONES, TINY.name, TINY)


class _Stop(keras.callbacks.Callback):
    def __init__(self, epoch: int, stop: Callable[[], object]) -> None:
        super().__init__()
        self.epoch, self.stop, self.now = epoch, stop, False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.now = epoch + 1 == self.epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.now:
            self.stop()


def stop_at(patch: pytest.MonkeyPatch, phase: str, epoch: int, stop: Callable[[], object]) -> None:
    """Let each training call `stop` in the middle of an epoch (counted from 1) of a phase."""
    usual = phases._callbacks

    def callbacks(context: Any, current: Any, *others: Any) -> list[keras.callbacks.Callback]:
        return usual(context, current, *others) + [_Stop(epoch, stop)] * (current.name == phase)

    patch.setattr(phases, "_callbacks", callbacks)
