"""Whether a model is trained: only a finished training on the present split counts."""

from pathlib import Path

import pytest
from conftest import copy_of
from drawing import LOOKS, write

from artlib import is_trained
from artlib.recogniser.files import ModelError, ModelMetadata, versions, write_metadata
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import split_hash

HISTORY = "phase,epoch,loss,seconds,elapsed,kept\nhead,1,0.5,2.0,2.0,True\n"


@pytest.fixture
def own(collected: Workspace, tmp_path: Path) -> Workspace:
    """A split, and the metadata of a model that was trained on it."""
    workspace = copy_of(collected, tmp_path / "data")
    make_split(workspace)
    names = sorted(LOOKS)
    metadata = ModelMetadata(names, "efficientnet_lite0", 64, "artlib", 0, 1.0, split_hash(workspace), versions())
    write_metadata(workspace.model(), metadata)
    return workspace


def test_a_finished_training_on_the_present_split_is_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    assert is_trained(own) and is_trained(str(own.root), name="default")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("history.csv", None),
        ("history.csv", b""),
        ("history.csv", b"\xff\xfe no text"),
        ("history.csv", HISTORY.replace("elapsed", "time").encode()),  # as an earlier artlib wrote it
        ("checkpoint.npz", b"unfinished"),
    ],
)
def test_what_is_not_finished_is_not_trained(name: str, content: bytes | None, own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    if content is None:
        (own.model() / name).unlink()
    else:
        write(own.model() / name, content)
    assert not is_trained(own)


def test_a_model_of_an_earlier_split_is_not_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    make_split(own, seed=1)
    assert not is_trained(own)


def test_a_model_of_another_name_is_not_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    assert not is_trained(own, name="another")


def test_a_workspace_without_anything_has_no_trained_model(workspace: Workspace) -> None:
    assert not is_trained(workspace)


def test_a_trained_model_without_a_split_names_what_makes_one(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    own.split.unlink()
    with pytest.raises(WorkspaceError, match=r"no split \(split\.csv\)\.\nRun first:\n(.*\n)*    artlib split"):
        is_trained(own)


def test_damaged_metadata_are_no_answer_to_whether_it_is_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    write(own.model() / "artist_model.json", b"{")
    with pytest.raises(ModelError, match="artist_model.json is damaged.*train again with 03_train"):
        is_trained(own)
