"""Units: the files of a workspace that are kept and fetched together, such as all normalised copies, or one model."""

import functools
import os
import re
from pathlib import Path, PurePosixPath

from artlib.errors import warn

FOLDERS = ("images", "originals", "others", "features", "index")
MODELS, TABLES, DECISIONS = "models", "tables", "decisions.jsonl"
TABLE_SUFFIXES = (".csv", ".json", ".txt", ".md", ".html")  # of files beside the folders, also what users wrote there
# large files that take seconds to make, and the engine fits one processor
PIXELS, ENGINE = "features/pixels-", "engine/"

ODD = '\\ : * ? " < > |'  # in names

Signature = tuple[int, int, int]  # of a file: bytes, time of the last change in ns, and inode


def unit_of(name: str) -> str | None:
    """Return the unit of a file, or None if it is not kept.

    Args:
        name: relative to the workspace, with forward slashes.
    """
    return _unit_of_any(name) if is_safe(name) else None


def is_safe(name: str) -> bool:
    """Return whether a name lies inside the folder that it is relative to, and can be written, on every system."""
    path = PurePosixPath(name)
    return not (
        path.is_absolute()
        or any(part in ("..", "") for part in name.split("/"))
        or re.search(r'[\\:*?"<>|\x00-\x1f\ud800-\udfff]', name)  # the last ones: bytes that are no text
    )


def _unit_of_any(name: str) -> str | None:
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") for part in parts) or name == DECISIONS:
        return None
    if len(parts) == 1:
        return TABLES if name.endswith(TABLE_SUFFIXES) else None
    if parts[0] == MODELS and len(parts) > 2:
        return None if name.split("/", 2)[2].startswith(ENGINE) else f"{MODELS}/{parts[1]}"
    if parts[0] in FOLDERS:
        return None if name.startswith(PIXELS) else parts[0]
    return None


def is_part(name: str) -> bool:
    """Return whether a file of this name, relative to the folder, can be part of a workspace."""
    return unit_of(name) is not None or name == DECISIONS


def found_in(root: Path) -> dict[str, dict[str, Signature]]:
    """Return the files of each unit in a workspace's folder, with what tells whether they changed."""
    found: dict[str, dict[str, Signature]] = {}
    for folder in ("", *FOLDERS, MODELS):
        for name, file in _files(root / folder, f"{folder}/" if folder else ""):
            if unit := unit_of(name):
                found.setdefault(unit, {})[name] = signature(file.stat())
            elif _unit_of_any(name):
                _say_left_out(name)
    return found


@functools.cache  # once, because every stage looks for files
def _say_left_out(name: str) -> None:
    warn(
        f"{name!r} is not kept, and not packed: not every system can have such a name. Rename it, without {ODD} in it."
    )


def signature(status: os.stat_result) -> Signature:
    """Return what changes whenever a file is written."""
    return status.st_size, status.st_mtime_ns, status.st_ino


def _files(folder: str | Path, prefix: str) -> list[tuple[str, os.DirEntry]]:
    """Return the files of a folder and their names; not by Path, which takes a second for 40,000 of them."""
    if not os.path.isdir(folder):  # noqa: PTH112
        return []
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                found.append((prefix + entry.name, entry))
            elif prefix and entry.is_dir(follow_symlinks=False):  # beside the folders, only files are the workspace's
                found += _files(entry.path, f"{prefix}{entry.name}/")
    return found
