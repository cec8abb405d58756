"""Leftovers: archives that do not count, in a folder in which a workspace is kept."""

import re
from contextlib import suppress
from pathlib import Path

from artlib.workspace.disk.unfinished import is_leftover
from artlib.workspace.keeping import manifest
from artlib.workspace.keeping.manifest import Manifest
from artlib.workspace.keeping.units import FOLDERS, MODELS, TABLES

# with a letter in the number: eight digits may be the date in the name of a user's own file
ARCHIVE = re.compile(rf"(?:{'|'.join((*FOLDERS, TABLES))}|{MODELS}-.+)-(?=\d*[a-f])[0-9a-f]{{8}}\.zip")


def remove_old(folder: Path) -> None:
    """Remove old archives that the manifest there does not name; recent ones may be another machine's next part."""
    archives = [path for path in folder.glob("*.zip") if ARCHIVE.fullmatch(path.name)]
    kept = manifest.read(folder) if archives else None
    used = {part.file for part in kept.parts} if kept else {path.name for path in archives}
    for path in archives:
        with suppress(OSError):
            if path.name not in used and is_leftover(path):
                path.unlink()


def remove_parts(folder: Path, stale: Manifest, valid: Manifest) -> None:
    """Remove the archives that only a manifest names that does not count, or no longer."""
    for file in {part.file for part in stale.parts} - {part.file for part in valid.parts}:
        with suppress(OSError):
            (folder / file).unlink()
