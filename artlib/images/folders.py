"""Folders that a user names. Some can't be meant: searching them would take in everything that the computer holds."""

import os
from pathlib import Path

DRIVE = ("MyDrive", "My Drive")  # Google Drive's own folder, in Colab and on other computers
COLAB_DRIVE = Path("/content/drive/MyDrive")


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return an absolute path without links; one of links that lead to each other stays, and is no error here."""
    return Path(os.path.realpath(path))


def why_refused(path: str | os.PathLike[str]) -> str:
    """Return why a path can't be meant as a folder of pictures, as a sentence; "" if it can.

    An empty path would be the current folder: it is a parameter that was left out. A path "." was given on purpose.
    """
    if not os.fspath(path).strip():
        return "The path is empty."
    folder = real_path(Path(path).expanduser())
    if folder == folder.parent:
        return "This takes in the whole computer."
    if real_path(Path.home()).is_relative_to(folder):
        return "This takes in the whole home folder."
    # os.path, because a Drive that has dropped out is no folder, and no error either
    holds_drive = any(os.path.isdir(folder / name) for name in DRIVE)  # noqa: PTH112
    if folder.name in DRIVE or holds_drive or (COLAB_DRIVE.is_relative_to(folder) and os.path.isdir(COLAB_DRIVE)):  # noqa: PTH112
        return "This takes in the whole Google Drive."
    return ""


def why_no_folder(path: str | os.PathLike[str]) -> str:
    """Return why a path is no folder of pictures, as a sentence; "" if it is one that can be meant."""
    if reason := why_refused(path):
        return reason
    folder = Path(path).expanduser()
    if os.path.isdir(folder):  # noqa: PTH112 - as above
        return ""
    return "This is no folder." if os.path.lexists(folder) else "There is no such folder."
