"""Unknown-scores on embeddings of which it is known whose they are, and how well they tell known from unknown."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from artlib.recogniser.openset import scores
from artlib.recogniser.openset.detector import SCORES, DetectorError, Scorers, UnknownDetector
from artlib.recogniser.openset.fitting import Others, fit
from artlib.recogniser.openset.measures import area, detection, oscr
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.split import Split


def clouds(artists: int, each: int = 60, seed: int = 0, width: int = 20) -> tuple[ModelOutputs, np.ndarray]:
    """Artists as clouds around an axis of their own; the logits are the coordinates along the first three axes."""
    generator, labels = np.random.default_rng(seed), np.repeat(np.arange(artists), each)
    embeddings = 6 * np.eye(width)[labels] + generator.normal(size=(len(labels), width))
    return ModelOutputs(embeddings.astype(np.float32), embeddings[:, :3].astype(np.float32)), labels


def fitted_scorers() -> Scorers:
    learned, labels = clouds(3, seed=1)
    return Scorers.fit(learned, labels)


@pytest.mark.parametrize("name", [name for name in SCORES if name != "residual"])
def test_a_fourth_cloud_is_told_from_the_three_that_were_learned(name: str) -> None:
    asked, labels = clouds(4, seed=2)
    assert roc_auc_score(labels == 3, fitted_scorers()(asked)[name]) > 0.9


def test_what_lies_outside_of_all_that_was_learned_has_a_residual() -> None:
    generator = np.random.default_rng(0)
    inside = np.pad(generator.normal(size=(200, 10)), ((0, 0), (0, 190)))
    outside = inside + np.eye(200)[-1]
    subspace = scores.Subspace.fit(inside[:100], np.arange(100) % 2)
    assert subspace.residual(inside[100:]).max() < subspace.residual(outside[100:]).min()


def test_max_softmax_is_what_the_best_artist_lacks() -> None:
    logits = np.log([[0.7, 0.2, 0.1], [0.34, 0.33, 0.33]])
    assert scores.max_softmax(ModelOutputs(logits, logits)) == pytest.approx([0.3, 0.66])


def test_the_energy_is_minus_the_log_of_the_sum_of_exponentials() -> None:
    logits = np.array([[0.0, 0.0], [3.0, 1.0]])
    assert scores.energy(ModelOutputs(logits, logits)) == pytest.approx([-np.log(2), -np.log(np.exp(3) + np.exp(1))])


def test_learned_pictures_are_nearer_than_their_opposites() -> None:
    learned = clouds(3, each=20)[0].embeddings
    neighbours = scores.Neighbours.fit(learned)
    assert neighbours(learned).mean() < 0.6 * neighbours(-learned).mean()


def test_mahalanobis_distances_do_not_depend_on_the_scale_of_the_embeddings() -> None:
    (learned, labels), (asked, _) = clouds(3, seed=1), clouds(4, seed=2)
    expected = scores.Subspace.fit(learned.embeddings, labels).relative_mahalanobis(asked.embeddings)
    larger = scores.Subspace.fit(100 * learned.embeddings, labels).relative_mahalanobis(100 * asked.embeddings)
    assert larger == pytest.approx(expected, rel=1e-2, abs=0.1)


# --- the detector ---


@pytest.fixture(scope="module")
def detector() -> UnknownDetector:
    return UnknownDetector.fit(fitted_scorers(), clouds(3, seed=3)[0])


def test_the_detector_lets_95_percent_of_the_validation_pictures_in(detector: UnknownDetector) -> None:
    assert (detector(clouds(3, seed=3)[0]) <= detector.threshold).mean() == pytest.approx(0.95, abs=0.01)


def test_the_detector_refuses_a_cloud_that_was_not_learned(detector: UnknownDetector) -> None:
    asked, labels = clouds(4, seed=2)
    assert (detector(asked)[labels == 3] > detector.threshold).mean() > 0.95


def test_unknown_scores_lie_between_0_and_1_and_half_of_the_known_ones_under_a_half(detector: UnknownDetector) -> None:
    found = detector(clouds(4, seed=2)[0])
    assert found.min() >= 0 and found.max() <= 1
    assert np.median(detector(clouds(3, seed=3)[0])) == pytest.approx(0.5, abs=0.01)


def test_one_very_strange_score_is_enough_to_be_unknown(detector: UnknownDetector) -> None:
    usual = {name: np.full(1, mean) for name, (mean, _) in detector.score_stats.items()}
    for name, (mean, deviation) in detector.score_stats.items():
        assert detector.fused(usual | {name: np.full(1, mean + 8 * deviation)}) > detector.threshold


def test_a_detector_read_from_its_file_says_the_same(detector: UnknownDetector, tmp_path: Path) -> None:
    asked, _ = clouds(4, seed=2)
    again = UnknownDetector.read(detector.write(tmp_path))
    assert again(asked) == pytest.approx(detector(asked))
    assert again.threshold == detector.threshold


def test_a_damaged_detector_says_what_makes_it_anew(detector: UnknownDetector, tmp_path: Path) -> None:
    path = detector.write(tmp_path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DetectorError, match="artlib evaluate"):
        UnknownDetector.read(path)


def test_a_plain_detector_takes_what_the_best_artist_lacks() -> None:
    outputs, _ = clouds(3)
    assert UnknownDetector.plain()(outputs) == pytest.approx(scores.max_softmax(outputs))


# --- learning the detector ---


def split_of(artists: int, each: int = 60) -> Split:
    labels = np.repeat(np.arange(artists), each)
    parts = np.tile(np.array(["train"] * 8 + ["validation", "test"]), len(labels) // 10)
    ids = [str(number) for number in range(len(labels))]
    return Split(ids, labels, parts, np.array(ids), [f"artist {number}" for number in range(artists)], np.ones(artists))


def outputs_of(artists: int, spread: float = 1.0) -> ModelOutputs:
    """Those of a model that knows each artist's axis."""
    generator, labels = np.random.default_rng(0), np.repeat(np.arange(artists), 60)
    embeddings = 6 * np.eye(20)[labels] + generator.normal(scale=spread, size=(len(labels), 20))
    return ModelOutputs(embeddings.astype(np.float32), embeddings[:, :artists].astype(np.float32))


