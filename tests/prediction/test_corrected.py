"""A model goes on answering after artists were renamed and pictures forgotten, with the works that are there now."""

from pathlib import Path

from conftest import copy_of

import artlib
from artlib.workspace import Workspace


def test_a_copy_is_told_under_its_artists_new_name_and_a_forgotten_work_is_none(
    untrained: Workspace, art: Path, tmp_path: Path
) -> None:
    workspace = copy_of(untrained, tmp_path / "data")
    artlib.rename_artist(workspace, "Wlop", "Wang Ling")
    artlib.forget(workspace, artist="Ross Tran")
    pictures = [(name, art / name / "work 00.png") for name in ("Wlop", "Ross Tran")]
    renamed, forgotten = artlib.predictor(workspace).verdicts(pictures)
    assert (renamed.verdict, renamed.artist) == ("copy", "Wang Ling")
    assert "Ross Tran" not in forgotten.copy_of
