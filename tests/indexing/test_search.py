"""The search: a changed copy of a known work is found, another picture and a plain one are not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawing import encoded, scene, write
from PIL import Image, ImageDraw, ImageOps
from structureless import PLAIN

from artlib import collect, images
from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.pairs import find_pairs
from artlib.indexing.search import form_of, works_in
from artlib.similarity.matching import COPY, PART, Match
from artlib.workspace import Workspace
from artlib.workspace.decisions import record
from artlib.workspace.set_apart import read_set_apart

pytestmark = pytest.mark.thorough

WORKS = 30
STRANGERS = range(100, 120)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> IndexedWorks:
    """Thirty works, and each plain picture as a work of its own; all are known, also those that were set apart."""
    root = tmp_path_factory.mktemp("search")
    for number in range(WORKS):
        write(root / "art" / "Wlop" / f"{number}.png", scene(number))
    for name, (drawn, _) in PLAIN.items():
        write(root / "art" / "Plain" / f"{name}.png", drawn())
    workspace = Workspace(root / "data")
    collect.folder(workspace, root / "art")
    for image_id in read_set_apart(workspace)["id"]:
        record(workspace, image_id, "keep")
    return IndexedWorks.read(workspace)


def found_in(picture: Image.Image, known: IndexedWorks) -> dict[str, Match]:
    """Return the matches by the names of the works, the surest first."""
    found = works_in(form_of(picture), known)
    return {Path(known.row(work)["path"]).stem: match for work, match in found.items()}


def screenshot(picture: Image.Image) -> Image.Image:
    screen = Image.new("RGB", (1000, 700), (246, 247, 249))
    draw = ImageDraw.Draw(screen)
    for line in range(18):
        draw.rectangle((620, 80 + 30 * line, 700 + 37 * line % 260, 92 + 30 * line), fill=(60, 60, 70))
    screen.paste(picture, (60, 120))
    return screen


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda picture: picture,
    "half of it": lambda picture: picture.crop((60, 50, 400, 305)),
    "an eighth of it": lambda picture: picture.crop((150, 110, 320, 237)),
    "mirrored": ImageOps.mirror,
    "mirrored part": lambda picture: ImageOps.mirror(picture.crop((60, 50, 400, 305))),
    "turned a little": lambda picture: picture.rotate(7, expand=True, fillcolor=(250, 250, 250)),
    "on its side": lambda picture: picture.rotate(90, expand=True),
    "upside down": lambda picture: picture.rotate(180),
    "inverted": ImageOps.invert,
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "darker": lambda picture: Image.eval(picture, lambda value: value // 2),
    "small": lambda picture: picture.resize((160, 120)),
    "large": lambda picture: picture.resize((1200, 900)),
    "stretched": lambda picture: picture.resize((560, 330)),
    "badly saved": lambda picture: images.load(encoded(picture, quality=8)),
    "with a border": lambda picture: ImageOps.expand(picture, 80, (20, 20, 60)),
    "as a screenshot": screenshot,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_work_is_a_copy_of_that_work_alone(change: str, known: IndexedWorks) -> None:
    for number in (3, 11, 24):
        found = found_in(CHANGES[change](scene(number)), known)
        assert {name: match.verdict for name, match in found.items()} == {str(number): COPY}


def test_it_is_told_that_a_work_was_mirrored_or_inverted(known: IndexedWorks) -> None:
    assert found_in(ImageOps.mirror(scene(3)), known)["3"].change.mirrored
    assert found_in(ImageOps.invert(scene(3)), known)["3"].change.inverted
    as_it_is = found_in(scene(3), known)["3"].change
    assert not as_it_is.mirrored and not as_it_is.inverted


def test_all_works_of_a_collage_are_found(known: IndexedWorks) -> None:
    collage = Image.new("RGB", (980, 740), (255, 255, 255))
    for place, number in enumerate((2, 9, 17)):
        collage.paste(scene(number), (place % 2 * 490, place // 2 * 370))
    found = found_in(collage, known)
    assert {name: match.verdict for name, match in found.items()} == {"2": COPY, "9": COPY, "17": COPY}


def test_places_in_the_picture_lead_to_places_in_the_work(known: IndexedWorks) -> None:
    match = found_in(scene(5).crop((120, 90, 360, 270)), known)["5"]
    corners = match.to_work @ np.array([[0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1.0]])
    expected = np.array([[0.25, 0.75, 0.75, 0.25], [0.25, 0.25, 0.75, 0.75]])
    assert np.abs(corners[:2] / corners[2] - expected).max() < 0.01


def test_another_picture_shows_no_known_work(known: IndexedWorks) -> None:
    assert {number: found for number in STRANGERS if (found := found_in(scene(number), known))} == {}


def test_a_frame_around_another_picture_is_a_part_and_no_copy(known: IndexedWorks) -> None:
    """As of the pages of one book."""
    framed = scene(4)
    framed.paste(scene(200, (400, 290)), (40, 35))
    assert {name: match.verdict for name, match in found_in(framed, known).items()} == {"4": PART}


OTHERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as another": lambda picture: picture,
    "a part": lambda picture: picture.crop((40, 30, 400, 300)),
    "mirrored": ImageOps.mirror,
    "on its side": lambda picture: picture.rotate(90, expand=True),
    "inverted": ImageOps.invert,
    "small": lambda picture: picture.resize((160, 120)),
    "recoloured": lambda picture: Image.eval(picture, lambda value: int(value * 0.7) + 40),
}


@pytest.mark.parametrize("change", OTHERS)
def test_a_picture_without_structure_is_nobodys_copy(change: str, known: IndexedWorks) -> None:
    """Though a work that looks like it is known."""
    pictures = {name: OTHERS[change](another()) for name, (_, another) in PLAIN.items()}
    assert {name: found for name, picture in pictures.items() if (found := found_in(picture, known))} == {}


def test_plain_works_are_no_pairs(known: IndexedWorks) -> None:
    assert find_pairs(known.workspace, list(known.rows)) == []