def test_each_test_picture_is_unknown_once_and_known_otherwise() -> None:
    outputs = outputs_of(4)
    _, result = fit(split_of(4), outputs, outputs.embeddings)
    assert result is not None
    found = result.summary()
    assert (found["n_unknown"], found["n_known"], found["artists"]) == (24, 24 * 3, 4)


def test_artists_far_apart_are_told_apart_and_mixed_ones_are_not() -> None:
    far, mixed = (fit(split_of(6), outputs_of(6, spread), outputs_of(6, spread).embeddings)[1] for spread in (1, 100))
    assert far is not None and mixed is not None
    assert far.summary()["auroc"] > 0.9 and mixed.summary()["auroc"] < 0.7


def test_with_two_artists_there_is_a_detector_and_no_result() -> None:
    outputs = outputs_of(2)
    detector, result = fit(split_of(2), outputs, outputs.embeddings)
    assert result is None
    assert (detector(outputs) <= detector.threshold).mean() == pytest.approx(0.95, abs=0.05)


def test_pictures_by_other_artists_are_what_is_measured_where_there_are_some() -> None:
    outputs, strangers = outputs_of(3), clouds(6)
    chosen = strangers[1] >= 3
    others = Others(strangers[0][chosen], strangers[1][chosen].astype(str))
    _, result = fit(split_of(3), outputs, outputs.embeddings, others=others)
    assert result is not None
    # the artists 3 and 5 help to decide; 4 is asked about
    assert (result.summary()["n_unknown"], result.artists) == (60, 1)
    assert result.summary()["auroc"] > 0.95


def test_every_single_score_is_reported_beside_the_one_in_use() -> None:
    outputs = outputs_of(4)
    _, result = fit(split_of(4), outputs, outputs.embeddings)
    assert result is not None
    assert {row["score"] for row in result.summary()["scores"]} == {"fused", *SCORES}


def test_a_result_tells_the_detectors_scores_of_known_pictures_from_those_of_unknown_ones() -> None:
    scores_by_name = {"fused": np.array([0.1, 0.9, 0.2]), "energy": np.array([1.0, 2.0, 3.0])}
    result = OpenSetResult(scores_by_name, np.array([False, True, False]), np.ones(3, bool), "energy", 1, "", 0.5)
    assert (result.known_scores.tolist(), result.unknown_scores.tolist()) == ([1.0, 3.0], [2.0])


# --- how well ---


def test_well_separated_scores_are_told_apart_perfectly() -> None:
    found = detection(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))
    assert (found["auroc"], found["fpr95"]) == (1.0, 0.0)


def test_swapped_scores_are_told_apart_as_badly_as_can_be() -> None:
    found = detection(np.array([0.9, 0.8, 0.1, 0.2]), np.array([False, False, True, True]))
    assert (found["auroc"], found["fpr95"]) == (0.0, 1.0)


def test_fpr95_is_the_share_of_unknown_pictures_accepted_when_95_percent_of_the_known_are() -> None:
    known, unknown = np.arange(100) / 100, np.array([0.5, 0.7, 0.93, 0.96, 0.99])
    found = detection(np.concatenate([known, unknown]), np.arange(105) >= 100)
    # accepting 95 of the 100 known ones means accepting all scores up to 0.94
    assert found["fpr95"] == pytest.approx(3 / 5)


def test_known_and_unknown_pictures_are_counted() -> None:
    found = detection(np.array([0.1, 0.2, 0.9]), np.array([False, False, True]))
    assert (found["n_known"], found["n_unknown"]) == (2, 1)


def curve() -> pd.DataFrame:
    # accepted one after the other: known and right, unknown, known and wrong, known and right, unknown
    unknown = np.array([False, True, False, False, True])
    return oscr(np.arange(5.0), unknown, np.array([True, True, False, True, False]))


def test_the_open_set_curve_counts_right_known_against_accepted_unknown_pictures() -> None:
    assert curve()["correct_rate"].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert curve()["false_positive_rate"].tolist() == pytest.approx([0, 0, 0.5, 0.5, 0.5, 1])


def test_the_area_under_the_open_set_curve_is_at_most_the_accuracy() -> None:
    assert area(curve()) == pytest.approx(1 / 3 * 0.5 + 2 / 3 * 0.5)


def test_pictures_with_the_same_score_are_accepted_together() -> None:
    found = oscr(np.zeros(4), np.array([True, False, True, False]), np.ones(4, bool))
    assert found.to_numpy().tolist() == [[0, 0], [1, 1]]
