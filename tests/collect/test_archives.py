"""Archives whose members, names or kinds are not as they should be: the rest is collected, and nothing is unsaid."""

import gzip
import io
import os
import tarfile
import tracemalloc
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


def damaged_tar(path: Path, how: str) -> Path:
    """A tar file whose second picture has a damaged head."""
    tarred(path, ["Wlop/0.jpg", "Wlop/1.jpg", "Wlop/2.jpg"])
    content = bytearray(gzip.decompress(path.read_bytes()))
    head = content.index(b"Wlop/1.jpg")
    if how == "zeroed checksum":
        content[head + 148 : head + 156] = bytes(8)
    path.write_bytes(content[: head + 300] if how == "cut within" else content)
    return path


class TestTarFiles:
    @pytest.mark.parametrize("how", ["zeroed checksum", "cut within"])
    def test_pictures_behind_a_damaged_head_are_not_dropped_in_silence(self, tmp_path, how):
        with pytest.raises(CollectError, match="is not a complete tar file"):
            planned("nowhere", damaged_tar(tmp_path / "art.tar", how))

    @pytest.mark.parametrize("first", [True, False])
    def test_properties_that_would_fill_the_memory_are_refused(self, tmp_path, first):
        """100 kB that unpack to 100 MB of one picture's properties."""
        with tarfile.open(tmp_path / "art.tgz", "w:gz") as opened:
            names = ["Wlop/long.jpg"] if first else ["Wlop/0.jpg", "Wlop/long.jpg"]
            for name in names:
                info, content = tarfile.TarInfo(name), encoded(photo(1))
                info.size = len(content)
                info.pax_headers = {"comment": "x" * 100_000_000} if "long" in name else {}
                opened.addfile(info, io.BytesIO(content))
        tracemalloc.start()
        try:
            with pytest.raises(CollectError, match="is not a complete tar file|of a kind that artlib can't open"):
                planned("nowhere", tmp_path / "art.tgz")
            assert tracemalloc.get_traced_memory()[1] < 50_000_000
        finally:
            tracemalloc.stop()

    def test_long_names_and_other_properties_are_read(self, workspace, tmp_path):
        with tarfile.open(tmp_path / "art.tgz", "w:gz", format=tarfile.PAX_FORMAT) as opened:
            info, content = tarfile.TarInfo(f"北斎/{'長' * 60}.jpg"), encoded(photo(1))
            info.size, info.pax_headers = len(content), {"LIBARCHIVE.xattr.x": "y" * 90_000}
            opened.addfile(info, io.BytesIO(content))
        assert archive(workspace, tmp_path / "art.tgz").added == {"北斎": 1}

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
