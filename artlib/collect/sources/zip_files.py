"""A zip file laid out as `artist/picture`, as cloud drives export folders."""

import functools
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from artlib import images
from artlib.collect.errors import CollectError
from artlib.collect.naming import name_artists
from artlib.collect.run import collected
from artlib.images.files import is_picture
from artlib.workspace import AnyWorkspace
from artlib.workspace.ingest import Candidate, CollectReport

MEMBER_LIMIT = 500_000_000  # bytes; pictures are smaller, archive bombs are larger


def archive(
    workspace: AnyWorkspace, path: str | Path, *, artist: str | None = None, licence: str = ""
) -> CollectReport:
    """Collect a zip file laid out as `artist/picture`; nothing is unpacked outside the workspace.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        path: the zip file.
        artist: one name for all pictures; None takes the names of the folders in it.
        licence: the pictures' licence, for the catalog.

    Returns:
        What was added, what was known already, and what was rejected and why.

    Raises:
        CollectError: the path is empty, the file is missing, is not a zip file, or contains no picture.
    """
    if not str(path).strip():
        raise CollectError(f"The path is empty. Received: path={str(path)!r}. Give the path of a zip file.")
    file = Path(path).expanduser()
    if file.is_dir():
        raise CollectError(
            f"{file} is a folder. Give the path of a zip file, or use `artlib collect folder PATH` "
            "(artlib.collect.folder)."
        )
    if not file.is_file():
        raise CollectError(f"There is no file {file}. Give the path of a zip file.")
    try:
        with zipfile.ZipFile(file) as opened:
            return collected(workspace, _candidates(opened, file, artist, licence))
    except zipfile.BadZipFile as error:
        raise CollectError(f"{file} is not a complete zip file ({error}). Download it again.") from error


def _candidates(opened: zipfile.ZipFile, file: Path, artist: str | None, licence: str) -> list[Candidate]:
    members = {PurePosixPath(info.filename): info for info in opened.infolist() if not info.is_dir()}
    found = sorted(path for path in members if is_picture(path))
    if not found:
        raise CollectError(f"Found 0 pictures in {file}. Supported: {' '.join(images.SUPPORTED)}.")
    artists = name_artists(found, file.stem, artist)
    return [
        Candidate(
            name,
            path.name,
            functools.partial(_read, opened, members[path]),
            f"zip: {file.name}/{path}",
            licence=licence,
        )
        for name, path in zip(artists, found, strict=True)
    ]


def _read(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise images.UnreadableImageError("It is locked with a password. Unpack the zip file and collect the folder.")
    if member.file_size > MEMBER_LIMIT:
        raise images.UnreadableImageError(f"It unpacks to {member.file_size:,} bytes. The limit is {MEMBER_LIMIT:,}.")
    try:
        return opened.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise images.UnreadableImageError(f"It is damaged inside the zip file ({error}). Download it again.") from error
