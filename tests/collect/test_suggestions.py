"""Setting apart: what is set apart after a collection and why, and that works are not."""

from pathlib import Path

import pytest
from conftest import group_each_alone
from drawing import encoded, photo, write
from PIL import Image, ImageDraw

from artlib.collect import folder
from artlib.training.splitting import make_split
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog, remove_rows
from artlib.workspace.decisions import record, sorted_catalog
from artlib.workspace.set_apart import read_set_apart

pytestmark = pytest.mark.thorough

WORKS = 6
WIDE = (480, 320)


@pytest.fixture
def works(tmp_path: Path) -> Path:
    """A folder with six works of each of two artists."""
    for number in range(2 * WORKS):
        write(tmp_path / "art" / ("Wlop", "Ross")[number % 2] / f"work{number}.jpg", photo(number, WIDE))
    return tmp_path / "art"


def collected(workspace: Workspace, art: Path) -> dict[str, str]:
    """Collect a folder, and return the reason of each file that is set apart."""
    folder(workspace, art)
    return reasons(workspace)


def reasons(workspace: Workspace) -> dict[str, str]:
    both = read_set_apart(workspace).merge(read_catalog(workspace)[["id", "path"]])
    return dict(zip(both["path"].str.removeprefix("originals/"), both["reason"], strict=True))


def square(picture: Image.Image, left: int, side: int = 120) -> Image.Image:
    return picture.crop((left, 0, left + picture.height, picture.height)).resize((side, side))


def logo(quality: int) -> bytes:
    return encoded(photo(999, (300, 200)), quality=quality)


def test_works_are_not_set_apart(workspace: Workspace, works: Path) -> None:
    assert collected(workspace, works) == {}


def test_a_thumbnail_of_a_picture_in_full_is_set_apart(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "thumbnail.jpg", photo(0, WIDE).resize((150, 100)))
    assert collected(workspace, works) == {"Wlop/thumbnail.jpg": "small copy"}


def test_a_thumbnail_names_the_full_picture_and_both_sizes(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "thumbnail.jpg", photo(0, WIDE).resize((150, 100)))
    folder(workspace, works)
    (row,) = read_set_apart(workspace).to_dict("records")
    (full,) = read_catalog(workspace).query("path == 'originals/Wlop/work0.jpg'")["id"]
    assert (row["of"], row["detail"]) == (full, "150x100 pixels; the full picture has 480x320")


def test_a_thumbnail_under_another_artist_leaves_the_full_picture(workspace: Workspace, works: Path) -> None:
    write(works / "Ross" / "related.jpg", photo(0, WIDE).resize((150, 100)))
    assert collected(workspace, works) == {"Ross/related.jpg": "small copy"}


@pytest.mark.parametrize("left", [0, 80, 111, 160])
def test_a_square_part_of_a_picture_in_full_is_set_apart(workspace: Workspace, works: Path, left: int) -> None:
    write(works / "Wlop" / "smaller_square_0.jpg", square(photo(0, WIDE), left))
    assert collected(workspace, works) == {"Wlop/smaller_square_0.jpg": "small copy"}


def test_a_square_part_of_a_high_picture_is_set_apart(workspace: Workspace, works: Path) -> None:
    high = photo(50, (320, 480))
    write(works / "Wlop" / "high.jpg", high)
    write(works / "Wlop" / "part.jpg", high.crop((0, 80, 320, 400)).resize((120, 120)))
    assert collected(workspace, works) == {"Wlop/part.jpg": "small copy"}


def test_a_thumbnail_without_its_full_picture_is_a_work(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "small.jpg", photo(77, WIDE).resize((150, 100)))
    assert collected(workspace, works) == {}


def test_a_picture_of_nearly_the_same_size_is_no_thumbnail(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "again.jpg", photo(0, WIDE).resize((360, 240)))
    assert collected(workspace, works) == {}


def test_avatars_and_icons_among_works_are_set_apart(workspace: Workspace, works: Path) -> None:
    for side in (24, 40, 64, 100):
        write(works / "Wlop" / f"avatar{side}.png", photo(200 + side, (side, side)))
    assert set(collected(workspace, works).values()) == {"avatar or icon"}
    assert len(reasons(workspace)) == 4


def test_an_artist_who_draws_icons_has_works(workspace: Workspace, works: Path) -> None:
    for number in range(WORKS):
        write(works / "Designer" / f"{number}.png", photo(300 + number, (48, 48)))
    assert collected(workspace, works) == {}


def test_pictures_of_all_sizes_are_works(workspace: Workspace, works: Path) -> None:
    for number, side in enumerate((60, 90, 130, 180, 250, 350)):
        write(works / "Wlop" / f"size{number}.png", photo(400 + number, (side, side)))
    assert collected(workspace, works) == {}


@pytest.mark.parametrize("ground", ["white", "#cccccc", "black"])
def test_a_nearly_blank_picture_is_set_apart(workspace: Workspace, works: Path, ground: str) -> None:
    blank = Image.new("RGB", (400, 300), ground)
    ImageDraw.Draw(blank).text((150, 140), "image not found", fill="#888888")
    write(works / "Wlop" / "missing.png", blank)
    assert collected(workspace, works) == {"Wlop/missing.png": "nearly blank"}


def test_a_drawing_of_a_few_lines_is_a_work(workspace: Workspace, works: Path) -> None:
    drawing = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(drawing).line([(40, 250), (160, 60), (240, 220), (360, 80)], fill="black", width=7)
    write(works / "Wlop" / "lines.png", drawing)
    assert collected(workspace, works) == {}


