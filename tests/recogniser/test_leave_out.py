"""Leaving out: what is learned and measured from artists left out in turn, on clouds of which the owner is known."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from clouds import STATS, World, evidence, others_of, outputs_of, split_of

from artlib.recogniser import leave_out
from artlib.recogniser.leave_out import ScoredModel, fit, linear_outputs
from artlib.recogniser.openset import Confidence, Evidence, OpenSetResult, Promise
from artlib.recogniser.openset.confidence import CONFUSED, RIGHT, SCORES, UNKNOWN, standardise


@functools.cache  # results are only read
def learned(artists: int, spread: float = 1.0, axes: tuple[int, ...] = ()) -> tuple[Confidence, OpenSetResult | None]:
    outputs = outputs_of(artists, spread)
    others = others_of(artists, [*axes]) if axes else None
    _, confidence, result = fit(split_of(artists), outputs, outputs.embeddings, others=others)
    return confidence, result


# --- what is learned from ---


def test_each_test_picture_is_unknown_once_and_known_once() -> None:
    _, result = learned(4)
    assert result is not None
    found = result.summary()
    assert (found["n_unknown"], found["n_known"], found["artists"]) == (24, 24, 4)


def test_confidence_is_learned_from_no_test_picture() -> None:
    """Of 60 pictures of each artist 6 are in the test part; 54 are unknown while their artist is left out."""
    evidence = learned(4)[0].evidence
    assert np.bincount(evidence.sources[evidence.unknown]).tolist() == [54] * 4


def test_the_known_pictures_are_those_of_the_validation_part() -> None:
    evidence, split = learned(4)[0].evidence, split_of(4)
    found, times = np.unique(evidence.sources[~evidence.unknown], return_counts=True)
    assert found.tolist() == split.rows("validation").tolist()
    assert set(times) == {3}  # each is there whenever one of the three other artists is left out


def test_artists_far_apart_are_told_apart_and_mixed_ones_are_not() -> None:
    (_, far), (_, mixed) = learned(6), learned(6, spread=100)
    assert far is not None and mixed is not None
    assert far.summary()["auroc"] > 0.9 and mixed.summary()["auroc"] < 0.7


def test_of_mixed_artists_no_answer_is_firm_and_of_artists_far_apart_most_are() -> None:
    (_, far), (_, mixed) = learned(9), learned(9, spread=100)
    assert far is not None and mixed is not None
    assert (far.strengths[~far.unknown] == "firm").mean() > 0.7
    assert "firm" not in mixed.strengths


def test_with_two_artists_confidence_is_learned_and_nothing_is_measured() -> None:
    confidence, result = learned(2)
    assert result is None and confidence.evidence.artists.tolist() == []
    assert confidence.firm_limit == np.inf


def test_with_two_artists_and_others_the_others_are_measured() -> None:
    confidence, result = learned(2, axes=(7, 8, 9))
    assert result is not None and (result.artists, result.unknown.sum()) == (3, 24)
    assert result.method == "leaving each of 3 other artists out of what is learned"
    assert confidence.evidence.artists.tolist() == [2, 3, 4]


def test_known_and_other_artists_are_left_out_and_measured_together() -> None:
    confidence, result = learned(4, axes=(7, 8))
    assert result is not None and (result.artists, result.unknown.sum()) == (6, 24 + 16)
    assert confidence.evidence.artists.tolist() == list(range(6))


def test_an_artist_without_a_validation_picture_is_no_obstacle() -> None:
    split, outputs = split_of(4), outputs_of(4)
    parts = np.where((split.labels == 1) & (split.parts == "validation"), "train", split.parts)
    _, confidence, result = fit(replace(split, parts=parts), outputs, outputs.embeddings)
    assert result is not None and result.artists == 4
    assert 1 not in split.labels[np.unique(confidence.evidence.sources[~confidence.evidence.unknown])]


def test_without_a_test_part_nothing_is_measured() -> None:
    split, outputs = split_of(4), outputs_of(4)
    parts = np.where(split.parts == "test", "train", split.parts)
    _, confidence, result = fit(replace(split, parts=parts), outputs, outputs.embeddings)
    assert result is None and confidence.evidence.artists.tolist() == [0, 1, 2, 3]


def test_the_promise_asked_for_is_the_one_that_is_kept() -> None:
    outputs, promise = outputs_of(4), Promise(0.2, 0.3)
    _, confidence, result = fit(split_of(4), outputs, outputs.embeddings, promise=promise)
    assert result is not None and confidence.promise == result.promise == promise


# --- the head that does not know the artist ---


def test_a_head_has_a_logit_for_each_artist_that_it_learned() -> None:
    split, outputs = split_of(4), outputs_of(4)
    found = linear_outputs(outputs.embeddings, split.labels, np.flatnonzero(split.labels != 2))
    assert found.logits.shape == (240, 3)
    right = found.logits.argmax(axis=1) == np.searchsorted([0, 1, 3], split.labels)
    assert right[split.labels != 2].mean() > 0.95


def test_a_head_of_two_artists_has_two_logits() -> None:
    split, outputs = split_of(3), outputs_of(3)
    found = linear_outputs(outputs.embeddings, split.labels, split.labels != 2)
    assert found.logits.shape == (180, 2) and found.logits.sum(axis=1) == pytest.approx(0, abs=1e-5)


def test_pictures_behind_those_with_a_label_get_outputs_too() -> None:
    split, outputs, others = split_of(3), outputs_of(3), others_of(3, [7, 8])
    features = np.concatenate([outputs.embeddings, others.frozen])
    found = linear_outputs(features, split.labels, split.parts == "train")
    assert len(found) == 180 + 16
    alone = linear_outputs(outputs.embeddings, split.labels, split.parts == "train")
    assert found.logits[:180] == pytest.approx(alone.logits, abs=1e-4)


# --- other artists ---


def scored(axes: list[int]) -> tuple[ScoredModel, Evidence]:
    """A model of three artists that learned from other ones, and the first of them as if it had not."""
    split, outputs, others = split_of(3), outputs_of(3), others_of(3, axes)
    parts = (split.rows("train"), split.rows("validation"))
    model = ScoredModel.fit(outputs, split.labels, parts, 0, (others.outputs, others.artists))
    return model, leave_out._other_left_out(model, others, 0, 3)


def test_another_artist_left_out_is_judged_as_if_it_had_never_been_there() -> None:
    (model, left_out), (never, _), asked = scored([7, 8, 9]), scored([8, 9]), others_of(3, [7, 8, 9])
    expected = standardise(never.scorers(asked.outputs[asked.artists == 0]), model.stats)
    # the noise of the other two differs, so only their logits and neighbours do
    assert left_out.scores[:, 0] == pytest.approx(expected[:, 0], abs=1e-4)
    assert left_out.artists.tolist() == [3] and left_out.unknown.all() and len(left_out) == 8


def test_another_artist_looks_less_known_when_it_is_not_left_out() -> None:
    model, left_out = scored([7, 8, 9])
    mine = others_of(3, [7, 8, 9]).outputs[:8]
    learned_from = standardise(model.scorers(mine), model.stats)
    for name in ("log_probability", "relative_neighbours"):
        column = SCORES.index(name)
        assert learned_from[:, column].mean() > left_out.scores[:, column].mean() + 0.1


def test_other_artists_get_no_logit_of_the_known_ones() -> None:
    """They are among the scores only: no answer can name them."""
    outputs = outputs_of(4)
    detector, _, _ = fit(split_of(4), outputs, outputs.embeddings, others=others_of(4, [7, 8]))
    assert detector.scorers is not None and detector.scorers.other_weights.shape[1] == 2
    assert len(detector.scorers.subspace.centres) == 4


# --- what is measured ---


def unlike(artist: int, pictures: int = 20) -> Evidence:
    """An unknown artist who scores like nobody else."""
    scores = np.random.default_rng(artist).normal(size=(pictures, 3)) * 0.3 + [-1, 3, -1]
    return evidence(scores, [UNKNOWN] * pictures, [artist] * pictures)


def test_an_unknown_artist_is_measured_by_what_is_learned_without_it() -> None:
    world, generator = World(), np.random.default_rng(0)
    known, mine = world.known(400, generator), unlike(9)
    confidence = Confidence(STATS, Evidence.joined([known, world.unknown(9, 20, generator), mine]))
    result = OpenSetResult.of(confidence, world.known(100, generator), [mine], "")
    expected = confidence.without(9)(mine.scores, mine.same_kind)
    assert result.confidence[100:] == pytest.approx(expected[0])
    assert result.unknown_scores[100:] == pytest.approx(expected[1])
    assert abs(result.confidence[100:] - confidence(mine.scores, mine.same_kind)[0]).max() > 0.01


def test_with_just_enough_artists_each_is_measured_by_the_rule_of_all() -> None:
    """With one artist fewer nothing could be promised, and no unknown picture would be seen to get a firm answer."""
    world, generator = World(apart=3), np.random.default_rng(0)
    alike = evidence(generator.normal(size=(20, 3)), [UNKNOWN] * 20, [4] * 20)
    parts = [world.known(400, generator), world.unknown(4, 20, generator), alike]
    confidence = Confidence(STATS, Evidence.joined(parts), Promise(0.3))
    result = OpenSetResult.of(confidence, world.known(100, generator), [alike], "")
    assert (result.strengths[100:] == "firm").any()


def result_of(
    confidence: list[float], strengths: list[str], unknown: list[bool], right: list[bool], share: float = 0.5
) -> OpenSetResult:
    return OpenSetResult(
        np.array(confidence),
        1 - np.array(confidence),
        np.array(strengths),
        np.array(unknown),
        np.array(right),
        2,
        "",
        Promise(unknown_share=share),
        "",
    )


def four_known_two_unknown(share: float = 0.5) -> OpenSetResult:
    return result_of(
        [0.9, 0.8, 0.7, 0.3, 0.75, 0.1],
        ["firm", "firm", "likely", "none", "firm", "none"],
        [False] * 4 + [True] * 2,
        [True, False, True, True, False, False],
        share,
    )


def test_the_pictures_count_as_if_the_expected_share_was_unknown() -> None:
    weights = four_known_two_unknown(0.2).weights()
    assert weights == pytest.approx([0.2] * 4 + [0.1] * 2)
    assert four_known_two_unknown(0.2).weights(0.5) == pytest.approx([0.125] * 4 + [0.25] * 2)


def test_the_shares_of_the_answers_sum_to_1() -> None:
    shares = four_known_two_unknown(0.2).shares()
    assert shares == pytest.approx(
        {
            "firm_right": 0.2,
            "firm_wrong": 0.2 + 0.1,
            "likely_right": 0.2,
            "likely_wrong": 0,
            "none_known": 0.2,
            "none_unknown": 0.1,
        }
    )


def test_the_firm_point_is_the_share_of_known_pictures_and_the_error_of_firm_answers() -> None:
    assert four_known_two_unknown().firm_point() == pytest.approx((0.25, (0.125 + 0.25) / (0.25 + 0.25)))


def test_without_a_firm_answer_there_is_no_firm_point() -> None:
    usual = four_known_two_unknown()
    result = replace(usual, strengths=np.full(6, "likely"))
    assert result.firm_point() is None
    assert (result.summary()["firm_error"], result.summary()["firm_coverage"]) == (None, 0)


def test_the_firm_curve_takes_the_surest_answers_first() -> None:
    curve = four_known_two_unknown().firm_curve()
    # right, wrong, unknown, right, right, unknown; known pictures weigh an eighth, unknown ones a quarter
    assert curve["coverage"].tolist() == pytest.approx([0.25, 0.25, 0.25, 0.5, 0.75, 0.75])
    assert curve["error"].tolist() == pytest.approx([0, 1 / 2, 3 / 4, 3 / 5, 3 / 6, 5 / 8])


def test_answers_of_equal_confidence_are_one_point_of_the_firm_curve() -> None:
    result = result_of([0.5] * 4, ["likely"] * 4, [False, False, True, True], [True, False, False, False])
    assert result.firm_curve().to_numpy().tolist() == [[0.5, 0.75]]


def test_the_firm_point_lies_on_the_firm_curve() -> None:
    _, result = learned(9)
    assert result is not None
    coverage, error = result.firm_point() or (np.nan, np.nan)
    found = result.firm_curve()
    nearest = found.iloc[(found["coverage"] - coverage).abs().argmin()]
    assert abs(nearest["coverage"] - coverage) < 0.05 and abs(nearest["error"] - error) < 0.1


def test_the_summary_has_the_promise_and_what_became_of_it() -> None:
    found = four_known_two_unknown().summary()
    assert (found["firm_error_promised"], found["unknown_share"], found["shortage"]) == (0.1, 0.5, "")
    assert (found["unknown_firm"], found["unknown_named"], found["artists"]) == (0.5, 0.5, 2)
    assert found["answers"] == four_known_two_unknown().shares()


def test_right_and_confused_pictures_are_told_apart() -> None:
    outcomes = learned(6, spread=3)[0].evidence.outcomes
    assert {RIGHT, CONFUSED, UNKNOWN} == set(outcomes.tolist())
