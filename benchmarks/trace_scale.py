"""Measures the index of known works at some 3,000 and at a million works, in one run.

The works are the pictures of a folder. More works are made of them, whose keypoints lie as densely as real ones would:
in d dimensions, m times as many keypoints are m^(1/d) times as close. So each real keypoint gets one made keypoint for
each time that the works are multiplied, at a distance of r * u^(1/d), where r is how far away the nearest keypoint of
another work is, and u is uniform from 0 to 1. d is measured on the pictures: how that distance falls with the number
of works. A made work has keypoints of many works, so that it is a copy of none. Each keypoint is encoded and added.

    python benchmarks/trace_scale.py PATH/artist/picture… --works 1000000 [--asked 40] [--folder FOLDER]

Asked are real works, after what `attacks.py` does to them. Of a made work, the picture that is compared with is a real
one, so the comparison takes its usual time. A million works take 15 GB of disk while they are merged, and an hour.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss
import numpy as np
import pandas as pd
from attacks import ATTACKS  # the benchmark beside this one
from PIL import Image

from artlib.indexing.building import grey_of
from artlib.indexing.cells import SAMPLE, VISITED, learn_cells
from artlib.indexing.compact import encode, merge, open_lists
from artlib.indexing.compact_index import CompactIndex
from artlib.indexing.indexed_works import IndexedWorks
from artlib.indexing.search import works_in
from artlib.indexing.shards import Shard
from artlib.indexing.works_index import WorksIndex
from artlib.similarity.keypoints import WIDTH
from artlib.tracing.asked import asked
from artlib.workspace import Workspace

CHOSEN = ("crop 30 %", "mirrored", "screenshot 40 %", "crop 8 %", "64 px", "screenshot 10 %")
MEASURED = 1000  # keypoints, on which the dimension is measured
BLOCK = 100_000  # keypoints
BESIDE = 12  # pictures that may stand beside a work in a screenshot


def main() -> None:
    """Print a table of both sizes."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.folder or temporary)
        files = sorted(
            file for file in Path(options.path).rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png")
        )
        workspace, ids = workspace_of(files, folder / "data")
        full, seconds = timed(lambda: WorksIndex(workspace, ids))
        points, counts = joined(full, ids)
        rows = [("full", len(ids), seconds, bytes_in(workspace.index), None)]
        dimension, radii = density(points["descriptor"], counts)
        print(f"{len(ids)} works, {len(points)} keypoints, dimension {dimension:.1f}", flush=True)
        for times in sorted({1, max(1, round(options.works / len(ids)))}):
            index, seconds = built(folder / f"times-{times}", points, counts, times, dimension, radii)
            rows.append(("compact", len(ids) * times, seconds, bytes_in(index), index))
        table = [{**described(*row[:4]), **in_new_process(workspace, ids, row[4], options.asked)} for row in rows]
        print(pd.DataFrame(table).T.to_string(header=False))


def workspace_of(files: Sequence[Path], root: Path) -> tuple[Workspace, list[str]]:
    """Return a workspace with the pictures, and their ids in the order of the files."""
    workspace = Workspace(root)
    ids = [f"{number:016x}" for number in range(len(files))]
    for image_id, file in zip(ids, files, strict=True):
        if not workspace.image(image_id).exists():
            workspace.image(image_id).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, workspace.image(image_id))
    return workspace, ids


