"""Advice: what a training's figures say in plain words."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import Trained

from artlib import plots
from artlib.evaluation.advice import enough_images, training_advice
from artlib.evaluation.learning_curve import SHARES, _first_of_each, curves_of, learning_curve, recall_curves
from artlib.plots.curves import recall_curves as draw_recalls
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.workspace.split import Split, read_split


def history(accuracy: float, val_accuracy: float) -> pd.DataFrame:
    """A history whose kept epoch has these accuracies; the last epoch would say something else."""
    return pd.DataFrame(
        {"accuracy": [accuracy, 0.5], "val_accuracy": [val_accuracy, 0.5], "kept": [True, False]},
    )


def sizes(half: float, full: float) -> pd.DataFrame:
    return pd.DataFrame({"share": [0.5, 1.0], "images": [50, 100], "accuracy": [half, full]})


def recalls(n: int, *right: int, artist: str = "Wlop") -> pd.DataFrame:
    """The table of recall_curves for one artist, of whose n pictures so many were named rightly at each size."""
    shares = (0.25, 0.5, 1.0)[-len(right) :]
    low, high = zip(*(wilson_interval(each, n) for each in right), strict=True)
    images = [round(0.8 * share * n) for share in shares]
    recall = np.array(right) / n
    return pd.DataFrame(
        {"artist": artist, "images": images, "share": shares, "recall": recall, "low": low, "high": high}
    )


def blobs(spread: Sequence[float] = (1, 1, 1), count: int = 40) -> tuple[Split, np.ndarray]:
    """Three artists whose features lie around a point each, some more widely; a tenth of them is the test part."""
    labels = np.repeat([0, 1, 2], count)
    noise = np.random.default_rng(0).normal(size=(len(labels), 8)) * np.array(spread)[labels][:, None]
    ids = [str(row) for row in range(len(labels))]
    parts = np.where(np.arange(len(labels)) % 10 == 0, "test", "train")
    split = Split(ids, labels, parts, np.array(ids), ["Katsura", "Ross", "Wlop"], np.ones(3))
    return split, (4 * np.eye(3, 8)[labels] + noise).astype(np.float32)


# --- the whole ---


def test_a_network_that_knows_pictures_by_heart_over_fits() -> None:
    text = training_advice(history(0.99, 0.80))
    assert text.startswith("99% of the training pictures and 80% of the validation pictures")
    assert "over-fits, it knows pictures by heart" in text


def test_one_that_does_as_well_on_others_over_fits_little() -> None:
    assert "over-fits little" in training_advice(history(0.92, 0.90))


def test_one_that_finds_augmented_pictures_hard_should_train_longer() -> None:
    assert "more epochs" in training_advice(history(0.60, 0.80))


def test_where_accuracy_still_grows_more_images_would_help() -> None:
    assert "from 80.0% to 84.0%: more images would help" in training_advice(history(0.9, 0.9), sizes(0.80, 0.84))


def test_where_it_does_not_they_would_help_little() -> None:
    assert "would help little" in training_advice(history(0.9, 0.9), sizes(0.80, 0.805))


def test_without_a_kept_epoch_the_last_one_speaks() -> None:
    assert training_advice(history(0.9, 0.9).assign(kept=False)).startswith("50% of")


# --- each artist ---


def test_an_artist_whose_recall_still_rises_needs_more_images() -> None:
    assert enough_images(recalls(50, 8, 18, 28)) == ["Wlop: recall 0.56 with 40 images and still rising: collect more."]


def test_an_artist_who_is_known_as_well_from_half_has_enough() -> None:
    (sentence,) = enough_images(recalls(150, 138, 143, 143))
    assert sentence == "Wlop: recall 0.95 with 120 images, as good with half of them: enough."


def test_an_artist_whom_more_pictures_do_not_help_has_another_trouble() -> None:
    (sentence,) = enough_images(recalls(200, 98, 100, 101))
    assert "recall 0.51 with 160 images, no better than with half of them" in sentence
    assert "look at the labels" in sentence


def test_of_very_few_pictures_it_is_said_that_they_tell_nothing() -> None:
    (sentence,) = enough_images(recalls(10, 3, 4, 5))
    assert sentence == "Wlop: recall 0.50 with 8 images, anything from 0.24 to 0.76: too few to tell, collect more."


@pytest.mark.parametrize("right", [(30, 31, 32), (24, 31, 32), (31, 30, 32), (32, 28, 31)])
def test_what_chance_may_have_done_is_no_rise(right: tuple[int, ...]) -> None:
    """One picture more of 40, a rise that has ended, ups and downs: none of them is worth a word."""
    assert enough_images(recalls(40, *right)) == []


def test_an_excellent_artist_who_still_gets_better_is_not_asked_for_more() -> None:
    assert enough_images(recalls(200, 150, 180, 194)) == []


def test_the_least_known_artist_comes_first() -> None:
    table = pd.concat([recalls(150, 138, 143, 143, artist="Ross"), recalls(50, 8, 18, 28, artist="Wlop")])
    assert [sentence.split(":")[0] for sentence in enough_images(table)] == ["Wlop", "Ross"]


def test_an_artist_of_one_size_alone_is_passed_over() -> None:
    assert enough_images(recalls(5, 3)) == []


def test_nothing_is_said_of_nothing() -> None:
    assert enough_images(recalls(5, 3).iloc[:0]) == []


@pytest.mark.parametrize("n", [20, 50, 200])
def test_a_flat_curve_is_hardly_ever_called_a_rise(n: int) -> None:
    """Of 1000 artists whose recall is 0.6 at every size, and chance independent, at most 1 in 40 is named."""
    counts = np.random.default_rng(n).binomial(n, 0.6, (1000, 3))
    said = [sentence for right in counts for sentence in enough_images(recalls(n, *right))]
    assert sum("still rising" in sentence for sentence in said) <= 25


# --- the estimate ---


def test_recall_is_estimated_for_each_artist_at_a_quarter_a_half_and_all() -> None:
    _, table = curves_of(*blobs(), seed=0)
    assert table.columns.tolist() == ["artist", "images", "share", "recall", "low", "high"]
    assert table["artist"].unique().tolist() == ["Katsura", "Ross", "Wlop"]
    assert table["share"].tolist() == [0.25, 0.5, 1.0] * 3
    # 36 pictures of each are no test pictures, and four fifths of these are 28.8
    assert table["images"].tolist() == [7, 14, 29] * 3
    assert ((table["low"] <= table["recall"]) & (table["recall"] <= table["high"])).all()


def test_an_artist_of_no_fixed_style_has_the_lowest_recall() -> None:
    _, table = curves_of(*blobs(spread=(1, 8, 1)), seed=0)
    full = table[table["share"] == 1].set_index("artist")["recall"]
    assert full.idxmin() == "Ross" and full.drop("Ross").min() > 0.8


def test_accuracy_is_the_mean_of_the_recalls_weighted_by_pictures() -> None:
    accuracies, table = curves_of(*blobs(spread=(2, 4, 1)), seed=0)
    assert accuracies["accuracy"].tolist() == pytest.approx(table.groupby("share")["recall"].mean().tolist())
    assert accuracies["images"].tolist() == pytest.approx(table.groupby("share")["images"].sum().tolist(), abs=1)


def test_the_test_part_is_not_looked_at() -> None:
    split, features = blobs()
    features[split.parts == "test"] = np.nan  # which no head accepts
    accuracies, _ = curves_of(split, features, seed=0)
    assert accuracies["accuracy"].iloc[-1] > 0.9


def test_near_duplicates_never_stand_on_both_sides() -> None:
    """Pairs of the same picture, which say nothing of their artist: whoever has seen one knows the other."""
    split, _ = blobs(count=80)
    pairs = np.arange(len(split.ids)) // 2
    features = np.random.default_rng(1).normal(size=(len(pairs) // 2, 200)).astype(np.float32)[pairs]
    accuracies, _ = curves_of(replace(split, groups=pairs.astype(str)), features, seed=0)
    assert accuracies["accuracy"].max() < 0.45
    leaked, _ = curves_of(split, features, seed=0)
    assert leaked["accuracy"].iloc[-1] > 0.6


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again, other = (curves_of(*blobs(spread=(3, 3, 3)), seed=seed)[1] for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert first["recall"].tolist() != other["recall"].tolist()


def test_a_smaller_share_is_part_of_a_larger_one_and_holds_every_artist() -> None:
    rows, labels = np.arange(23), np.array([0] * 20 + [1] * 2 + [2])
    quarter, half, full = (set(_first_of_each(rows, labels, share)) for share in SHARES)
    assert quarter < half < full == set(rows)
    assert quarter == {0, 1, 2, 3, 4, 20, 22}


@pytest.mark.slow
def test_accuracy_is_estimated_at_a_quarter_a_half_and_all(trained: Trained) -> None:
    table = learning_curve(trained.workspace)
    assert table["share"].tolist() == [0.25, 0.5, 1.0]
    assert table["images"].is_monotonic_increasing
    assert ((table["low"] <= table["accuracy"]) & (table["accuracy"] <= table["high"])).all()


@pytest.mark.slow
def test_both_tables_come_in_one_go(trained: Trained) -> None:
    model = TrainedModel(trained.workspace)
    accuracies, table = curves_of(model.split, model.frozen_features(model.split.ids))
    pd.testing.assert_frame_equal(accuracies, learning_curve(trained.workspace))
    pd.testing.assert_frame_equal(table, recall_curves(trained.workspace))


@pytest.mark.slow
@pytest.mark.parametrize("kept", [1, 2, 5])
def test_with_few_pictures_the_sizes_that_can_be_tried_are_told(
    kept: int, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = read_split(trained.workspace)
    few = np.concatenate([split.rows("train")[split.labels[split.rows("train")] == label][:kept] for label in (0, 1)])
    parts = np.full(len(split.ids), "test", dtype="<U10")
    parts[few] = "train"
    monkeypatch.setattr("artlib.evaluation.learning_curve.read_split", lambda _: replace(split, parts=parts))
    sizes = learning_curve(trained.workspace)
    assert not sizes["accuracy"].isna().any()
    assert plots.learning_curve(sizes)._repr_png_() and training_advice(history(0.9, 0.9), sizes)
    table = recall_curves(trained.workspace)
    assert draw_recalls(table)._repr_png_() and not any("rising" in sentence for sentence in enough_images(table))
