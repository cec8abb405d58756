"""A small Open Clip Art Library, lying where artlib keeps the unpacked one: in a temporary folder of the test's own."""

import os
import tempfile
from pathlib import Path

import pytest
from drawing import photo, write

SVG = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:cc="http://web.resource.org/cc/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <metadata><rdf:RDF><cc:Work>
    <dc:title>A lighthouse</dc:title>
    <dc:publisher><cc:Agent><dc:title>Open Clip Art Library</dc:title></cc:Agent></dc:publisher>
    <dc:creator><cc:Agent><dc:title>{artist}</dc:title></cc:Agent></dc:creator>
  </cc:Work></rdf:RDF></metadata><path d="M0 0"/>
</svg>"""


def use_temporary_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder the temporary folder of this test, and of the processes that it starts."""
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))


def downloads() -> Path:
    """The folder that the packages are downloaded to."""
    return Path(tempfile.gettempdir()) / f"artlib-{os.getuid()}" / "openclipart"


def library() -> Path:
    """The folder in which the unpacked packages have their files."""
    return downloads() / "unpacked" / "usr" / "share" / "openclipart"


def add_work(work: str, artist: str, seed: int = 0, svg: str = SVG, compressed: bytes = b"") -> None:
    """Put a work into the library: its drawing, plain or compressed, and the picture made from it."""
    downloads().parent.mkdir(mode=0o700, exist_ok=True)
    suffix = "svg.gz" if compressed else "svg"
    write(library() / "svg" / f"{work}.{suffix}", compressed or svg.format(artist=artist).encode())
    write(library() / "png" / f"{work}.png", photo(seed, (64, 48)))
    count_files()


def count_files() -> None:
    """Say that the library is whole as it is."""
    count = sum(path.is_file() for path in library().rglob("*"))
    write(downloads() / "files.txt", f"{count}\n".encode())
