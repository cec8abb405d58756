"""Other artists: which pictures of a folder are taken, and the file that keeps what the model sees in them."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from clouds import others_of
from conftest import Hostile, copy_of
from drawing import photo, rings, write

from artlib.errors import ArgumentError
from artlib.recogniser import others
from artlib.recogniser.others import Others, OthersError, look
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog

SIDE = 32


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with two pictures by each of two artists who are not collected."""
    for number, artist in enumerate(["Hilma", "Emily"] * 2):
        write(tmp_path / "shelf" / artist / f"{number}.jpg", photo(700 + number))
    return tmp_path / "shelf"


def test_each_picture_comes_with_the_folder_that_it_is_in(collected: Workspace, shelf: Path) -> None:
    pixels, artists = look(collected, shelf, SIDE)
    assert (pixels.shape, pixels.dtype) == ((4, SIDE, SIDE, 3), np.uint8)
    assert artists.tolist() == ["Emily", "Emily", "Hilma", "Hilma"]


def test_pictures_without_subfolders_count_as_one_artists(collected: Workspace, tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "flat" / f"{number}.jpg", photo(700 + number))
    assert len(set(look(collected, tmp_path / "flat", SIDE)[1])) == 1


def test_nothing_is_said_where_nothing_is_left_out(
    collected: Workspace, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    look(collected, shelf, SIDE)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["Wlop", "wLOP", " Ross  Tran ", "北斎"])
def test_pictures_by_a_collected_artist_are_left_out_with_a_warning(
    name: str, collected: Workspace, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shelf / name / "new.jpg", photo(800))
    assert set(look(collected, shelf, SIDE)[1]) == {"Hilma", "Emily"}
    assert "Left out of the other artists' pictures: 1 by a collected artist." in capsys.readouterr().err


def test_a_collected_artist_is_known_in_another_form_of_unicode(
    collected: Workspace, shelf: Path, tmp_path: Path
) -> None:
    workspace = copy_of(collected, tmp_path / "data")
    catalog = workspace.catalog.read_text(encoding="utf-8").replace("Wlop", "Andr\u00e9")
    workspace.catalog.write_text(catalog, encoding="utf-8")
    write(shelf / unicodedata.normalize("NFD", "Andr\u00e9") / "new.jpg", photo(800))
    assert set(look(workspace, shelf, SIDE)[1]) == {"Hilma", "Emily"}


def test_a_collected_artists_folder_is_known_deeper_down(collected: Workspace, shelf: Path) -> None:
    write(shelf / "painters" / "Wlop" / "early" / "new.jpg", photo(800))
    assert set(look(collected, shelf, SIDE)[1]) == {"Hilma", "Emily"}


