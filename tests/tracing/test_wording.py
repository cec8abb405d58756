"""The wording: each answer is a plain sentence that promises no more than was measured."""

from pathlib import Path

import pytest
from copies import found, match, original

from artlib.tracing import wording
from artlib.tracing.result import Trace

A = Path("a.png")


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("copy", "Copy of originals/wlop/a.jpg by Wlop."),
        ("probable", "Probably a copy of originals/wlop/a.jpg by Wlop."),
        (
            "part",
            "Shares a part with originals/wlop/a.jpg by Wlop, such as a frame or a caption; "
            "that alone does not make it a copy.",
        ),
    ],
)
def test_what_a_picture_is_to_a_known_work_is_one_sentence(verdict: str, sentence: str) -> None:
    assert wording.sentence(Trace("a.jpg", verdict, [original(A, match(verdict=verdict))])) == sentence


def test_a_picture_without_a_known_work_is_not_called_free_of_theft() -> None:
    assert wording.sentence(Trace("a.jpg", "none")) == "No known work found in it."


def test_a_picture_that_can_not_be_read_has_its_reason() -> None:
    assert wording.sentence(Trace("a.jpg", "error", error="The file is empty.")) == "No answer: The file is empty."


def test_a_collage_has_a_sentence_for_each_work() -> None:
    both = [original(A, match()), original(A, match(verdict="probable"), artist="Ross", path="b.jpg")]
    sentence = "Copy of originals/wlop/a.jpg by Wlop. Probably a copy of b.jpg by Ross."
    assert wording.sentence(Trace("a.jpg", "copy", both)) == sentence


def test_a_name_with_a_full_stop_ends_the_sentence_with_one() -> None:
    assert wording.sentence_of(original(A, match(), artist="Gerald G.")).endswith("by Gerald G.")


def test_an_original_without_an_artist_is_named_by_its_path() -> None:
    assert wording.sentence_of(original(A, match(), artist="")) == "Copy of originals/wlop/a.jpg."


def test_flat_art_is_said_to_be_compared_as_a_whole() -> None:
    flat = original(A, match(points=0, share=0.95))
    assert wording.evidence(flat) == "No single points were compared; 95% of the whole area looks alike."


def test_a_licence_that_is_not_known_is_said_to_be() -> None:
    assert wording.origin(original(A, match(), licence="")) == "Wlop, a museum, licence not known"


def test_nothing_is_said_to_be_done_to_a_work_of_which_a_picture_is_no_copy() -> None:
    assert "Done to it" not in wording.facts(original(A, match(verdict="part", kept=0.2)))


def test_in_a_terminal_an_answer_is_plain_text(tmp_path: Path) -> None:
    assert wording.text(found(tmp_path, kept=0.25, mirrored=True)).splitlines() == [
        "suspect.jpg",
        "Copy of originals/wlop/a.jpg by Wlop.",
        "  Known work: Wlop, a museum, licence: CC0",
        "  Address: https://example.org/a",
        "  Done to it: Kept 25% of the area, mirrored.",
        "  Seen: 60 points lie alike in both; 90% of the area that they share looks alike.",
    ]
