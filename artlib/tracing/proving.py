"""Proving: a proof picture in a folder for each original of each picture, as soon as it is found."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from artlib import images
from artlib.tracing.result import Trace
from artlib.tracing.sheet import write_sheet
from artlib.tracing.tracer import Tracer
from artlib.tracing.view import proofs
from artlib.workspace.disk.writing import safe_name


class ProvingTracer:
    """Finds originals and writes the proofs of an answer before it gives the answer: what a log holds is proved.

    Args:
        tracer: finds the originals.
        folder: for the proofs; it is there.
    """

    def __init__(self, tracer: Tracer, folder: Path) -> None:
        self._tracer, self._folder = tracer, folder

    @property
    def key(self) -> str:
        """A text that changes whenever an answer may change, or the folder."""
        return f"{self._tracer.key} {self._folder.absolute()}"

    def traces(self, pictures: Iterable[tuple[str, Any]]) -> Iterator[Trace]:
        """Trace any number of pictures, as the tracer does."""
        for trace in self._tracer.traces(pictures):
            for number, proof in enumerate(proofs(trace.originals, trace.picture), 1):
                write_sheet(self._folder / proof_name(trace.path, number), proof, trace.path)
            yield trace


def proof_name(path: str, number: int) -> str:
    """Return the name of a proof picture: the picture's, and what tells it from others of that name.

    Args:
        path: the picture's path or address.
        number: of the original, from 1 on.
    """
    stem = Path(urlsplit(path).path if images.is_url(path) else path).stem
    readable = safe_name(stem.encode(errors="replace").decode())  # a file name need not be UTF-8
    several = f"-{number}" if number > 1 else ""
    return f"{readable}-{hashlib.sha256(path.encode(errors='backslashreplace')).hexdigest()[:8]}{several}.png"
