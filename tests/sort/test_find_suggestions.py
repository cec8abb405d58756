"""Suggestions: which pictures are named for a look, and that nothing is decided by it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from drawing import photo, write
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import artlib
from artlib.sort.suggestions import SuggestionReport
from artlib.workspace import Workspace
from artlib.workspace.decisions import record
from artlib.workspace.suggestions import BLANK, BLURRY, FRAME, PHOTOGRAPH, SCREENSHOT, TEXT, read_suggestions

pytestmark = pytest.mark.thorough

WORKS = 12
SENTENCE = "the light of a late afternoon falls on old walls where nobody has painted"


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


def painting(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with sharp edges and grain all over."""
    pixels = np.asarray(photo(seed, size), np.int16)
    grain = np.random.default_rng(seed).integers(-9, 10, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))


def flat_drawing(seed: int) -> Image.Image:
    """A few shapes in plain colours on white, as clip art is."""
    generator = np.random.default_rng(seed)
    picture = Image.new("RGB", (600, 480), "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(5):
        x, y = generator.integers(60, 400), generator.integers(60, 280)
        corners = generator.integers(0, 150, (5, 2)) + np.array([x, y])
        draw.polygon([tuple(corner) for corner in corners.tolist()], fill=tuple(generator.integers(0, 256, 3).tolist()))
    return picture


def page_of_words(ground: str = "white") -> Image.Image:
    page = Image.new("RGB", (700, 900), ground)
    draw = ImageDraw.Draw(page)
    for row in range(22):
        draw.text((50, 50 + 34 * row), SENTENCE[row % 9 :][:56], font=font(20), fill="#202020")
    return page


def screenshot() -> Image.Image:
    screen = Image.new("RGB", (1200, 800), "white")
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 1199, 60), fill="#305080")
    draw.text((20, 18), "Gallery    Explore    Learn    Shop    Sign in", font=font(22), fill="white")
    screen.paste(painting(900, (520, 390)), (60, 140))
    screen.paste(painting(901, (420, 315)), (660, 140))
    for row in range(6):
        draw.text((60, 570 + 34 * row), SENTENCE, font=font(20), fill="#303030")
    return screen


def framed(seed: int) -> Image.Image:
    """A painting in a wooden frame, photographed with a little slant."""
    wall = Image.fromarray(np.random.default_rng(seed).integers(165, 195, (620, 780, 3), np.uint8))
    wood = Image.fromarray(np.random.default_rng(seed).integers(50, 80, (540, 700, 3), np.uint8))
    wall.paste(wood, (40, 40))
    wall.paste(painting(seed, (580, 420)), (100, 100))
    return wall.rotate(0.4, Image.Resampling.BICUBIC, fillcolor=(180, 180, 180))


def tiny() -> Image.Image:
    sheet = Image.new("RGB", (900, 700), "white")
    sheet.paste(painting(902, (170, 140)), (380, 300))
    return sheet


def collected(workspace: Workspace, works: list[Image.Image], **others: Image.Image) -> Workspace:
    """Collect works by one artist, and other pictures under the same name, each named as given."""
    source = workspace.root.parent / "source"
    for number, work in enumerate(works):
        write(source / "Wlop" / f"work {number}.png", work)
    for name, picture in others.items():
        write(source / "Wlop" / f"{name}.png", picture)
    artlib.collect.folder(workspace, source)
    return workspace


def reasons(report: SuggestionReport) -> dict[str, str]:
    """The reason by the name of the file."""
    return {Path(row.path).stem: row.reason for row in report.found.itertuples()}


@pytest.fixture
def paintings(workspace: Workspace) -> Workspace:
    """Twelve paintings, and one of each kind that is no work."""
    return collected(
        workspace,
        [painting(seed) for seed in range(WORKS)],
        blurred=painting(50).filter(ImageFilter.GaussianBlur(5)),
        enlarged=painting(51, (100, 75)).resize((640, 480), Image.Resampling.BICUBIC),
        text=page_of_words(),
        screen=screenshot(),
        framed=framed(52),
        tiny=tiny(),
    )


EXPECTED = {"blurred": BLURRY, "enlarged": BLURRY, "text": TEXT, "screen": SCREENSHOT, "framed": FRAME, "tiny": BLANK}


def test_each_kind_is_suggested_with_its_reason_and_no_painting_is(paintings: Workspace) -> None:
    assert reasons(artlib.find_suggestions(paintings)) == EXPECTED


def test_the_detail_says_what_was_measured(paintings: Workspace) -> None:
    details = {row.reason: row.detail for row in artlib.find_suggestions(paintings).found.itertuples()}
    assert all(any(letter.isdigit() for letter in detail) for detail in details.values())
    assert "Wlop" in details[BLURRY]


def test_what_is_found_stands_in_the_workspace(paintings: Workspace) -> None:
    found = artlib.find_suggestions(paintings).found
    assert read_suggestions(paintings)["id"].tolist() == found["id"].tolist()


def test_nothing_is_decided(paintings: Workspace) -> None:
    before = artlib.sorted_catalog(paintings)
    artlib.find_suggestions(paintings)
    assert artlib.sorted_catalog(paintings).equals(before)
    assert not paintings.decisions.exists()


