"""Unknown-scores on embeddings whose answer is known, and how well they tell known from unknown."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from artlib.inference import Answers
from artlib.openset import area, detection, oscr, scores


def clouds(artists: int, each: int = 60, seed: int = 0, width: int = 20) -> tuple[Answers, np.ndarray]:
    """Artists as clouds around an axis of their own; the logits are the coordinates along the first three axes."""
    generator, labels = np.random.default_rng(seed), np.repeat(np.arange(artists), each)
    embeddings = 6 * np.eye(width)[labels] + generator.normal(size=(len(labels), width))
    return Answers(embeddings.astype(np.float32), embeddings[:, :3].astype(np.float32)), labels


def all_scores() -> dict[str, Callable[[Answers], np.ndarray]]:
    learned, labels = clouds(3, seed=1)
    return {
        "max_softmax": scores.max_softmax,
        "max_logit": scores.max_logit,
        "energy": scores.energy,
        "neighbours": scores.Neighbours.fit(learned),
        "mahalanobis": scores.Mahalanobis.fit(learned, labels),
    }


@pytest.mark.parametrize("name", list(all_scores()))
def test_a_fourth_cloud_is_told_from_the_three_that_were_learned(name: str) -> None:
    asked, labels = clouds(4, seed=2)
    assert roc_auc_score(labels == 3, all_scores()[name](asked)) > 0.95


def test_max_softmax_is_what_the_best_artist_lacks() -> None:
    logits = np.log([[0.7, 0.2, 0.1], [0.34, 0.33, 0.33]])
    assert scores.max_softmax(Answers(logits, logits)) == pytest.approx([0.3, 0.66])


def test_the_energy_is_minus_the_log_of_the_sum_of_exponentials() -> None:
    logits = np.array([[0.0, 0.0], [3.0, 1.0]])
    assert scores.energy(Answers(logits, logits)) == pytest.approx([-np.log(2), -np.log(np.exp(3) + np.exp(1))])


def test_a_learned_picture_is_nearest_to_itself() -> None:
    learned, _ = clouds(3, each=1)
    far = Answers(-learned.embeddings, learned.logits)
    neighbours = scores.Neighbours.fit(learned)
    assert neighbours(learned).max() < neighbours(far).min()


def test_mahalanobis_distances_do_not_depend_on_the_scale_of_the_embeddings() -> None:
    (learned, labels), (asked, _) = clouds(3, seed=1), clouds(4, seed=2)
    larger = [Answers(answers.embeddings * 100, answers.logits) for answers in (learned, asked)]
    expected = scores.Mahalanobis.fit(learned, labels)(asked)
    assert scores.Mahalanobis.fit(larger[0], labels)(larger[1]) == pytest.approx(expected, rel=1e-2, abs=0.1)


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
