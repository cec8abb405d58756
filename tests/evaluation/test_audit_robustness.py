"""Robustness: it is found what a recogniser relies on, and nothing where there is nothing to find."""

import functools
import json
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from drawing import photo

from artlib.evaluation.audit import Robustness, find_weaknesses
from artlib.evaluation.audit.robustness import (
    CHANGES,
    MOST,
    choose,
    encoded,
    greyscale,
    without_border,
    without_signature,
)
from artlib.evaluation.wording import describe

SIDE = 96
NAMES = ["Ross", "Wlop"]

Answer = Callable[[np.ndarray], np.ndarray]


@functools.cache
def drawn() -> np.ndarray:
    return np.stack([np.asarray(photo(seed, (SIDE, SIDE))) for seed in range(60)])


def pictures(count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of two artists in turn."""
    return drawn()[:count].copy(), np.arange(count) % 2


def sure(second: np.ndarray) -> np.ndarray:
    """Probabilities of two artists from a logit."""
    probability = 1 / (1 + np.exp(-second.astype(float)))
    return np.stack([1 - probability, probability], axis=1)


def reads_border(pixels: np.ndarray) -> np.ndarray:
    return sure(pixels[:, :3].mean(axis=(1, 2, 3)) - 128)


def reads_corner(pixels: np.ndarray) -> np.ndarray:
    return sure(pixels[:, -8:, -20:].mean(axis=(1, 2, 3)) - 128)


def reads_colour(pixels: np.ndarray) -> np.ndarray:
    return sure(pixels[..., 2].mean(axis=(1, 2)) - pixels[..., 0].mean(axis=(1, 2)))


def reads_detail(pixels: np.ndarray) -> np.ndarray:
    grey = pixels.mean(axis=3)
    return sure(np.abs(np.diff(grey, axis=2)).mean(axis=(1, 2)) - 12)


def with_border(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Wlop's pictures have a white border, Ross's a black one."""
    for side in (np.s_[:, :4], np.s_[:, -4:], np.s_[:, :, :4], np.s_[:, :, -4:]):
        pixels[side] = 255 * labels[:, None, None, None]
    return pixels


def with_signature(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    pixels[:, -9:, -21:] = 255 * labels[:, None, None, None]
    return pixels


def with_colour(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Wlop's pictures are bluish, Ross's reddish."""
    pixels[labels == 0, ..., 2] //= 3
    pixels[labels == 1, ..., 0] //= 3
    return pixels


def with_detail(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Wlop's pictures are grainy."""
    grain = np.random.default_rng(0).integers(-60, 61, (*pixels.shape[:3], 1))
    grainy = (pixels + grain * labels[:, None, None, None]).clip(0, 255)
    return np.where(labels[:, None, None, None] == 1, grainy, pixels // 4 + 96).astype(np.uint8)


def examined(plant: Callable[[np.ndarray, np.ndarray], np.ndarray], answer: Answer) -> Robustness:
    pixels, labels = pictures()
    return find_weaknesses(plant(pixels, labels), labels, NAMES, answer)


def weak_spots(found: Robustness) -> set[str]:
    return {change.name for change in found.weaknesses}


# --- what is named ---


def test_a_recogniser_that_reads_the_border_is_found_out() -> None:
    found = examined(with_border, reads_border)
    assert found.correct.right == 60 and "borders removed" in weak_spots(found)
    assert "are correct instead of 60: the recogniser relies on borders, most of all for" in describe(found)


def test_a_recogniser_that_reads_signatures_is_found_out() -> None:
    found = examined(with_signature, reads_corner)
    assert {"signature corners removed"} <= weak_spots(found) <= {"signature corners removed", "borders removed"}
    assert "the recogniser relies on signatures" in describe(found)


def test_a_recogniser_that_sees_only_colours_is_found_out() -> None:
    assert weak_spots(examined(with_colour, reads_colour)) == {"greyscale"}


def test_a_recogniser_that_sees_only_grain_is_found_out() -> None:
    found = examined(with_detail, reads_detail)
    assert {"resizing"} <= weak_spots(found) <= {"blur", "resizing", "re-encoding"}
    assert {change.artist for change in found.weaknesses} == {"Wlop"}


def test_a_recogniser_that_no_change_affects_has_no_weakness() -> None:
    found = examined(lambda pixels, _: pixels, lambda pixels: np.tile([0.4, 0.6], (len(pixels), 1)))
    assert found.weaknesses == [] and all(change.artist is None for change in found.changes)
    assert "None of these changes costs more correct answers than chance would: greyscale, blur" in describe(found)


def test_a_recogniser_that_guesses_has_no_weakness() -> None:
    """What changes by chance as often for the better as for the worse is no weakness."""
    generator = np.random.default_rng(0)
    found = examined(lambda pixels, _: pixels, lambda pixels: generator.dirichlet((1, 1), len(pixels)))
    assert found.weaknesses == []


def test_a_change_that_helps_is_no_weakness() -> None:
    pixels, labels = pictures()
    grey = np.stack([greyscale(pixel) for pixel in pixels])

    def answers_only_grey(asked: np.ndarray) -> np.ndarray:
        right = labels if (asked == grey).all() else 1 - labels
        return np.eye(2)[right]

    found = find_weaknesses(pixels, labels, NAMES, answers_only_grey)
    assert [change.correct.right for change in found.changes if change.name == "greyscale"] == [60]
    assert found.weaknesses == []


def test_the_artist_named_is_the_one_whose_recall_falls_most() -> None:
    pixels, _ = pictures()
    labels = np.repeat([0, 1, 2], 20)

    def forgets_ross(asked: np.ndarray) -> np.ndarray:
        answers = np.eye(3)[labels]
        if not (asked == pixels).all():
            answers[20:35] = (1, 0, 0)
            answers[40:43] = (1, 0, 0)
        return answers

    found = find_weaknesses(pixels, labels, ["Katsura", "Ross", "Wlop"], forgets_ross)
    worst = found.changes[0]
    assert (worst.artist, worst.recall_before, worst.recall_after) == ("Ross", 1.0, 0.25)


# --- re-encoding ---


def test_answers_that_survive_encoding_are_the_same() -> None:
    found = examined(with_border, reads_border)
    assert found.same_answer.right == 60 and found.probability_change < 0.01


def test_answers_that_depend_on_single_bits_do_not_survive_encoding() -> None:
    found = examined(lambda pixels, _: pixels, lambda pixels: sure(8.0 * (pixels.sum(axis=(1, 2, 3)) % 2) - 4))
    assert found.same_answer.right < 50
    assert f"{found.same_answer.right} of 60 answers are the same" in describe(found)


# --- the pictures ---


def test_without_pictures_it_says_so() -> None:
    def never(_: np.ndarray) -> np.ndarray:
        raise AssertionError("there is nothing to ask about")

    found = find_weaknesses(np.empty((0, SIDE, SIDE, 3), np.uint8), np.empty(0, int), NAMES, never)
    assert describe(found) == "There is no test picture to change."
    assert json.dumps(asdict(found))


def test_everything_can_be_written_as_json() -> None:
    found = json.loads(json.dumps(asdict(examined(with_border, reads_border))))
    assert [change["name"] for change in found["changes"]] == list(CHANGES)


def test_labels_and_pictures_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="Received: 4 pictures and 3 labels"):
        find_weaknesses(pictures(4)[0], np.zeros(3, int), NAMES, reads_border)


def test_at_most_300_are_chosen_of_each_artist_in_proportion() -> None:
    labels = np.repeat([0, 1, 2], [500, 400, 5])
    rows = choose(labels, MOST)
    counts = np.bincount(labels[rows])
    assert counts.sum() == MOST and abs(counts[0] - 500 / 905 * 300) <= 2 and counts[2] >= 1
    assert (np.diff(rows) > 0).all()


def test_an_artist_of_one_picture_is_chosen() -> None:
    labels = np.array([0] * 999 + [1])
    assert 999 in choose(labels, MOST)


def test_the_same_seed_chooses_the_same() -> None:
    labels = np.arange(1000) % 7
    assert (choose(labels, 50, seed=1) == choose(labels, 50, seed=1)).all()
    assert (choose(labels, 50, seed=1) != choose(labels, 50, seed=2)).any()


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_keeps_the_shape_and_leaves_the_picture_itself_alone(name: str) -> None:
    pixel = pictures(1)[0][0]
    before = pixel.copy()
    result = CHANGES[name](pixel)
    assert (result.shape, result.dtype) == (pixel.shape, np.uint8)
    assert (result != before).any() and (pixel == before).all()


def test_a_removed_border_leaves_the_inside_and_nothing_of_the_outside() -> None:
    pixel = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixel[6:-6, 6:-6] = 200
    assert (without_border(pixel) == 200).all()


def test_removed_corners_are_the_lower_ones() -> None:
    pixel = pictures(1)[0][0]
    kept = (without_signature(pixel) == pixel).all(axis=2)
    assert kept[: -SIDE // 8].all() and kept[:, SIDE // 4 : -SIDE // 4].all()
    assert not kept[-1, : SIDE // 4].all() and not kept[-1, -SIDE // 4 :].all()


def test_a_worse_quality_changes_more() -> None:
    pixel = pictures(1)[0][0].astype(int)
    fine, coarse = (np.abs(encoded(pixel.astype(np.uint8), quality) - pixel).mean() for quality in (90, 50))
    assert fine < coarse
