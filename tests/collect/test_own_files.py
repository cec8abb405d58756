"""Sources that were not meant, or that reach into the workspace: its own files are never collected again."""

from collections import Counter
from pathlib import Path

import pytest
from drawing import photo, write

from artlib.collect import CollectError, archive, folder
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace `data` in the current folder, with one picture collected from `art` beside it."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "art" / "Wlop" / "one.png", photo(1))
    folder("data", "art")
    return Workspace("data")


@pytest.mark.parametrize("path", ["", "  "])
@pytest.mark.parametrize("collect", [folder, archive])
def test_an_empty_path_is_refused_and_collects_nothing(
    collect: object, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "mine" / "private.png", photo(1))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CollectError, match=f"path is empty. Received: path='{path}'. Give "):
        collect("data", path)  # type: ignore[operator]
    assert not Path("data").exists()


def test_a_whole_home_folder_is_refused_with_what_to_give_instead(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "private.png", photo(1))
    with pytest.raises(CollectError, match="whole home.*Received: path='~'. Give a folder that holds nothing but"):
        folder(workspace, "~")


def test_a_folder_for_a_zip_file_points_to_collect_folder(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="is a folder. .*artlib collect folder PATH"):
        archive(workspace, tmp_path)


def test_the_current_folder_is_collected_without_the_workspace_in_it(around: Workspace) -> None:
    write(Path("art/Wlop/two.png"), photo(2))
    report = folder(around, ".", artist="Wlop")
    assert (dict(report.added), report.known) == ({"Wlop": 1}, 1)
    assert len(read_catalog(around)) == 2


def test_the_folder_of_the_workspace_does_not_count_when_artists_are_named(around: Workspace) -> None:
    write(Path("art/Ross/three.png"), photo(3))
    assert folder(around, ".").added == Counter({"Ross": 1})


@pytest.mark.parametrize("part", ["originals", "originals/Wlop", "images", "others", "models", "features"])
def test_a_part_of_the_workspace_is_refused(part: str, around: Workspace) -> None:
    (around.root / part).mkdir(exist_ok=True, parents=True)
    with pytest.raises(CollectError, match=f"in the workspace already. Received: path='.*{part}'.*Give the folder"):
        folder(around, around.root / part)
    assert len(read_catalog(around)) == 1


def test_a_folder_of_ones_own_in_the_workspace_is_collected(around: Workspace) -> None:
    write(around.root / "incoming" / "Ross" / "four.png", photo(4))
    assert folder(around, "data/incoming/Ross").added == Counter({"Ross": 1})
    assert folder(around, "data").known == 1


def test_a_source_with_nothing_but_the_workspace_holds_no_picture(around: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    around.root.rename(outside / "data")
    with pytest.raises(CollectError, match="Found 0 pictures"):
        folder(outside / "data", outside)


def test_a_link_into_the_workspace_is_seen(around: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(around.images.resolve())
    with pytest.raises(CollectError, match="in the workspace already"):
        folder(around, tmp_path / "elsewhere")
