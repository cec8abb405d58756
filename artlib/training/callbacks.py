"""The callbacks of fit(): each goes on where an earlier session stopped."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from artlib.training import checkpoint
from artlib.training.checkpoint import TrainingState

SECONDS = 30  # of training that a kill may cost, or one epoch; epochs of the head alone take less than one


class EpochLog(keras.callbacks.Callback):
    """Adds one row an epoch to the history: its metrics, learning rate, seconds, and seconds since training began."""

    def __init__(self, state: TrainingState, phase: str, began: float) -> None:
        super().__init__()
        self.rows, self.phase, self.began = state.rows, phase, began

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        row = {"phase": self.phase, "epoch": epoch + 1, **{name: float(value) for name, value in (logs or {}).items()}}
        row["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        now = time.perf_counter()
        self.rows.append(row | {"seconds": now - self.started, "elapsed": now - self.began})


class KeepBest(keras.callbacks.EarlyStopping):
    """Stops early and restores the best weights; those from before if no epoch was better, or none was finished.

    Unlike with Keras' own callback (Keras issue 17012), the best score is kept for the next session.

    Args:
        validation: batches on which the weights from before are measured; None if they need not be kept.
        patience: it stops after so many epochs without a better validation loss.
        state: of an earlier session; its best score is used if an epoch was finished there.
    """

    def __init__(self, validation: Any, patience: int, state: TrainingState | None = None) -> None:
        super().__init__(patience=patience, restore_best_weights=True)
        self.best_weights: list[np.ndarray] | None = None
        self.validation = validation
        self.resumed = state if state and state.epoch else None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        super().on_train_begin(logs)
        if self.resumed:
            best = self.resumed.best
            self.best, self.best_epoch, self.wait = best["loss"], int(best["epoch"]), int(best["wait"])
            self.best_weights = self.model.get_weights()
            for place, array in zip(self._places(self.resumed.learned), self.resumed.best_weights, strict=True):
                self.best_weights[place] = array
        elif self.validation is not None:
            self.best = self.model.evaluate(self.validation, verbose=0, return_dict=True)["loss"]
            self.best_weights, self.best_epoch = self.model.get_weights(), -1

    def save(self, state: TrainingState) -> None:
        """Write the best score so far, and its weights, into a checkpoint's content."""
        state.best = {"loss": float(self.best), "epoch": int(self.best_epoch), "wait": self.wait}
        weights = self.best_weights or []
        state.best_weights = [weights[place] for place in self._places(state.learned)]

    def _places(self, learned: list[str]) -> list[int]:
        mine = {id(weight) for layer in self.model.layers if layer.name in learned for weight in layer.weights}
        return [place for place, weight in enumerate(self.model.weights) if id(weight) in mine]


class Plateau(keras.callbacks.ReduceLROnPlateau):
    """Divides the learning rate by ten on a plateau, and remembers the epochs of an earlier session."""

    def __init__(self, past: list[dict[str, Any]]) -> None:
        super().__init__(monitor="val_loss", factor=0.1, patience=5)
        self.past = past

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        super().on_train_begin(logs)
        for epoch, row in enumerate(self.past):
            self.on_epoch_end(epoch, dict(row))


class Checkpoint(keras.callbacks.Callback):
    """Writes the checkpoint after epochs, some 30 seconds apart, and restores the model and optimizer of one.

    It takes the state when the next epoch begins, because the model holds averaged weights until then.
    """

    def __init__(
        self,
        folder: Path,
        model: keras.Model,
        state: TrainingState,
        best: KeepBest,
        on_written: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self.folder, self.whole, self.state, self.best, self.on_written = folder, model, state, best, on_written
        self.first = state.epoch
        self.taken: TrainingState | None = None  # of a finished epoch, not written yet

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self.written = self.began = time.monotonic()
        if self.first:
            checkpoint.assign(self._variables(), self.state.variables)
            checkpoint.assign(self.model.optimizer.variables, self.state.optimizer)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        epoch_seconds, self.began = now - self.began, now
        if epoch == self.first:
            return
        self.state.epoch = epoch
        self.state.variables = checkpoint.values(self._variables())
        self.state.optimizer = checkpoint.values(self.model.optimizer.variables)
        self.best.save(self.state)
        self.taken = replace(self.state, rows=list(self.state.rows))  # the next row comes before the next state
        # if the next epoch takes as long as this one, a kill in it must not cost more
        if now + epoch_seconds - self.written > SECONDS:
            self.write()

    def write(self) -> None:
        """Write the state of the last finished epoch, unless that was done."""
        if self.taken:
            checkpoint.write(self.folder, self.taken)
            self.taken, self.written = None, time.monotonic()
            self.on_written()

    def _variables(self) -> list[keras.Variable]:
        return checkpoint.variables_of(self.whole, self.state.learned)
