"""Archives: zip files as cloud drives and browser extensions make them, and tar files."""

import functools
import shutil
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.run import take
from artlib.collect.sources.folders import listing_of
from artlib.collect.understanding.listing import LARGEST, UNREADABLE, Entry, Listing
from artlib.collect.understanding.plan import Plan
from artlib.collect.understanding.planning import make_plan
from artlib.collect.understanding.text import decoded, guesses, parts_of
from artlib.images import UnreadableImageError
from artlib.images.kinds import HEAD
from artlib.workspace import AnyWorkspace
from artlib.workspace.ingest import CollectReport
from artlib.workspace.keeping import drive
from artlib.workspace.keeping.archive import copied, progress

TOTAL = 200_000_000_000  # bytes that an archive may unpack to
RATIO, ANY_RATIO_BELOW = 500, 50_000_000  # pictures are compressed already; bombs unpack to thousands of times
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
    temporary = tempfile.TemporaryDirectory(prefix="artlib-")  # it is removed when the plan is no longer used
    here = _local(file, Path(temporary.name))
    if not zipfile.is_zipfile(here) and tarfile.is_tarfile(here):
        listing = _unpacked(here, Path(temporary.name) / "unpacked", encoding)
        notes: list[str] = []
    else:
        listing, notes = _listed(here, encoding)
    plan = make_plan(f"zip: {file.name}", listing, workspace, artist=artist, level=level, licence=licence)
    plan.notes.extend(notes)
    plan.resources.append(temporary)
    return plan


def _local(file: Path, to: Path) -> Path:
    """Return an archive on the computer's own disk: on Colab's Google Drive, reading here and there takes minutes."""
    if not file.resolve().is_relative_to(drive.MOUNT):
        return file
    size = file.stat().st_size
    with progress(size, f"Copying {file.name}") as bar:
        return copied(file, to / file.name, bar)


def _listed(file: Path, encoding: str | None) -> tuple[Listing, list[str]]:
    try:
        opened = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise CollectError(f"{file} is not a complete zip or tar file ({error}). Download it again.") from error
    members = [member for member in opened.infolist() if not member.is_dir()]
    _refuse_bomb(file, members)
    shown = tqdm(members, desc="Looking", unit="file", disable=len(members) < 1000)
    return Listing.of(_entry(opened, member, encoding) for member in shown), _notes(members, encoding)


def _refuse_bomb(file: Path, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > TOTAL:
        raise CollectError(
            f"{file} says that it unpacks to {total / 1e9:,.0f} GB; the limit is {TOTAL / 1e9:,.0f} GB. Unpack what "
            "you need of it, and collect the folder."
        )


def _entry(opened: zipfile.ZipFile, member: zipfile.ZipInfo, encoding: str | None) -> Entry:
    return Entry(
        parts_of(decoded(_raw(member), encoding)[0]) or ("_",),
        member.file_size,
        functools.partial(_read, opened, member),
        functools.partial(_read, opened, member, HEAD),
        _barrier(member),
    )


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


def _notes(members: list[zipfile.ZipInfo], encoding: str | None) -> list[str]:
    """Say that names could not be read, and how they would be with other encodings."""
    unclear = [raw for member in members if not decoded(raw := _raw(member), encoding)[1]]
    if not unclear:
        return []
    options = [f"--encoding {name}: {text.rsplit('/', 1)[0]}" for name, text in guesses(unclear[0])]
    return [
        f"{len(unclear)} names are not UTF-8; their letters were replaced. Choose:",
        *(f"  {each}" for each in options),
    ]


def _unpacked(file: Path, to: Path, encoding: str | None) -> Listing:
    """Unpack the regular files of a tar file into a folder; reading one here and there would start over each time."""
    to.mkdir()
    try:
        with tarfile.open(file, encoding="utf-8", errors="surrogateescape") as opened:
            room = min(TOTAL, shutil.disk_usage(to).free)
            for number, member in enumerate(tqdm(opened, desc="Unpacking", unit="file")):
                room -= member.size
                if room < 0:
                    raise CollectError(f"{file} needs more room than there is in {to.parent}. Free some, or unpack it.")
                if member.isfile() and member.size <= LARGEST:
                    _unpack_member(opened, member, to, number, encoding)
    except (tarfile.TarError, *UNREADABLE) as error:
        raise CollectError(f"{file} is not a complete tar file ({error}). Download it again.") from error
    return listing_of(to)


def _unpack_member(
    opened: tarfile.TarFile, member: tarfile.TarInfo, to: Path, number: int, encoding: str | None
) -> None:
    parts = parts_of(decoded(member.name.encode("utf-8", "surrogateescape"), encoding)[0])
    source = opened.extractfile(member)
    if not parts or source is None:
        return
    target = to / PurePosixPath(*parts)
    if target.exists():  # equal names in one archive are kept apart
        target = target.with_name(f"{target.stem}-{number}{target.suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as written:
        shutil.copyfileobj(source, written)
