"""Shortcuts: an artist who can be recognised without looking at the art is named, but not for a palette."""

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from drawing import LOOKS, photo, write
from PIL import Image, ImageDraw, ImageOps

from artlib.collect import folder
from artlib.evaluation.audit import Shortcuts, find_shortcuts, shortcuts
from artlib.evaluation.audit.artefacts import find_artefacts, of_file
from artlib.evaluation.wording import describe
from artlib.inference.pixels import prepare
from artlib.statistics import folds
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.split import Split

pytestmark = pytest.mark.slow  # forests learn for seconds

EACH = 20  # pictures of each artist
NAMES = ("Katsura", "Ross", "Wlop")

SIZE = (192, 144)

Draw = Callable[[str, int], Image.Image]


@functools.cache
def plain(artist: str, number: int) -> Image.Image:
    """Three artists of the same hand: nothing distinguishes one from another."""
    return photo(1000 * NAMES.index(artist) + number, SIZE)


@functools.cache
def palettes(artist: str, number: int) -> Image.Image:
    """Three artists who differ in colours and motifs, up to the border."""
    return list(LOOKS.values())[NAMES.index(artist)](number).resize(SIZE)


def bordered(draw: Draw, share: float = 1.0) -> Draw:
    """The same, but so many of Wlop's pictures have a border of one colour."""

    def framed(artist: str, number: int) -> Image.Image:
        picture = draw(artist, number)
        if artist != "Wlop" or number >= share * EACH:
            return picture
        return ImageOps.expand(ImageOps.crop(picture, 6), 6, (190, 60, 40))

    return framed


def signed(artist: str, number: int) -> Image.Image:
    """The same, but Wlop signs in the lower right corner."""
    picture = plain(artist, number).copy()
    if artist == "Wlop":
        draw = ImageDraw.Draw(picture)
        draw.rectangle((160, 128, 188, 140), fill=(250, 250, 250))
        draw.text((162, 128), "Wlop", fill=(0, 0, 0))
    return picture


def collected(root: Path, draw: Draw, suffix: Callable[[str, int], str] = lambda *_: "png") -> tuple[Workspace, Split]:
    """Draw, collect, and put every picture into a group of its own."""
    for artist in NAMES:
        for number in range(EACH):
            write(root / "art" / artist / f"{number}.{suffix(artist, number)}", draw(artist, number))
    workspace = Workspace(root / "data")
    folder(workspace, root / "art")
    return workspace, split_of(workspace)


def split_of(workspace: Workspace) -> Split:
    catalog = read_catalog(workspace)
    ids, labels = catalog["id"].tolist(), catalog["artist"].map(NAMES.index).to_numpy(int)
    return Split(ids, labels, np.full(len(ids), "train"), np.array(ids), list(NAMES), np.ones(3))


def without(split: Split, artist: str) -> Split:
    rows = np.flatnonzero(split.labels != split.class_names.index(artist))
    ids = [split.ids[row] for row in rows]
    names = [name for name in split.class_names if name != artist]
    labels = np.array([names.index(split.class_names[label]) for label in split.labels[rows]])
    return Split(ids, labels, split.parts[rows], split.groups[rows], names, np.ones(2))


@pytest.fixture(autouse=True, scope="module")
def smaller_pictures_and_fewer_trees_and_folds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shortcuts, "IMAGE_SIZE", 112)
        patch.setattr(shortcuts, "TREES", 30)
        patch.setattr(folds, "FOLDS", 3)
        yield


def named(found: Shortcuts) -> set[tuple[str, str]]:
    return {(row["artist"], row["family"]) for row in found.named}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Split]:
    """Only to be read."""
    return collected(tmp_path_factory.mktemp("clean"), plain)


@pytest.fixture(scope="module")
def found_in_clean(clean: tuple[Workspace, Split]) -> Shortcuts:
    return find_shortcuts(*clean)


@pytest.fixture(scope="module")
def with_borders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Split]:
    """All of Wlop's pictures have a border; only to be read."""
    return collected(tmp_path_factory.mktemp("borders"), bordered(plain))


