"""The proof: laid over its work, a picture covers it; side by side, both are marked where they show the same."""

from pathlib import Path

import numpy as np
import pytest
from copies import APART, CROP, INSIDE, MIRROR, QUARTER_TURN, SLANTED, WHOLE, copied, match, original
from drawing import photo, write
from PIL import Image, ImageOps

from artlib.tracing import marks
from artlib.tracing.proof import FADED, Proof
from artlib.tracing.view import proofs

GEOMETRIES = {
    "same": WHOLE,
    "cropped": CROP,
    "mirrored": MIRROR,
    "turned": QUARTER_TURN,
    "inside": INSIDE,
    "photographed": SLANTED,
    "mirrored crop": MIRROR @ CROP,
    "turned inside": QUARTER_TURN @ INSIDE,
}
WORK = photo(3)


def proof_of(
    to_work: np.ndarray, picture: Image.Image | None = None, work: Image.Image = WORK, **change: bool
) -> Proof:
    picture = picture or copied(work, to_work, (300, 250))
    return Proof(original(Path("work.png"), match(to_work, **change)), work, picture)


def difference(first: Image.Image, second: Image.Image, where: np.ndarray) -> float:
    """The mean difference of two pictures, 0 to 255."""
    return float(np.abs(np.asarray(first, float) - np.asarray(second, float))[where].mean())


def covered(proof: Proof) -> np.ndarray:
    """A mask of where the picture lies on the work, without its border."""
    width, height = proof.layout.sizes[0]
    left, top = proof.region.in_work.min(axis=0) * (width, height)
    right, bottom = proof.region.in_work.max(axis=0) * (width, height)
    rows, columns = np.indices((height, width))
    return (rows > top + 4) & (rows < bottom - 4) & (columns > left + 4) & (columns < right - 4)


@pytest.mark.parametrize("name", GEOMETRIES)
def test_laid_over_its_work_a_picture_covers_it(name: str) -> None:
    proof = proof_of(GEOMETRIES[name])
    assert difference(proof.over, proof.under, covered(proof)) < 8


@pytest.mark.parametrize("name", GEOMETRIES)
def test_a_picture_that_is_laid_a_little_beside_is_seen(name: str) -> None:
    """So the test above can fail: a twentieth of the width is far more than it lets pass."""
    beside = np.array([[1, 0, 0.05], [0, 1, 0], [0, 0, 1]])
    proof = proof_of(beside @ GEOMETRIES[name], copied(WORK, GEOMETRIES[name], (300, 250)))
    assert difference(proof.over, proof.under, covered(proof)) > 10


def test_where_the_picture_does_not_reach_the_work_is_pale() -> None:
    proof = proof_of(CROP)
    pale = np.asarray(proof.over)[:20]
    assert pale.min() >= 255 * FADED - 1 and proof.has_pale


def test_nothing_of_a_whole_copy_is_pale() -> None:
    assert not proof_of(WHOLE).has_pale


def test_inverted_tones_are_turned_back_where_the_picture_is_laid_over() -> None:
    negative = ImageOps.invert(copied(WORK, CROP, (300, 250)))
    proof = proof_of(CROP, negative, inverted=True)
    assert difference(proof.over, proof.under, covered(proof)) < 8


def test_half_faded_shows_both_in_equal_parts() -> None:
    black = proof_of(WHOLE, Image.new("RGB", (300, 250)), Image.new("RGB", (300, 250), "white"))
    assert np.asarray(black.half).mean() == pytest.approx(127, abs=1)


