"""Archives whose members, names or kinds are not as they should be: the rest is collected, and nothing is unsaid."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from drawing import encoded, photo

from artlib.collect import archive
from artlib.collect import plan as planned
from artlib.collect.errors import CollectError


def tarred(path: Path, names: list[str], others: list[tarfile.TarInfo] = ()) -> Path:
    """A tar file with a picture under each name, and other members."""
    with tarfile.open(path, "w:gz") as opened:
        for number, name in enumerate(names):
            member, content = tarfile.TarInfo(name), encoded(photo(number))
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
        for member in others:
            opened.addfile(member)
    return path


def member(name: str, kind: bytes) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, "Wlop/0.jpg"
    return made


class TestTarFiles:
    @pytest.mark.parametrize("name", [f"Wlop/{'n' * 300}.jpg", "Wlop/0.jpg/inner.jpg", "Wlop/0.jpg", "Wlop/名" * 60])
    def test_no_name_ends_a_collection(self, workspace, tmp_path, name):
        report = archive(workspace, tarred(tmp_path / "art.tgz", ["Wlop/0.jpg", "Ross/1.jpg", name]), level=1)

        assert report.added.total() == 3

    def test_what_is_no_file_is_named(self, tmp_path):
        others = [
            member("Wlop/link.jpg", tarfile.SYMTYPE),
            member("Wlop/hard.jpg", tarfile.LNKTYPE),
            member("Wlop/device.jpg", tarfile.CHRTYPE),
            member("Empty", tarfile.DIRTYPE),
        ]
        shown = str(planned("nowhere", tarred(tmp_path / "art.tar", ["Wlop/0.jpg"], others)))

        assert "2 × link: collect the folder that it was packed from (Wlop/link.jpg, Wlop/hard.jpg)" in shown
        assert "1 × pipe or device" in shown
        assert "1 empty folder: Empty" in shown


def test_empty_folders_of_a_zip_file_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "art.zip", "w") as opened:
        opened.writestr("Wlop/0.jpg", encoded(photo(0)))
        for name in ("Wlop/", "Sisley/", "Deep/er/", "__MACOSX/x/"):
            opened.writestr(name, b"")

    shown = str(planned("nowhere", tmp_path / "art.zip"))
    assert "2 empty folders: Deep/er, Sisley" in shown


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("art.rar", b"Rar!\x1a\x07\0" + os.urandom(99), "Unpack it with another program"),
        ("art.7z", b"7z\xbc\xaf\x27\x1c" + os.urandom(99), "Unpack it with another program"),
        ("art.zip.001", b"PK\x03\x04" + os.urandom(99), "one part of a split archive"),
        ("art.z01", b"PK\x03\x04" + os.urandom(99), "one part of a split archive"),
        ("art.part1.rar", b"Rar!\x1a\x07\0" + os.urandom(99), "one part of a split archive"),
        ("art.jpg", encoded(photo(0)), "is a picture"),
        ("art.zip", b"PK\x03\x04" + os.urandom(99), "Download it again"),
        ("art.zip", b"<!doctype html><html>please log in", "is a web page"),
    ],
)
def test_what_is_no_archive_says_what_it_is(tmp_path, name, content, advice):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CollectError, match=advice):
        planned("nowhere", tmp_path / name)


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64"])
def test_an_encoding_that_python_does_not_know_is_refused(tmp_path, encoding):
    with pytest.raises(CollectError, match=f"shift_jis.*Received: '{encoding}'"):
        planned("nowhere", tarred(tmp_path / "art.tar", ["Wlop/0.jpg"]), encoding=encoding)


@pytest.mark.parametrize(("encoding", "name"), [("cp866", "Репин"), ("cp850", "Dürer"), ("cp1251", "Репин")])
def test_the_encodings_of_windows_archives_are_offered(tmp_path, encoding, name):
    with tarfile.open(tmp_path / "art.tar", "w", encoding=encoding, format=tarfile.GNU_FORMAT) as opened:
        content = encoded(photo(0))
        for number in range(2):
            info = tarfile.TarInfo(f"{name}/{number}.jpg")
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))

    assert f"--encoding {encoding}: {name}" in str(planned("nowhere", tmp_path / "art.tar"))
