"""Staging: fetched pictures lie here until the catalog has them, so that nothing is fetched twice after a kill."""

import csv
import hashlib
import io
import threading
from pathlib import Path

from artlib import images
from artlib.collect.errors import LeftOutError
from artlib.collect.work import Work
from artlib.images.kinds import is_cut_off
from artlib.workspace import Workspace
from artlib.workspace.disk.writing import append_line, drop_torn_line, locked, write_bytes


class Staging:
    """The folder `downloads/fetched/` of a workspace, and the log of everything that ever came.

    Args:
        workspace: whose folder it is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.downloads / "fetched"
        self._log = workspace.downloads / "fetched.csv"
        self._lock = threading.Lock()
        self.hashes: dict[str, str] = {}  # the sha256 of what came from each source
        if self._log.exists():
            with locked(self._log):
                drop_torn_line(self._log)
            with self._log.open(encoding="utf-8", errors="replace", newline="") as file:
                rows = [_cells(line) for line in file]
            self.hashes = {row[0]: row[1] for row in rows if len(row) == 2}

    def fetch(self, work: Work) -> tuple[Path, int]:
        """Fetch a picture unless it lies here, and return its file and the bytes that came.

        Raises:
            LeftOutError: as the work says, or the end of the picture is missing.
            CollectError: as the work says.
        """
        path = self._path(work)
        if path.exists():
            return path, 0
        content = work.read()
        check_whole(content)
        write_bytes(path, content)
        self._acknowledge(work.source, hashlib.sha256(content).hexdigest())
        return path, len(content)

    def read(self, work: Work) -> bytes:
        """Return a picture that lies here; if another command has just taken it into the catalog, fetch it again."""
        path = self._path(work)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return work.read()

    def _path(self, work: Work) -> Path:
        return self._folder / hashlib.sha256(work.source.encode()).hexdigest()[:32]

    def _acknowledge(self, source: str, sha256: str) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([source, sha256])
        with self._lock, locked(self._log):
            self.hashes[source] = sha256
            drop_torn_line(self._log)
            append_line(self._log, " ".join(text.getvalue().splitlines()))


def _cells(line: str) -> list[str]:
    """Return the cells of a line; none if it is damaged, because then the picture is only fetched again."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def check_whole(content: bytes) -> None:
    """Refuse a picture whose end is missing: a server can send less than it wants to, with a length that agrees.

    Raises:
        LeftOutError: the end is missing.
    """
    if is_cut_off(content[:1024], content[-64:], len(content)):
        try:
            images.load(content)  # some cameras write more behind the end mark
        except images.TruncatedImageError as error:
            raise LeftOutError("the end of the picture did not come") from error
        except images.ImageError:
            return  # which taking it in says better
