"""Pairs: which works of a workspace show the same work, or share a part, such as a printed frame.

The keypoints of each work are searched among those of all others. What was found stays in the index: a new work is
compared with all, and two works that were compared before are not compared again.
"""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from tqdm.auto import tqdm

from artlib import images
from artlib.errors import warn
from artlib.indexing.indexed_works import known_catalog
from artlib.indexing.shards import VERSION as KEYPOINTS_VERSION
from artlib.indexing.works_index import WorksIndex
from artlib.similarity.geometry import fits
from artlib.similarity.matching import COPY, FEWEST, NOTHING, PART, PROBABLE, Form, Match, best_match
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.disk.writing import append_line, drop_torn_line, locked, write_table
from artlib.workspace.formats.columns import number, one_of, text, whole
from artlib.workspace.formats.schema import Schema, read_table

# changes whenever other pairs would be found; a table of another version is removed, and all works are compared again
VERSION = 1
NAME = f"pairs-v{KEYPOINTS_VERSION}.{VERSION}.csv"
SCHEMA = Schema(
    (
        text("one", filled=True),
        text("other"),
        one_of("verdict", (COPY, PROBABLE, PART, NOTHING)),
        whole("inliers"),
        number("share", 0, 1),
        one_of("mirrored", ("True", "False")),
    ),
    "Delete it.",
    is_log=True,
)
VERIFIED = 10  # candidates that are compared with a work in full
IN_VAIN = 4  # of them one after the other, after which a further pair is not expected
THREADS = 2  # OpenCV and FAISS work without holding the interpreter's lock
WORKS_A_PART = 128  # a kill loses no more
REMEMBERED = 200_000  # comparisons, because two works are mostly each other's candidates


class Pair(NamedTuple):
    """Two works that show the same work, or share a part.

    Attributes:
        one: id of the work whose id comes first in the alphabet.
        other: id of the other one.
        verdict: "copy", "probable" or "part", as in `artlib.similarity.matching.Match`.
        inliers: how many keypoints agree.
        share: how much of the common area agrees, 0 to 1.
        mirrored: whether one shows the other mirrored left to right.
    """

    one: str
    other: str
    verdict: str
    inliers: int
    share: float
    mirrored: bool


def find_pairs(workspace: Workspace, ids: Sequence[str]) -> list[Pair]:
    """Find all pairs of some works, of which only those that are new are searched for.

    Args:
        workspace: where the works lie. Its index is built first, or brought up to date.
        ids: of the works.

    Returns:
        The pairs in alphabetical order. A work whose picture can't be read is in none.
    """
    every = _with_catalog(workspace, ids)
    index = WorksIndex(workspace, every)
    table = workspace.index / NAME
    with locked(workspace.index / "pairs"):
        _remove_other_versions(workspace.index)
        found, compared = _read(table, set(every))
        new = [work for work, image_id in enumerate(index.ids) if index.is_wanted(work) and image_id not in compared]
        found |= set(_searched(index, new, table))
    wanted = set(ids)
    return sorted(pair for pair in found if pair.one in wanted and pair.other in wanted)


def _with_catalog(workspace: Workspace, ids: Sequence[str]) -> list[str]:
    """Return the ids with those of all known works, so that who asks about some does not forget the others."""
    known = known_catalog(workspace)["id"].tolist() if workspace.catalog.exists() else []
    return list(dict.fromkeys([*known, *ids]))


def _remove_other_versions(folder: Path) -> None:
    for path in folder.glob("pairs-v*.csv"):
        if path.name != NAME:
            path.unlink(missing_ok=True)


def _read(path: Path, known: set[str]) -> tuple[set[Pair], set[str]]:
    """Return the pairs on disk, and which works were compared with all others.

    A work that left is forgotten, because it may come back after works that were not compared with it.
    """
    drop_torn_line(path)
    try:
        table = read_table(path, SCHEMA)[list(Pair._fields)]
        table = table.assign(mirrored=table["mirrored"] == "True").astype({"inliers": int, "share": float})
        rows = [Pair(*row) for row in table.itertuples(index=False)]
    except FileNotFoundError:
        rows = []
    except WorkspaceError as error:
        warn(f"{path} is damaged ({error}); all works are compared again.")
        rows = []
    kept = [row for row in rows if row.one in known and (row.verdict == NOTHING or row.other in known)]
    if not kept or len(kept) < len(rows):
        write_table(path, pd.DataFrame(kept, columns=list(Pair._fields)))
    return {row for row in kept if row.verdict != NOTHING}, {row.one for row in kept if row.verdict == NOTHING}


def _searched(index: WorksIndex, new: Sequence[int], table: Path) -> Iterator[Pair]:
    """Search for the partners of new works, and write what was found after each part of them."""
    search = _Search(index)
    with (
        tqdm(total=len(new), desc="Comparing works", unit="image", disable=not new) as bar,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        for start in range(0, len(new), WORKS_A_PART):
            part = new[start : start + WORKS_A_PART]
            found = {pair for pairs in pool.map(search.pairs_of, part) for pair in pairs}
            # the marks of what was compared come last: if the end is torn off, these works are only compared again
            _append(table, [*sorted(found), *(_mark(index.ids[work]) for work in part)])
            bar.update(len(part))
            yield from found


def _mark(image_id: str) -> Pair:
    return Pair(image_id, "", NOTHING, 0, 0.0, False)


def _append(path: Path, rows: Sequence[Pair]) -> None:
    lines = io.StringIO()
    pd.DataFrame(rows).to_csv(lines, index=False, header=False, lineterminator="\n")
    append_line(path, lines.getvalue().rstrip("\n"))


class _Search:
    """Searches for the partners of a work among all others."""

    def __init__(self, index: WorksIndex) -> None:
        self._index = index
        self._compared = lru_cache(REMEMBERED)(self._compare)

    def pairs_of(self, work: int) -> list[Pair]:
        """Return the pairs that a work is in."""
        keypoints = self._index.keypoints(work)
        found: dict[int, Pair] = {}
        in_vain = 0
        for candidate in self._index.candidates([keypoints, keypoints.mirrored()], VERIFIED + 1):
            if candidate.work == work or candidate.work in found or in_vain == IN_VAIN:
                continue
            # always in the same direction, so that it does not matter which of the two is searched for first
            one, other = sorted((work, candidate.work), key=self._index.ids.__getitem__)
            pair = self._compared(one, other, candidate.form == 1)
            in_vain = 0 if pair else in_vain + 1
            if pair:
                found[candidate.work] = pair
        return list(found.values())

    def _compare(self, one: int, other: int, mirrored: bool) -> Pair | None:
        try:
            match = self._match(one, other, mirrored)
        except images.ImageError:  # deleted or damaged since it was indexed
            return None
        if match.verdict == NOTHING:
            return None
        ids = self._index.ids
        return Pair(ids[one], ids[other], match.verdict, match.inliers, round(match.share, 4), mirrored)

    def _match(self, one: int, other: int, mirrored: bool) -> Match:
        here, there = self._index.keypoints(one), self._index.keypoints(other)
        found = fits(here.mirrored() if mirrored else here, there)
        if not found or found[0].inliers < FEWEST:  # mostly: then no picture has to be read
            return Match(NOTHING)
        form = Form(self._index.grey(one), here)
        return best_match(form.other_way_round if mirrored else form, Form(self._index.grey(other), there), found)
