"""Advice: what a training's figures mean, in plain words."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from artlib.evaluation.advice import enough_images, training_advice
from artlib.recogniser.outputs import ModelOutputs
from artlib.statistics.metrics import wilson_interval
from artlib.workspace.split import Split

SHARES = (0.25, 0.5, 1.0)


def history(accuracy: float, val_accuracy: float) -> pd.DataFrame:
    """A history whose kept epoch has these accuracies; the last epoch has others."""
    return pd.DataFrame(
        {"accuracy": [accuracy, 0.5], "val_accuracy": [val_accuracy, 0.5], "kept": [True, False]},
    )


def sizes(half: float, full: float) -> pd.DataFrame:
    return pd.DataFrame({"share": [0.5, 1.0], "images": [50, 100], "accuracy": [half, full]})


def recalls(n: int, *right: int, artist: str = "Wlop") -> pd.DataFrame:
    """The table of recall_curves for one artist, of whose n pictures so many are predicted correctly at each size."""
    return recalls_of_all(n, [right], [artist])


def recalls_of_all(n: int, right: Sequence[Sequence[int]], artists: Sequence[str]) -> pd.DataFrame:
    rows = [
        (artist, round(0.8 * share * n), share, count / n, *wilson_interval(count, n))
        for artist, counts in zip(artists, right, strict=True)
        for share, count in zip(SHARES[-len(counts) :], counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["artist", "images", "share", "recall", "low", "high"])


def model(right: tuple[int, int], train: int = 100, validation: int = 100) -> Any:
    """A model that predicts so many of its training and of its validation pictures correctly, all by one artist."""
    parts = np.repeat(["train", "validation"], [train, validation])
    number = len(parts)
    labels, names = np.zeros(number, int), ["Wlop", "Ross"]
    split = Split([str(row) for row in range(number)], labels, parts, np.arange(number), names, np.ones(2))
    guesses = np.concatenate([np.arange(train) >= right[0], np.arange(validation) >= right[1]]).astype(int)
    outputs = ModelOutputs(np.zeros((number, 1), np.float32), np.eye(2, dtype=np.float32)[guesses])
    return SimpleNamespace(split=split, outputs=outputs)


# --- the whole ---


def test_a_network_that_memorised_pictures_over_fits() -> None:
    text = training_advice(history(0.85, 0.80), model=model((99, 80)))
    assert text.startswith("99% of the training pictures and 80% of the validation pictures are predicted correctly")
    assert "over-fits, it has memorised pictures" in text


def test_one_that_is_as_good_on_validation_pictures_over_fits_little() -> None:
    assert "over-fits little" in training_advice(history(0.85, 0.90), model=model((92, 90)))


def test_a_difference_on_a_few_validation_pictures_may_be_chance() -> None:
    text = training_advice(history(0.85, 0.80), model=model((92, 8), validation=10))
    assert "10 validation pictures can't tell whether it over-fits" in text


def test_augmented_pictures_show_over_fitting_and_not_that_there_is_none() -> None:
    assert "99% of the augmented training pictures" in (text := training_advice(history(0.99, 0.80)))
    assert "over-fits, it has memorised pictures" in text
    assert "augmented pictures would hide some" in training_advice(history(0.92, 0.90))


def test_one_that_is_worse_on_augmented_pictures_should_train_longer() -> None:
    assert "more epochs" in training_advice(history(0.60, 0.80))


def test_where_accuracy_still_grows_more_images_would_help() -> None:
    assert "from 80.0% to 84.0%: more images would help" in training_advice(history(0.9, 0.9), sizes(0.80, 0.84))


def test_where_it_does_not_they_would_help_little() -> None:
    assert "would help little" in training_advice(history(0.9, 0.9), sizes(0.80, 0.805))


def test_of_a_single_size_nothing_is_said() -> None:
    assert training_advice(history(0.9, 0.9), sizes(0.8, 0.9).tail(1)) == training_advice(history(0.9, 0.9))


def test_without_a_kept_epoch_the_last_one_counts() -> None:
    assert training_advice(history(0.9, 0.9).assign(kept=False)).startswith("50% of")


# --- each artist ---


def test_an_artist_whose_recall_still_rises_needs_more_images() -> None:
    assert enough_images(recalls(50, 8, 18, 28)) == ["Wlop: recall 0.56 with 40 images and still rising: collect more."]


def test_an_artist_with_the_same_recall_from_half_the_pictures_has_enough() -> None:
    (sentence,) = enough_images(recalls(150, 138, 143, 143))
    assert sentence == "Wlop: recall 0.95 with 120 images, as good with half of them: enough."


def test_an_artist_for_whom_more_pictures_do_not_help_may_have_wrong_labels() -> None:
    (sentence,) = enough_images(recalls(200, 98, 100, 101))
    assert "recall 0.51 with 160 images, no better than with half of them" in sentence
    assert "look at the labels" in sentence


def test_very_few_pictures_are_reported_as_too_few() -> None:
    (sentence,) = enough_images(recalls(10, 3, 4, 5))
    assert sentence == "Wlop: recall 0.50 with 8 images, anything from 0.24 to 0.76: too few to tell, collect more."


@pytest.mark.parametrize("right", [(30, 31, 32), (24, 31, 32), (31, 30, 32), (32, 28, 31)])
def test_what_may_be_chance_is_no_rise(right: tuple[int, ...]) -> None:
    """One picture more of 40, a rise that has ended, ups and downs: none of them gets a sentence."""
    assert enough_images(recalls(40, *right)) == []


def test_an_excellent_artist_who_still_gets_better_is_not_asked_for_more() -> None:
    assert enough_images(recalls(200, 150, 180, 194)) == []


def test_the_artist_with_the_lowest_recall_comes_first() -> None:
    table = pd.concat([recalls(150, 138, 143, 143, artist="Ross"), recalls(50, 8, 18, 28, artist="Wlop")])
    assert [sentence.split(":")[0] for sentence in enough_images(table)] == ["Wlop", "Ross"]


def test_an_artist_with_a_single_size_gets_no_sentence() -> None:
    assert enough_images(recalls(5, 3)) == []


def test_an_empty_table_gives_no_sentence() -> None:
    assert enough_images(recalls(5, 3).iloc[:0]) == []


@pytest.mark.parametrize("n", [50, 200])
def test_a_flat_curve_is_hardly_ever_called_a_rise(n: int) -> None:
    """Of 1000 artists whose recall is 0.6 at every size, and chance independent, at most 1 in 40 is named."""
    counts = np.random.default_rng(n).binomial(n, 0.6, (1000, 3)).tolist()
    sentences = enough_images(recalls_of_all(n, counts, [f"Artist {number}" for number in range(1000)]))
    assert 0 < sum("still rising" in sentence for sentence in sentences) <= 25
