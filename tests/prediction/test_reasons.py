"""Reasons: the evidence for a verdict, in sentences."""

from pathlib import Path

from artlib.prediction import reasons
from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work
from artlib.recogniser.openset.detector import SCORES


def work(artist: str = "Wlop", bits: int = 0, address: str = "https://example.org/1") -> Work:
    return Work("1", artist, "originals/1.jpg", "a museum", address, "CC0", 0.1, bits, Path("1.jpg"))


def answer(*inside: str, nearest: tuple[str, ...] = ()) -> Verdict:
    return Verdict("x", "artist", inside[0], 0.8, prediction_set=list(inside), nearest=[work(name) for name in nearest])


def test_a_copy_says_of_which_work_and_where_it_is_from() -> None:
    assert reasons.of_copy(work()) == [
        "Its fingerprint, mirrored or turned if necessary, is the same as that of a work of Wlop "
        "(https://example.org/1, CC0)."
    ]


def test_a_near_copy_says_in_how_many_bits_it_differs() -> None:
    assert "differs in 3 of 64 bits from that of" in reasons.of_copy(work(bits=3))[0]


def test_without_an_address_the_source_is_named_in_words() -> None:
    assert reasons.named(work(address="")) == "a work of Wlop (a museum, CC0)"


def test_an_artist_is_backed_by_the_nearest_works() -> None:
    sentences = reasons.of_artist(answer("Wlop", nearest=("Wlop", "Ross", "Wlop")), 0.95)
    assert sentences == ["2 of the 3 nearest known works are by Wlop."]


def test_other_possible_artists_are_named_with_the_confidence() -> None:
    sentences = reasons.of_artist(answer("Wlop", "Ross"), 0.95)
    assert sentences == ["If the artist is a known one, it is one of these with 95% confidence: Wlop, Ross."]


def test_a_name_that_ends_with_a_full_stop_gets_no_second_one() -> None:
    sentences = reasons.of_artist(answer("Ross", "Gerald G.", nearest=("Ross",)), 0.95)
    assert sentences[1].endswith(": Ross, Gerald G.")
    assert reasons.of_artist(answer("Gerald G.", nearest=("Gerald G.",)), 0.95)[0].endswith("are by Gerald G.")
    assert answer("Gerald G.").sentence() == "In the hand of Gerald G."


def test_without_a_calibrated_coverage_no_other_artist_is_named() -> None:
    assert reasons.of_artist(answer("Wlop", "Ross"), None) == []


def test_an_artist_added_from_a_few_images_is_recognised_less_well() -> None:
    assert "added from 10 images and is recognised less well" in reasons.of_artist(answer("Wlop"), 0.95, few=10)[0]


def test_a_refusal_gives_the_score_and_the_limit() -> None:
    assert reasons.of_refusal(0.97, 0.95, {"energy": 1})[0].startswith("Its unknown score is 0.97; ")


def test_every_score_with_a_high_surprisal_has_a_sentence_the_highest_first() -> None:
    sentences = reasons.of_refusal(1, 0.9, {"residual": 4, "energy": 5, "max_softmax": 1})
    assert sentences[1:] == [
        "It shows few of the features that distinguish the artists.",
        "It is a different kind of picture than those that the model learned from.",
    ]


def test_if_no_surprisal_is_high_the_highest_one_has_a_sentence() -> None:
    sentences = reasons.of_refusal(1, 0.9, {"residual": 0.5, "max_softmax": 1})
    assert sentences[1:] == ["No artist is much more probable than the others."]


def test_two_scores_with_the_same_meaning_give_one_sentence() -> None:
    assert len(reasons.of_refusal(1, 0.9, {"energy": 4, "max_logit": 4})) == 2


def test_every_score_of_the_unknown_detector_has_its_sentence() -> None:
    assert set(SCORES) <= set(reasons.MEANINGS)
