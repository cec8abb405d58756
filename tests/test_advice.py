"""Advice: what a training's figures say in plain words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import Trained

from artlib import advice, plots
from artlib.advice import accuracy_by_size, in_words
from artlib.split import read_split


def history(accuracy: float, val_accuracy: float) -> pd.DataFrame:
    """A history whose kept epoch has these accuracies; the last epoch would say something else."""
    return pd.DataFrame(
        {"accuracy": [accuracy, 0.5], "val_accuracy": [val_accuracy, 0.5], "kept": [True, False]},
    )


def sizes(half: float, full: float) -> pd.DataFrame:
    return pd.DataFrame({"share": [0.5, 1.0], "images": [50, 100], "accuracy": [half, full]})


def test_a_network_that_knows_pictures_by_heart_over_fits() -> None:
    text = in_words(history(0.99, 0.80))
    assert text.startswith("99% of the training pictures and 80% of the validation pictures")
    assert "over-fits, it knows pictures by heart" in text


def test_one_that_does_as_well_on_others_over_fits_little() -> None:
    assert "over-fits little" in in_words(history(0.92, 0.90))


def test_one_that_finds_augmented_pictures_hard_should_train_longer() -> None:
    assert "more epochs" in in_words(history(0.60, 0.80))


def test_where_accuracy_still_grows_more_images_would_help() -> None:
    assert "from 80.0% to 84.0%: more images would help" in in_words(history(0.9, 0.9), sizes(0.80, 0.84))


def test_where_it_does_not_they_would_help_little() -> None:
    assert "would help little" in in_words(history(0.9, 0.9), sizes(0.80, 0.805))


def test_without_a_kept_epoch_the_last_one_speaks() -> None:
    assert in_words(history(0.9, 0.9).assign(kept=False)).startswith("50% of")


@pytest.mark.slow
def test_accuracy_is_estimated_at_a_quarter_a_half_and_all(trained: Trained) -> None:
    table = accuracy_by_size(trained.workspace)
    assert table["share"].tolist() == [0.25, 0.5, 1.0]
    assert table["images"].is_monotonic_increasing
    assert ((table["low"] <= table["accuracy"]) & (table["accuracy"] <= table["high"])).all()


@pytest.mark.slow
def test_the_test_part_is_not_looked_at(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    split, used, curve = read_split(trained.workspace), [], advice.learning_curve
    monkeypatch.setattr(advice, "learning_curve", lambda *given, **more: used.append(given[2]) or curve(*given, **more))
    accuracy_by_size(trained.workspace)
    assert used[0].tolist() == split.labels[split.parts != "test"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("kept", [1, 2, 5])
def test_with_few_pictures_the_sizes_that_can_be_tried_are_told(
    kept: int, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = read_split(trained.workspace)
    few = np.concatenate([split.rows("train")[split.labels[split.rows("train")] == label][:kept] for label in (0, 1)])
    parts = np.full(len(split.ids), "test", dtype="<U10")
    parts[few] = "train"
    monkeypatch.setattr(advice, "read_split", lambda _: replace(split, parts=parts))
    sizes = accuracy_by_size(trained.workspace)
    assert not sizes["accuracy"].isna().any()
    assert plots.accuracy_by_size(sizes)._repr_png_() and in_words(history(0.9, 0.9), sizes)
