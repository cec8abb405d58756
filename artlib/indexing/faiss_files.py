"""FAISS's files: written by Python, because FAISS itself closes a file on a full disk as if it were whole."""

from pathlib import Path
from typing import Any

import faiss


def write_faiss(index: Any, path: Path) -> None:
    """Write an index of FAISS into a file.

    Raises:
        OSError: the disk is full, or can't be written.
    """
    failed: list[OSError] = []
    with path.open("wb") as file:

        def write(content: bytes) -> int:  # an exception must not pass through FAISS
            if not failed:
                try:
                    file.write(content)
                except OSError as error:
                    failed.append(error)
            return len(content)

        writer = faiss.PyCallbackIOWriter(write)  # type: ignore[attr-defined]
        faiss.write_index(index, writer)
        del writer  # it writes its last bytes
    if failed:
        raise failed[0]
