"""Archives: zip files as cloud drives and browser extensions make them, and tar files."""

import functools
import re
import stat
import tempfile
import zipfile
from pathlib import Path

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.naming import quoted
from artlib.collect.run import take
from artlib.collect.sources.tar_files import is_tar, refuse_bomb, unpacked
from artlib.collect.understanding.listing import LARGEST, UNREADABLE, Entry, Listing, empty_folders, outside_workspaces
from artlib.collect.understanding.plan import Plan
from artlib.collect.understanding.planning import make_plan
from artlib.collect.understanding.text import about_names, check_encoding, decoded, parts_of
from artlib.images import UnreadableImageError
from artlib.images.files import head_of
from artlib.images.folders import real_path
from artlib.images.kinds import HEAD, is_supported, is_web_page, lookalike
from artlib.workspace import AnyWorkspace, as_workspace
from artlib.workspace.disk.space import free_at
from artlib.workspace.ingest import CollectReport
from artlib.workspace.keeping import drive
from artlib.workspace.keeping.archive import copied, progress

RATIO, ANY_RATIO_BELOW = 500, 50_000_000  # pictures are compressed already; bombs unpack to thousands of times
PART = re.compile(r"(?i)\.(?:\d{3}|[zr]\d\d|part\d+\.rar)$")
ENCRYPTED, UTF8_NAME = 1, 0x800  # flags of a member (PKWARE APPNOTE 4.4.4)


def archive(
    workspace: AnyWorkspace,
    path: str | Path,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    encoding: str | None = None,
    licence: str = "",
) -> CollectReport:
    """Collect a zip or tar file in which a folder of each picture's path names its artist.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        path: the file.
        artist: one name for all pictures; None takes the names of the folders in it.
        level: which folder names the artist, 1 for the first; "file" for names as artist_title.jpg; None infers it.
        encoding: of names that are not UTF-8, such as "shift_jis".
        licence: the pictures' licence, for the catalog.

    Returns:
        What was added, what was known already, and what was left out and why.

    Raises:
        CollectError: the file is missing, is no archive or contains no picture, or it is not clear whose works they
            are.
    """
    plan = plan_archive(workspace, path, artist=artist, level=level, encoding=encoding, licence=licence)
    return take(workspace, plan)


def plan_archive(
    workspace: AnyWorkspace,
    path: str | Path,
    *,
    artist: str | None = None,
    level: int | str | None = None,
    encoding: str | None = None,
    licence: str = "",
) -> Plan:
    """Return what `archive` would collect, and under which names; nothing is written into the workspace.

    Raises:
        CollectError: the path is empty, or the file is missing, is no archive or contains no picture.
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
    check_encoding(encoding)
    temporary = tempfile.TemporaryDirectory(prefix="artlib-")  # it is removed when the plan is no longer used
    here = _local(file, Path(temporary.name))
    if not zipfile.is_zipfile(here) and is_tar(here):
        listing, notes = unpacked(here, Path(temporary.name) / "unpacked", encoding)
    else:
        listing, notes = _listed(here, encoding, free_at(as_workspace(workspace).root))
    plan = make_plan(f"zip: {file.name}", listing, workspace, artist=artist, level=level, licence=licence)
    plan.notes.extend(notes)
    plan.resources.append(temporary)
    return plan


def _local(file: Path, to: Path) -> Path:
    """Return an archive on the computer's own disk: on Colab's Google Drive, reading here and there takes minutes."""
    if not real_path(file).is_relative_to(drive.MOUNT):
        return file
    size = file.stat().st_size
    with progress(size, f"Copying {file.name}") as bar:
        return copied(file, to / file.name, bar)


def _listed(file: Path, encoding: str | None, free: int) -> tuple[Listing, list[str]]:
    try:
        opened = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise CollectError(_why_no_archive(file, error)) from error
    members = [member for member in opened.infolist() if not member.is_dir()]
    total = sum(member.file_size for member in members if not _barrier(member))
    refuse_bomb(file, len(opened.infolist()), total, free)
    entries, workspaces = outside_workspaces([_entry(opened, member, encoding) for member in members])
    listing = Listing.of(tqdm(entries, desc="Looking", unit="file", disable=len(entries) < 1000))
    listing.workspaces = workspaces
    folders = [_parts(member, encoding) for member in opened.infolist() if member.is_dir()]
    listing.empty = empty_folders(folders, [_parts(member, encoding) for member in members])
    return listing, about_names(map(_raw, members), encoding)


def _why_no_archive(file: Path, error: zipfile.BadZipFile) -> str:
    head, there = head_of(file), f"then use `artlib collect folder {quoted(str(file.parent))}`, or the folder it is in"
    if PART.search(file.name) or "multiple disks" in str(error):
        return f"{file} is one part of a split archive. Unpack the first part with 7-Zip or such a program, {there}."
    if is_supported(head):
        return f"{file} is a picture. Put it into a folder with its artist's name, {there}."
    kind, _ = lookalike(head)
    if kind.startswith("a packed archive") and not head.startswith(b"PK"):
        return f"{file} is an archive of a kind that artlib can't open. Unpack it with another program, {there}."
    if is_web_page(head):
        return f"{file} is a web page, as sites show it to who is not logged in. Download the file in a browser."
    return f"{file} is not a complete zip or tar file ({error}). Download it again."


def _entry(opened: zipfile.ZipFile, member: zipfile.ZipInfo, encoding: str | None) -> Entry:
    return Entry(
        _parts(member, encoding),
        member.file_size,
        functools.partial(_read, opened, member),
        functools.partial(_read, opened, member, HEAD),
        _barrier(member),
    )


def _parts(member: zipfile.ZipInfo, encoding: str | None) -> tuple[str, ...]:
    return parts_of(decoded(_raw(member), encoding)[0]) or ("_",)


def _raw(member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member's name; Python reads one without the UTF-8 flag as cp437, which loses nothing."""
    name = member.orig_filename
    return name.encode("utf-8", "surrogatepass") if member.flag_bits & UTF8_NAME else name.encode("cp437", "replace")


def _barrier(member: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(member.external_attr >> 16):
        return "link: collect the folder that it was packed from"
    if member.flag_bits & ENCRYPTED:
        return "file locked with a password: unpack it, and collect the folder"
    if member.file_size > max(ANY_RATIO_BELOW, RATIO * member.compress_size):
        return "file that unpacks to hundreds of times its size: leave it out"
    return ""


def _read(opened: zipfile.ZipFile, member: zipfile.ZipInfo, most: int = LARGEST) -> bytes:
    try:
        with opened.open(member) as file:
            return file.read(most)
    except UNREADABLE as error:
        reason = "compressed in a way that Python can't read" if isinstance(error, NotImplementedError) else "damaged"
        raise UnreadableImageError(
            f"It is {reason} in the archive ({error}). Unpack it with another program and collect the folder."
        ) from error
