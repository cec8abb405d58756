"""Parting: the second of two machines that write into one folder goes on in a folder of its own, beside it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from artlib.workspace.keeping.manifest import Manifest, Part
from artlib.workspace.keeping.units import DECISIONS


def own_folder(root: Path, folder: Path, waiting: Sequence[Part], machine: str) -> tuple[Path, Manifest]:
    """Make a folder for this machine, with what was never fetched here; return it and its manifest.

    Nothing stays of it if that fails: where Drive is full, the next try would make it fuller with another one.

    Args:
        root: the workspace's folder.
        folder: where both machines wrote.
        waiting: the parts of the units that were never fetched here, as they are there now.
        machine: the name of this one.
    """
    number = 2
    while (mine := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    mine.mkdir()
    begun = Manifest(tuple(waiting), machine)
    try:
        for part in waiting:
            shutil.copyfile(folder / part.file, mine / part.file)
        if (root / DECISIONS).exists():
            shutil.copyfile(root / DECISIONS, mine / DECISIONS)
        begun.write(mine)
    except BaseException:
        shutil.rmtree(mine, ignore_errors=True)
        raise
    return mine, begun