def test_the_checkerboard_has_squares_of_both_in_turn() -> None:
    proof = proof_of(WHOLE, Image.new("RGB", (300, 250)), Image.new("RGB", (300, 250), "white"))
    board = np.asarray(proof.checkerboard)[..., 0]
    side = min(board.shape) // marks.SQUARES
    middles = board[side // 2 :: side, side // 2 :: side]
    assert middles[0, :4].tolist() == [255, 0, 255, 0] and middles[:4, 1].tolist() == [0, 255, 0, 255]


def test_both_are_outlined_where_they_show_the_same() -> None:
    proof = proof_of(CROP)
    shown = np.asarray(proof.side_by_side).astype(int)
    yellow = np.abs(shown - marks.OUTLINE).max(axis=2) < 30
    width, height = proof.layout.sizes[0]
    (_, _), (second, _), _ = proof.layout.places
    for left, right in ((0.25 * width, 0.75 * width), (second + 2, second + proof.layout.sizes[1][0] - 3)):
        for column in (left, right):  # a line may cross the outline
            assert (
                yellow[int(height * 0.2) : int(height * 0.55), round(column) - 1 : round(column) + 2].any(axis=1).mean()
                > 0.6
            )


def test_lines_run_from_the_work_to_the_picture() -> None:
    plain = Image.new("RGB", (300, 250), "white")
    proof = proof_of(WHOLE, plain, plain)
    width, _ = proof.layout.sizes[0]
    gap = np.asarray(proof.side_by_side)[:, width + 8 : width + 24]
    assert (gap.min(axis=(1, 2)) < 250).sum() >= marks.FEW_LINES


def test_a_picture_without_a_common_area_is_shown_unmarked() -> None:
    proof = proof_of(APART, WORK)
    assert proof.side_by_side.size == proof.layout.both_size
    assert proof.over.size == proof.checkerboard.size == proof.layout.sizes[0]


@pytest.mark.parametrize("size", [(64, 48), (3000, 120), (120, 3000), (1, 1), (3000, 2000)])
@pytest.mark.parametrize("work", [(320, 240), (2400, 100), (100, 2400)])
def test_pictures_of_every_shape_are_drawn(work: tuple[int, int], size: tuple[int, int]) -> None:
    proof = proof_of(CROP, photo(5).resize(size), photo(4).resize(work))
    assert proof.side_by_side.size == proof.layout.both_size
    assert proof.half.size == proof.checkerboard.size == proof.layout.sizes[0]


def test_a_large_picture_is_reduced_before_it_is_laid_over_so_that_fine_lines_do_not_flicker() -> None:
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (2000, 1500))).convert("RGB")
    proof = proof_of(WHOLE, stripes)
    assert np.asarray(proof.over).std() < 40  # grey, and no pattern that is in neither picture


# --- marks ---


def test_few_joined_points_are_all_drawn() -> None:
    pairs = np.random.default_rng(1).random((5, 4))
    assert marks.spread_out(pairs, 9) is pairs


def test_of_many_joined_points_those_are_drawn_that_lie_far_apart() -> None:
    crowd = np.full((500, 4), 0.5) + np.random.default_rng(1).normal(0, 0.001, (500, 4))
    corners = np.array([[0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]], float)
    taken = marks.spread_out(np.vstack([crowd, corners]), 5)
    assert {tuple(row) for row in corners} <= {tuple(row) for row in taken}


def test_points_that_all_lie_on_one_place_are_no_trouble() -> None:
    assert len(marks.spread_out(np.zeros((50, 4)), 9)) == 9


@pytest.mark.parametrize(("area", "lines"), [(0, 10), (8000, 20), (1e6, 32)])
def test_a_small_region_gets_few_lines(area: float, lines: int) -> None:
    assert marks.lines_for(area) == lines


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (40, 30)])
def test_an_outline_stays_inside_its_picture(size: tuple[int, int]) -> None:
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    assert marks.outlined(np.zeros((height, width, 3), np.uint8), corners).shape == (height, width, 3)


# --- originals that were deleted ---


def test_no_proof_is_drawn_for_a_work_whose_picture_was_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, deleted = write(tmp_path / "there.png", WORK), tmp_path / "deleted.png"
    originals = [original(there, match()), original(deleted, match(), path="originals/deleted.png")]
    assert [proof.original for proof in proofs(originals, WORK)] == originals[:1]
    assert "No proof can be drawn for originals/deleted.png: " in capsys.readouterr().err


def test_without_a_picture_there_is_no_proof(tmp_path: Path) -> None:
    assert proofs([original(tmp_path / "a.png", match())], None) == []
