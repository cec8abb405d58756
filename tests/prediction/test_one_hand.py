"""One hand: whether pictures are by the same artist, which of them differ, and when nothing can be said."""

import numpy as np
import pytest

from artlib.prediction.one_hand import FEWEST, OneHandCheck, likeness_to_others
from artlib.prediction.verdict import Verdict

WIDTH = 100


def styles(hands: int, each: int, alike: float = 0.4, foreign: float = 0.0, seed: int = 0) -> np.ndarray:
    """Styles of galleries: every artist has a direction of its own; `foreign` is a direction that all of them share."""
    generator = np.random.default_rng(seed)
    centres = alike * np.eye(WIDTH)[1 : hands + 1] + foreign * np.eye(WIDTH)[0]
    seen = np.repeat(centres, each, axis=0) + generator.normal(scale=WIDTH**-0.5, size=(hands * each, WIDTH))
    return (seen / np.linalg.norm(seen, axis=1, keepdims=True)).astype(np.float32)


def check(seen: np.ndarray, **fields: float) -> OneHandCheck:
    answers = (Verdict(f"{row}.jpg", "artist", "Wlop", style=style, **fields) for row, style in enumerate(seen))
    return OneHandCheck.of(answers)


@pytest.mark.parametrize("count", [FEWEST, 30])
def test_pictures_by_one_artist_are_by_one_hand(count: int) -> None:
    found = check(styles(1, count))
    assert found.one_hand is True
    assert str(found).startswith(f"Probably by one hand: the {count} pictures are alike; ")


@pytest.mark.parametrize("hands", [2, 8, 16])
def test_pictures_by_several_artists_are_not(hands: int) -> None:
    found = check(styles(hands, 64 // hands, alike=0.7))
    assert found.one_hand is False
    assert str(found).startswith("Probably not by one hand: ")


def test_many_foreign_pictures_by_sixteen_artists_are_not_one_hand() -> None:
    """All are foreign in the same way, and a mean over hundreds of pictures shows nothing but that."""
    found = check(styles(16, 30, foreign=0.12))
    assert found.one_hand is not True


def test_pictures_of_another_kind_say_nothing_about_hands() -> None:
    found = check(styles(1, 30), same_kind=0.01)
    assert found.one_hand is None
    assert "30 of 30 pictures are of another kind" in str(found)


def test_between_one_hand_and_several_nothing_is_said() -> None:
    found = check(styles(2, 15, alike=0.15, foreign=0.2))
    assert found.one_hand is None
    assert "can't be said: they are more alike than works by several artists" in str(found)


def test_a_work_by_another_artist_among_those_of_one_is_named() -> None:
    own = styles(1, 14, alike=0.7)
    found = check(np.concatenate([own, -styles(1, 1)]))
    assert found.one_hand is True
    assert found.odd == ["14.jpg"] and str(found).endswith(" Different from the others: 14.jpg.")


def test_the_most_different_picture_is_named_first() -> None:
    own, opposite = styles(1, 20, alike=0.7), np.eye(WIDTH, dtype=np.float32)[1]
    aside = np.eye(WIDTH, dtype=np.float32)[2]
    assert check(np.stack([*own, -0.1 * opposite + aside, -opposite])).odd == ["21.jpg", "20.jpg"]


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1])
def test_of_few_pictures_nothing_is_said(count: int) -> None:
    found = check(styles(1, count))
    assert found.one_hand is None and found.odd == []
    assert f"{FEWEST} or more pictures" in str(found)


def test_pictures_that_can_not_be_read_do_not_count() -> None:
    answers = [Verdict(str(row), "artist", "Wlop", style=style) for row, style in enumerate(styles(1, FEWEST))]
    found = OneHandCheck.of([*answers, Verdict("bad.jpg", "error", error="damaged")])
    assert len(found.names) == FEWEST and found.one_hand is True


def test_a_model_without_styles_says_nothing() -> None:
    assert OneHandCheck.of([Verdict(str(number), "artist", "Wlop") for number in range(9)]).one_hand is None


def test_the_artist_predicted_most_often_is_named() -> None:
    assert "the artist predicted most often is Wlop (20 of 20)" in str(check(styles(1, 20)))


def test_likeness_is_the_mean_cosine_to_the_others() -> None:
    turns = np.radians([0, 60, 90])
    seen = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    assert likeness_to_others(seen) == pytest.approx([0.25, (0.5 + np.cos(np.pi / 6)) / 2, np.cos(np.pi / 6) / 2])
