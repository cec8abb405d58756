"""Plots: what each shows; how it looks is for eyes."""

import pandas as pd
import pytest

from artlib import plots


@pytest.fixture
def history() -> pd.DataFrame:
    """Two phases of two epochs; 5 s went before the first, and the third epoch was kept."""
    return pd.DataFrame(
        {
            "phase": ["head", "head", "fine-tune", "fine-tune"],
            "epoch": [1, 2, 1, 2],
            "loss": [2.0, 1.0, 0.8, 0.7],
            "accuracy": [0.3, 0.6, 0.8, 0.9],
            "val_loss": [2.0, 1.2, 0.9, 1.0],
            "val_accuracy": [0.3, 0.5, 0.7, 0.6],
            "learning_rate": [1e-3, 1e-3, 3e-4, 0.0],
            "seconds": [1.0, 1.0, 60.0, 60.0],
            "elapsed": [6.0, 7.0, 70.0, 133.0],
            "kept": [False, True, True, False],
        }
    )


def test_a_training_is_shown_as_accuracy_loss_learning_rate_and_time(history: pd.DataFrame) -> None:
    titles = [axes.get_title() for axes in plots.learning_curves(history).axes]
    assert titles == ["Accuracy", "Loss", "Learning rate", "Time"]


def test_the_change_of_phase_and_the_kept_epoch_are_marked(history: pd.DataFrame) -> None:
    accuracy = plots.learning_curves(history).axes[0]
    marks = [line.get_xdata()[0] for line in accuracy.lines if len(line.get_xdata()) == 2]
    assert marks == [3, 2.5]
    assert [text.get_text() for text in accuracy.texts] == ["head", "fine-tune"]


def test_the_time_of_each_stage_is_told(history: pd.DataFrame) -> None:
    time = plots.learning_curves(history).axes[3]
    assert [label.get_text() for label in time.get_yticklabels()] == ["pictures and features", "head", "fine-tune"]
    assert [text.get_text() for text in time.texts] == ["5 s", "2 s", "2.1 min"]


def test_a_training_of_one_epoch_can_be_drawn(history: pd.DataFrame) -> None:
    assert plots.learning_curves(history.iloc[:1])._repr_png_()


def test_a_training_that_kept_no_epoch_can_be_drawn(history: pd.DataFrame) -> None:
    assert plots.learning_curves(history.assign(kept=False))._repr_png_()


def test_accuracy_by_size_names_each_share() -> None:
    sizes = pd.DataFrame({"share": [0.5, 1.0], "images": [50, 100], "accuracy": [0.7, 0.8]})
    sizes = sizes.assign(low=sizes["accuracy"] - 0.1, high=sizes["accuracy"] + 0.1)
    (axes,) = plots.accuracy_by_size(sizes).axes
    assert [text.get_text() for text in axes.texts] == ["50%", "100%"]
