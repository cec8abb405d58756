"""A table in a source that names the artist of each picture is preferred to the folders."""

from pathlib import Path

import pytest
from drawing import encoded, photo, write

from artlib.collect import folder, plan
from artlib.collect.errors import CollectError
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """Four pictures in a folder that names nobody."""
    for number in range(4):
        write(tmp_path / "art" / "train" / f"{number}.jpg", encoded(photo(number)))
    return tmp_path / "art"


@pytest.mark.parametrize(
    "table",
    [
        "filename,artist\n0.jpg,Anna Ancher\n1.jpg,Anna Ancher\n2.jpg,Carl Larsson\n3.jpg,Carl Larsson\n",
        "artist;image;title\nAnna Ancher;train/0.jpg;a\nAnna Ancher;train/1.jpg;b\nCarl Larsson;train/2.jpg;c\n"
        "Carl Larsson;train/3.jpg;d\n",
        "\ufeffPath\tPainter\ntrain\\0.jpg\tAnna Ancher\ntrain\\1.jpg\tAnna Ancher\ntrain\\2.jpg\tCarl Larsson\n"
        "train\\3.jpg\tCarl Larsson\n",
        'id,new_filename,artist\n7,0,Anna Ancher\n8,1,"Anna Ancher"\n9,2,Carl Larsson\n10,3,Carl Larsson\n',
    ],
)
def test_its_artists_are_taken(flat: Path, table: str) -> None:
    write(flat / "info.csv", table.encode())
    planned = plan("nowhere", flat)
    assert planned.is_sure
    assert planned.counts == {"Anna Ancher": 2, "Carl Larsson": 2}


def test_it_is_preferred_to_the_folders(flat: Path) -> None:
    (flat / "train").rename(flat / "Wlop")
    write(flat / "info.csv", b"file,artist\n0.jpg,Anna Ancher\n1.jpg,Anna Ancher\n")
    assert plan("nowhere", flat).counts == {"Anna Ancher": 2, "Wlop": 2}


def test_page_and_licence_stand_in_the_catalog(flat: Path, workspace: Workspace) -> None:
    rows = [f"{number}.jpg,Anna Ancher,https://example.org/{number},CC0" for number in range(4)]
    write(flat / "info.csv", "\n".join(["filename,artist,url,licence", *rows]).encode())
    folder(workspace, flat)
    catalog = read_catalog(workspace)
    assert catalog["source_url"][0] == "https://example.org/0"
    assert set(catalog["licence"]) == {"CC0"}


@pytest.mark.parametrize(
    "table",
    [
        "filename,artist\nother.jpg,Anna Ancher\n",
        "artist,paintings\nAnna Ancher,4\n",
        "filename,artist\n0.jpg,unknown\n1.jpg,various\n2.jpg,\n3.jpg,anonymous\n",
        "",
        '"',
    ],
)
def test_a_table_that_names_too_few_is_only_a_data_file(flat: Path, table: str) -> None:
    write(flat / "info.csv", table.encode())
    planned = plan("nowhere", flat)
    with pytest.raises(CollectError, match="does not say whose"):
        planned.check()
    assert "data file" in str(planned)


def test_a_name_that_two_pictures_have_is_found_by_its_path_alone(flat: Path) -> None:
    write(flat / "test" / "0.jpg", encoded(photo(9)))
    write(flat / "info.csv", b"path,artist\n0.jpg,Wrong\ntrain/1.jpg,Anna\ntrain/2.jpg,Anna\ntest/0.jpg,Carl\n")
    planned = plan("nowhere", flat)
    planned.check()
    assert planned.counts == {"Anna": 2, "Carl": 1}
    assert planned.strays == ["train/0.jpg", "train/3.jpg"]
