"""The doctor: what is whole is called whole, what is damaged is named with its remedy, and nothing is changed."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from conftest import copy_of
from learned_model import divide, learn

from artlib.cli import main
from artlib.doctor.finding import Finding, State
from artlib.workspace import Workspace
from artlib.workspace.decisions import record
from artlib.workspace.place import has_gpu

Damage = Callable[[Workspace], object]


@pytest.fixture(scope="module")
def learned(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a split, a decision and a model; only to be read."""
    folder = tmp_path_factory.mktemp("doctor")
    workspace = learn(divide(collected, folder / "divided"), folder / "data")
    record(workspace, workspace.read_table(workspace.catalog)["id"][0], "keep")
    figures = {"test": {"accuracy": 0.9, "accuracy_ci95": [0.8, 0.95], "n": 40}}
    (workspace.model() / "metrics.json").write_text(json.dumps(figures))
    return workspace


@pytest.fixture
def own(learned: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be damaged."""
    return copy_of(learned, tmp_path / "data")


def content_of(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.md5(path.read_bytes()).hexdigest() for path in files}


def asked(workspace: Workspace | Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and what is printed with one space in place of each gap."""
    root = workspace.root if isinstance(workspace, Workspace) else workspace
    capsys.readouterr()
    status = main(["doctor", "--workspace", str(root)])
    return status, " ".join(capsys.readouterr().out.split())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_what_is_whole_is_called_whole(learned: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = asked(learned, capsys)
    assert status == 0
    for words in (
        "ok catalog.csv rows: 72",
        "ok decisions.jsonl pictures decided on: 1",
        "ok images 72 pictures of the catalog, and all are here",
        "Its model 'default' ok model 3 artists, efficientnet_lite0 at 64 pixels; its errors are measured",
        "ok figures accuracy 0.900 (0.800 to 0.950) on 40 test images",
        "Nothing is damaged.",
    ):
        assert words in said, words
    assert "XX" not in said and "! " not in said


DAMAGES: dict[str, Damage] = {
    "catalog.csv": lambda workspace: workspace.catalog.write_text("id;artist\nx"),
    "groups.csv": lambda workspace: workspace.groups.write_bytes(b"\0" * 40),
    "artists.csv": lambda workspace: workspace.artists.write_text("name,paintings\nWlop,many\n"),
    "split.csv": lambda workspace: workspace.split.write_text("id,artist\n"),
    "suspects.csv": lambda workspace: workspace.suspects.write_text("hello"),
    "decisions.jsonl": lambda workspace: (workspace.decisions.unlink(), workspace.decisions.mkdir()),
    "model": lambda workspace: cut(workspace.model() / "artist_model.json"),
    "model ": lambda workspace: cut(workspace.model() / "model.keras"),
    "model  ": lambda workspace: [cut(path) for path in workspace.model().glob("confidence-*.npz")],
    "history.csv": lambda workspace: (workspace.model() / "history.csv").write_text("what"),
    "figures": lambda workspace: (workspace.model() / "metrics.json").write_text("{}"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_is_named_with_its_remedy(
    name: str, own: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    DAMAGES[name](own)
    status, said = asked(own, capsys)
    assert status == 1
    found = said.split(f"XX {name.strip()} ")
    assert len(found) == 2, said
    assert any(word in found[1] for word in ("again", "Correct", "Bring", "bring", "Give", "Move")), found[1]
    assert "damaged or missing; what to do stands beside it" in said


def test_a_lost_picture_is_named(own: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    row = own.read_table(own.catalog).iloc[3]
    own.image(row["id"]).unlink()
    own.original(row["path"]).unlink()
    status, said = asked(own, capsys)
    assert status == 1
    assert "XX images 1 of 72 pictures of the catalog are lost or damaged, and so are their originals" in said
    assert f"images/{row['id']}.jpg" in said


def test_pictures_that_came_after_the_split_are_no_damage(own: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    record(own, own.read_table(own.catalog)["id"][1], "discard")
    status, said = asked(own, capsys)
    assert status == 0
    assert said.count("! split Images were added, removed, discarded") == 1
    assert said.count("! its split Images were added, removed, discarded") == 1
    assert "artlib split" in said


def test_a_workspace_that_is_not_there_yet_is_no_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = asked(tmp_path / "none", capsys)
    assert status == 0
    assert (
        f"-- folder there is no workspace {tmp_path / 'none'} yet: run 01_collect (artlib collect folder PATH)" in said
    )


def test_a_file_in_the_place_of_a_workspace_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    status, said = asked(tmp_path / "file", capsys)
    assert status == 1 and "file is a file. Give the folder of a workspace (--workspace)." in said


def test_a_training_that_has_not_ended_is_no_damage(own: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    own.model("second").mkdir()
    (own.model("second") / "checkpoint.npz").touch()
    status, said = asked(own, capsys)
    assert status == 0 and "Its model 'second' -- model its training has not ended: artlib train" in said


def test_nothing_is_changed(own: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    cut(own.model() / "artist_model.json")
    own.groups.write_text("wrong")
    before = content_of(own.root)
    asked(own, capsys)
    assert content_of(own.root) == before


def test_a_package_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    version = metadata.version

    def without(name: str) -> str:
        if name in ("faiss-cpu", "keras-hub"):
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(
        metadata, "requires", lambda _: ["faiss-cpu>=1.9", "numpy>=2", 'keras-hub>=0.22; extra == "hub"']
    )
    monkeypatch.setattr(metadata, "version", without)
    status, said = asked(tmp_path, capsys)
    assert status == 1
    assert "XX packages faiss-cpu not installed. To install: pip install faiss-cpu" in said
    assert '-- artlib[hub] without keras-hub; to install: pip install "artlib[hub]"' in said


@pytest.mark.skipif(has_gpu(), reason="TensorFlow is asked about the GPU")
def test_tensorflow_is_not_loaded(learned: Workspace) -> None:
    code = f"import sys; from artlib.cli import main; main(['doctor', '--workspace', {str(learned.root)!r}])"
    code += "\nprint('loaded', {'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded set()"


def test_long_texts_are_broken_into_lines_below_each_other() -> None:
    lines = str(Finding("split", State.STALE, "word " * 60 + "\n    artlib split")).splitlines()
    assert max(map(len, lines)) <= 124 and len(lines) == 5
    assert lines[0].startswith("!   split") and all(line.startswith(" " * 27) for line in lines[1:])