def test_a_drawing_programs_mark_for_a_missing_picture_is_set_apart(workspace: Workspace, works: Path) -> None:
    drawing = Image.new("RGB", (380, 430), "white")
    draw = ImageDraw.Draw(drawing)
    draw.rectangle((130, 60, 250, 180), fill=(255, 112, 112))
    draw.line([(165, 95), (215, 145)], fill="white", width=9)
    for line in range(3):
        draw.rectangle((60, 220 + 60 * line, 320, 250 + 60 * line), fill=(112, 112, 112))
    draw.arc((20, 20, 360, 410), 0, 300, fill="black", width=4)
    write(works / "Wlop" / "yoga.png", drawing)
    assert collected(workspace, works) == {"Wlop/yoga.png": "placeholder"}


def test_a_strip_is_set_apart(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "banner.jpg", photo(500, (728, 90)))
    assert collected(workspace, works) == {"Wlop/banner.jpg": "strip"}


def test_who_paints_scrolls_has_works(workspace: Workspace, works: Path) -> None:
    for number in range(WORKS):
        write(works / "Scrolls" / f"{number}.jpg", photo(600 + number, (900, 120)))
    assert collected(workspace, works) == {}


def test_a_picture_that_several_artists_have_is_set_apart_under_all(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "logo.jpg", logo(90))
    write(works / "Ross" / "logo.jpg", logo(60))
    assert collected(workspace, works) == dict.fromkeys(["Ross/logo.jpg", "Wlop/logo.jpg"], "under several artists")


def test_a_picture_is_no_longer_in_common_once_it_is_moved_to_one_artist(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "logo.jpg", logo(90))
    write(works / "Ross" / "logo.jpg", logo(60))
    folder(workspace, works)
    (mislabelled,) = read_catalog(workspace).query("path == 'originals/Ross/logo.jpg'")["id"]
    record(workspace, mislabelled, "move", "Wlop")
    assert collected(workspace, works) == {}


def test_a_picture_that_many_artists_have_is_set_apart_under_all(workspace: Workspace, works: Path) -> None:
    for number in range(12):
        write(works / f"Artist {number}" / "logo.jpg", logo(60 + 3 * number))
        write(works / f"Artist {number}" / "work.jpg", photo(800 + number, WIDE))
    assert len(collected(workspace, works)) == 12


def test_equal_bytes_under_several_artists_are_set_apart(workspace: Workspace, works: Path) -> None:
    for artist in ("Wlop", "Ross"):
        write(works / artist / "logo.jpg", logo(90))
    assert list(collected(workspace, works).values()) == ["under several artists"]


def test_equal_bytes_stay_set_apart_after_the_next_collection(workspace: Workspace, works: Path) -> None:
    for artist in ("Wlop", "Ross"):
        write(works / artist / "logo.jpg", logo(90))
    folder(workspace, works)
    write(works / "Wlop" / "more.jpg", photo(700, WIDE))
    folder(workspace, works / "Wlop", artist="Wlop")
    assert list(reasons(workspace).values()) == ["under several artists"]


def test_two_names_of_one_portfolio_set_nothing_apart(workspace: Workspace, works: Path) -> None:
    for file in (works / "Wlop").iterdir():
        write(works / "wlop_" / file.name, file.read_bytes())
    for file in (works / "Ross").iterdir():
        write(works / "ross_" / file.name, Image.open(file).convert("RGB"))  # other bytes of the same pictures
    assert collected(workspace, works) == {}


def test_a_row_goes_with_its_picture(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "banner.jpg", photo(500, (728, 90)))
    folder(workspace, works)
    remove_rows(workspace, read_set_apart(workspace)["id"].tolist())
    folder(workspace, works / "Ross", artist="Ross")
    assert len(read_set_apart(workspace)) == 0


def test_a_split_that_models_learned_from_stays_valid(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "banner.jpg", photo(500, (728, 90)))
    folder(workspace, works)
    workspace.set_apart.unlink()  # as in a workspace of an earlier version
    group_each_alone(workspace)
    make_split(workspace)
    folder(workspace, works)
    assert not workspace.set_apart.exists()


def test_an_accepted_picture_stays_accepted_after_the_next_collection(workspace: Workspace, works: Path) -> None:
    write(works / "Wlop" / "banner.jpg", photo(500, (728, 90)))
    folder(workspace, works)
    record(workspace, read_set_apart(workspace)["id"][0], "keep")
    folder(workspace, works)
    assert len(sorted_catalog(workspace)) == 2 * WORKS + 1


def test_the_report_counts_each_reason_in_one_line(workspace: Workspace, works: Path) -> None:
    for number in range(3):
        write(works / "Wlop" / f"thumbnail{number}.jpg", photo(2 * number, WIDE).resize((150, 100)))
    lines = str(folder(workspace, works)).splitlines()
    assert [line.split() for line in lines if "set apart" in line] == [["3", "set", "apart:", "small", "copy"]]


def test_a_damaged_file_of_looks_is_made_again(workspace: Workspace, works: Path) -> None:
    folder(workspace, works)
    (workspace.root / ".looks.csv").write_bytes(b"\xff\x00 not a table")
    write(works / "Wlop" / "missing.png", Image.new("RGB", (400, 300), "white"))
    assert collected(workspace, works) == {"Wlop/missing.png": "nearly blank"}