# --- who is named ---


def test_where_artists_differ_in_nothing_no_artist_is_named(found_in_clean: Shortcuts) -> None:
    assert found_in_clean.named == [] and not found_in_clean.beats_majority
    assert "So they hardly help to recognise an artist." in describe(found_in_clean)


def test_each_family_and_artist_has_its_row(found_in_clean: Shortcuts) -> None:
    found = found_in_clean
    assert [(row["family"], row["artist"]) for row in found.rows] == [
        (family, artist) for family in ("size", "file", "border", "corners") for artist in NAMES
    ]
    assert all(0 <= row["auroc"] <= 1 and row["n"] == EACH for row in found.rows)
    assert json.loads(json.dumps(asdict(found)))["accuracy"]["n"] == 3 * EACH


def test_the_same_seed_gives_the_same_figures(clean: tuple[Workspace, Split], found_in_clean: Shortcuts) -> None:
    assert find_shortcuts(*clean, seed=0) == found_in_clean
    assert find_shortcuts(*clean, seed=1).rows != found_in_clean.rows


def test_no_picture_is_recognised_by_its_near_duplicate(clean: tuple[Workspace, Split]) -> None:
    """Each picture twice: its border and corners are those of the other one."""
    workspace, split = clean
    arrays = (np.tile(array, 2) for array in (split.labels, split.parts, split.groups))
    found = find_shortcuts(workspace, Split(split.ids * 2, *arrays, split.class_names, split.class_weights))
    assert found.accuracy.n == 6 * EACH and not found.beats_majority and found.named == []


def test_no_artist_is_named_for_a_palette_that_reaches_the_border(tmp_path: Path) -> None:
    found = find_shortcuts(*collected(tmp_path, palettes))
    assert found.beats_majority and found.named == []
    assert "Some of that is natural: a palette reaches the border" in describe(found)


def test_a_border_of_one_colour_is_named_with_its_artist(with_borders: tuple[Workspace, Split]) -> None:
    found = find_shortcuts(*with_borders)
    assert ("Wlop", "border") in named(found)
    assert {artist for artist, _ in named(found)} == {"Wlop"}
    assert "Wlop can be recognised by border alone" in describe(found)


@pytest.mark.parametrize("draw", [bordered(plain, 0.8), bordered(palettes)])
def test_a_border_on_most_pictures_or_beside_a_palette_is_named(draw: Draw, tmp_path: Path) -> None:
    found = find_shortcuts(*collected(tmp_path, draw))
    assert ("Wlop", "border") in named(found)
    assert {artist for artist, _ in named(found)} == {"Wlop"}


def test_of_two_artists_the_one_with_the_border_is_named(with_borders: tuple[Workspace, Split]) -> None:
    workspace, split = with_borders
    found = find_shortcuts(workspace, without(split, "Katsura"))
    assert named(found) >= {("Wlop", "border")} and {artist for artist, _ in named(found)} == {"Wlop"}


def test_two_artists_with_different_borders_are_both_named_and_the_third_is_not(tmp_path: Path) -> None:
    def framed(artist: str, number: int) -> Image.Image:
        picture, width = plain(artist, number), {"Katsura": 2, "Ross": 0, "Wlop": 6}[artist]
        return ImageOps.expand(ImageOps.crop(picture, width), width, (190, 60, 40))

    found = find_shortcuts(*collected(tmp_path, framed))
    assert {artist for artist, family in named(found) if family == "border"} == {"Katsura", "Wlop"}


def test_a_signature_is_named_with_its_artist(tmp_path: Path) -> None:
    assert named(find_shortcuts(*collected(tmp_path, signed))) == {("Wlop", "corners")}


def test_files_of_another_kind_are_named(tmp_path: Path) -> None:
    found = find_shortcuts(*collected(tmp_path, plain, lambda artist, _: "jpg" if artist == "Wlop" else "png"))
    assert named(found) == {("Wlop", "file")}


