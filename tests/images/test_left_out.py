"""Folders with files of every kind: pictures are found by their bytes, and the others are named."""

from pathlib import Path

import pytest
from drawing import encoded, photo, write

from artlib.images.files import pictures_under
from artlib.images.left_out import left_out_under

HEIC = b"\0\0\0\x18ftypheic" + bytes(40)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    for name in ("work", "work.jpg_large", "work.jpg?1670"):
        write(tmp_path / name, encoded(photo(1)))
    write(tmp_path / "phone.HEIC", HEIC)
    write(tmp_path / "page.jpg", b"<!DOCTYPE html><html></html>")
    write(tmp_path / "more" / "notes.txt", b"notes")
    write(tmp_path / "more" / "works.zip", b"PK\x03\x04" + bytes(40))
    write(tmp_path / "late.jpg.part", b"")
    write(tmp_path / ".DS_Store", b"x")
    write(tmp_path / "__MACOSX" / "._work.jpg", b"x")
    return tmp_path


def test_pictures_are_found_by_their_bytes_and_those_that_cant_be_read_too(mixed: Path) -> None:
    found = sorted(map(str, pictures_under(mixed)))
    assert found == ["page.jpg", "phone.HEIC", "work", "work.jpg?1670", "work.jpg_large"]


def test_everything_else_is_named_with_what_to_do(mixed: Path) -> None:
    assert sorted(map(str, left_out_under(mixed))) == [
        "1 × packed archive, such as ZIP: unpack it, then give the folder (more/works.zip)",
        "1 × plain text: open it in an editor; it may be an error message (more/notes.txt)",
        "1 × unfinished download: finish it, or delete it (late.jpg.part)",
    ]


def test_a_prediction_of_a_folder_names_them(mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from artlib.answers.inputs import expand

    assert len(list(expand([str(mixed)]))) == 5
    assert f"Left out of {mixed}: 1 × packed archive" in capsys.readouterr().err
