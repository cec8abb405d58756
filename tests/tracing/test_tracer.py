"""Tracing: the original of a picture is found and named, whatever was done to it, and of other pictures none is."""

import io
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from copies import CROP, MIRROR, QUARTER_TURN, copied
from drawing import detailed, write
from PIL import Image, ImageOps

import artlib
from artlib.images import ImageError
from artlib.similarity.hashing import orientation_hashes
from artlib.tracing.glance import glance, suspects
from artlib.tracing.tracer import Tracer, tracer
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.decisions import record

pytestmark = pytest.mark.thorough

WORKS = 12
SIZE = (480, 360)


def work(number: int) -> Image.Image:
    return detailed(300 + number)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with some works of two artists; only to be read."""
    folder = tmp_path_factory.mktemp("known")
    for number in range(WORKS):
        write(folder / "art" / ("Wlop", "Ross")[number % 2] / f"{number}.png", work(number))
    artlib.collect.folder(Workspace(folder / "data"), folder / "art")
    return Workspace(folder / "data")


def path_of(number: int) -> str:
    return f"originals/{('Wlop', 'Ross')[number % 2]}/{number}.png"


def screenshot(picture: Image.Image) -> Image.Image:
    """A page with a bar, and the picture on it."""
    page = Image.new("RGB", (900, 700), "#eceff1")
    page.paste("#37474f", (0, 0, 900, 60))
    page.paste(picture.resize((600, 450)), (150, 150))
    return page


def collage(*pictures: Image.Image) -> Image.Image:
    """Pictures side by side."""
    joined = Image.new("RGB", (400 * len(pictures), 300))
    for place, picture in enumerate(pictures):
        joined.paste(picture.resize((400, 300)), (400 * place, 0))
    return joined


ATTACKS = {
    "as it is": lambda picture: picture,
    "cropped": lambda picture: copied(picture, CROP, (300, 225)),
    "mirrored": ImageOps.mirror,
    "turned": lambda picture: copied(picture, QUARTER_TURN, (360, 480)),
    "grey": lambda picture: picture.convert("L"),
    "inverted": ImageOps.invert,
    "small": lambda picture: picture.resize((160, 120)),
    "screenshot": screenshot,
    "cropped and mirrored": lambda picture: ImageOps.mirror(picture.crop((60, 30, 380, 300))),
    "with a border": lambda picture: ImageOps.expand(picture, 40, "white"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_original_is_found_whatever_was_done_to_it(attack: str, known: Workspace) -> None:
    trace = artlib.trace(ATTACKS[attack](work(5)), known)
    assert (trace.verdict, trace.copy_of, trace.artist) == ("copy", path_of(5), "Ross")


def test_of_a_collage_both_originals_are_named(known: Workspace) -> None:
    trace = artlib.trace(collage(work(2), work(7)), known)
    assert set(trace.copy_of.split("; ")) == {path_of(2), path_of(7)}


def test_of_a_collage_of_parts_all_originals_are_named(known: Workspace) -> None:
    """The whole of each work would reach over the cells beside its own."""
    numbers = (1, 2, 6, 7)
    joined = Image.new("RGB", (480, 360))
    for number, place in zip(numbers, [(0, 0), (240, 0), (0, 180), (240, 180)], strict=True):
        joined.paste(work(number).crop((120, 90, 360, 270)), place)
    assert set(artlib.trace(joined, known).copy_of.split("; ")) == {path_of(number) for number in numbers}


def test_other_pictures_are_no_copies(known: Workspace) -> None:
    strangers = [(str(seed), detailed(seed)) for seed in range(2000, 2020)]
    assert {trace.verdict for trace in tracer(known).traces(strangers)} == {"none"}


@pytest.mark.parametrize("colour", ["white", "black", "#8090a0"])
def test_a_plain_picture_is_nobodys_copy(colour: str, known: Workspace) -> None:
    assert artlib.trace(Image.new("RGB", SIZE, colour), known).verdict == "none"


# --- what was done to it ---


def test_the_share_of_the_work_that_is_left_is_told(known: Workspace) -> None:
    original = artlib.trace(copied(work(3), CROP, (300, 225)), known).originals[0]
    assert original.match.change.kept == pytest.approx(0.25, abs=0.02)


def test_how_many_times_the_work_was_enlarged_is_told(known: Workspace) -> None:
    part = work(3).crop((100, 100, 400, 325)).resize((600, 450))
    assert artlib.trace(part, known).originals[0].match.change.enlarged == pytest.approx(2, abs=0.05)


def test_how_far_it_was_turned_is_told_clockwise(known: Workspace) -> None:
    turned = work(3).rotate(-15, Image.Resampling.BICUBIC)
    assert artlib.trace(turned, known).originals[0].match.change.turned == pytest.approx(15, abs=0.5)


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        ("mirrored", "mirrored"),
        ("grey", "made grey"),
        ("inverted", "tones inverted"),
        ("with a border", "border added"),
        ("screenshot", "it stands inside a larger picture"),
    ],
)
def test_what_was_done_is_told_in_words(attack: str, words: str, known: Workspace) -> None:
    assert words in artlib.trace(ATTACKS[attack](work(3)), known).change


def test_of_a_work_as_it_is_nothing_is_told(known: Workspace) -> None:
    assert artlib.trace(work(3), known).originals[0].match.change.words() == []


def test_the_places_lie_on_each_other(known: Workspace) -> None:
    """The homography brings the corners of a mirrored crop to where they were cut out."""
    to_work = MIRROR @ CROP  # the crop of the mirror image
    found = artlib.trace(copied(work(4), to_work, (300, 225)), known).originals[0].match
    corners = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1]], float).T
    here, there = (matrix @ corners for matrix in (found.to_work, to_work))
    assert here[:2] / here[2] == pytest.approx(there[:2] / there[2], abs=0.02)


# --- the ways to ask ---


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    write(tmp_path / "post.png", ImageOps.mirror(work(1)))
    handler = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: handler(*given, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/post.png"
    server.shutdown()


def test_a_picture_can_be_an_address(address: str, known: Workspace) -> None:
    assert artlib.trace(address, known).copy_of == path_of(1)


def test_a_picture_can_be_bytes_or_an_array(known: Workspace) -> None:
    buffer = io.BytesIO()
    work(1).save(buffer, "PNG")
    assert {artlib.trace(each, known).copy_of for each in (buffer.getvalue(), np.asarray(work(1)))} == {path_of(1)}


def test_what_cannot_be_read_is_an_error(known: Workspace) -> None:
    with pytest.raises(ImageError):
        artlib.trace(b"no picture", known)


def test_of_many_pictures_each_has_its_answer_in_its_place(known: Workspace) -> None:
    asked = [("a", work(1)), ("b", b"no picture"), ("c", detailed(5000)), ("d", work(8))]
    answers = [(trace.path, trace.verdict) for trace in tracer(known).traces(asked)]
    assert answers == [("a", "copy"), ("b", "error"), ("c", "none"), ("d", "copy")]


def test_without_a_catalog_the_error_says_to_collect(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="artlib collect"):
        artlib.trace(work(1), tmp_path / "data")


# --- which works are known ---


@pytest.fixture
def own(known: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with three works."""
    for number in range(3):
        write(tmp_path / "art" / "Wlop" / f"{number}.png", work(number))
    artlib.collect.folder(Workspace(tmp_path / "data"), tmp_path / "art")
    return Workspace(tmp_path / "data")