def joined(index: WorksIndex, ids: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the keypoints of all works in the order of their ids, and how many each has."""
    rows = {image_id: index._rows[work] for work, image_id in enumerate(index.ids)}
    parts = [
        np.array(shard.points[shard.offsets[row] : shard.offsets[row + 1]])
        for shard, row in (rows[image_id] for image_id in ids)
    ]
    return np.concatenate(parts), np.array([len(part) for part in parts])


def density(descriptors: np.ndarray, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the dimension, and how far from each keypoint the nearest one of another work is, float32 (n,)."""
    works = np.repeat(np.arange(len(counts)), counts)
    generator = np.random.default_rng(0)
    some = generator.permutation(len(works))[:MEASURED]
    shuffled = generator.permutation(len(counts))
    sizes = [len(counts) // 30, len(counts)]
    near = [to_nearest(descriptors, works, some, shuffled[:size]).mean() for size in sizes]
    dimension = float(np.log(sizes[1] / sizes[0]) / np.log(near[0] / near[1]))
    radii = np.empty(len(works), np.float32)
    lists = faiss.index_factory(WIDTH, f"IVF{max(1, min(2048, len(works) // 100))},Flat")
    lists.cp.max_points_per_centroid, lists.nprobe = 64, 4  # type: ignore[attr-defined]
    lists.train(descriptors[::4].astype(np.float32))
    lists.add(descriptors.astype(np.float32))
    for start in range(0, len(works), BLOCK):
        part = slice(start, start + BLOCK)
        squared, found = lists.search(descriptors[part].astype(np.float32), 8)
        squared[(works[found] == works[part, None]) | (found < 0)] = np.inf
        radii[part] = np.sqrt(squared.min(axis=1))
    return dimension, np.where(np.isfinite(radii), radii, np.median(radii[np.isfinite(radii)]))


def to_nearest(descriptors: np.ndarray, works: np.ndarray, some: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return how far some keypoints are from the nearest one of other works, of those among which is searched."""
    chosen = np.isin(works, among)
    squared, found = faiss.knn(descriptors[some].astype(np.float32), descriptors[chosen].astype(np.float32), 400)
    squared[works[chosen][found] == works[some, None]] = np.inf
    nearest = np.sqrt(squared.min(axis=1))
    return nearest[np.isfinite(nearest)]


def built(
    folder: Path, points: np.ndarray, counts: np.ndarray, times: int, dimension: float, radii: np.ndarray
) -> tuple[Path, float]:
    """Build a compact index of so many times the works; return its folder, and the seconds without making them."""
    index, cells, making = folder / "compact", folder / "cells.faiss", [0.0]
    if index.exists():
        return index, float("nan")
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    sample = np.random.default_rng(0).permutation(len(points))[:SAMPLE]
    faiss.write_index(learn_cells(points["descriptor"][sample]), str(cells))
    encode(cells, multiplied(points, counts, times, dimension, radii, making), folder / "pieces")
    merge(cells, folder / "pieces", index)
    return index, time.perf_counter() - start - making[0]


def multiplied(
    points: np.ndarray, counts: np.ndarray, times: int, dimension: float, radii: np.ndarray, making: list[float]
) -> Iterator[Shard]:
    """Yield the real works as a shard in memory, then made ones, as many in each; add up the seconds of making."""
    for copy in range(times):
        start = time.perf_counter()
        made = perturbed(points, dimension, radii, copy) if copy else points
        works = pd.DataFrame({"id": [f"{copy}-{work}" for work in range(len(counts))], "points": counts})
        shard = Shard(Path(f"copy-{copy}"), works.assign(width=512, height=512))
        shard.__dict__["points"] = made
        making[0] += time.perf_counter() - start
        yield shard
        print(f"{copy + 1} of {times}", end="\r", file=sys.stderr, flush=True)


def perturbed(points: np.ndarray, dimension: float, radii: np.ndarray, seed: int) -> np.ndarray:
    """Return as many keypoints in another order, each moved towards another one by as far as its density asks for."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(points))
    made = points[order]
    for start in range(0, len(points), BLOCK):
        part = slice(start, start + BLOCK)
        here = made["descriptor"][part].astype(np.float32)
        step = points["descriptor"][generator.integers(0, len(points), len(here))].astype(np.float32) - here
        length = np.maximum(np.sqrt(np.einsum("ij,ij->i", step, step)), 1)
        moved = radii[order[part]] * generator.random(len(here), np.float32) ** (1 / dimension)
        made["descriptor"][part] = np.clip(np.rint(here + step * (moved / length)[:, None]), 0, 255)
    return made


class MadeIndex(CompactIndex):
    """A compact index of real works and of made ones, each of which is shown by a real picture."""

    def __init__(self, workspace: Workspace, ids: Sequence[str], folder: Path) -> None:
        self._lists = open_lists(folder)
        self._lists.nprobe = VISITED
        count = len(pd.read_csv(folder / "works.csv", usecols=["points"]))
        self._real = list(ids)
        names = [*ids, *(f"made {number}" for number in range(len(ids), count))]
        self._use(workspace, names, names)

    def _grey(self, work: int) -> np.ndarray:
        return grey_of(self._workspace, self._real[work % len(self._real)])


def in_new_process(workspace: Workspace, ids: list[str], folder: Path | None, count: int) -> dict[str, Any]:
    """Ask in a process of its own, so that its memory is that of asking."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(answers, workspace, ids, folder, count).result()


def answers(workspace: Workspace, ids: list[str], folder: Path | None, count: int) -> dict[str, Any]:
    """Ask about attacked works; return seconds, megabytes, and the shares that were first and were found."""
    start = time.perf_counter()
    index = MadeIndex(workspace, ids, folder) if folder else WorksIndex(workspace, ids)
    opened = time.perf_counter() - start
    hashes = np.random.default_rng(0).integers(0, 2**63, len(index.ids), np.uint64)
    known = IndexedWorks(workspace, index, {image_id: {} for image_id in ids}, hashes, {})
    chosen = np.random.default_rng(1).permutation(len(ids))[: count + BESIDE]
    pictures = [Image.open(workspace.image(ids[work])).convert("RGB") for work in chosen]
    result: dict[str, Any] = {}
    seconds, voting, working = [], [], []
    for attack in (each for each in ATTACKS if each.name in CHOSEN):
        first = found = 0
        for place, work in enumerate(chosen[:count].tolist()):
            picture = attack([pictures[place]], pictures[count:], seed=place)
            start, of_processor = time.perf_counter(), time.process_time()
            form = asked(picture).form
            found += any(index.ids[each] == ids[work] for each in works_in(form, known))
            seconds.append(time.perf_counter() - start)
            working.append(time.process_time() - of_processor)
            start = time.process_time()
            best = index.candidates([form.keypoints, form.other_way_round.keypoints], 1)
            voting.append(time.process_time() - start)
            first += bool(best) and index.ids[best[0].work] == ids[work]
        result[attack.name] = f"{first / count:.3f}, {found / count:.3f}"
    times = {
        "opened, s": f"{opened:.1f}",
        "query, s (median, 95 %)": f"{statistics.median(seconds):.2f}, {np.quantile(seconds, 0.95):.2f}",
        "query, s of one core": f"{statistics.median(working):.2f}, {np.quantile(working, 0.95):.2f}",
        "of it one vote": f"{statistics.median(voting):.2f}",
    }
    return {**times, "memory, MB (own, of files)": resident(), **result}


def resident() -> str:
    """Return the megabytes in memory: the process's own, and those of files, which the system may drop."""
    status = Path("/proc/self/status")
    if not status.exists():
        return "not measured here"
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return ", ".join(f"{int(lines[name].split()[0]) / 1024:.0f}" for name in ("RssAnon", "RssFile"))


def described(kind: str, works: int, seconds: float, size: int) -> dict[str, Any]:
    return {"index": kind, "works": works, "built, s": round(seconds), "kB a work": round(size / works / 1000, 1)}


def bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return function(), time.perf_counter() - start


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("path", help="a folder of pictures")
    options.add_argument("--works", type=int, default=1_000_000)
    options.add_argument("--asked", type=int, default=40, help="works that are attacked in each way")
    options.add_argument("--folder", help="where the indexes are built and stay (default: a temporary folder)")
    return options


if __name__ == "__main__":
    main()
