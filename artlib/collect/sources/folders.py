"""The most common source: a folder with one subfolder per artist."""

from pathlib import Path

from artlib import images
from artlib.collect.errors import CollectError
from artlib.collect.naming import name_artists
from artlib.collect.run import collected
from artlib.collect.sources.own_files import without_own_files
from artlib.images.files import pictures_under
from artlib.images.folders import why_refused
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.ingest import Candidate, CollectReport


def folder(workspace: AnyWorkspace, path: str | Path, *, artist: str | None = None, licence: str = "") -> CollectReport:
    """Collect a folder laid out as `artist/picture`; a folder without subfolders belongs to one artist.

    If the workspace lies in this folder, its own files are passed over.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        path: the folder.
        artist: one name for all pictures; None takes the names of the subfolders.
        licence: the pictures' licence, for the catalog.

    Returns:
        What was added, what was known already, and what was rejected and why.

    Raises:
        CollectError: the folder is missing or holds no picture, is a part of the workspace, or is a whole computer,
            home folder or Google Drive; or the path is empty.
    """
    if reason := why_refused(path):
        raise CollectError(
            f"{reason} Received: path={str(path)!r}. Give a folder that holds nothing but pictures, with one subfolder "
            "per artist."
        )
    root = Path(path).expanduser()
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise CollectError(
            f"{root} {what}. Give a folder with one subfolder per artist, or use `artlib collect zip FILE`."
        )
    found = without_own_files(as_workspace(workspace), root, pictures_under(root))
    if not found:
        raise CollectError(f"Found 0 pictures under {root}. Supported: {' '.join(images.SUPPORTED)}.")
    artists = name_artists(found, root.resolve().name, artist)
    return collected(
        workspace,
        [
            Candidate(name, file.name, (root / file).read_bytes, f"folder: {file}", licence=licence)
            for name, file in zip(artists, found, strict=True)
        ],
    )
