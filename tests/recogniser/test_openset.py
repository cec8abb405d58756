"""Unknown scores on embeddings of which it is known whose they are, and the detector of other kinds of pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from clouds import WIDTH, clouds, others_of
from sklearn.metrics import roc_auc_score

from artlib.recogniser.openset import scores
from artlib.recogniser.openset.detector import KIND, DetectorError, UnknownDetector
from artlib.recogniser.openset.measures import area, detection, oscr
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs

NAMES = (
    *("max_softmax", "max_logit", "energy", "neighbours", "relative_mahalanobis", "residual"),
    *("log_probability", "relative_neighbours"),
)


def fitted_scorers() -> Scorers:
    learned, labels = clouds(3, seed=1)
    return Scorers.fit(learned, labels)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "residual"])
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
    learned, labels = clouds(3, each=20)
    neighbours = scores.Neighbours.fit(learned.embeddings, labels)
    near, far = (neighbours.distance(neighbours.cosines(sign * learned.embeddings)) for sign in (1, -1))
    assert near.mean() < 0.6 * far.mean()


def test_mahalanobis_distances_do_not_depend_on_the_scale_of_the_embeddings() -> None:
    (learned, labels), (asked, _) = clouds(3, seed=1), clouds(4, seed=2)
    expected = scores.Subspace.fit(learned.embeddings, labels).relative_mahalanobis(asked.embeddings)
    larger = scores.Subspace.fit(100 * learned.embeddings, labels).relative_mahalanobis(100 * asked.embeddings)
    assert larger == pytest.approx(expected, rel=1e-2, abs=0.1)


def test_the_log_probability_is_that_of_the_best_artist_among_all() -> None:
    outputs = ModelOutputs(np.zeros((1, 2)), np.log([[0.5, 0.2]]))
    assert scores.log_probability(outputs, np.log([[0.3]])) == pytest.approx([-np.log(0.5)])
    assert scores.log_probability(outputs, np.empty((1, 0))) == pytest.approx([-np.log(0.5 / 0.7)])


def test_a_picture_near_the_works_of_its_best_artist_has_a_low_relative_distance() -> None:
    learned, labels = clouds(3, seed=1)
    neighbours = scores.Neighbours.fit(learned.embeddings, labels)
    asked, owners = clouds(3, seed=2)
    cosines = neighbours.cosines(asked.embeddings)
    own, another = (neighbours.relative_distance(cosines, artists) for artists in (owners, (owners + 1) % 3))
    assert own.max() < another.min()


# --- other artists among the scores ---


def with_others(axes: list[int]) -> Scorers:
    """The scorers with other artists, whose logits are the coordinates along their axes."""
    others = others_of(3, axes)
    weights, bias = np.eye(WIDTH, dtype=np.float32)[axes], np.zeros(len(axes))
    return fitted_scorers().with_others(weights, bias, others.outputs.embeddings, others.artists)


def pictures_on(axis: int) -> ModelOutputs:
    return others_of(3, [axis], each=40, seed=9).outputs


@pytest.mark.parametrize("name", ["log_probability", "relative_neighbours"])
def test_pictures_by_another_artist_look_more_unknown_once_it_is_learned(name: str) -> None:
    before, after = (scorers(pictures_on(7))[name] for scorers in (fitted_scorers(), with_others([7, 8])))
    assert after.mean() > before.mean() + 0.1


@pytest.mark.parametrize("name", KIND)
def test_other_artists_change_nothing_in_what_kind_a_picture_is(name: str) -> None:
    asked, _ = clouds(4, seed=2)
    assert with_others([7, 8])(asked)[name] == pytest.approx(fitted_scorers()(asked)[name])


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_leaving_another_artist_out_removes_its_logit_and_its_pictures(left_out: int) -> None:
    """Scores are as if this artist had never been there, also in an order in which others follow."""
    axes = [7, 8, 9]
    left, never = with_others(axes).without_other(left_out), fitted_scorers()
    others = others_of(3, axes)
    kept = [place for place in range(3) if place != left_out]
    pictures = np.isin(others.artists, kept)
    weights = np.eye(WIDTH, dtype=np.float32)[np.array(axes)[kept]]
    places = np.searchsorted(kept, others.artists[pictures])
    never = never.with_others(weights, np.zeros(2), others.outputs.embeddings[pictures], places)
    asked = pictures_on(axes[left_out])
    for name, expected in never(asked).items():
        assert left(asked)[name] == pytest.approx(expected, abs=1e-6), name
    assert len(left.neighbours.reference) == len(never.neighbours.reference)
    assert left.other_weights.shape[1] == len(left.other_bias) == 2


def test_leaving_out_the_only_other_artist_leaves_the_known_ones() -> None:
    asked, _ = clouds(4, seed=2)
    left = with_others([7]).without_other(0)
    for name, expected in fitted_scorers()(asked).items():
        assert left(asked)[name] == pytest.approx(expected, abs=1e-6), name


def test_an_added_artist_is_a_known_one_among_other_artists() -> None:
    mine = pictures_on(5)
    scorers = with_others([7, 8]).with_artist(mine.embeddings)
    new = others_of(3, [5], each=20, seed=11).outputs
    joined = ModelOutputs(new.embeddings, np.concatenate([new.logits, new.embeddings[:, 5:6]], axis=1))
    after, before = scorers(joined), with_others([7, 8])(new)
    assert after["neighbours"].max() < before["neighbours"].min()
    assert after["relative_neighbours"].max() < before["relative_neighbours"].min()


# --- the detector of other kinds ---


@pytest.fixture(scope="module")
def detector() -> UnknownDetector:
    return UnknownDetector.fit(fitted_scorers(), clouds(3, each=400, seed=3)[0])


def of_another_kind(seed: int = 4) -> ModelOutputs:
    """Far from everything that was learned, in all directions."""
    embeddings = 30 * np.random.default_rng(seed).normal(size=(60, WIDTH)).astype(np.float32)
    return ModelOutputs(embeddings, embeddings[:, :3])


def test_the_detector_lets_99_percent_of_the_validation_pictures_in(detector: UnknownDetector) -> None:
    accepted = detector(clouds(3, each=400, seed=3)[0]) <= detector.threshold
    assert accepted.mean() == pytest.approx(0.99, abs=0.002)


def test_the_detector_refuses_pictures_of_another_kind(detector: UnknownDetector) -> None:
    assert (detector(of_another_kind()) > detector.threshold).mean() > 0.95


def test_unknown_scores_lie_between_0_and_1_and_half_of_the_known_ones_under_a_half(detector: UnknownDetector) -> None:
    found = detector(clouds(4, seed=2)[0])
    assert found.min() >= 0 and found.max() <= 1
    assert np.median(detector(clouds(3, each=400, seed=3)[0])) == pytest.approx(0.5, abs=0.01)


def test_up_to_the_threshold_a_picture_is_wholly_of_a_known_kind_and_then_less_and_less(
    detector: UnknownDetector,
) -> None:
    usual = {name: np.full(1, mean) for name, (mean, _) in detector.score_stats.items()}
    mean, deviation = detector.score_stats["neighbours"]
    strange = {"neighbours": mean + deviation * np.arange(-4, 12)}
    given = {name: np.repeat(values, 16) for name, values in usual.items()} | strange
    same, accepted = detector.same_kind(given), detector.fused(given) <= detector.threshold + 1e-9
    assert same[accepted] == pytest.approx(1) and 3 < accepted.sum() < 12
    assert (np.diff(same[~accepted]) < 0).all() and same[-1] < 1e-6


def test_one_very_strange_score_is_enough_to_be_of_another_kind(detector: UnknownDetector) -> None:
    usual = {name: np.full(1, mean) for name, (mean, _) in detector.score_stats.items()}
    for name, (mean, deviation) in detector.score_stats.items():
        assert detector.fused(usual | {name: np.full(1, mean + 8 * deviation)}) > detector.threshold


def test_a_detector_read_from_its_file_says_the_same(tmp_path: Path) -> None:
    detector = UnknownDetector.fit(with_others([7, 8]), clouds(3, seed=3)[0])
    asked, _ = clouds(8, seed=2)
    again = UnknownDetector.read(detector.write(tmp_path))
    assert again(asked) == pytest.approx(detector(asked))
    assert again.threshold == detector.threshold
    for name, expected in detector.scores(asked).items():
        assert again.scores(asked)[name] == pytest.approx(expected), name


def test_a_damaged_detector_says_what_makes_it_anew(detector: UnknownDetector, tmp_path: Path) -> None:
    path = detector.write(tmp_path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DetectorError, match="artlib evaluate"):
        UnknownDetector.read(path)


def test_a_plain_detector_takes_what_the_best_artist_lacks() -> None:
    outputs, _ = clouds(3)
    assert UnknownDetector.plain()(outputs) == pytest.approx(scores.max_softmax(outputs))


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