@pytest.mark.parametrize("turned", [False, True])
def test_copies_of_collected_works_are_left_out_with_a_warning(
    turned: bool, collected: Workspace, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = rings(3).resize((200, 150))
    write(shelf / "Somebody" / "taken.jpg", work.rotate(90, expand=True) if turned else work)
    assert set(look(collected, shelf, SIDE)[1]) == {"Hilma", "Emily"}
    assert "Left out of the other artists' pictures: 1 a copy of a collected work." in capsys.readouterr().err


def test_a_picture_that_can_not_be_read_is_left_out_and_named(
    collected: Workspace, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shelf / "Hilma" / "bad.jpg", b"no picture")
    assert len(look(collected, shelf, SIDE)[0]) == 4
    error = capsys.readouterr().err
    assert "Left out: " in error and "bad.jpg" in error


def test_a_folder_without_pictures_is_refused(collected: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match="no readable picture of other artists. Received: others='.*empty'"):
        look(collected, tmp_path / "empty", SIDE)


def test_a_path_that_is_no_folder_is_named_as_such(collected: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "file.zip", b"PK")
    for name, reason in (("nowhere", "There is no such folder."), ("file.zip", "This is no folder.")):
        with pytest.raises(ArgumentError, match=f"{reason} Received: others='.*{name}'"):
            look(collected, tmp_path / name, SIDE)


def test_an_empty_path_is_refused_and_not_taken_for_the_current_folder(
    collected: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf)
    with pytest.raises(ArgumentError, match="path is empty. Received: others=''. Give a folder .* or leave it out"):
        look(collected, "", SIDE)


def test_a_folder_with_nothing_but_collected_artists_is_refused_with_the_reason(
    collected: Workspace, tmp_path: Path
) -> None:
    write(tmp_path / "mine" / "Wlop" / "new.jpg", photo(800))
    write(tmp_path / "mine" / "Somebody" / "taken.jpg", rings(3))
    text = r"\(1 a copy of a collected work, 1 by a collected artist\)|\(1 by a collected artist, 1 a copy"
    with pytest.raises(WorkspaceError, match=text):
        look(collected, tmp_path / "mine", SIDE)


def test_of_too_many_pictures_some_of_every_artist_are_taken(
    collected: Workspace, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        write(shelf / "Many" / f"{number}.jpg", photo(710 + number))
    monkeypatch.setattr(others, "MOST", 8)
    pixels, artists = look(collected, shelf, SIDE)
    assert (len(pixels), artists.tolist()) == (8, ["Emily"] * 2 + ["Hilma"] * 2 + ["Many"] * 4)


def test_a_thousand_pictures_are_spread_over_the_artists() -> None:
    artists = np.repeat(["a", "b", "c"], [5000, 700, 10])
    chosen = others._spread(artists)
    assert len(chosen) == others.MOST == 1000
    assert np.unique(artists[chosen], return_counts=True)[1].tolist() == [495, 495, 10]
    assert (np.diff(chosen) > 0).all() and chosen[0] == 0


def test_up_to_a_thousand_pictures_all_are_taken() -> None:
    assert others._spread(np.repeat(["a", "b"], [990, 10])).tolist() == list(range(1000))


def test_what_the_catalog_holds_stays_as_it_was(collected: Workspace, shelf: Path) -> None:
    before = read_catalog(collected)
    look(collected, shelf, SIDE)
    assert read_catalog(collected).equals(before) and not set(before["artist"]) & {"Hilma", "Emily"}


# --- the file ---


def test_others_read_from_their_file_are_the_same(tmp_path: Path) -> None:
    before = others_of(3, [7, 8])
    again = Others.read(before.write(tmp_path))
    assert again.names == before.names and (again.artists == before.artists).all()
    assert (again.outputs.logits == before.outputs.logits).all()
    # they are kept with half the precision
    assert again.outputs.embeddings == pytest.approx(before.outputs.embeddings, rel=1e-3, abs=1e-4)
    assert again.frozen == pytest.approx(before.frozen, rel=1e-3, abs=1e-4)
    assert again.frozen.dtype == again.outputs.embeddings.dtype == np.float32


def test_what_was_read_is_written_to_the_same_file_again(tmp_path: Path) -> None:
    path = others_of(3, [7, 8]).write(tmp_path)
    assert Others.read(path).write(tmp_path) == path and path.name.startswith("others-")


def test_others_say_how_many_they_are() -> None:
    assert str(others_of(3, [7, 8])) == "16 works by 2 other artists"


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "gone", "a part is missing"])
def test_a_damaged_file_says_what_makes_it_anew(damage: str, tmp_path: Path) -> None:
    path = others_of(3, [7, 8]).write(tmp_path)
    content = path.read_bytes()
    if damage == "a part is missing":
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files if name != "frozen"}
        np.savez(path, **arrays)
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": content[:1000], "empty": b"", "text": b"no archive"}[damage])
    with pytest.raises(OthersError, match=f"{path.name} is missing or damaged .*artlib evaluate --others FOLDER"):
        Others.read(path)


def test_code_that_is_hidden_in_the_file_is_not_run(tmp_path: Path) -> None:
    path = others_of(3, [7, 8]).write(tmp_path)
    with np.load(path) as file:
        names = file.files
    np.savez(path, **dict.fromkeys(names, np.array([Hostile(tmp_path / "ran")], dtype=object)))
    with pytest.raises(OthersError):
        Others.read(path)
    assert not (tmp_path / "ran").exists()
