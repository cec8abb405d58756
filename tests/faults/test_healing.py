"""Advice that heals: what an error tells a user to do does mend it."""

from pathlib import Path

import pytest
from drawing import photo, write

from artlib.collect import folder
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog


@pytest.mark.parametrize("lost", ["copy", "original", "both"])
def test_collecting_again_brings_lost_files_back(workspace: Workspace, tmp_path: Path, lost: str) -> None:
    for number in range(3):
        write(tmp_path / "art" / "Wlop" / f"{number}.jpg", photo(number))
    folder(workspace, tmp_path / "art")
    row = read_catalog(workspace).iloc[1]
    copy, original = workspace.image(row["id"]), workspace.original(row["path"])
    before = copy.read_bytes(), original.read_bytes()
    for path in {"copy": [copy], "original": [original], "both": [copy, original]}[lost]:
        path.unlink()
    report = folder(workspace, tmp_path / "art")
    assert (report.known, report.brought_back) == (3, 1) and "1  known pictures brought back" in str(report)
    assert (copy.read_bytes(), original.read_bytes()) == before and len(read_catalog(workspace)) == 3
