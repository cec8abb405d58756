"""A listing: what a source holds, before anything is decoded. What is no picture is named, and never passed over."""

import codecs
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from artlib.images import ImageError
from artlib.images.files import has_picture_name, is_hidden, is_litter
from artlib.images.kinds import is_supported
from artlib.images.left_out import UNFINISHED, LeftOut, kind_of
from artlib.images.sources import LARGEST_FILE

LARGEST = LARGEST_FILE
# what reading from a damaged archive or disk raises
UNREADABLE = (
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError, ImageError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
METADATA = (".json", ".csv")
CATALOG = "catalog.csv"  # a workspace has one at its top, which begins with these columns
CATALOG_BEGINS = (b"id", b"artist", b"path", b"source", b"source_url", b"licence")


@dataclass(frozen=True)
class Entry:
    """One file of a source.

    Attributes:
        parts: its path in the source, as text.
        size: in bytes.
        read: returns all of its bytes; may raise OSError or ImageError.
        head: returns the first bytes, likewise.
        barrier: why it can't be used whatever it holds, such as "a link"; empty if it can.
    """

    parts: tuple[str, ...]
    size: int
    read: Callable[[], bytes]
    head: Callable[[], bytes]
    barrier: str = ""

    @property
    def path(self) -> str:
        """The path with forward slashes."""
        return "/".join(self.parts)


@dataclass
class Listing:
    """What a source holds.

    Attributes:
        pictures: files that are pictures by their bytes, and those with a picture's name, which get their reason later.
        metadata: small JSON and CSV files, by path: they may say whose work a picture is.
        left_out: everything else, by kind.
        litter: how many files of systems and archivers were passed over.
        empty: folders without a single file.
        workspaces: folders that were passed over because a workspace lies in them.
    """

    pictures: list[Entry] = field(default_factory=list)
    metadata: dict[str, Entry] = field(default_factory=dict)
    left_out: dict[str, LeftOut] = field(default_factory=dict)
    litter: int = 0
    empty: list[str] = field(default_factory=list)
    workspaces: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Listing":
        """Sort the files of a source into what they are."""
        listing = cls()
        for entry in entries:
            listing.add(entry)
        listing.pictures.sort(key=lambda each: each.parts)
        return listing

    def add(self, entry: Entry) -> None:
        """Add one file."""
        path = PurePosixPath(*entry.parts)
        if is_litter(path):
            self.litter += 1
        elif entry.barrier:
            kind, _, advice = entry.barrier.partition(": ")
            self._leave_out(entry, kind, advice, True)
        elif UNFINISHED.search(path.name):
            self._leave_out_as(entry, kind_of(path.name, b""))
        elif entry.size > LARGEST:
            self._leave_out(entry, "file too large for a picture", f"shrink it below {LARGEST // 10**6} MB", True)
        else:
            self._add_by_bytes(entry, path)

    def _add_by_bytes(self, entry: Entry, path: PurePosixPath) -> None:
        try:
            head = entry.head()
        except UNREADABLE as error:
            self._leave_out(entry, "unreadable file", f"get it again ({error})", True)
            return
        if is_supported(head) or has_picture_name(path):
            if is_hidden(path):
                self._leave_out(entry, "hidden picture", "rename it if it is a work", False)
            else:
                self.pictures.append(entry)
        elif path.suffix.lower() in METADATA and entry.size < LARGEST // 50:
            self.metadata[entry.path] = entry
        elif not head and entry.size:  # head_of gives nothing where a file can't be opened
            self._leave_out(entry, "file that can't be opened", "give yourself the right to read it", True)
        else:
            kind = kind_of(path.name, head)
            self._leave_out_as(
                entry, replace(kind, advice=kind.advice.replace("give the folder", "collect the folder"))
            )

    def _leave_out(self, entry: Entry, kind: str, advice: str, is_loss: bool) -> None:
        self._leave_out_as(entry, LeftOut(kind, advice, is_loss))

    def _leave_out_as(self, entry: Entry, kind: LeftOut) -> None:
        self.left_out.setdefault(kind.kind, kind).paths.append(entry.path)


def outside_workspaces(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Return the files of an archive that lie in no workspace, and the folders of the workspaces in it.

    Its copies and figures would be taken for works, and a folder of its models for an artist.
    """
    folders = {entry.parts[:-1] for entry in entries if entry.parts[-1] == CATALOG and _is_catalog(entry)}

    def is_inside(entry: Entry) -> bool:
        return any(entry.parts[:depth] in folders for depth in range(len(entry.parts)))

    named = sorted("/".join(folder) or "all of it" for folder in folders)
    return [entry for entry in entries if not is_inside(entry)], named


def _is_catalog(entry: Entry) -> bool:
    """Whether a file of that name is a workspace's, also if a spreadsheet program saved it: data sets have one, too."""
    try:
        columns = re.split(rb"[,;\t]", entry.head().removeprefix(codecs.BOM_UTF8).splitlines()[0])
    except (IndexError, *UNREADABLE):
        return False
    return {column.strip(b'" ') for column in columns}.issuperset(CATALOG_BEGINS)


def empty_folders(folders: Iterable[tuple[str, ...]], files: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the folders of an archive that hold no file and no folder, by their paths."""
    folders = set(folders)
    filled = {path[:depth] for path in [*folders, *files] for depth in range(1, len(path))}
    return sorted("/".join(path) for path in folders - filled if not is_litter(PurePosixPath(*path, "_")))
