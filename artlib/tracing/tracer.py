"""The tracer: finds the known works that a picture shows, also cropped, mirrored, recoloured or inside another one."""

import functools
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from artlib import images
from artlib.errors import warn
from artlib.images.folders import real_path
from artlib.images.thumbnails import reduced
from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.search import works_in
from artlib.indexing.shards import VERSION
from artlib.inference.threads import one_thread
from artlib.similarity.changes import change_of
from artlib.similarity.hashing import orientation_hashes
from artlib.similarity.keypoints import WORK_SIDE
from artlib.similarity.matching import COPY, FLIP, NOTHING, STRUCTURE, Match, as_pixels
from artlib.similarity.structure import count_own
from artlib.tracing.asked import Asked, asked
from artlib.tracing.glance import Glance, suspects
from artlib.tracing.result import ERROR, Original, Trace
from artlib.tracing.view import ShownTrace
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.copies import open_copy

FIELDS = ("id", "artist", "path", "source", "source_url", "licence")
SHOWN = 640  # pixels of the longest side of the picture in a trace
THREADS = 2  # pictures that are traced at the same time
AHEAD = 4  # pictures that are traced before their turn


class Tracer:
    """The known works of a workspace, ready to be found in pictures.

    Args:
        workspace: a Workspace, or the path of one, with collected works; its index is built if it is missing.

    Attributes:
        key: a text that changes whenever a picture may get another answer.

    Raises:
        WorkspaceError: there is no catalog.
    """

    def __init__(self, workspace: AnyWorkspace = "data") -> None:
        workspace = as_workspace(workspace)
        self._works = IndexedWorks.read(workspace)
        if self._works.unseen and not workspace.images.is_dir():
            warn("The pictures of the known works are not here: copies of whole works are found, and parts are not.")
        content = f"{VERSION} {sorted(self._works.rows.items())}"
        self.key = hashlib.sha256(content.encode(errors="surrogateescape")).hexdigest()

    def trace(self, source: Any, name: str = "") -> Trace:
        """Trace one picture.

        Args:
            source: anything that `artlib.images.load` accepts.
            name: the name for the answer; if empty, the path or address.

        Raises:
            ImageError: the picture can't be used; each reason has its own subclass.
        """
        with one_thread():
            picture = asked(source)
            found = self.originals(picture)
        verdict = found[0].verdict if found else NOTHING
        return Trace(name or images.label_of(source), verdict, found, picture=reduced(picture.rgb, SHOWN))

    def traces(self, pictures: Iterable[tuple[str, Any]]) -> Iterator[Trace]:
        """Trace any number of pictures, in their order; one that can't be read gets the verdict "error".

        Args:
            pictures: name and source of each.
        """
        pool = ThreadPoolExecutor(THREADS)
        waiting: deque[Future[Trace]] = deque()
        stream = iter(pictures)
        try:
            while True:
                for name, source in islice(stream, AHEAD - len(waiting)):
                    waiting.append(pool.submit(self._traced, name, source))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:  # also when the caller stops early
            pool.shutdown(wait=False, cancel_futures=True)

    def suspected(self, pictures: Sequence[tuple[str, Any, Glance]]) -> list[Trace | None]:
        """Trace the pictures that may show a known work, as a glance tells, and return None for the others.

        Args:
            pictures: name, source and glance of each.
        """
        suspect = suspects([each for *_, each in pictures], self._works)
        asked_about = [(name, source) for (name, source, _), may in zip(pictures, suspect, strict=True) if may]
        traces = self.traces(asked_about)
        return [next(traces) if may else None for may in suspect]

    def originals(self, picture: Asked) -> list[Original]:
        """Return the works that a picture shows, the surest first."""
        found = [
            self._original(self._works.row(work), self._with_change(picture, work, match))
            for work, match in works_in(picture.form, self._works).items()
        ]
        return found or self._by_fingerprint(picture)

    def _by_fingerprint(self, picture: Asked) -> list[Original]:
        """Return the work that a picture copies as a whole, of those whose own pictures are not here."""
        image_id = self._works.alike_unseen(orientation_hashes(picture.rgb))
        if image_id is None or count_own(picture.form.keypoints) < STRUCTURE:
            return []
        return [self._original(self._works.rows[image_id], Match(COPY))]

    def _original(self, row: Mapping[str, str], found: Match) -> Original:
        fields = {key: row[key] for key in FIELDS}
        return Original(**fields, image=self._works.workspace.image(row["id"]), match=found)

    def _traced(self, name: str, source: Any) -> Trace:
        try:
            return self.trace(source, name)
        except images.ImageError as error:
            return Trace(name, ERROR, error=str(error))

    def _with_change(self, picture: Asked, work: int, found: Match) -> Match:
        """Measure what was done to a work, in colour and in the pixels of both originals."""
        try:
            copy = open_copy(self._works.workspace, self._works.index.ids[work])
        except images.ImageError:  # it is lost: that the picture is a copy is known without it
            return found
        here, there = np.asarray(picture.rgb), np.asarray(images.normalised(copy, WORK_SIDE))
        to_work = found.to_work
        if found.change.mirrored:
            here, to_work = np.ascontiguousarray(here[:, ::-1]), to_work @ FLIP
        change = change_of(
            here,
            there,
            as_pixels(to_work, here.shape, there.shape),
            enlarged_before=picture.shrunk * max(there.shape) / max(self._works.size(work)),
            share=found.share,
            mirrored=found.change.mirrored,
            inverted=found.change.inverted,
        )
        return replace(found, change=change)


def tracer(workspace: AnyWorkspace = "data") -> Tracer:
    """Return a tracer. It is loaded once, and again only if the known works have changed.

    Args:
        workspace: a Workspace, or the path of one, with collected works.

    Raises:
        WorkspaceError: there is no catalog.
    """
    workspace = as_workspace(workspace)
    workspace.require(workspace.catalog)
    files = known_files(workspace)
    return _loaded(real_path(workspace.root), tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files))


def known_files(workspace: Workspace) -> tuple[Path, ...]:
    """Return the files that say which works are known, and by whom they are."""
    return workspace.catalog, workspace.set_apart, workspace.decisions, workspace.aliases


@functools.lru_cache(maxsize=2)
def _loaded(root: Path, stamps: tuple[int, ...]) -> Tracer:
    return Tracer(root)


def trace(source: Any, workspace: AnyWorkspace = "data") -> ShownTrace:
    """Say whether a picture is a copy of a known work or shares a part with one, and what was done to it.

    Args:
        source: a path, an http(s) URL, bytes, a PIL image or an array: anything that `artlib.images.load` accepts.
        workspace: a Workspace, or the path of one, with collected works; its index is built if it is missing.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
        WorkspaceError: there is no catalog.
    """
    return ShownTrace(**vars(tracer(workspace).trace(source)))
