"""Tar files: they are unpacked under numbers, because reading a member here and there would start over each time."""

import functools
import shutil
import tarfile
from pathlib import Path

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.understanding.listing import LARGEST, UNREADABLE, Entry, Listing, empty_folders, outside_workspaces
from artlib.collect.understanding.text import about_names, decoded, parts_of
from artlib.images.files import head_of

TOTAL = 200_000_000_000  # bytes that an archive may unpack to
GROWTH, ANY_GROWTH_BELOW = 50, 2_000_000_000  # pictures are compressed already: an archive hardly grows
MEMBERS = 500_000  # files and folders; each takes memory
HEAD = 512  # bytes of each member beside its content
LONGEST, NAMES = 1 << 20, 200_000_000  # bytes that state the properties of one member, and the names of all
ABOUT_MEMBERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
# Python takes these for the end of the archive, and nobody would know that pictures are missing
DAMAGED_HEADS = (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError)  # type: ignore[attr-defined]


class Member(tarfile.TarInfo):
    """A member whose head is checked: Python reads one of any length, and takes a damaged one for the end."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> "Member":
        """Return the next member.

        Raises:
            tarfile.ReadError: its head is damaged or cut off.
        """
        try:
            return super().fromtarfile(archive)
        except DAMAGED_HEADS as error:
            raise tarfile.ReadError(str(error)) from error

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:  # made to be replaced, Python's source says
        if self.type in ABOUT_MEMBERS and self.size > LONGEST:
            raise tarfile.ReadError(f"it states the name and properties of a member in {self.size:,} bytes")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        member.pax_headers = {}  # its name is taken from them already
        return member


def is_tar(file: Path) -> bool:
    """Return whether a file is a tar file, packed or not."""
    try:
        with tarfile.open(file, tarinfo=Member):
            return True
    except tarfile.TarError:
        return False


def refuse_bomb(file: Path, members: int, total: int, free: int) -> None:
    """Refuse an archive that would fill the memory or the disk.

    Args:
        file: the archive.
        members: how many it has, or how many were seen.
        total: bytes that they unpack to.
        free: bytes on the disk where they go.

    Raises:
        CollectError: there are too many, or they grow to a multiple that pictures don't grow to, or don't fit.
    """
    advice = "Unpack what you need of it with another program, and collect the folder."
    if members > MEMBERS:
        raise CollectError(f"{file} has more than {MEMBERS:,} files; more are not looked through. {advice}")
    packed = file.stat().st_size
    if total > min(TOTAL, max(ANY_GROWTH_BELOW, GROWTH * packed)):
        raise CollectError(
            f"{file} has {packed / 1e6:,.0f} MB and unpacks to {total / 1e9:,.1f} GB or more; an archive of pictures "
            f"does not grow like that. {advice}"
        )
    if total > free:
        raise CollectError(
            f"{file} unpacks to {total / 1e9:,.1f} GB, and the disk has {free / 1e9:,.1f} GB left. Free some, or use "
            "a folder on another disk."
        )


def unpacked(file: Path, to: Path, encoding: str | None) -> tuple[Listing, list[str]]:
    """Unpack the regular files of a tar file into a folder, and return what it holds, and notes on names.

    What is no regular file is listed with its kind. The names in it are not used on disk: any of them may be too long,
    or a folder at one place and a file at another.

    Args:
        file: the tar file, packed or not.
        to: a folder that is made.
        encoding: of names that are not UTF-8.

    Raises:
        CollectError: the file is damaged, or there is no room for what is in it.
    """
    to.mkdir()
    entries: list[Entry] = []
    folders: list[tuple[str, ...]] = []
    raws: list[bytes] = []
    try:
        with tarfile.open(file, encoding="utf-8", errors="surrogateescape", tarinfo=Member) as opened:
            total, named, free = 0, 0, shutil.disk_usage(to).free
            for number, member in enumerate(tqdm(opened, desc="Unpacking", unit="file")):
                total += member.size + HEAD
                refuse_bomb(file, number + 1, total, free)
                raws.append(member.name.encode("utf-8", "surrogateescape"))
                named += len(raws[-1])
                if named > NAMES:
                    raise tarfile.ReadError(f"the names in it have more than {NAMES // 10**6} MB")
                parts = parts_of(decoded(raws[-1], encoding)[0]) or ("_",)
                if member.isdir():
                    folders.append(parts)
                else:
                    entries.append(_entry(opened, member, parts, to / str(number)))
    except (tarfile.TarError, *UNREADABLE) as error:
        raise CollectError(f"{file} is not a complete tar file ({error}). Download it again.") from error
    outside, workspaces = outside_workspaces(entries)
    listing = Listing.of(outside)
    listing.workspaces = workspaces
    listing.empty = empty_folders(folders, [entry.parts for entry in entries])
    return listing, about_names(raws, encoding)


def _entry(opened: tarfile.TarFile, member: tarfile.TarInfo, parts: tuple[str, ...], target: Path) -> Entry:
    barrier = ""
    if member.issym() or member.islnk():
        barrier = "link: collect the folder that it was packed from"
    elif not member.isfile():
        barrier = "pipe or device: leave it out"
    elif member.size <= LARGEST and (source := opened.extractfile(member)):
        with source, target.open("wb") as written:
            shutil.copyfileobj(source, written)
    return Entry(parts, member.size, target.read_bytes, functools.partial(head_of, target), barrier)
