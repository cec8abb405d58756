"""Near-duplicates: copies find each other however they were changed, and strangers stay apart."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawing import encoded, photo, write
from PIL import Image, ImageEnhance, ImageOps

from artlib.collect import folder
from artlib.similarity.hashing import distances, orientation_hashes, phash
from artlib.similarity.near_duplicates import group, same
from artlib.sort.duplicates import DuplicateReport, find_duplicates
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import record
from artlib.workspace.groups import read_groups

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
    workspace = Workspace(root / "data")
    folder(workspace, root / "art")
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


def test_every_picture_has_one_row_in_the_file(grouped: tuple[Workspace, DuplicateReport]) -> None:
    table = grouped[0].read_table(grouped[0].groups)
    assert table.columns.tolist() == ["id", "group"]
    assert table["id"].tolist() == read_catalog(grouped[0])["id"].tolist()


def test_the_report_lists_groups_of_two_and_more_the_largest_first(
    grouped: tuple[Workspace, DuplicateReport],
) -> None:
    assert [len(group) for group in grouped[1].groups] == [len(CHANGES) + 1, 2]


def test_a_group_with_several_artists_is_reported(grouped: tuple[Workspace, DuplicateReport]) -> None:
    workspace, report = grouped
    catalog = read_catalog(workspace).set_index("id")
    assert [sorted(catalog.loc[ids, "artist"]) for ids in report.mixed] == [["Ross", "Wlop"]]
    assert "1 groups hold several artists: look at them" in str(report)


def test_looking_again_finds_the_same(grouped: tuple[Workspace, DuplicateReport]) -> None:
    before = grouped[0].groups.read_bytes()
    find_duplicates(grouped[0])
    assert grouped[0].groups.read_bytes() == before


@pytest.mark.slow
def test_a_discarded_picture_is_not_compared(photos: Path, workspace: Workspace) -> None:
    folder(workspace, photos)
    record(workspace, read_catalog(workspace)["id"][0], "discard")
    assert find_duplicates(workspace).images == 5


def test_without_a_catalog_the_error_names_the_first_notebook(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="01_collect"):
        find_duplicates(workspace)


def test_a_picture_collected_since_then_asks_for_the_groups_again(grouped: tuple[Workspace, DuplicateReport]) -> None:
    ids = read_catalog(grouped[0])["id"].tolist()
    with pytest.raises(WorkspaceError, match="1 images are not in .*Run 02_sort"):
        read_groups(grouped[0], [*ids, "ffffffffffffffff"])


def test_a_missing_normalised_copy_is_named(photos: Path, workspace: Workspace) -> None:
    folder(workspace, photos)
    image_id = read_catalog(workspace)["id"][2]
    workspace.image(image_id).unlink()
    with pytest.raises(WorkspaceError, match=f"no such file.*{image_id}"):
        find_duplicates(workspace)


# --- the rule ---


def test_a_chain_of_pairs_is_one_group() -> None:
    """The first resembles the second and the second the third."""
    angles = np.radians([0, 20, 40, 170])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    hashes = np.array([[index * 0x1F1F1F1F1F1F1F1F % 2**64] * 8 for index in (1, 2, 4, 7)], np.uint64)
    numbers = group(hashes, features)
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]


def test_groups_are_found_across_blocks() -> None:
    """More pictures than are compared at once: the last is a copy of the first."""
    generator = np.random.default_rng(0)
    hashes = generator.integers(0, 2**64, (1100, 8), np.uint64)
    hashes[-1] = hashes[0]
    numbers = group(hashes, generator.normal(size=(1100, 200)))
    assert numbers[0] == numbers[-1]
    assert len(set(numbers.tolist())) == 1099


@pytest.mark.parametrize(
    ("bits", "cosine", "expected"),
    [(0, 0.0, True), (6, 0.0, True), (64, 0.99, True), (12, 0.88, True), (12, 0.5, False), (30, 0.85, False)],
)
def test_hash_alone_network_alone_or_both_a_little_less_make_a_pair(bits: int, cosine: float, expected: bool) -> None:
    assert bool(same(np.array(bits), np.array(cosine))) is expected


# --- hashes ---


@pytest.mark.parametrize("turn", [None, *Image.Transpose])
def test_the_distance_to_oneself_is_zero_in_each_of_the_eight_orientations(turn: Image.Transpose | None) -> None:
    picture = photo(1, (256, 256))
    turned = picture if turn is None else picture.transpose(turn)
    assert distances(orientation_hashes(turned)[None], orientation_hashes(picture)[None, 0])[0, 0] == 0


def test_the_upright_hash_comes_first_and_is_that_of_the_catalog() -> None:
    small = photo(1, (64, 64))
    assert f"{orientation_hashes(small)[0]:016x}" == phash(small.convert("L"))


@pytest.mark.parametrize("seed", range(8))
def test_distances_are_symmetric_but_for_a_few_bits(seed: int) -> None:
    """A bit says whether a frequency is above the median, and turning a picture moves the median a little."""
    first, second = (orientation_hashes(photo(seed + shift, (256, 256)))[None] for shift in (0, 100))
    there, back = (int(distances(*pair)[0, 0]) for pair in ((first, second[:, 0]), (second, first[:, 0])))
    assert abs(there - back) <= 4
    assert min(there, back) > 12


def test_distances_count_differing_bits() -> None:
    hashes = np.array([[0b1011] + [2**64 - 1] * 7], np.uint64)
    assert distances(hashes, np.array([0, 0b1011, 2**64 - 1], np.uint64)).tolist() == [[3, 0, 0]]


def test_a_hash_is_sixteen_hexadecimal_digits() -> None:
    assert len(phash(photo(1))) == 16 and int(phash(photo(1)), 16) >= 0
