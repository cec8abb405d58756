"""The proof sheet: one PNG file with the pictures and the words under them."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from copies import CROP, MIRROR, copied, match, original
from drawing import photo
from PIL import Image

from artlib.tracing.proof import Proof
from artlib.tracing.sheet import MARGIN, NARROWEST, TOP, _words, _wrapped, write_sheet

pytestmark = pytest.mark.thorough


def proof_of(size: tuple[int, int] = (300, 250), verdict: str = "copy", **changes: str) -> Proof:
    picture = copied(photo(1), CROP, (300, 250)).resize(size)
    return Proof(original(Path("a.png"), match(CROP, verdict, kept=0.25), **changes), photo(1), picture)


def written(path: Path, proof: Proof, name: str = "suspect.jpg") -> Image.Image:
    write_sheet(path, proof, name)
    with Image.open(path) as sheet:
        sheet.load()
        return sheet


def words(proof: Proof, name: str = "suspect.jpg", width: int = 900) -> str:
    return "\n".join(line for line, *_ in _words(proof, name, width))


def test_the_sheet_holds_the_panels_as_they_are(tmp_path: Path) -> None:
    proof = proof_of()
    sheet = written(tmp_path / "a.png", proof)
    assert sheet.format == "PNG"
    width, height = proof.layout.sizes[0]
    shown = sheet.convert("RGB").crop((MARGIN, TOP, MARGIN + width, TOP + height))
    drawn = proof.side_by_side.crop((0, 0, width, height))
    assert np.abs(np.asarray(shown, int) - np.asarray(drawn, int)).max() <= 2


def test_the_panels_are_named(tmp_path: Path) -> None:
    sheet = np.asarray(written(tmp_path / "a.png", proof_of()).convert("L"))
    for left, _ in proof_of().layout.places:
        assert sheet[4 : TOP - 4, MARGIN + left : MARGIN + left + 60].min() < 140


def test_the_words_are_under_the_panels(tmp_path: Path) -> None:
    proof = proof_of()
    sheet = np.asarray(written(tmp_path / "a.png", proof).convert("L"))
    below = sheet[TOP + proof.layout.whole_size[1] :]
    assert (below < 100).any(axis=1).sum() > 40
    assert (below[-MARGIN // 2 :] == 255).all() and (below[:, -MARGIN // 2 :] == 255).all()


def test_the_words_say_what_was_found_where_it_comes_from_and_what_was_done() -> None:
    assert words(proof_of()).splitlines()[:6] == [
        "Copy of originals/wlop/a.jpg by Wlop.",
        "Picture: suspect.jpg",
        "Known work: Wlop, a museum, licence: CC0",
        "Address: https://example.org/a",
        "Done to it: Kept 25% of the area.",
        "Seen: 60 points lie alike in both; 90% of the area that they share looks alike.",
    ]


def test_without_joined_points_nothing_is_said_of_lines() -> None:
    flat = Proof(original(Path("a.png"), match(points=0)), photo(1), photo(1))
    assert "Lines join" not in words(flat) and "Lines join" in words(proof_of())


def test_tones_that_were_turned_back_are_said_to_be() -> None:
    negative = Proof(original(Path("a.png"), match(MIRROR, inverted=True)), photo(1), photo(2))
    assert "tones are turned back" in words(negative).replace("\n", " ")
    assert "tones are turned back" not in words(proof_of()).replace("\n", " ")


@pytest.mark.parametrize("size", [(24, 18), (3000, 60), (60, 3000)])
def test_a_picture_of_any_shape_leaves_room_for_the_words(tmp_path: Path, size: tuple[int, int]) -> None:
    assert written(tmp_path / "a.png", proof_of(size)).width >= NARROWEST


@pytest.mark.parametrize("name", ["x" * 700, "/".join(["folder"] * 90), "https://example.org/?" + "a=b&" * 200])
def test_a_long_name_is_broken_into_lines(tmp_path: Path, name: str) -> None:
    sheet = np.asarray(written(tmp_path / "a.png", proof_of(), name).convert("L"))
    assert (sheet[:, -MARGIN // 2 :] == 255).all()
    assert name in words(proof_of(), name).replace("\n", "")


@pytest.mark.parametrize("name", ["a $\\frac$ 50% _{b}.jpg", "北斎/富士.jpg", "bad\udcff.jpg", "two\nlines.jpg", ""])
def test_a_strange_name_is_drawn_without_a_word_of_warning(tmp_path: Path, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert written(tmp_path / "a.png", proof_of(artist=name), name).size[0] >= NARROWEST


def test_lines_are_broken_between_words_where_that_is_possible() -> None:
    lines = list(_wrapped("some words of which a line holds but a few", 10, 120))
    assert " ".join(lines) == "some words of which a line holds but a few" and len(lines) > 1
