"""Embeddings of whole pictures: a second way to candidates, which finds look-alikes and the nearest works.

Keypoints find what was copied; an embedding finds what looks alike. Where the embeddings lie is open: in one file, or
in a LanceDB table on a disk or in an object store. Both answer through EmbeddingIndex.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from artlib.errors import ArgumentError
from artlib.similarity.cosines import unit
from artlib.workspace.disk.writing import atomic, locked
from artlib.workspace.formats.arrays import DAMAGED
from artlib.workspace.paths import WorkspaceError

ID_LENGTH = 64  # bytes at most; ids in the catalog have 16
ROWS = 50_000  # compared at a time: 250 MB at 1,280 numbers


class EmbeddingIndex(Protocol):
    """Where embeddings of works are kept, and the nearest are found."""

    def add(self, ids: Sequence[str], embeddings: np.ndarray) -> None:
        """Keep the embeddings, float (n, width), of works; those of the same ids are replaced."""

    def remove(self, ids: Collection[str]) -> None:
        """Forget works; ids that are not there are passed over."""

    def candidates(self, embeddings: np.ndarray, count: int) -> list[list[str]]:
        """Return for each embedding, float (n, width), the ids of at most so many works, the nearest first."""

    def __len__(self) -> int:
        """Return how many works are kept."""


class NumpyEmbeddings:
    """Embeddings in one file, compared one by one with every picture that is asked about.

    Exact, and fast enough for some 100,000 works. Each change writes the whole file anew, so many works should be added
    at once.

    Args:
        path: of the file; it is written by the first `add`.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def add(self, ids: Sequence[str], embeddings: np.ndarray) -> None:
        """See EmbeddingIndex. Kept with half precision and length one."""
        embeddings = checked(ids, embeddings)
        with locked(self._path):
            kept = self._rows()
            check_width(embeddings.shape[1], kept["vector"].shape[1] if len(kept) else None, self._path)
            new = np.empty(len(ids), _row_type(embeddings.shape[1]))
            new["id"], new["vector"] = np.char.encode(np.asarray(ids, str), "utf-8"), embeddings
            self._write(np.concatenate([kept[~np.isin(kept["id"], new["id"])], new]) if len(kept) else new)

    def remove(self, ids: Collection[str]) -> None:
        """See EmbeddingIndex."""
        with locked(self._path):
            kept = self._rows()
            gone = np.isin(kept["id"], [image_id.encode() for image_id in ids])
            if gone.any():
                self._write(kept[~gone])

    def candidates(self, embeddings: np.ndarray, count: int) -> list[list[str]]:
        """See EmbeddingIndex. The nearest have the largest cosine."""
        kept = self._rows()
        asked = checked(range(len(embeddings)), embeddings)
        if not (len(kept) and len(asked) and count > 0):
            return [[] for _ in asked]
        check_width(asked.shape[1], kept["vector"].shape[1], self._path)
        rows, cosines = np.empty((len(asked), 0), int), np.empty((len(asked), 0), np.float32)
        for start, some in _blocks(kept["vector"]):
            here = np.broadcast_to(np.arange(start, start + len(some)), (len(asked), len(some)))
            rows, cosines = _largest(np.hstack([rows, here]), np.hstack([cosines, asked @ some.T]), count)
        return [[image_id.decode() for image_id in kept["id"][line].tolist()] for line in rows]

    def __len__(self) -> int:
        return len(self._rows())

    def _rows(self) -> np.ndarray:
        with suppress(FileNotFoundError):
            try:
                rows = np.load(self._path, mmap_mode="r", allow_pickle=False)
                if rows.ndim != 1 or rows.dtype != _row_type(rows.dtype["vector"].shape[0]):
                    raise ValueError(f"it holds {rows.dtype} of shape {rows.shape}")
                return rows
            except FileNotFoundError:
                raise
            except DAMAGED as error:
                raise WorkspaceError(f"{self._path} is damaged ({error}). Delete it and index again.") from error
        return np.empty(0, _row_type(1))

    def _write(self, rows: np.ndarray) -> None:
        with atomic(self._path) as temporary:
            np.save(temporary, rows)


def checked(ids: Collection, embeddings: np.ndarray) -> np.ndarray:
    """Return embeddings as float32 (n, width) of length one.

    Raises:
        ArgumentError: they are not one row an id, or not finite.
    """
    embeddings = np.asarray(embeddings, np.float32)
    if embeddings.ndim != 2 or len(embeddings) != len(ids) or not np.isfinite(embeddings).all():
        raise ArgumentError(
            f"Embeddings are one row of finite numbers a work. Received: {len(ids)} works and an array of shape "
            f"{embeddings.shape}. Compute them with one network for all works."
        )
    return unit(embeddings)


def check_width(width: int, kept: int | None, place: object) -> None:
    """Raise an ArgumentError if embeddings are compared that come from different networks."""
    if kept not in (None, width):
        raise ArgumentError(
            f"Embeddings of {width} numbers can't be compared with those in {place}, which have {kept}: they come from "
            "another network. Choose another place, or delete that one and index again."
        )


def _row_type(width: int) -> np.dtype:
    return np.dtype([("id", f"S{ID_LENGTH}"), ("vector", np.float16, (width,))])


def _blocks(vectors: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(vectors), ROWS):
        yield start, vectors[start : start + ROWS].astype(np.float32)


def _largest(rows: np.ndarray, cosines: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows with the largest cosines of each line, and these, the largest first."""
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(rows, order, axis=1), np.take_along_axis(cosines, order, axis=1)
