"""Thumbnails that are made once and kept in one file: thousands of small files would be slow on any drive."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from PIL import Image

from artlib.images.errors import ImageError
from artlib.images.loading import normalised
from artlib.images.thumbnails import jpeg
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.copies import open_copy

SIDE = 200  # pixels of the longest side
AT_ONCE = 500  # ids in one question to the file, which has a limit
WORKERS = min(8, (os.cpu_count() or 1) + 2)  # reading waits for the drive, decoding for a processor
PATIENCE = 2.0  # seconds to wait for another kernel that writes
TABLE = f"jpeg_{SIDE}"  # another size would be another table


class ThumbnailStore:
    """JPEG thumbnails by image id. They are made in threads, and only those asked for are in memory.

    They lie in `thumbnails.sqlite` in the workspace, or in the system's folder for temporary files where the workspace
    can't be written. The file may be deleted at any time: what is missing is made again.

    Args:
        workspace: whose normalised copies the thumbnails are made from.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = Lock()  # one connection for all threads
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="thumbnail")
        self._ahead: list[Future[None]] = []
        self.path, self._file = _opened(workspace)

    def get(self, ids: Sequence[str]) -> list[bytes]:
        """Return the thumbnails of pictures, in their order; a grey one where the file is missing or damaged."""
        self._forget_ahead()
        found = self._read(ids)
        missing = [image_id for image_id in dict.fromkeys(ids) if image_id not in found]
        made = dict(zip(missing, self._pool.map(self._make, missing), strict=True))
        self._keep(made)
        found |= {image_id: content for image_id, content in made.items() if content is not None}
        return [found.get(image_id) or _grey() for image_id in ids]

    def prepare(self, ids: Sequence[str]) -> None:
        """Make the missing thumbnails in the background, in place of those that an earlier call still waits for."""
        self._forget_ahead()
        kept = self._read(ids)
        self._ahead = [self._pool.submit(self._make_and_keep, each) for each in ids if each not in kept]

    def close(self) -> None:
        """Stop making thumbnails and close the file; they are asked for no more."""
        self._forget_ahead()
        self._pool.shutdown()
        with self._lock:
            self._file.close()

    def _forget_ahead(self) -> None:
        for future in self._ahead:
            future.cancel()
        self._ahead = []

    def _make(self, image_id: str) -> bytes | None:
        try:
            return jpeg(normalised(open_copy(self._workspace, image_id, at_least=SIDE), SIDE))
        except ImageError:
            return None  # perhaps the file is there again later: a grey one is not kept

    def _make_and_keep(self, image_id: str) -> None:
        self._keep({image_id: self._make(image_id)})

    def _read(self, ids: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        with self._lock:
            for start in range(0, len(ids), AT_ONCE):
                found |= self._rows_of(ids[start : start + AT_ONCE])
        return found

    def _rows_of(self, ids: Sequence[str]) -> dict[str, bytes]:
        marks = ",".join("?" * len(ids))
        try:
            return dict(self._file.execute(f"SELECT id, jpeg FROM {TABLE} WHERE id IN ({marks})", list(ids)))
        except sqlite3.OperationalError:
            return {}  # another kernel writes for long, or the drive is gone: they are made again
        except sqlite3.DatabaseError:
            self._start_over()
            return {}

    def _keep(self, made: dict[str, bytes | None]) -> None:
        rows = [(image_id, content) for image_id, content in made.items() if content is not None]
        if not rows:
            return
        # a full disk, or another kernel that writes: the picture is shown all the same, and made again next time
        with self._lock, suppress(sqlite3.Error), self._file:
            self._file.executemany(f"INSERT OR REPLACE INTO {TABLE} VALUES (?, ?)", rows)

    def _start_over(self) -> None:
        """Begin anew after the file turned out to be damaged: all in it can be made again."""
        self._file.close()
        self.path, self._file = _opened(self._workspace, afresh=True)


def _opened(workspace: Workspace, afresh: bool = False) -> tuple[Path | None, sqlite3.Connection]:
    """Open the file in the first place that can be written."""
    for path in _places(workspace):
        with suppress(OSError, sqlite3.Error):
            if afresh:
                path.unlink(missing_ok=True)
            return path, _mended(path)
    return None, _connected("")  # a file that SQLite itself keeps somewhere, until this kernel ends


def _places(workspace: Workspace) -> Iterable[Path]:
    if workspace.root.is_dir():
        yield workspace.root / "thumbnails.sqlite"
    with suppress(WorkspaceError):  # there is no such place either
        yield workspace.temporary("thumbnails").with_suffix(".sqlite")


def _mended(path: Path) -> sqlite3.Connection:
    """Open a file; one that is damaged is made anew, but never one that another kernel is writing."""
    try:
        return _connected(path)
    except sqlite3.OperationalError:  # locked, or not to be written
        raise
    except sqlite3.DatabaseError:
        path.unlink()
        return _connected(path)


def _connected(path: Path | str) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)
    try:
        file.execute("PRAGMA synchronous = OFF")  # to lose a thumbnail does no harm, and waiting for the disk is slow
        with file:
            file.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (id TEXT PRIMARY KEY, jpeg BLOB NOT NULL)")
    except sqlite3.Error:
        file.close()
        raise
    return file


def _grey() -> bytes:
    return jpeg(Image.new("RGB", (SIDE, SIDE), "#888888"))
