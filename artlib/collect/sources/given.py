"""What a user gives as a source: a folder or an archive, whichever it is."""

from pathlib import Path

from artlib.collect.sources.archives import plan_archive
from artlib.collect.sources.folders import plan_folder
from artlib.collect.understanding.plan import Plan
from artlib.workspace import AnyWorkspace


def plan(
    workspace: AnyWorkspace,
    path: str | Path,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    encoding: str | None = None,
    licence: str = "",
) -> Plan:
    """Return what would be collected from a folder or an archive, and under which names; nothing is written.

    `print(plan)` says what was understood, `plan.table()` has a row for each artist, `artlib.collect.take` collects.

    Args:
        workspace: a Workspace, or the path of one; artists that it knows help to find the level.
        path: the folder, or the zip or tar file.
        artist: one name for all pictures.
        level: which folder names the artist, 1 for the first; "file" for names as artist_title.jpg; None infers it.
        encoding: of names that are not UTF-8.
        licence: the pictures' licence, for the catalog.

    Raises:
        CollectError: the path can't be meant, is missing, or holds no picture.
    """
    planned = plan_archive if str(path).strip() and Path(path).expanduser().is_file() else plan_folder
    return planned(workspace, path, artist=artist, level=level, encoding=encoding, licence=licence)
