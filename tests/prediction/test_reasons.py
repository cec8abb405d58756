"""Reasons: the evidence for a verdict, in sentences."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from artlib.prediction import reasons
from artlib.prediction.verdict import KINDS, Verdict
from artlib.recogniser.known_works import Work
from artlib.recogniser.openset.confidence import SCORES
from artlib.recogniser.openset.detector import KIND
from artlib.similarity.changes import Change
from artlib.similarity.matching import Match
from artlib.tracing.result import Original

BY_STYLE = Verdict("x", "artist", "Ross", 0.4)


def work(artist: str = "Wlop") -> Work:
    return Work("1", artist, "originals/1.jpg", "a museum", "https://example.org/1", "CC0", 0.1, Path("1.jpg"))


def answer(*inside: str, nearest: tuple[str, ...] = (), confidence: float = math.nan, strength: str = "") -> Verdict:
    works = [work(name) for name in nearest]
    given = {"prediction_set": list(inside), "nearest": works, "confidence": confidence, "strength": strength}
    return Verdict("x", "artist", inside[0], 0.8, **given)


def refusal(score: float = 1, limit: float = 0.9) -> Verdict:
    return Verdict("x", "unknown", "Wlop", unknown_score=score, unknown_threshold=limit)


# --- a copy ---


def original(verdict: str = "copy", **fields: object) -> Original:
    known = {"artist": "Wlop", "source": "a museum", "source_url": "https://example.org/1", "licence": "CC0"} | fields
    found = Match(verdict, 40, 0.9, change=Change(kept=0.5, mirrored=True))
    return Original("1", path="originals/1.jpg", image=Path("1.jpg"), match=found, **known)  # type: ignore[arg-type]


def test_a_copy_says_where_the_work_is_from() -> None:
    assert reasons.of_originals([original()])[0] == "originals/1.jpg: Wlop, a museum, licence: CC0."


def test_a_copy_says_what_was_done_to_the_work() -> None:
    assert "Done to it: Kept 50% of the area, mirrored." in reasons.of_originals([original()])


def test_of_a_collage_each_work_is_named() -> None:
    both = [original(), original(artist="Ross")]
    assert [text for text in reasons.of_originals(both) if "museum" in text] == [
        "originals/1.jpg: Wlop, a museum, licence: CC0.",
        "originals/1.jpg: Ross, a museum, licence: CC0.",
    ]


@pytest.mark.parametrize(("verdict", "words"), [("probable", "Probably a copy of"), ("part", "Shares a part with")])
def test_what_is_no_certain_copy_is_named_as_what_it_is(verdict: str, words: str) -> None:
    assert reasons.of_originals([original(verdict)])[0].startswith(f"{words} originals/1.jpg by Wlop")


def test_a_shared_part_was_not_done_by_anybody() -> None:
    assert not any("Done to it" in text for text in reasons.of_originals([original("part")]))


def test_a_copy_says_what_its_style_alone_would_have_said() -> None:
    assert reasons.of_style(BY_STYLE) == "By style alone I would have said: Ross, 40%."


def test_a_copy_whose_style_is_unknown_says_that_its_style_alone_names_nobody() -> None:
    by_style = replace(BY_STYLE, verdict="unknown")
    expected = "By style alone I would not have known the hand; nearest is Ross, 40%."
    assert reasons.of_style(by_style) == expected


def test_an_artist_is_backed_by_the_nearest_works() -> None:
    sentences = reasons.of_artist(answer("Wlop", nearest=("Wlop", "Ross", "Wlop")), 0.95)
    assert sentences == ["2 of the 3 nearest known works are by Wlop."]


def test_without_an_unknown_artist_to_learn_from_the_confidence_supposes_a_known_one() -> None:
    sentences = reasons.of_artist(answer("Wlop", confidence=0.9), 0.95, unknown_counted=False)
    assert sentences == ["With 90% confidence Wlop made it, if the artist is a known one."]


def test_other_possible_artists_are_named_with_the_confidence() -> None:
    sentences = reasons.of_artist(answer("Wlop", "Ross"), 0.95)
    assert sentences == ["If the artist is a known one, it is one of these with 95% confidence: Wlop, Ross."]


def test_the_confidence_is_given_first() -> None:
    sentences = reasons.of_artist(answer("Wlop", "Ross", nearest=("Wlop",), confidence=0.834), 0.95)
    assert sentences[0] == "With 83% confidence Wlop made it, unknown artists counted in." and len(sentences) == 3


def test_without_a_confidence_there_is_no_sentence_on_it() -> None:
    assert not any("unknown artists counted in" in text for text in reasons.of_artist(answer("Wlop", "Ross"), 0.95))


def test_a_name_that_ends_with_a_full_stop_gets_no_second_one() -> None:
    sentences = reasons.of_artist(answer("Ross", "Gerald G.", nearest=("Ross",)), 0.95)
    assert sentences[1].endswith(": Ross, Gerald G.")
    assert reasons.of_artist(answer("Gerald G.", nearest=("Gerald G.",)), 0.95)[0].endswith("are by Gerald G.")


# --- the sentence of a verdict ---


@pytest.mark.parametrize(
    ("strength", "confidence", "inside", "sentence"),
    [
        ("firm", 0.95, ["Wlop"], "In the hand of Wlop."),
        ("firm", 0.95, ["Wlop", "Ross"], "In the hand of Wlop."),
        ("firm", 0.95, ["Gerald G."], "In the hand of Gerald G."),
        ("likely", 0.7, ["Wlop"], "Probably Wlop."),
        ("likely", 0.7, ["Gerald G."], "Probably Gerald G."),
        ("likely", 0.7, ["Wlop", "Ross"], "Probably Wlop; perhaps Ross."),
        ("likely", 0.7, ["Wlop", "Gerald G."], "Probably Wlop; perhaps Gerald G."),
        ("likely", 0.7, ["A", "B", "C", "D", "E"], "Probably A; perhaps B, C or D."),
        ("likely", 0.5, ["Wlop"], "Probably Wlop."),
        ("likely", 0.4, ["Wlop"], "Perhaps Wlop."),
        ("likely", 0.4, ["Wlop", "Ross"], "Perhaps Wlop or Ross."),
        ("likely", 0.4, ["A", "B", "C", "D", "E"], "Perhaps A, B, C or D."),
        ("likely", math.nan, ["Wlop", "Ross"], "Probably Wlop; perhaps Ross."),  # of an earlier artlib's model
    ],
)
def test_an_answer_is_as_sure_as_its_strength(
    strength: str, confidence: float, inside: list[str], sentence: str
) -> None:
    assert answer(*inside, confidence=confidence, strength=strength).sentence() == sentence


@pytest.mark.parametrize("artist", ["Wlop", "Gerald G."])
def test_a_refusal_names_the_nearest_artist_with_one_full_stop(artist: str) -> None:
    verdict = Verdict("x", "unknown", artist, strength="none")
    assert verdict.sentence() == f"I do not know this hand; nearest is {artist.rstrip('.')}."


@pytest.mark.parametrize(
    ("verdict", "strength", "kind"),
    [
        ("copy", "firm", "copy"),
        ("artist", "firm", "firm"),
        ("artist", "likely", "likely"),
        ("unknown", "none", "none"),
        ("error", "", "error"),
    ],
)
def test_there_are_four_kinds_of_answers_and_errors(verdict: str, strength: str, kind: str) -> None:
    assert Verdict("x", verdict, strength=strength).kind == kind and kind in KINDS


# --- other reasons ---


def test_without_a_calibrated_coverage_no_other_artist_is_named() -> None:
    assert reasons.of_artist(answer("Wlop", "Ross"), None) == []


def test_an_artist_added_from_a_few_images_is_recognised_less_well() -> None:
    (sentence,) = reasons.of_artist(answer("Wlop"), 0.95, few=10)
    assert sentence == (
        "Wlop was added from 10 images and is recognised less well than trained artists, so the answer is not firm."
    )


def test_a_refusal_gives_the_score_and_the_limit() -> None:
    assert reasons.of_refusal(refusal(0.97, 0.5), {"energy": 1})[0] == (
        "Its unknown score is 0.97, above the limit of 0.50."
    )


def test_every_score_with_a_high_surprisal_has_a_sentence_the_highest_first() -> None:
    sentences = reasons.of_refusal(refusal(), {"residual": 4, "energy": 5, "max_softmax": 1})
    assert sentences[1:] == [
        "It shows few of the features that distinguish the artists.",
        "It is a different kind of picture than those that the model learned from.",
    ]


def test_if_no_surprisal_is_high_the_highest_one_has_a_sentence() -> None:
    sentences = reasons.of_refusal(refusal(), {"residual": 0.5, "max_softmax": 1})
    assert sentences[1:] == ["No artist is much more probable than the others."]


def test_two_scores_with_the_same_meaning_give_one_sentence() -> None:
    assert len(reasons.of_refusal(refusal(), {"energy": 4, "max_logit": 4})) == 2


def test_every_score_that_decides_has_its_sentence() -> None:
    earlier = {"max_softmax", "max_logit", "neighbours", "relative_mahalanobis", "residual"}
    assert earlier | set(SCORES) | set(KIND) <= set(reasons.MEANINGS)