def test_pictures_of_another_size_are_named(tmp_path: Path) -> None:
    def draw(artist: str, number: int) -> Image.Image:
        return plain(artist, number).crop((0, 0, 144, 144) if artist == "Wlop" else (0, 0, *SIZE))

    assert ("Wlop", "size") in named(find_shortcuts(*collected(tmp_path, draw)))


# --- what may be missing ---


def test_without_originals_border_and_corners_are_still_measured(
    clean: tuple[Workspace, Split], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    workspace.images.symlink_to(clean[0].images)
    workspace.catalog.write_bytes(clean[0].catalog.read_bytes())
    found = find_shortcuts(workspace, clean[1])
    assert found.families == ["border", "corners"] and found.accuracy.n == found.gone == 3 * EACH
    assert f"{3 * EACH} original files are missing" in describe(found)


def test_one_missing_original_is_left_out_of_size_and_file(clean: tuple[Workspace, Split], tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.images.symlink_to(clean[0].images)
    workspace.catalog.write_bytes(clean[0].catalog.read_bytes())
    for path in read_catalog(workspace)["path"][1:]:
        write(workspace.root / path, (clean[0].root / path).read_bytes())
    found = find_shortcuts(workspace, clean[1])
    asked = {row["family"]: row["n"] for row in found.rows if row["artist"] == NAMES[0]}
    assert asked == {"size": EACH - 1, "file": EACH - 1, "border": EACH, "corners": EACH}


def test_an_artist_of_one_group_is_left_out_and_named(clean: tuple[Workspace, Split]) -> None:
    workspace, split = clean
    groups = np.where(split.labels == 0, "all one work", split.groups)
    found = find_shortcuts(workspace, replace(split, groups=groups))
    assert found.left_out == ["Katsura"] and found.accuracy.n == 2 * EACH
    assert {row["artist"] for row in found.rows} == {"Ross", "Wlop"}


def test_where_every_artist_is_one_group_there_are_too_few(clean: tuple[Workspace, Split]) -> None:
    workspace, split = clean
    found = find_shortcuts(workspace, replace(split, groups=split.labels.astype(str)))
    assert (found.rows, found.named, found.accuracy.n) == ([], [], 0)
    assert describe(found).startswith("There are too few images")


# --- the numbers ---


def test_a_blank_picture_has_numbers_too(tmp_path: Path) -> None:
    for number, shade in enumerate((0, 128, 255)):
        write(tmp_path / "art" / "Wlop" / f"{number}.png", Image.new("L", (64, 64), shade))
    workspace = Workspace(tmp_path / "data")
    folder(workspace, tmp_path / "art")
    ids = read_catalog(workspace)["id"].tolist()
    found = find_artefacts(workspace, ids, prepare(workspace, ids, 288))
    assert all(np.isfinite(numbers).all() for numbers in (*found.families.values(), *found.apart.values()))


def test_size_and_file_are_those_of_the_original(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    photo(1, (320, 240)).save(path, quality=80, subsampling=0)
    size, file = of_file(path)
    assert size == [320, 240, pytest.approx(4 / 3)]
    assert file[:2] == [path.stat().st_size, path.stat().st_size / (320 * 240)]


@pytest.mark.parametrize("change", [{"quality": 50}, {"subsampling": 2}, {"progressive": True}])
def test_how_a_jpeg_was_encoded_is_measured(change: dict, tmp_path: Path) -> None:
    usual = {"quality": 80, "subsampling": 0}
    photo(1).save(tmp_path / "usual.jpg", **usual)
    photo(1).save(tmp_path / "other.jpg", **(usual | change))
    assert of_file(tmp_path / "usual.jpg")[1][2:] != of_file(tmp_path / "other.jpg")[1][2:]


def test_a_damaged_original_counts_as_missing(tmp_path: Path) -> None:
    size, file = of_file(write(tmp_path / "a.jpg", b"\xff\xd8 and no more"))
    assert np.isnan(size).all() and np.isnan(file).all() and (len(size), len(file)) == (3, 13)
