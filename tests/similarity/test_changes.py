"""Changes: what was done to a work is measured, and told in words."""

import cv2
import numpy as np
import pytest
from drawing import scene

from artlib.similarity.changes import Change, change_of

WIDTH, HEIGHT = 480, 360


def rgb(seed: int = 1) -> np.ndarray:
    return np.asarray(scene(seed, (WIDTH, HEIGHT)))


def changed(to_picture: np.ndarray, size: tuple[int, int] = (WIDTH, HEIGHT), around: int = 255, **options) -> Change:
    picture = cv2.warpPerspective(rgb(), to_picture, size, borderValue=(around,) * 3)
    return change_of(picture, rgb(), np.linalg.inv(to_picture), **options)


def recoloured(picture: np.ndarray) -> Change:
    return change_of(picture.clip(0, 255).astype(np.uint8), rgb(), np.eye(3))


def test_nothing_was_done_to_a_work_as_it_is() -> None:
    change = changed(np.eye(3))
    assert change.words() == []
    assert str(change) == "unchanged, or resized a little and saved again"


def test_a_quarter_that_was_kept() -> None:
    change = changed(np.array([[1, 0, -120], [0, 1, -90], [0, 0, 1.0]]), (240, 180))
    assert change.kept == pytest.approx(0.25, abs=0.01) and change.words() == ["kept 25% of the area"]


@pytest.mark.parametrize("degrees", [-90, -15, 5, 15, 100])
def test_a_turn_is_told_with_its_direction(degrees: float) -> None:
    to_picture = np.vstack([cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, 1), [0, 0, 1]])
    change = changed(to_picture)
    assert change.turned == pytest.approx(degrees, abs=0.5)
    assert f"turned by {abs(degrees)}° {'clockwise' if degrees > 0 else 'counter-clockwise'}" in change.words()


def test_enlarged_and_reduced() -> None:
    assert "enlarged 1.7×" in changed(np.diag([1.7, 1.7, 1]), (816, 612)).words()
    assert "reduced to 50% of its width" in changed(np.diag([0.5, 0.5, 1]), (240, 180)).words()


def test_the_size_counts_in_pixels_of_the_original_files() -> None:
    assert changed(np.eye(3), enlarged_before=3.0).enlarged == pytest.approx(3)


def test_stretched_in_one_direction() -> None:
    assert any(word.startswith("stretched 1.3") for word in changed(np.diag([1.3, 1, 1]), (624, 360)).words())


def test_seen_from_the_side() -> None:
    to_picture = np.array([[0.8, 0, 30], [0, 0.8, 30], [0.0006, 0, 1]])
    assert "seen from the side, as in a photograph" in changed(to_picture).words()


def test_a_border_and_a_larger_picture_are_told_apart() -> None:
    inside = np.array([[0.5, 0, 120], [0, 0.5, 90], [0, 0, 1.0]])
    assert "border added, the work takes 25% of the picture" in changed(inside).words()
    collage = rgb(2).copy()
    collage[90:270, 120:360] = cv2.resize(rgb(), (240, 180), interpolation=cv2.INTER_AREA)
    change = change_of(collage, rgb(), np.linalg.inv(inside))
    assert "it stands inside a larger picture, and takes 25% of it" in change.words()


def test_colours() -> None:
    work = rgb().astype(float)
    assert "made grey" in recoloured(work.mean(axis=2, keepdims=True).repeat(3, axis=2)).words()
    assert "recoloured" in recoloured(work[:, :, ::-1]).words()
    assert any(word.startswith("brightened by") for word in recoloured(work * 0.6 + 102).words())
    assert any(word.startswith("darkened by") for word in recoloured(work * 0.6).words())
    assert "contrast lowered" in recoloured(work * 0.5 + 64).words()


def test_what_the_search_knows_is_told_too() -> None:
    words = changed(np.eye(3), mirrored=True, inverted=True, share=0.7).words()
    assert words == ["mirrored", "tones inverted", "30% of it covered or changed"]
