"""artlib index: builds what trace searches, on this machine or with Ray."""

import builtins
from pathlib import Path

import pytest
from drawing import photo, write

import artlib
from artlib import collect
from artlib.cli import main
from artlib.errors import ArgumentError
from artlib.indexing.shards import read_shards
from artlib.workspace import Workspace

WORKS = 3


@pytest.fixture
def collected(tmp_path: Path) -> Workspace:
    for number in range(WORKS):
        write(tmp_path / "art" / f"{number}.jpg", photo(number))
    workspace = Workspace(tmp_path / "data")
    collect.folder(workspace, tmp_path / "art", artist="Hokusai")
    return workspace


def test_it_says_how_many_works_can_be_found(collected: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "--workspace", str(collected.root)]) == 0
    assert f"{WORKS} works can be found" in capsys.readouterr().out
    assert sum(len(shard.works) for shard in read_shards(collected.index)) == WORKS


def test_without_a_catalog_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "--workspace", str(tmp_path / "data")]) == 2
    assert "collect" in capsys.readouterr().err


def test_an_address_without_the_engine_it_is_for_is_refused(collected: Workspace) -> None:
    with pytest.raises(ArgumentError, match="engine='local', address='10.0.0.1:6379'"):
        artlib.build_index(collected, address="10.0.0.1:6379")


def test_an_engine_that_there_is_not_is_refused(collected: Workspace) -> None:
    with pytest.raises(ArgumentError, match='"local", or "ray"'):
        artlib.build_index(collected, engine="spark")


def test_without_ray_it_is_said_how_to_install_it(
    collected: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *rest, **more):
        if name.partition(".")[0] == "ray":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["index", "--engine", "ray", "--workspace", str(collected.root)]) == 2
    assert 'pip install "artlib[scale]"' in capsys.readouterr().err
