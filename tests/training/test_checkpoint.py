"""The checkpoint: what it holds, and what becomes of one that can't be used."""

from pathlib import Path

import keras
import numpy as np
import pytest
from conftest import Hostile

from artlib.recogniser.model import build_model
from artlib.recogniser.trained_model import CHECKPOINT
from artlib.training import checkpoint
from artlib.training.checkpoint import TrainingState, assign, read, values, variables_of, write

SETTINGS = {"recipe": "artlib", "seed": 0}


def state() -> TrainingState:
    return TrainingState(
        SETTINGS,
        phase=1,
        epoch=3,
        rows=[{"phase": "head", "epoch": 1, "val_loss": 0.5}],
        learned=["artists"],
        variables=[np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, np.int64)],
        optimizer=[np.array([index], np.float32) for index in range(12)],
        best={"loss": 0.25, "epoch": 2, "wait": 1},
        best_weights=[np.ones(3, np.float32)],
    )


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write(tmp_path, state())
    again = read(tmp_path, SETTINGS)
    for name, value in vars(state()).items():
        np.testing.assert_equal(getattr(again, name), value)


def test_without_one_training_begins_at_the_beginning(tmp_path: Path) -> None:
    assert read(tmp_path, SETTINGS) == TrainingState(SETTINGS)


def test_one_of_other_settings_is_left_aside_and_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, state())
    assert read(tmp_path, SETTINGS | {"seed": 1}).rows == []
    assert "other settings or another split: training begins again" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_damaged_one_is_left_aside_and_said_so(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    assert read(tmp_path, SETTINGS) == TrainingState(SETTINGS)
    assert "is damaged" in capsys.readouterr().err


def test_code_that_is_hidden_in_one_is_not_run(tmp_path: Path) -> None:
    np.savez(tmp_path / CHECKPOINT, progress=np.array([Hostile(tmp_path / "ran")], dtype=object))
    assert read(tmp_path, SETTINGS) == TrainingState(SETTINGS)
    assert not (tmp_path / "ran").exists()


def test_it_is_gone_when_training_is_finished(tmp_path: Path) -> None:
    write(tmp_path, state())
    assert checkpoint.exists(tmp_path)
    checkpoint.remove(tmp_path)
    assert not checkpoint.exists(tmp_path)


def test_only_the_layers_that_learn_are_held() -> None:
    model = build_model(["A", "B"], backbone="efficientnet_lite0", image_size=32, weights=None)
    held = values(variables_of(model, ["artists", "dropout"]))
    assert sum(value.size for value in held) < 2 * 2064 + 10


def test_random_states_are_held_too() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5, name="dropout")])
    state = variables_of(model, ["dropout"])
    before = values(state)
    first = np.asarray(model(np.ones((8, 4)), training=True))
    assign(state, before)
    assert (np.asarray(model(np.ones((8, 4)), training=True)) == first).all()
