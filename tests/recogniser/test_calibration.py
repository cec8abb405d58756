"""Calibration: temperatures and prediction sets that can be worked out, and what is refused."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from artlib.recogniser import calibration
from artlib.recogniser.calibration import Calibration, CalibrationError


def drawn(temperature: float, n: int = 4000, artists: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn with the probabilities that the logits have at a temperature."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(scale=3, size=(n, artists))
    chances = softmax(logits / temperature, axis=1).cumsum(axis=1)
    return logits, (generator.random((n, 1)) > chances).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    assert calibration.best_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.1)


def test_no_other_temperature_is_more_likely() -> None:
    logits, labels = drawn(1.7, n=2000)

    def cross_entropy(temperature: float) -> float:
        return -log_softmax(logits / temperature, axis=1)[np.arange(2000), labels].mean()

    found = calibration.best_temperature(logits, labels)
    assert cross_entropy(found) <= min(cross_entropy(found * 1.05), cross_entropy(found / 1.05))


@pytest.mark.parametrize("n", [3, 30, 300])
def test_where_every_answer_is_right_the_fewer_pictures_there_are_the_less_sure_they_make(n: int) -> None:
    labels = np.arange(n) % 3
    logits = 5.0 * np.eye(3)[labels]
    surest = calibration.fit(logits, labels).probabilities(logits).max(axis=1)
    assert surest == pytest.approx((n + 1) / (n + 2), abs=1e-3)


def test_calibration_changes_no_answer() -> None:
    logits, labels = drawn(2.0, n=300)
    probabilities = calibration.fit(logits, labels).probabilities(logits)
    assert (probabilities.argmax(axis=1) == logits.argmax(axis=1)).all()
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(300))


# --- prediction sets ---


@pytest.mark.parametrize(("coverage", "needed"), [(0.95, 19), (0.9, 9), (0.8, 4), (0.5, 1)])
def test_each_coverage_needs_its_number_of_pictures(coverage: float, needed: int) -> None:
    assert calibration.pictures_needed(coverage) == needed


def test_too_few_pictures_are_refused_with_what_is_needed_and_what_was_received() -> None:
    with pytest.raises(CalibrationError, match=r"95% of the time need at least 19.*Received: 18.*at most 0\.95"):
        calibration.conformal_threshold(np.full((18, 2), 0.5), np.zeros(18, int), 0.95)


def test_just_enough_pictures_are_accepted_and_the_worst_of_them_decides() -> None:
    right = np.linspace(0.05, 0.95, 19)
    probabilities = np.stack([right, 1 - right], axis=1)
    assert calibration.conformal_threshold(probabilities, np.zeros(19, int), 0.95) == pytest.approx(0.95)


@pytest.mark.parametrize("coverage", [0, 1, 95])
def test_a_coverage_that_is_no_share_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match=f"Received: coverage={coverage}"):
        calibration.conformal_threshold(np.full((50, 2), 0.5), np.zeros(50, int), coverage)


@pytest.mark.parametrize("coverage", [0.95, 0.9, 0.8])
def test_sets_hold_the_right_artist_as_often_as_promised(coverage: float) -> None:
    logits, labels = drawn(1.0, n=8000)
    probabilities = softmax(logits, axis=1)
    threshold = calibration.conformal_threshold(probabilities[:4000], labels[:4000], coverage)
    sets = Calibration(coverage=coverage, conformal_threshold=threshold).prediction_sets(probabilities[4000:])
    assert sets[np.arange(4000), labels[4000:]].mean() == pytest.approx(coverage, abs=0.02)


def test_no_set_is_empty() -> None:
    sets = Calibration(coverage=0.8, conformal_threshold=0.1).prediction_sets(
        np.array([[0.4, 0.35, 0.25], [0.95, 0.03, 0.02]])
    )
    assert sets.tolist() == [[True, False, False], [True, False, False]]


@pytest.mark.parametrize(("n", "coverage"), [(300, 0.95), (18, 0.9), (8, 0.8), (3, None)])
def test_no_more_is_promised_than_the_number_of_pictures_supports(n: int, coverage: float | None) -> None:
    assert calibration.fit(*drawn(1.0, n=n)).coverage == coverage


def test_where_nothing_is_promised_every_artist_is_in_the_set() -> None:
    assert calibration.fit(*drawn(1.0, n=3)).prediction_sets(np.array([[0.9, 0.1, 0.0, 0.0]])).all()
