"""Figures against values worked out by hand."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import f1_score

from artlib.statistics.metrics import (
    BINS,
    RESAMPLES,
    brier,
    confusion,
    expected_calibration_error,
    macro_f1_interval,
    per_artist,
    reliability,
    risk_coverage,
    summary,
    wilson_interval,
)


def certain(predicted: list[int], artists: int = 3) -> np.ndarray:
    return np.eye(artists)[predicted]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (9, 10, 0.5958, 0.9821),  # (0.9 + z²/20 ± z sqrt(0.009 + z²/400)) / (1 + z²/10) with z = 1.96
        (50, 100, 0.4038, 0.5962),
        (0, 10, 0.0, 0.2775),  # z² / (10 + z²)
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_the_interval_is_wilsons(successes: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_a_larger_z_gives_a_wider_interval() -> None:
    low, high = wilson_interval(9, 10, z=2.575829)
    assert low < 0.5958 and high > 0.9821


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_an_impossible_proportion_is_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"Received: successes={successes}, n={n}"):
        wilson_interval(successes, n)


def test_the_calibration_error_is_the_gap_weighted_by_the_share_of_each_bin() -> None:
    probabilities = np.array([[0.9, 0.1]] * 3 + [[0.55, 0.45]])
    # the bin of 0.9: one of three right, |0.9 - 1/3|; the bin of 0.55: right, |0.55 - 1|
    expected = 3 / 4 * (0.9 - 1 / 3) + 1 / 4 * 0.45
    assert expected_calibration_error(np.array([0, 1, 1, 0]), probabilities) == pytest.approx(expected)


def test_certain_and_right_has_no_calibration_error() -> None:
    assert expected_calibration_error(np.array([0, 1, 2]), certain([0, 1, 2])) == 0


def test_certain_and_wrong_has_the_whole_calibration_error() -> None:
    assert expected_calibration_error(np.array([1, 2, 0]), certain([0, 1, 2])) == 1


def test_the_summary_has_the_fixed_keys() -> None:
    assert set(summary(np.array([0, 1]), certain([0, 1]))) >= {"accuracy", "accuracy_ci95", "macro_f1", "ece", "n"}


def test_the_summarys_interval_is_that_of_its_accuracy() -> None:
    measured = summary(np.array([0] * 10), certain([0] * 9 + [1]))
    assert (measured["accuracy"], measured["n"]) == (0.9, 10)
    assert measured["accuracy_ci95"] == list(wilson_interval(9, 10))


def test_macro_f1_weighs_each_artist_alike() -> None:
    # artist 0: precision 8/10, recall 8/8, F1 8/9; artist 1: nothing found, F1 0
    measured = summary(np.array([0] * 8 + [1] * 2), certain([0] * 10, artists=2))
    assert measured["macro_f1"] == pytest.approx(4 / 9)


def test_rows_of_the_confusion_matrix_are_actual_artists_and_sum_to_one() -> None:
    shares = confusion(np.array([0, 0, 0, 0, 1, 2]), certain([0, 0, 0, 1, 1, 0]))
    assert shares.tolist() == [[0.75, 0.25, 0], [0, 1, 0], [1, 0, 0]]


def test_an_artist_never_asked_about_has_a_row_of_zeros() -> None:
    assert confusion(np.array([0, 1]), certain([0, 1])).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_the_brier_score_is_the_squared_distance_to_the_truth() -> None:
    # (0.7 - 1)² + 0.2² + 0.1² = 0.14; 0.5² + (0.5 - 1)² + 0 = 0.5
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]])
    assert brier(np.array([0, 1]), probabilities) == pytest.approx((0.14 + 0.5) / 2)


def test_the_macro_f1_interval_holds_macro_f1_and_is_wider_for_fewer_pictures() -> None:
    labels = np.tile([0, 0, 1, 1, 2], 40)
    predicted = np.tile([0, 1, 1, 1, 2], 40)
    low, high = macro_f1_interval(labels, predicted)
    assert low < f1_score(labels, predicted, average="macro") < high
    few_low, few_high = macro_f1_interval(labels[:20], predicted[:20])
    assert few_high - few_low > 2 * (high - low)


@pytest.mark.thorough
def test_each_resample_of_the_macro_f1_interval_is_scikit_learns_macro_f1() -> None:
    labels, predicted = np.random.default_rng(1).integers(0, 4, (2, 30))
    rows = np.random.default_rng(0).integers(0, 30, (RESAMPLES, 30))
    scores = [f1_score(labels[chosen], predicted[chosen], average="macro") for chosen in rows]
    assert macro_f1_interval(labels, predicted) == pytest.approx(np.quantile(scores, (0.025, 0.975)))


def test_each_artist_has_precision_recall_f1_and_support() -> None:
    # artist 0: 3 of 4 found, 3 of 5 that were named so; artist 1: nobody's
    table = per_artist(np.array([0, 0, 0, 0, 2, 2]), np.array([0, 0, 0, 1, 0, 0]), ["a", "b", "c"])
    assert table["artist"].tolist() == ["a", "b", "c"]
    assert table["precision"].tolist() == pytest.approx([3 / 5, 0, 0])
    assert table["recall"].tolist() == pytest.approx([3 / 4, 0, 0])
    assert table["support"].tolist() == [4, 0, 2]
    assert (table["recall_low"][0], table["recall_high"][0]) == wilson_interval(3, 4)


def test_the_reliability_diagram_has_a_row_for_each_bin_that_holds_pictures() -> None:
    probabilities = np.array([[0.9, 0.1]] * 3 + [[0.55, 0.45]])
    table = reliability(np.array([0, 1, 1, 0]), probabilities)
    assert table["confidence"].tolist() == pytest.approx([0.55, 0.9])
    assert table["accuracy"].tolist() == pytest.approx([1, 1 / 3])
    assert table["n"].tolist() == [1, 3]


def test_the_risk_is_that_of_the_answers_with_the_lowest_scores() -> None:
    curve = risk_coverage(np.array([0.3, 0.1, 0.2, 0.9]), np.array([False, True, True, False]))
    assert curve["coverage"].tolist() == [0.25, 0.5, 0.75, 1]
    assert curve["risk"].tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])


def test_the_calibration_error_weights_scikit_learns_calibration_curve_by_the_pictures_in_each_bin() -> None:
    generator = np.random.default_rng(0)
    probabilities, labels = generator.dirichlet([0.5] * 5, 500), generator.integers(0, 5, 500)
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    accuracy, mean_confidence = calibration_curve(correct, confidence, n_bins=BINS)
    counts, _ = np.histogram(confidence, BINS, (0, 1))
    expected = np.average(np.abs(accuracy - mean_confidence), weights=counts[counts > 0])
    assert expected_calibration_error(labels, probabilities) == pytest.approx(expected)
