"""Archives: files of a workspace in one zip file, and back. An archive that somebody sent can write nowhere else."""

import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path

from tqdm.auto import tqdm

from artlib.errors import ArtlibError, printable
from artlib.workspace.disk.writing import atomic
from artlib.workspace.keeping import units

CHUNK = 16 << 20  # bytes that are copied at once: a network folder answers each call slowly
SHOWN_FROM = 8 << 20  # bytes; below that, a progress bar would only flicker
# what zipfile raises where bytes are wrong; RuntimeError where the mark of an encrypted file is
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, struct.error)


class ArchiveError(ArtlibError):
    """An archive is damaged, or holds what no workspace holds."""


def pack(archive: Path, root: Path, names: Iterable[str], comment: str = "") -> None:
    """Write files of a workspace into an archive, not compressed, because pictures and networks are already.

    Args:
        archive: the zip file; it appears when it is complete.
        root: the workspace's folder.
        names: of the files, relative to the folder, with forward slashes; those that are gone are left out.
        comment: for the zip file.
    """
    with (
        atomic(archive) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED, strict_timestamps=False) as file,
    ):
        file.comment = comment.encode()
        for name in names:
            if (root / name).is_file():
                file.write(root / name, name)


def unpack(archive: Path, root: Path) -> list[str]:
    """Write the files of an archive into a workspace's folder, and return their names.

    Raises:
        ArchiveError: the archive is damaged, holds a name that is no part of a workspace, needs more room than there
            is, or can't be written.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = {member.filename: member for member in file.infolist() if not member.is_dir()}
            _check(archive, root, members.values())
            for name, member in members.items():
                target = root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with file.open(member) as source, target.open("wb") as written:
                    shutil.copyfileobj(source, written, CHUNK)
    except DAMAGED as error:
        raise ArchiveError(f"{archive.name} is damaged ({error}). Get it again from where it came.") from error
    except OSError as error:
        raise ArchiveError(
            f"{archive.name} could not be unpacked in {root} ({error}). Free some space, or correct the permissions; "
            "if that is not it, the file is damaged: get it again from where it came."
        ) from error
    return list(members)


def copied(source: Path, target: Path, bar: tqdm) -> Path:
    """Copy a file in large pieces, and return the path of the copy, which appears when it is complete."""
    with atomic(target) as temporary, source.open("rb") as read, temporary.open("wb") as written:
        while piece := read.read(CHUNK):
            written.write(piece)
            bar.update(len(piece))
    return target


def progress(size: int, text: str) -> tqdm:
    """Return a progress bar for so many bytes; it is not shown for a few."""
    return tqdm(total=size, desc=printable(text), unit="B", unit_scale=True, disable=size < SHOWN_FROM)


def _check(archive: Path, root: Path, members: Collection[zipfile.ZipInfo]) -> None:
    for member in members:
        if not units.is_part(member.filename):
            raise ArchiveError(
                f"{archive.name} holds {member.filename!r}, which is no file of a workspace: nothing of it was used."
            )
    root.mkdir(parents=True, exist_ok=True)
    needed, free = sum(member.file_size for member in members), shutil.disk_usage(root).free
    if needed > free:
        raise ArchiveError(
            f"{archive.name} unpacks to {needed / 1e6:,.1f} MB, and the disk of {root.parent} has {free / 1e6:,.1f} MB "
            "left. Free some space."
        )
