"""Confidence: it is what it says, unknown artists are counted in, and firm answers keep the promised error rate."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from clouds import STATS, World, all_right, evidence
from conftest import Hostile

from artlib.errors import ArtlibError
from artlib.prediction import reasons
from artlib.recogniser.openset import Confidence, Evidence, Promise
from artlib.recogniser.openset.confidence import (
    FEWEST_ARTISTS,
    FEWEST_PICTURES,
    RIGHT,
    UNKNOWN,
    ConfidenceError,
    standardise,
)

# --- the promise ---


@pytest.mark.parametrize("firm_error", [0, -0.1, 0.51, 10, float("nan")])
def test_an_error_rate_that_can_not_be_promised_is_refused(firm_error: float) -> None:
    text = f"above 0 and at most 0.5. Received: firm_error={firm_error}. The default is 0.1."
    with pytest.raises(ValueError, match=text):
        Promise(firm_error=firm_error)


@pytest.mark.parametrize("unknown_share", [1, -0.1, 50, float("nan")])
def test_a_share_of_unknown_pictures_that_is_no_share_is_refused(unknown_share: float) -> None:
    text = f"at least 0 and below 1. Received: unknown_share={unknown_share}. The default is 0.5."
    with pytest.raises(ValueError, match=text):
        Promise(unknown_share=unknown_share)


@pytest.mark.parametrize("refused", [{"firm_error": 0}, {"unknown_share": 1}])
def test_a_promise_out_of_range_is_the_users_mistake_and_no_bug(refused: dict[str, float]) -> None:
    with pytest.raises(ArtlibError):
        Promise(**refused)


@pytest.mark.parametrize("share", ["0.2", None, True, [0.2]])
def test_a_share_that_is_no_number_is_refused(share: object) -> None:
    with pytest.raises(ArtlibError, match="unknown_share must be a number"):
        Promise(unknown_share=share)  # type: ignore[arg-type]


@pytest.mark.parametrize(("firm_error", "unknown_share"), [(0.5, 0), (0.001, 0.999)])
def test_the_ends_of_the_ranges_are_accepted(firm_error: float, unknown_share: float) -> None:
    promise = Promise(firm_error, unknown_share)
    assert (promise.firm_error, promise.unknown_share) == (firm_error, unknown_share)


def test_only_what_is_asked_for_changes_in_a_promise() -> None:
    promise = Promise(0.2, 0.3)
    assert promise.changed() == promise
    assert promise.changed(firm_error=0.05) == Promise(0.05, 0.3)
    assert promise.changed(unknown_share=0) == Promise(0.2, 0)


def test_a_promise_says_both_shares_in_words() -> None:
    text = "at most 2.5 % of the firm answers are wrong if 30 % of the pictures are by unknown artists"
    assert str(Promise(0.025, 0.3)) == text


# --- how probable ---


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_the_probabilities_are_those_of_the_distributions_that_the_evidence_comes_from(share: float) -> None:
    world = World()
    confidence = world.confidence(20_000, 50, 200, promise=Promise(unknown_share=share))
    asked = np.random.default_rng(1).normal(1, 1.5, size=(2000, 3))
    assert confidence.probabilities(asked) == pytest.approx(world.posterior(asked, share), abs=0.05)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_of_the_answers_with_a_confidence_so_many_are_right(share: float) -> None:
    world, generator = World(), np.random.default_rng(2)
    confidence = world.confidence(10_000, 50, 100, promise=Promise(unknown_share=share))
    parts = [world.known(round(40_000 * (1 - share)), generator), world.unknown(1, round(40_000 * share), generator)]
    asked = Evidence.joined(parts)
    found, right = confidence(asked.scores, asked.same_kind)[0], asked.outcomes == RIGHT
    for low in np.arange(0, 1, 0.2):
        mine = (found >= low) & (found < low + 0.2)
        assert right[mine].mean() == pytest.approx(found[mine].mean(), abs=0.03)


def test_another_share_of_unknown_pictures_needs_no_other_evidence() -> None:
    few = World().confidence(promise=Promise(unknown_share=0.1))
    many = replace(few, promise=Promise(unknown_share=0.8))
    asked = np.random.default_rng(1).normal(1, 1, size=(200, 3))
    assert many.evidence is few.evidence
    assert (many(asked, np.ones(200))[0] < few(asked, np.ones(200))[0]).all()


def test_the_unknown_score_rises_with_the_share_of_unknown_pictures() -> None:
    few = World().confidence(promise=Promise(unknown_share=0.1))
    many = replace(few, promise=Promise(unknown_share=0.8))
    asked = np.random.default_rng(1).normal(1, 1, size=(200, 3))
    assert (many(asked, np.ones(200))[1] > few(asked, np.ones(200))[1]).all()


def test_a_picture_of_another_kind_has_no_confidence_and_is_unknown() -> None:
    confidence, unknown, strengths = World().confidence()(np.full((1, 3), -2.0), np.zeros(1))
    assert (confidence.tolist(), unknown.tolist(), strengths.tolist()) == ([0], [1], ["none"])


def test_above_the_unknown_threshold_no_artist_is_named() -> None:
    usual = World().confidence()
    scores = np.random.default_rng(1).normal(1, 1, size=(200, 3))
    for threshold in (0.2, 0.7):
        _, unknown, strengths = replace(usual, unknown_threshold=threshold)(scores, np.ones(200))
        assert ((strengths == "none") == (unknown > threshold)).all() and 0 < (strengths == "none").sum() < 200


def test_every_unknown_artist_counts_the_same_however_many_pictures_there_are() -> None:
    """One of the artists, who scores like a known one, has a hundred times as many pictures in the second case."""
    world, generator = World(), np.random.default_rng(0)
    unlike, alike = world.unknown(9, 20, generator), evidence(generator.normal(size=(20, 3)), [UNKNOWN] * 20, [9] * 20)
    usual = [world.known(400, generator), unlike, alike]
    few, many = (Confidence(STATS, Evidence.joined(parts)) for parts in (usual, [*usual, *[alike] * 99]))
    asked = generator.normal(1, 1, size=(200, 3))
    assert many.probabilities(asked) == pytest.approx(few.probabilities(asked), abs=0.01)


def test_a_known_picture_that_is_there_several_times_is_counted_once() -> None:
    part = World().known(49, np.random.default_rng(0))
    assert Evidence.joined([part] * 5).pictures == 49


# --- where there is little to learn from ---


@pytest.mark.parametrize("pictures", [60, 600])
def test_where_every_answer_was_right_confidence_rises_with_their_number_and_is_never_certain(pictures: int) -> None:
    confidence = Confidence(STATS, all_right(pictures), Promise(unknown_share=0))
    found, unknown, strengths = confidence(np.zeros((1, 3)), np.ones(1))
    assert found == pytest.approx((pictures + 1) / (pictures + 2))
    assert (unknown.tolist(), strengths.tolist()) == ([0], ["firm"])


def test_where_every_known_picture_was_right_the_others_are_unknown() -> None:
    world = World(confused=0)
    found = world.confidence().probabilities(np.random.default_rng(1).normal(1, 1, size=(200, 3)))
    assert found.sum(axis=1) == pytest.approx(1) and found[:, 1].max() == 0


def test_a_share_of_0_needs_no_unknown_artist() -> None:
    known = World().known(400, np.random.default_rng(0))
    confidence = Confidence(STATS, known, Promise(unknown_share=0))
    assert confidence.shortage == "" and np.isfinite(confidence.firm_limit)
    assert confidence.probabilities(known.scores)[:, UNKNOWN].max() == 0


def test_a_share_of_0_leaves_unknown_artists_out_of_account() -> None:
    known = World().known(400, np.random.default_rng(0))
    unknown = World().unknown(9, 20, np.random.default_rng(1))
    alone, both = (
        Confidence(STATS, Evidence.joined(parts), Promise(unknown_share=0)) for parts in ([known], [known, unknown])
    )
    assert both.probabilities(known.scores) == pytest.approx(alone.probabilities(known.scores), abs=0.01)


# --- firm answers ---


def true_error(confidence: Confidence, world: World) -> tuple[float, float]:
    """Error of the firm answers to fresh pictures, many of them by many artists, and the share of known ones firm."""
    generator, share = np.random.default_rng(99), confidence.promise.unknown_share
    known, unknown = world.known(4000, generator), world.unknown(400, 10, generator)
    firm_known, firm_unknown = (confidence(each.scores, each.same_kind)[2] == "firm" for each in (known, unknown))
    wrong = (1 - share) * (firm_known & (known.outcomes != RIGHT)).mean() + share * firm_unknown.mean()
    given = (1 - share) * firm_known.mean() + share * firm_unknown.mean()
    return wrong / given if given else np.nan, firm_known.mean()


@pytest.mark.parametrize(("firm_error", "share"), [(0.1, 0.5), (0.1, 0.2), (0.05, 0.5)])
def test_firm_answers_to_new_pictures_are_wrong_no_more_often_than_promised(firm_error: float, share: float) -> None:
    """On average over many draws of pictures and of unknown artists, who differ from each other."""
    world, promise = World(apart=2.5, between=0.7), Promise(firm_error, share)
    draws = [true_error(world.confidence(300, 15, 15, seed, promise), world) for seed in range(20)]
    errors, answered = np.array(draws).T
    assert np.nanmean(errors) <= firm_error
    assert np.mean(errors > firm_error) <= 0.4  # each draw keeps it with a probability of 0.7
    assert answered.mean() > 0.3  # else nothing would be proved


def test_a_few_answers_that_happen_to_be_right_are_no_proof() -> None:
    """Where scores say nothing, the pictures with the highest confidence are right by chance."""
    limits = [World(apart=0).confidence(100, 6, 20, seed).firm_limit for seed in range(30)]
    assert np.isinf(limits).mean() > 0.9


def test_firm_answers_are_not_fewer_than_the_promise_needs() -> None:
    """With many pictures and artists to learn from, the error is just below the promised one."""
    world = World(apart=1.5)
    error, answered = true_error(world.confidence(4000, 200, 20, promise=Promise(0.1, 0.5)), world)
    assert 0.08 < error <= 0.1 and answered > 0.5


def test_the_larger_the_error_rate_allowed_the_lower_is_the_firm_limit() -> None:
    usual = World().confidence()
    limits = [replace(usual, promise=Promise(error)).firm_limit for error in (0.02, 0.05, 0.1, 0.2, 0.5)]
    assert limits == sorted(limits, reverse=True) and limits[0] > limits[-1]


def test_from_the_firm_limit_on_an_answer_is_firm() -> None:
    confidence = World().confidence()
    scores = np.random.default_rng(1).normal(size=(500, 3))
    found, _, strengths = confidence(scores, np.ones(500))
    assert ((strengths == "firm") == (found >= confidence.firm_limit)).all()
    assert {"firm", "likely"} <= set(strengths)


SHORT = {
    "artists": (
        World().confidence(artists=3),
        "with 3 artists to leave out, the error rate on unknown artists can't be promised; 5 are needed, of your own "
        "or others (artlib collect others).",
    ),
    "pictures": (
        World().confidence(pictures=40),
        "40 validation pictures are too few to promise an error rate; 50 are needed.",
    ),
    "no limit": (
        World(apart=0).confidence(),
        "none is sure enough for the promise that at most 10 % of the firm answers are wrong if 50 % of the pictures "
        "are by unknown artists.",
    ),
}


@pytest.mark.parametrize(("confidence", "sentence"), SHORT.values(), ids=SHORT)
def test_where_nothing_can_be_promised_no_answer_is_firm_and_a_sentence_says_why(
    confidence: Confidence, sentence: str
) -> None:
    assert confidence.firm_limit == np.inf
    assert "firm" not in confidence(np.linspace(-9, 9, 60).reshape(20, 3), np.ones(20))[2]
    assert reasons.of_promise(confidence) == f"No answer is firm: {sentence}"


def test_as_many_pictures_and_artists_as_needed_are_enough() -> None:
    confidence = World(apart=4).confidence(FEWEST_PICTURES, FEWEST_ARTISTS)
    assert confidence.shortage == ""


def test_the_promise_is_a_sentence_with_the_limit() -> None:
    confidence = World().confidence(promise=Promise(0.2, 0.3))
    assert reasons.of_promise(confidence) == (
        f"A firm answer has a confidence of at least {confidence.firm_limit:.0%}: so at most 20 % of the firm answers "
        "are wrong if 30 % of the pictures are by unknown artists."
    )


# --- measuring an artist ---


def test_leaving_an_artist_out_takes_its_pictures_away_and_no_others() -> None:
    usual = World().confidence()
    left = usual.without(7).evidence
    assert left.artists.tolist() == [number for number in range(12) if number != 7]
    # a known picture can have the same number
    assert left.pictures == usual.evidence.pictures and len(usual.evidence) - len(left) == 20


# --- the file ---


def test_a_confidence_read_from_its_file_is_the_same(tmp_path: Path) -> None:
    stats = {"max_logit": (1.0, 2.0), "log_probability": (3.0, 4.0), "relative_neighbours": (5.0, 6.0)}
    usual = replace(World().confidence(), stats=stats)
    again = Confidence.read(usual.write(tmp_path), usual.promise, usual.unknown_threshold)
    assert again.stats == usual.stats and again.firm_limit == usual.firm_limit
    for part, value in asdict(usual.evidence).items():
        assert (getattr(again.evidence, part) == value).all() and getattr(again.evidence, part).dtype == value.dtype


def test_a_file_is_named_by_what_it_holds(tmp_path: Path) -> None:
    one, again, other = (World().confidence(seed=seed).write(tmp_path) for seed in (0, 0, 1))
    assert one == again != other and one.name.startswith("confidence-")


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "gone", "a part is missing", "stats are missing"])
def test_a_damaged_file_says_what_makes_it_anew(damage: str, tmp_path: Path) -> None:
    path = World().confidence().write(tmp_path)
    content = path.read_bytes()
    with np.load(path) as file:
        arrays = dict(file)
    if damage.endswith("missing"):
        del arrays["stats" if damage.startswith("stats") else "sources"]
        np.savez(path, **arrays)
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": content[:1000], "empty": b"", "text": b"no archive"}[damage])
    with pytest.raises(ConfidenceError, match=f"{path.name} is missing or damaged .*artlib evaluate"):
        Confidence.read(path, Promise(), 0.5)


def test_code_that_is_hidden_in_the_file_is_not_run(tmp_path: Path) -> None:
    path = World().confidence().write(tmp_path)
    with np.load(path) as file:
        names = file.files
    np.savez(path, **dict.fromkeys(names, np.array([Hostile(tmp_path / "ran")], dtype=object)))
    with pytest.raises(ConfidenceError):
        Confidence.read(path, Promise(), 0.5)
    assert not (tmp_path / "ran").exists()


def test_scores_are_standardised_as_those_of_known_pictures() -> None:
    stats = {"a": (1.0, 2.0), "b": (0.0, 0.5)}
    assert standardise({"b": np.array([1.0]), "a": np.array([5.0]), "c": np.array([9.0])}, stats).tolist() == [[2, 2]]
