"""The most common source: a folder with one subfolder per artist."""

import functools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from artlib.collect.errors import CollectError
from artlib.collect.run import take
from artlib.collect.sources.own_files import refuse_own_files
from artlib.collect.understanding.listing import CATALOG, Entry, Listing
from artlib.collect.understanding.plan import Plan
from artlib.collect.understanding.planning import make_plan
from artlib.collect.understanding.text import about_names, check_encoding, decoded, parts_of
from artlib.images.files import content_of, head_of
from artlib.images.folders import why_refused
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.ingest import CollectReport


def folder(
    workspace: AnyWorkspace,
    path: str | Path,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    encoding: str | None = None,
    licence: str = "",
) -> CollectReport:
    """Collect a folder in which a folder of each picture's path names its artist.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        path: the folder.
        artist: one name for all pictures; None takes the names of the subfolders.
        level: which folder names the artist, 1 for the first; "file" for names as artist_title.jpg; None infers it.
        encoding: of names that are not UTF-8.
        licence: the pictures' licence, for the catalog.

    Returns:
        What was added, what was known already, and what was left out and why.

    Raises:
        CollectError: the folder is missing or holds no picture, or it is not clear whose works these are.
    """
    plan = plan_folder(workspace, path, artist=artist, level=level, encoding=encoding, licence=licence)
    return take(workspace, plan)


def plan_folder(
    workspace: AnyWorkspace,
    path: str | Path,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    encoding: str | None = None,
    licence: str = "",
) -> Plan:
    """Return what `folder` would collect, and under which names; nothing is written.

    Raises:
        CollectError: the path is empty, or a whole computer, home folder or Google Drive; the folder is missing, holds
            no picture, or is a workspace or a part of one.
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
    if any(root.glob(CATALOG)):  # Path.exists raises where a folder is closed
        raise CollectError(f"{root} is a workspace: it has a {CATALOG}. Give the folder that the pictures came from.")
    check_encoding(encoding)
    refuse_own_files(as_workspace(workspace), root)
    raws: list[bytes] = []
    listing = listing_of(root, encoding, raws)
    plan = make_plan(f"folder: {root}", listing, workspace, artist=artist, level=level, licence=licence)
    plan.notes.extend(about_names(raws, encoding))
    return plan


def listing_of(root: Path, encoding: str | None, raws: list[bytes]) -> Listing:
    """Return what a folder holds. Links are not followed, and workspaces in it are passed over.

    Args:
        root: the folder.
        encoding: of names that are not UTF-8.
        raws: gets the bytes of all files' paths.
    """
    workspaces: list[str] = []
    empty: list[str] = []
    listing = Listing.of(_entries(root, encoding, workspaces, empty, raws))
    listing.workspaces, listing.empty = workspaces, empty
    return listing


def _entries(
    root: Path, encoding: str | None, workspaces: list[str], empty: list[str], raws: list[bytes]
) -> Iterator[Entry]:
    closed: list[OSError] = []
    for name, folders, files in os.walk(root, onerror=closed.append):
        here = Path(name)
        if here != root and CATALOG in files:
            workspaces.append(here.relative_to(root).as_posix())
            folders.clear()
            continue
        links = [each for each in folders if (here / each).is_symlink()]
        folders.sort()
        if not folders and not files:
            empty.append(here.relative_to(root).as_posix())
        for each in [*files, *links]:
            raws.append(os.fsencode((here / each).relative_to(root)))
            yield _entry(here / each, raws[-1], encoding)
    for error in closed:
        raw = os.fsencode(Path(error.filename).relative_to(root))
        yield _closed("folder", parts_of(decoded(raw, encoding)[0]) or (root.name,), error)


def _entry(file: Path, raw: bytes, encoding: str | None) -> Entry:
    parts, barrier = parts_of(decoded(raw, encoding)[0]), ""
    try:
        status = file.lstat()
    except OSError as error:  # it is gone, or its folder shows names only
        return _closed("file", parts, error)
    if stat.S_ISLNK(status.st_mode):
        barrier = "link: copy the file itself"
    elif not stat.S_ISREG(status.st_mode):
        barrier = "pipe or device: leave it out"
    return Entry(parts, status.st_size, functools.partial(content_of, file), functools.partial(head_of, file), barrier)


def _closed(what: str, parts: tuple[str, ...], error: OSError) -> Entry:
    barrier = f"{what} that can't be opened: give yourself the right to read it ({error.strerror})"
    return Entry(parts, 0, bytes, bytes, barrier)
