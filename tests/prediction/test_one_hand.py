"""One hand: whether pictures are by the same artist, and which of them differ from the others."""

import numpy as np
import pytest

from artlib.prediction.one_hand import OneHandCheck, likeness_to_others
from artlib.prediction.verdict import Verdict


def verdicts(*angles: float) -> list[Verdict]:
    """One answer a picture, with its style at an angle in degrees."""
    turns = np.radians(angles)
    styles = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    return [Verdict(f"{number}.jpg", "artist", "Wlop", style=style) for number, style in enumerate(styles)]


def test_pictures_alike_are_by_one_hand() -> None:
    check = OneHandCheck.of(verdicts(0, 10, 20, 30, 40))
    assert check.one_hand is True
    assert check.odd == []
    assert str(check).startswith("Probably by one hand: 5 of 5 pictures look like one hand; ")


def test_a_picture_that_differs_from_the_others_is_named() -> None:
    check = OneHandCheck.of(verdicts(0, 10, 20, 30, 40, 20, 10, 200))
    assert check.one_hand is True
    assert check.odd == ["7.jpg"]
    assert str(check).endswith(" Different from the others: 7.jpg.")


def test_the_most_different_picture_comes_first() -> None:
    assert OneHandCheck.of(verdicts(0, 5, 10, 0, 5, 10, 120, 190)).odd == ["7.jpg", "6.jpg"]


def test_pictures_in_all_directions_are_not_by_one_hand() -> None:
    check = OneHandCheck.of(verdicts(0, 60, 120, 180, 240, 300))
    assert check.one_hand is False
    assert str(check) == "Probably not by one hand: only 0 of 6 pictures look like one hand."


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_pictures_can_not_be_checked(count: int) -> None:
    check = OneHandCheck.of(verdicts(*range(count)))
    assert check.one_hand is None and check.odd == []
    assert "can only be checked with 5 or more pictures" in str(check)


def test_pictures_that_cannot_be_read_do_not_count() -> None:
    bad = [Verdict(f"bad{number}.jpg", "error", error="no picture") for number in range(10)]
    check = OneHandCheck.of([*verdicts(0, 10, 20, 30, 40), *bad])
    assert len(check.names) == 5 and check.one_hand is True


def test_without_an_unknown_detector_nothing_can_be_checked() -> None:
    assert OneHandCheck.of([Verdict(str(number), "artist", "Wlop") for number in range(9)]).one_hand is None


def test_the_artist_predicted_most_often_is_named_with_the_count() -> None:
    assert "the artist predicted most often is Wlop (5 of 5)" in str(OneHandCheck.of(verdicts(0, 10, 20, 30, 40)))


def test_likeness_is_the_cosine_to_the_mean_of_the_others() -> None:
    styles = np.array([[1.0, 0], [0, 1], [0, 1]])
    assert likeness_to_others(styles) == pytest.approx([0, np.sqrt(0.5), np.sqrt(0.5)])
