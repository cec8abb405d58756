"""Finding near-duplicates: changed copies of a work are in one group, other works are not."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from drawing import encoded, photo, scene, write
from PIL import Image, ImageEnhance, ImageOps

from artlib.collect import folder
from artlib.sort.duplicates import DuplicateReport, find_duplicates
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record
from artlib.workspace.groups import read_groups
from artlib.workspace.set_apart import read_set_apart

CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "a quarter turn": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "a half turn": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    "transposed": lambda picture: picture.transpose(Image.Transpose.TRANSPOSE),
    "smaller": lambda picture: picture.resize((120, 90)),
    "larger": lambda picture: picture.resize((800, 600)),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.12),
    "paler": lambda picture: ImageEnhance.Color(picture).enhance(0.7),
    "grey": lambda picture: picture.convert("L"),
    "slightly cropped": lambda picture: picture.crop((4, 3, 316, 237)),
    "recompressed": lambda picture: Image.open(io.BytesIO(encoded(picture, quality=25))),
}


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, DuplicateReport]:
    """Four originals by Wlop, every change of the first, and the second mirrored under another name."""
    root = tmp_path_factory.mktemp("duplicates")
    for number in range(4):
        write(root / "art" / "Wlop" / f"original {number}.png", photo(number))
    for name, change in CHANGES.items():
        write(root / "art" / "Wlop" / f"{name}.png", change(photo(0)))
    write(root / "art" / "Ross" / "stolen.png", ImageOps.mirror(photo(1)))
    # only keypoints tell these: a part of a work, and two pages with one printed frame
    write(root / "art" / "Wlop" / "painting.png", scene(20))
    write(root / "art" / "Wlop" / "detail.png", scene(20).crop((40, 30, 260, 200)).resize((440, 340)))
    for number in (31, 32):
        page = scene(30)
        page.paste(photo(number, (400, 290)), (40, 35))
        write(root / "art" / "Wlop" / f"page {number}.png", page)
    workspace = Workspace(root / "data")
    folder(workspace, root / "art")
    for image_id in read_set_apart(workspace)["id"]:  # all pictures that are smaller than the larger one
        record(workspace, image_id, "keep")
    return workspace, find_duplicates(workspace)


def group_of(workspace: Workspace, name: str) -> str:
    catalog = read_catalog(workspace)
    image_id = catalog.loc[catalog["path"].str.endswith(f"/{name}.png"), "id"].item()
    return read_groups(workspace, [image_id])[0]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_stands_in_its_originals_group(change: str, grouped: tuple[Workspace, DuplicateReport]) -> None:
    assert group_of(grouped[0], change) == group_of(grouped[0], "original 0")


def test_unrelated_pictures_stand_in_groups_of_their_own(grouped: tuple[Workspace, DuplicateReport]) -> None:
    assert len({group_of(grouped[0], f"original {number}") for number in range(4)}) == 4


def test_a_part_of_a_work_stands_in_its_group(grouped: tuple[Workspace, DuplicateReport]) -> None:
    assert group_of(grouped[0], "detail") == group_of(grouped[0], "painting")


def test_a_common_frame_joins_no_pages_but_is_named(grouped: tuple[Workspace, DuplicateReport]) -> None:
    workspace, report = grouped
    assert group_of(workspace, "page 31") != group_of(workspace, "page 32")
    catalog = read_catalog(workspace).set_index("id")
    assert [sorted(Path(path).stem for path in catalog.loc[list(pair), "path"]) for pair in report.shared] == [
        ["page 31", "page 32"]
    ]
    assert "1 pair shares a part, such as a printed frame, or one subject shown in the same way: " in str(report)
    assert " and ".join(report.shared[0]) in str(report)


def test_every_picture_has_one_row_in_the_file(grouped: tuple[Workspace, DuplicateReport]) -> None:
    table = grouped[0].read_table(grouped[0].groups)
    assert table.columns.tolist() == ["id", "group"]
    assert table["id"].tolist() == read_catalog(grouped[0])["id"].tolist()


def test_the_report_lists_groups_of_two_and_more_the_largest_first(
    grouped: tuple[Workspace, DuplicateReport],
) -> None:
    assert [len(group) for group in grouped[1].groups] == [len(CHANGES) + 1, 2, 2]


def test_a_group_with_several_artists_is_reported(grouped: tuple[Workspace, DuplicateReport]) -> None:
    workspace, report = grouped
    catalog = read_catalog(workspace).set_index("id")
    assert [sorted(catalog.loc[ids, "artist"]) for ids in report.mixed] == [["Ross", "Wlop"]]
    assert "1 group holds several artists: look there" in str(report)


def test_looking_again_finds_the_same(grouped: tuple[Workspace, DuplicateReport]) -> None:
    before = grouped[0].groups.read_bytes()
    find_duplicates(grouped[0])
    assert grouped[0].groups.read_bytes() == before


@pytest.mark.slow
def test_a_discarded_picture_is_not_compared(photos: Path, workspace: Workspace) -> None:
    folder(workspace, photos)
    record(workspace, read_catalog(workspace)["id"][0], "discard")
    assert find_duplicates(workspace).images == 5


def test_without_a_catalog_the_error_names_the_command_that_makes_it(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib collect"):
        find_duplicates(workspace)


def test_a_picture_collected_since_then_asks_for_the_groups_again(grouped: tuple[Workspace, DuplicateReport]) -> None:
    ids = read_catalog(grouped[0])["id"].tolist()
    with pytest.raises(WorkspaceError, match="1 image is not in .*Run 02_sort"):
        read_groups(grouped[0], [*ids, "ffffffffffffffff"])


def test_a_picture_that_is_lost_is_named(photos: Path, workspace: Workspace) -> None:
    folder(workspace, photos)
    image_id = read_catalog(workspace)["id"][2]
    workspace.image(image_id).unlink()
    shutil.rmtree(workspace.originals)
    with pytest.raises(WorkspaceError, match=f"1 of 6 pictures.*{image_id}"):
        find_duplicates(workspace)
