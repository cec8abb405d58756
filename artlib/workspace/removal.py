"""Removal: the files of images that leave the catalog. A note of them stays until all are gone, also after a kill."""

import re
from collections.abc import Iterable
from contextlib import suppress

from artlib.images.folders import real_path
from artlib.workspace.disk.faults import DiskError
from artlib.workspace.disk.writing import write_json
from artlib.workspace.formats.columns import ID_LENGTH
from artlib.workspace.formats.json_files import read_json
from artlib.workspace.paths import Workspace

NOTE = ".leaving.json"  # in the workspace
IMAGE_ID = re.compile(f"[0-9a-f]{{{ID_LENGTH}}}")


def note_leaving(workspace: Workspace, files: Iterable[tuple[str, str]]) -> None:
    """Note images whose rows are about to be removed: their ids, and the paths of their originals."""
    write_json(workspace.root / NOTE, {"files": [list(each) for each in files]})


def finish_removal(workspace: Workspace) -> None:
    """Remove the files of the images that are noted, without those that are in the catalog, and then the note.

    Raises:
        DiskError: a file could not be deleted.
    """
    note = workspace.root / NOTE
    try:
        noted = [(str(image_id), str(path)) for image_id, path in read_json(note)["files"]]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):  # damaged: what it named stays
        noted = []
    catalog = workspace.read_table(workspace.catalog)
    ids, paths = set(catalog["id"]), set(catalog["path"])
    try:
        for image_id, path in noted:
            if image_id not in ids and path not in paths:
                _remove_files(workspace, image_id, path)
        note.unlink(missing_ok=True)
    except OSError as error:
        raise DiskError(
            f"The pictures are no longer in the catalog, but a file of theirs could not be deleted ({error}). Correct "
            "its permissions, and delete it by hand."
        ) from error


def _remove_files(workspace: Workspace, image_id: str, path: str) -> None:
    """Remove a normalised copy and an original, and its artist's folder with the last one.

    A path out of the originals is not followed.
    """
    if IMAGE_ID.fullmatch(image_id):
        workspace.image(image_id).unlink(missing_ok=True)
    original = workspace.original(path)
    if real_path(workspace.originals) in real_path(original).parents:
        original.unlink(missing_ok=True)
        with suppress(OSError):  # further files are in it
            original.parent.rmdir()
