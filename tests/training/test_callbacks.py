"""The callbacks of fit(): what an earlier session knew is not forgotten, and is written when it pays."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from artlib.recogniser.trained_model import CHECKPOINT
from artlib.training import callbacks, checkpoint
from artlib.training.batches import FeatureBatches
from artlib.training.callbacks import Checkpoint, KeepBest, Plateau
from artlib.training.checkpoint import TrainingState

pytestmark = pytest.mark.slow  # networks are built or run

INPUTS, RIGHT, WRONG = np.ones((8, 1), np.float32), np.zeros(8, int), np.ones(8, int)


def small_model(learning_rate: float = 1.0) -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation="softmax", name="dense")])
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    return model


def validation() -> FeatureBatches:
    return FeatureBatches(INPUTS, RIGHT, 8, shuffle=False)


def fit_that_only_harms(model: keras.Model, *callbacks: Any, epochs: int = 3, first: int = 0) -> None:
    given = {"validation_data": validation(), "callbacks": list(callbacks), "verbose": 0}
    model.fit(INPUTS, WRONG, epochs=epochs, initial_epoch=first, **given)


def same(left: list[np.ndarray], right: list[np.ndarray]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(left, right, strict=True))


def test_a_later_phase_that_only_harms_leaves_the_weights_from_before() -> None:
    model = small_model()
    before = model.get_weights()
    fit_that_only_harms(model, KeepBest(validation(), patience=3))
    assert same(before, model.get_weights())


def test_a_first_phase_never_falls_back_to_untrained_weights() -> None:
    model = small_model()
    before = model.get_weights()
    fit_that_only_harms(model, KeepBest(None, patience=3))
    assert not same(before, model.get_weights())


def test_the_best_score_of_an_earlier_session_is_not_forgotten() -> None:
    """Keras' own callbacks take the first epoch after a restart for the best (keras issue 17012)."""
    model = small_model()
    earlier = KeepBest(None, patience=9)
    fit_that_only_harms(model, earlier, epochs=1)
    best, state = model.get_weights(), TrainingState({}, epoch=1, learned=["dense"])
    earlier.save(state)
    later = KeepBest(None, 9, state)
    fit_that_only_harms(model, later, epochs=3, first=1)
    assert same(best, model.get_weights()) and later.best_epoch == 0


def test_patience_goes_on_counting_after_a_restart() -> None:
    model, earlier = small_model(), KeepBest(None, patience=3)
    fit_that_only_harms(model, earlier, epochs=3)
    state = TrainingState({}, epoch=3, learned=["dense"])
    earlier.save(state)
    assert state.best["wait"] == 2
    later = KeepBest(None, 3, state)
    fit_that_only_harms(model, later, epochs=9, first=3)
    assert later.stopped_epoch == 3


def test_a_plateau_divides_the_learning_rate_by_ten() -> None:
    model = small_model(1e-3)
    fit_that_only_harms(model, Plateau([]), epochs=6)
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-4)


def test_a_plateau_that_began_in_an_earlier_session_is_counted_on() -> None:
    model = small_model(1e-3)
    model.optimizer.build(model.trainable_variables)
    fit_that_only_harms(model, Plateau([{"val_loss": 0.1}] * 5), epochs=6, first=5)
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-4)


# --- how often the checkpoint is written ---


class Slow(keras.callbacks.Callback):
    """Lets each epoch take so many seconds by a clock of the test's own: a busy machine's would not be exact."""

    def __init__(self, seconds: float, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.seconds, self.now = seconds, 0.0
        clock = SimpleNamespace(monotonic=lambda: self.now, perf_counter=time.perf_counter)
        patch.setattr(callbacks, "time", clock)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.now += self.seconds


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The epochs that were finished in each checkpoint that was written."""
    epochs: list[int] = []
    real = checkpoint.write

    def write(folder: Path, state: TrainingState) -> None:
        real(folder, state)
        epochs.append(state.epoch)

    monkeypatch.setattr(checkpoint, "write", write)
    return epochs


def trained_for(epochs: int, folder: Path, *others: Any, **options: Any) -> Checkpoint:
    model, state = small_model(0.01), TrainingState({}, learned=["dense"])
    best = KeepBest(validation(), patience=epochs)
    saving = Checkpoint(folder, model, state, best, **options)
    fit_that_only_harms(model, best, saving, *others, epochs=epochs)
    return saving


def test_epochs_of_a_moment_are_not_written_each(written: list[int], tmp_path: Path) -> None:
    trained_for(20, tmp_path)
    assert written == []


def test_an_interruption_can_still_write_the_last_finished_epoch(written: list[int], tmp_path: Path) -> None:
    saving = trained_for(20, tmp_path)
    saving.write()
    saving.write()
    assert written == [19] and checkpoint.read(tmp_path, {}).epoch == 19


@pytest.mark.parametrize(
    ("seconds", "expected"), [(40, [1, 2, 3, 4, 5]), (20, [1, 2, 3, 4, 5]), (8, [3]), (14, [2, 4]), (1, [])]
)
def test_a_kill_in_the_next_epoch_costs_30_seconds_or_one_epoch(
    seconds: float, expected: list[int], written: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_for(6, tmp_path, Slow(seconds, monkeypatch))
    assert written == expected


def test_whoever_waits_for_a_checkpoint_is_told_of_each(tmp_path: Path) -> None:
    told: list[bool] = []
    trained_for(20, tmp_path, on_written=lambda: told.append((tmp_path / CHECKPOINT).exists())).write()
    assert told == [True]


def test_a_row_that_comes_after_the_state_is_not_in_the_checkpoint(tmp_path: Path) -> None:
    """The history has a row more than the finished epochs for a moment, and an interruption may fall into it."""
    saving = trained_for(3, tmp_path)
    saving.state.rows.append({"epoch": 3})
    saving.write()
    assert checkpoint.read(tmp_path, {}).rows == []
