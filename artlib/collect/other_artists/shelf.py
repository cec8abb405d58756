"""The shelf: the workspace's folder `others/`, and the table that says where its pictures come from."""

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

from artlib.collect.naming import name_words
from artlib.collect.work import Work
from artlib.images.files import pictures_under
from artlib.workspace import Workspace
from artlib.workspace.disk.writing import append_line, locked, safe_name, write_once
from artlib.workspace.tables import known_table, prepare_to_append

COLUMNS = ("path", "artist", "title", "source", "source_url", "licence", "sha256")
FEWEST = 2  # works of each artist: with one, there is nothing in common to learn


class Shelf:
    """The fetched works of other artists in one workspace. Files that others put there are only looked at.

    `others/sources.csv` has one row for each fetched work. Rows are appended after their files are written. A row whose
    file is gone stands for a work that the user deleted: it is not fetched again.

    Args:
        workspace: whose folder `others/` it is; made when something is first added.

    Raises:
        CollectError: `sources.csv` is damaged.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.others
        self.table = self.folder / "sources.csv"
        self.sources: set[str] = set()  # all that were ever fetched
        self.works: Counter[frozenset[str]] = Counter()  # those that are there, by the words of the artist's name
        self.artists: dict[frozenset[str], str] = {}  # how the name is written here
        if self.table.exists():
            for row in self._rows():
                self._count(row["artist"], row["source"], (self.folder / row["path"]).exists())
        for folder in self.folders():
            self.artists.setdefault(name_words(folder), folder)

    def __len__(self) -> int:
        return self.works.total()

    def add(self, work: Work, content: bytes) -> None:
        """Write a picture, then its row, through to the disk: from then on it is acknowledged."""
        path, _ = write_once(self._path(work), content)
        cells = [path.relative_to(self.folder).as_posix(), work.artist, work.title, work.source, work.source_url]
        cells += [work.licence, hashlib.sha256(content).hexdigest()]
        row = dict(zip(COLUMNS, cells, strict=True))
        with locked(self.table):
            table = prepare_to_append(self.table)
            if work.source not in set(table["source"]):  # another command may run beside this one
                append_line(self.table, _line([row.get(column, "") for column in table.columns]))
        self._count(work.artist, work.source, True)

    def has_file(self, work: Work, content: bytes) -> bool:
        """Return whether a picture's file is there already, as after an interruption before its row was written."""
        return self._path(work).is_file() and self._path(work).read_bytes() == content

    def folders(self) -> Counter[str]:
        """Count the pictures in each artist's folder, whoever put them there."""
        paths = pictures_under(self.folder) if self.folder.is_dir() else ()
        return Counter(path.parts[0] for path in paths if len(path.parts) > 1)

    def is_usable(self) -> bool:
        """Return whether at least two artists have enough works here, whoever put them there."""
        return sum(count >= FEWEST for count in self.folders().values()) >= 2

    def _count(self, artist: str, source: str, is_there: bool) -> None:
        words = name_words(artist)
        self.sources.add(source)
        self.artists.setdefault(words, artist)
        self.works[words] += is_there

    def _path(self, work: Work) -> Path:
        return self.folder / safe_name(work.artist) / safe_name(work.name)

    def _rows(self) -> list[dict[str, str]]:
        if not self.table.exists() or self.table.stat().st_size == 0:
            return []
        return known_table(self.table).to_dict("records")


def _line(values: tuple[str, ...] | list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([" ".join(value.split()) for value in values])
    return text.getvalue()