def test_a_work_that_is_collected_later_is_found(own: Workspace, tmp_path: Path) -> None:
    assert artlib.trace(work(9), own).verdict == "none"
    write(tmp_path / "more" / "Ross" / "new.png", work(9))
    artlib.collect.folder(own, tmp_path / "more")
    assert artlib.trace(ImageOps.mirror(work(9)), own).artist == "Ross"


def test_a_work_that_left_the_catalog_is_not_found(own: Workspace) -> None:
    assert artlib.trace(work(0), own).verdict == "copy"
    catalog = own.read_table(own.catalog)
    catalog[~catalog["path"].str.endswith("0.png")].to_csv(own.catalog, index=False)
    assert artlib.trace(work(0), own).verdict == "none"


def test_a_work_that_was_moved_by_hand_is_by_the_other_artist(own: Workspace) -> None:
    record(own, artlib.read_catalog(own)["id"][0], "move", "Ross")
    assert artlib.trace(work(0), own).artist == "Ross"


def test_a_work_whose_picture_was_deleted_is_no_original_and_stops_nothing(own: Workspace) -> None:
    artlib.build_index(own)
    own.image(artlib.read_catalog(own)["id"][0]).unlink()
    shutil.rmtree(own.originals)
    assert [artlib.trace(work(number), own).verdict for number in (0, 1)] == ["none", "copy"]


# --- a glance ---


def seen(pictures: list[Image.Image], known: Workspace) -> list[bool]:
    glances = [glance(each.convert("RGB"), orientation_hashes(each)) for each in pictures]
    return suspects(glances, Tracer(known)._works)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_glance_suspects_a_copy(attack: str, known: Workspace) -> None:
    assert seen([ATTACKS[attack](work(5))], known) == [True]


def test_a_glance_suspects_hardly_any_other_picture(known: Workspace) -> None:
    assert sum(seen([detailed(seed) for seed in range(3000, 3030)], known)) <= 3


# --- without the pictures ---


def test_without_the_works_pictures_their_fingerprints_find_copies_of_the_whole(
    own: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(own.images)
    trace = artlib.trace(ImageOps.mirror(work(0)), own)
    assert (trace.verdict, trace.artist) == ("copy", "Wlop") and "fingerprints alone" in str(trace)
    assert artlib.trace(work(8), own).verdict == "none"
    assert "not indexed" not in capsys.readouterr().err


def test_without_the_works_pictures_a_plain_picture_is_nobodys_copy(own: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "flat" / "Ross" / "grey.png", Image.new("RGB", (300, 200), "#777777"))
    artlib.collect.folder(own, tmp_path / "flat")
    shutil.rmtree(own.images)
    assert artlib.trace(Image.new("RGB", (300, 200), "#777777"), own).verdict == "none"
