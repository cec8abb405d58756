"""Tar files: they are unpacked under numbers, because reading a member here and there would start over each time."""

import functools
import shutil
import tarfile
from pathlib import Path

from tqdm.auto import tqdm

from artlib.collect.errors import CollectError
from artlib.collect.understanding.listing import LARGEST, UNREADABLE, Entry, Listing, empty_folders
from artlib.collect.understanding.text import about_names, decoded, parts_of
from artlib.images.files import head_of

TOTAL = 200_000_000_000  # bytes that an archive may unpack to


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
        with tarfile.open(file, encoding="utf-8", errors="surrogateescape") as opened:
            room = min(TOTAL, shutil.disk_usage(to).free)
            for number, member in enumerate(tqdm(opened, desc="Unpacking", unit="file")):
                room -= member.size
                if room < 0:
                    raise CollectError(f"{file} needs more room than there is in {to.parent}. Free some, or unpack it.")
                raws.append(member.name.encode("utf-8", "surrogateescape"))
                parts = parts_of(decoded(raws[-1], encoding)[0]) or ("_",)
                if member.isdir():
                    folders.append(parts)
                else:
                    entries.append(_entry(opened, member, parts, to / str(number)))
    except (tarfile.TarError, *UNREADABLE) as error:
        raise CollectError(f"{file} is not a complete tar file ({error}). Download it again.") from error
    listing = Listing.of(entries)
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
