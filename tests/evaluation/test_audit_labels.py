"""Label issues: pictures with a wrong label are found, and those with the correct one are not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from artlib.evaluation.audit import find_wrong_labels
from artlib.recogniser.label_issues import COLUMNS, confident_labels
from artlib.workspace.split import Split
from artlib.workspace.suspects import LOOKS, MIXED


def split_of(labels: Sequence[int] | np.ndarray, groups: Sequence[str] | None = None) -> Split:
    ids = [f"p{number}" for number in range(len(labels))]
    names = [f"artist {number}" for number in range(max(labels) + 1)]
    parts = np.full(len(ids), "train")
    return Split(ids, np.array(labels), parts, np.array(groups or ids), names, np.ones(len(names)))


def clouds(labels: np.ndarray, spread: float = 1.0, seed: int = 0) -> np.ndarray:
    """Features around a point for each artist."""
    generator = np.random.default_rng(seed)
    middles, noise = generator.normal(size=(max(labels) + 1, WIDTH)), generator.normal(size=(len(labels), WIDTH))
    return (middles[labels] + spread * noise).astype(np.float32)


WIDTH = 64  # of the features
TRUE = np.repeat([0, 1, 2, 3], 40)


# --- looks ---


def test_where_all_labels_are_correct_nothing_is_found() -> None:
    found = find_wrong_labels(split_of(TRUE), clouds(TRUE))
    assert found.columns.tolist() == COLUMNS and found.empty


def test_planted_wrong_labels_are_found_and_nothing_else() -> None:
    given, planted = TRUE.copy(), np.arange(5, 160, 20)
    given[planted] = (given[planted] + 1) % 4
    found = find_wrong_labels(split_of(given), clouds(TRUE))
    assert set(found["id"]) == {f"p{row}" for row in planted}
    assert found["label_issue_score"].is_monotonic_decreasing and set(found["reason"]) == {LOOKS}


def test_a_suspect_comes_with_both_artists_and_their_probabilities() -> None:
    given = TRUE.copy()
    given[50] = 3
    (row,) = find_wrong_labels(split_of(given), clouds(TRUE)).to_dict("records")
    assert (row["id"], row["artist"], row["looks_like"]) == ("p50", "artist 3", "artist 1")
    assert row["probability"] > row["own_probability"] and 0.5 < row["label_issue_score"] < 1


def test_among_similar_artists_the_planted_ones_come_first() -> None:
    given, planted = TRUE.copy(), np.arange(5, 160, 20)
    given[planted] = (given[planted] + 1) % 4
    found = find_wrong_labels(split_of(given), clouds(TRUE, spread=3))
    first = set(found["id"][: 2 * len(planted)])
    assert len(first & {f"p{row}" for row in planted}) >= 0.8 * len(planted)


def test_a_picture_is_never_predicted_from_its_near_duplicates() -> None:
    """Four copies of one picture with a wrong label: predicted from the others, each would confirm the label."""
    true, given = TRUE.copy(), TRUE.copy()
    copies = np.arange(40, 44)
    given[copies] = 0
    features = clouds(true)
    features[copies] = features[40] + 2 * np.random.default_rng(1).normal(size=WIDTH)
    names = [f"p{row}" for row in range(len(true))]
    alone, together = names, ["copies" if row in copies else name for row, name in enumerate(names)]
    assert set(find_wrong_labels(split_of(given, together), features)["id"]) == {f"p{row}" for row in copies}
    assert find_wrong_labels(split_of(given, alone), features).empty


def test_two_artists_are_enough() -> None:
    true = np.repeat([0, 1], 30)
    given = true.copy()
    given[7] = 1
    assert find_wrong_labels(split_of(given), clouds(true))["id"].tolist() == ["p7"]


def test_an_artist_of_one_group_is_left_out_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    labels = np.append(TRUE, [4, 4])
    groups = [f"p{row}" for row in range(160)] + ["one", "one"]
    found = find_wrong_labels(split_of(labels, groups), clouds(labels))
    assert found.empty
    assert "an artist needs 5 works that are not near-duplicates: artist 4." in capsys.readouterr().err


def test_an_artist_of_five_pictures_is_predicted_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    true = np.append(TRUE, [4] * 6)
    given = true.copy()
    given[50], given[163] = 3, 2
    found = find_wrong_labels(split_of(given), clouds(true))
    assert set(found["id"]) == {"p50", "p163"}
    assert "artist 4" not in capsys.readouterr().err


@pytest.mark.filterwarnings("error")
def test_an_artist_of_two_pictures_does_not_make_the_check_of_the_others_worse() -> None:
    """With as many folds as this artist has pictures, the others would be learned from half of theirs only."""
    given, planted = TRUE.copy(), np.arange(5, 160, 20)
    given[planted] = (given[planted] + 1) % 4
    features = clouds(np.append(TRUE, [4, 4]), spread=3)
    without = find_wrong_labels(split_of(given), features[:160])
    beside = find_wrong_labels(split_of(np.append(given, [4, 4])), features)
    pd.testing.assert_frame_equal(without, beside)


def test_where_nothing_can_be_predicted_nothing_is_found() -> None:
    assert find_wrong_labels(split_of([0, 1]), clouds(np.array([0, 1]))).empty


@pytest.mark.filterwarnings("error::RuntimeWarning")  # not those of one library about another
def test_beside_an_artist_without_pictures_a_wrong_label_is_still_found() -> None:
    given = TRUE.copy()
    given[50] = 3
    split = split_of(given)
    more = replace(split, class_names=[*split.class_names, "artist without pictures"])
    assert find_wrong_labels(more, clouds(TRUE))["id"].tolist() == ["p50"]


def test_the_same_seed_gives_the_same_suspects() -> None:
    features = clouds(TRUE, spread=4)
    first, again, other = (find_wrong_labels(split_of(TRUE), features, seed) for seed in (5, 5, 6))
    assert len(first) and first.equals(again) and not first.equals(other)


# --- works under several artists ---


def test_a_work_under_two_artists_is_a_suspect_under_both() -> None:
    groups = [f"p{row}" for row in range(160)]
    groups[10] = groups[60] = "both"
    found = find_wrong_labels(split_of(TRUE, groups), clouds(TRUE))
    assert dict(zip(found["id"], found["looks_like"], strict=True)) == {"p10": "artist 1", "p60": "artist 0"}
    assert set(found["reason"]) == {MIXED} and (found["label_issue_score"] == 1).all()


def test_the_minority_of_a_group_is_the_suspect() -> None:
    groups = [f"p{row}" for row in range(160)]
    groups[10] = groups[60] = groups[61] = "both"
    found = find_wrong_labels(split_of(TRUE, groups), clouds(TRUE))
    assert found["id"].tolist() == ["p10"]


def test_a_mixed_group_is_found_though_its_artist_cannot_be_predicted() -> None:
    labels = np.append(TRUE, 4)
    groups = [f"p{row}" for row in range(160)] + ["p3"]
    found = find_wrong_labels(split_of(labels, groups), clouds(labels))
    assert set(found["id"]) == {"p3", "p160"} and found["probability"].isna().all()


# --- the rule ---


def test_a_picture_counts_as_an_artists_from_the_mean_probability_on() -> None:
    """Thresholds are 0.7 and 0.5: the third picture reaches the second, the fourth neither."""
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.6, 0.4], [0.4, 0.6]])
    labels = np.array([0, 0, 0, 1, 1])
    assert confident_labels(probabilities, labels).tolist() == [0, 0, 1, 1, 1]