def test_a_photograph_among_drawings_is_suggested(workspace: Workspace) -> None:
    collected(workspace, [flat_drawing(seed) for seed in range(WORKS)], photograph=painting(7))
    assert reasons(artlib.find_suggestions(workspace)) == {"photograph": PHOTOGRAPH}


def test_a_drawing_among_paintings_is_no_photograph(workspace: Workspace) -> None:
    collected(workspace, [painting(seed) for seed in range(WORKS)], drawing=flat_drawing(3))
    assert reasons(artlib.find_suggestions(workspace)) == {}


def test_soft_works_are_not_blurry_where_all_are_soft(workspace: Workspace) -> None:
    collected(workspace, [painting(seed).filter(ImageFilter.GaussianBlur(4)) for seed in range(WORKS)])
    assert reasons(artlib.find_suggestions(workspace)) == {}


def test_borders_are_no_frames_where_the_artist_draws_many(workspace: Workspace) -> None:
    collected(
        workspace,
        [painting(seed) for seed in range(WORKS)],
        **{f"in border {seed}": framed(seed) for seed in range(50, 56)},
    )
    assert reasons(artlib.find_suggestions(workspace)) == {}


def test_a_margin_in_one_colour_is_a_frame(workspace: Workspace) -> None:
    margin = Image.new("RGB", (780, 620), "#204060")
    margin.paste(painting(60), (70, 70))
    collected(workspace, [painting(seed) for seed in range(WORKS)], margin=margin)
    assert reasons(artlib.find_suggestions(workspace)) == {"margin": FRAME}


def test_what_collecting_set_apart_is_counted_and_not_repeated(workspace: Workspace) -> None:
    collected(workspace, [painting(seed) for seed in range(WORKS)], blank=Image.new("RGB", (500, 400), "white"))
    report = artlib.find_suggestions(workspace)
    assert (reasons(report), report.set_apart, report.pictures) == ({}, {"nearly blank": 1}, WORKS)


@pytest.mark.parametrize("action", ["keep", "discard"])
def test_what_a_person_decided_on_is_not_suggested_again(paintings: Workspace, action: str) -> None:
    for image_id in artlib.find_suggestions(paintings).found["id"]:
        record(paintings, image_id, action)
    assert artlib.find_suggestions(paintings).found.empty
    assert read_suggestions(paintings).empty


def test_a_second_look_opens_only_what_is_new(paintings: Workspace) -> None:
    first = reasons(artlib.find_suggestions(paintings))
    for image in paintings.images.iterdir():
        image.unlink()
    assert reasons(artlib.find_suggestions(paintings)) == first


def test_measures_of_another_version_are_computed_again(paintings: Workspace) -> None:
    artlib.find_suggestions(paintings)
    path = paintings.root / ".measures.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(line.rpartition(",")[0] + ",0" for line in lines[1:])]), encoding="utf-8")
    for image in paintings.images.iterdir():
        image.unlink()
    shutil.rmtree(paintings.originals)
    report = artlib.find_suggestions(paintings)
    assert len(report.unread) == report.pictures


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"id,drawn\na,0.5\n", b"id," * 50])
def test_a_damaged_file_of_measures_costs_only_time(paintings: Workspace, content: bytes) -> None:
    (paintings.root / ".measures.csv").write_bytes(content)
    assert reasons(artlib.find_suggestions(paintings)) == EXPECTED


def test_a_picture_that_cannot_be_read_is_named_and_the_others_are_looked_at(paintings: Workspace) -> None:
    image_id = artlib.find_suggestions(paintings).found["id"][0]
    (paintings.root / ".measures.csv").unlink()
    paintings.image(image_id).write_bytes(b"broken")
    shutil.rmtree(paintings.originals)
    report = artlib.find_suggestions(paintings)
    assert report.unread == [image_id]
    assert len(report.found) == len(EXPECTED) - 1
    assert "1 picture could not be read" in str(report)


def test_an_interruption_keeps_what_was_measured(paintings: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from artlib.sort.suggestions import measures

    monkeypatch.setattr(measures, "SAVED", 4)
    whole, seen = measures._measured, []

    def interrupted(workspace: Workspace, ids: list[str]):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(ids)
        return whole(workspace, ids)

    with monkeypatch.context() as patch:
        patch.setattr(measures, "_measured", interrupted)
        with pytest.raises(KeyboardInterrupt):
            artlib.find_suggestions(paintings)
    for image_id in [each for ids in seen for each in ids]:
        paintings.image(image_id).unlink()
    assert reasons(artlib.find_suggestions(paintings)) == EXPECTED


def test_suggestions_of_one_reason_stand_together(paintings: Workspace) -> None:
    found = artlib.find_suggestions(paintings).found["reason"].tolist()
    assert found == sorted(found, key=list(dict.fromkeys(found)).index)


@pytest.mark.parametrize("size", [(16, 16), (16, 900), (900, 16), (17, 33)])
def test_a_picture_of_any_form_can_be_measured(size: tuple[int, int]) -> None:
    from artlib.sort.suggestions.measures import MEASURES, measures

    found = measures(painting(1, size))
    assert list(found) == list(MEASURES)
    assert all(np.isfinite(value) for value in found.values())


def test_one_picture_alone_can_be_looked_at(workspace: Workspace) -> None:
    collected(workspace, [painting(1)])
    assert artlib.find_suggestions(workspace).pictures == 1
