"""Measures the sorting grid with 10,000 pictures in a real JupyterLab, beside the grid that one would write oneself.

    python benchmarks/sort.py PATH [--pictures 10000] [--side 800] [--rounds 5] [--naive 500,2000,10000] [--keep FOLDER]

The pictures under PATH are changed a little (mirrored, shifted in tone, cut) until there are enough, made as large as
the web has them, and collected once into the folder of --keep. Times are measured in the page, from the click or key to
the frame in which the result is on the screen. `naive` is a GridBox of full-size Image widgets, each with a Checkbox.
fastai's ImagesCleaner is measured where fastai is installed. Needs chromium, chromedriver and what requirements-dev.txt
names; no other program should run at the same time.
"""

import argparse
import contextlib
import io
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from PIL import Image, ImageEnhance
from sort_pages import DECIDE, JUMP, NAIVE, OPENED, SCROLL, TOOLS, UNDO, WATCH  # the module beside this one
from train import installed, processor_and_flags

from artlib.images import load
from artlib.images.files import pictures_under
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.ingest import Candidate, take_in

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import lab  # starts a JupyterLab of our own

TARGETS = {"opening": 2.0, "scrolling a screen": 0.2, "deciding 48 at once": 0.2, "undo": 0.2}  # seconds, medians
MEMORY = 500  # MB of the kernel
PATIENCE = 180  # seconds for one naive grid
MB = 1 << 20
PACKAGES = ("artlib", "anywidget", "ipywidgets", "jupyterlab", "selenium", "fastai")
RUN = "[data-command='notebook:run-cell-and-select-next']"
READY = ".jp-Notebook-ExecutionIndicator[data-status='idle']"
IMPORTS = """import os
from pathlib import Path
import artlib
from artlib.sort import SortGrid, SortSession
import ipywidgets
Path("kernel.pid").write_text(str(os.getpid()))"""
GRID = "SortGrid(SortSession({root!r}))"
NAIVE_GRID = """from pathlib import Path
import ipywidgets as widgets
files = [path for path in sorted(Path({originals!r}).rglob("*")) if path.is_file()][:{count}]
boxes = [
    widgets.VBox([widgets.Image(value=path.read_bytes(), width=150), widgets.Checkbox(description=path.name)])
    for path in files
]
widgets.GridBox(boxes, layout={{"grid_template_columns": "repeat(5, 170px)"}})"""
FASTAI = """from fastai.vision.widgets import ImagesCleaner
from fastcore.foundation import L
files = L(path for path in sorted(Path({originals!r}).rglob("*")) if path.is_file())
cleaner = ImagesCleaner(max_n={count})
cleaner.set_fns(files)
cleaner.widget"""


def main() -> None:
    """Print the medians beside their targets, then what the naive grid and fastai take."""
    options = parser().parse_args()
    versions = ", ".join(f"{name} {version}" for name, version in installed(PACKAGES).items())
    load_average = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{processor_and_flags()[0]}, {os.cpu_count()} cores, load {load_average}; {versions}", flush=True)
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        workspace = made(Workspace(Path(folder) / "data"), options)
        with tempfile.TemporaryDirectory() as place:
            report(measure_grid(workspace, Path(place), options.rounds))
            for count in options.naive:
                source = NAIVE_GRID.format(originals=str(workspace.originals), count=count)
                print(f"naive, {count:,} pictures: {measure_other(source, count, Path(place))}", flush=True)
            print(f"fastai's ImagesCleaner: {measure_fastai(workspace, Path(place))}", flush=True)


def made(workspace: Workspace, options: argparse.Namespace) -> Workspace:
    """Collect so many pictures, unless the workspace has them already."""
    if not workspace.catalog.exists():
        started = time.monotonic()
        take_in(workspace, list(candidates(options)), progress_bar=False)
        print(f"made and collected in {time.monotonic() - started:.0f} s", flush=True)
    files = [path for path in workspace.originals.rglob("*") if path.is_file()]
    size, count = sum(path.stat().st_size for path in files), len(read_catalog(workspace))
    print(f"{count:,} pictures, {size / MB:,.0f} MB, {size / len(files) / 1024:.0f} kB each", flush=True)
    return workspace


def candidates(options: argparse.Namespace) -> Iterator[Candidate]:
    """Yield each picture under PATH, and then all of them again with another change, until there are enough."""
    paths = sorted(pictures_under(options.path))
    numbered = itertools.islice(enumerate(itertools.cycle(paths)), options.pictures)
    for number, path in numbered:
        read = ReadChanged(options.path / path, number, options.side)
        yield Candidate(path.parts[0], f"{number:05d}-{path.name}", read, "benchmark", licence="CC0")


class ReadChanged:
    """Makes a picture when it is read, so that only one is in memory."""

    def __init__(self, path: Path, number: int, side: int) -> None:
        self.path, self.number, self.side = path, number, side

    def __call__(self) -> bytes:
        picture = load(self.path)
        cut = self.number % 7
        picture = picture.crop((cut, cut, picture.width, picture.height))
        if self.number % 2:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        picture = ImageEnhance.Brightness(picture).enhance(0.8 + 0.05 * (self.number % 9))
        scale = self.side / max(picture.size)
        picture = picture.resize([max(1, round(length * scale)) for length in picture.size], Image.Resampling.BICUBIC)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


def measure_grid(workspace: Workspace, place: Path, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each step in each round, and the kernel's memory in MB, of artlib's grid."""
    found: dict[str, list[float]] = {}
    for number in range(rounds):
        if not number % 2:  # every other round begins without any thumbnail, as the first opening of all does
            (workspace.root / "thumbnails.sqlite").unlink(missing_ok=True)
        kind = "opening, no thumbnails yet" if not number % 2 else "opening"
        with Page(place, GRID.format(root=str(workspace.root))) as page:
            empty = page.memory()
            found.setdefault(kind, []).append(page.measure_run(OPENED))
            for name, script, times in (("scrolling a screen", SCROLL, 8), ("jumping by the scroll bar", JUMP, 3)):
                found.setdefault(name, []).extend(page.measure(script, step) for step in range(times))
            for _ in range(3):
                found.setdefault("deciding 48 at once", []).append(page.measure(DECIDE))
                found.setdefault("undo", []).append(page.measure(UNDO))
            found.setdefault("memory above empty", []).append(page.memory() - empty)
            found.setdefault("memory in all", []).append(page.memory())
    return found


def measure_other(source: str, count: int, place: Path) -> str:
    """Return in words how long another grid takes until all its pictures are drawn, and what it takes up."""
    from selenium.common.exceptions import TimeoutException, WebDriverException

    with Page(place, source, PATIENCE) as page:
        empty = page.memory()
        try:
            seconds = page.measure_run(NAIVE, count)
        except TimeoutException:
            return f"not drawn after {PATIENCE} s; kernel {page.memory() - empty:,.0f} MB above an empty one"
        except WebDriverException as error:
            return f"the page broke ({str(error).splitlines()[0]}); kernel {page.memory() - empty:,.0f} MB above empty"
        return f"opening {seconds:.1f} s, kernel {page.memory() - empty:,.0f} MB above an empty one"


def measure_fastai(workspace: Workspace, place: Path) -> str:
    """Return the same for fastai's grid, whose pictures are made small first; it shows 30 unless asked for more."""
    if find_spec("fastai") is None:
        return "not measured, because fastai is not installed"
    sources = {count: FASTAI.format(originals=str(workspace.originals), count=count) for count in (30, 500)}
    parts = [f"{count} pictures: {measure_other(source, count, place)}" for count, source in sources.items()]
    return "; ".join(parts) + ". It has no keys, no undo, and no decision for several pictures at once"


class Page:
    """A notebook in a browser, whose first cell, the imports, has run, and whose second one is to be measured.

    Args:
        place: a folder for JupyterLab.
        source: of the second cell.
        patience: seconds until a measurement is given up.
    """

    def __init__(self, place: Path, source: str, patience: float = 60) -> None:
        self._place, self._source, self._patience = place, source, patience
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Page":
        (self._place / "kernel.pid").unlink(missing_ok=True)
        address = self._stack.enter_context(lab.jupyterlab(self._place, IMPORTS, self._source))
        profile = self._stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self.browser = self._stack.enter_context(lab.chromium(Path(profile)))
        self.browser.set_script_timeout(self._patience)
        for _ in range(5):  # on a busy machine JupyterLab takes the first click, and the kernel never hears of it
            self.browser.get(address)
            lab.wait_to_be_clickable(self.browser, READY)
            lab.click(self.browser, RUN)
            if lab.wait_until((self._place / "kernel.pid").exists, 30):
                break
        lab.wait_to_be_clickable(self.browser, READY)
        time.sleep(2)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def memory(self) -> float:
        """Return the kernel's resident memory in MB."""
        return psutil.Process(int((self._place / "kernel.pid").read_text())).memory_info().rss / MB

    def measure_run(self, script: str, *arguments: Any) -> float:
        """Return the seconds from a click on the button that runs the cell to what a script waits for."""
        self.browser.execute_script(WATCH)
        lab.click(self.browser, RUN)
        return self.measure(script, *arguments)

    def measure(self, script: str, *arguments: Any) -> float:
        """Return the seconds that a script counts in the page."""
        return self.browser.execute_async_script(TOOLS + script, *arguments) / 1000


def report(found: dict[str, list[float]]) -> None:
    """Print each median beside its target."""
    for name, values in found.items():
        middle, worst = statistics.median(values), max(values)
        if name.startswith("memory"):
            print(f"{name:28s} {middle:7.0f} MB  (at most {worst:.0f} MB; target under {MEMORY} MB)")
            continue
        target = TARGETS.get(name.partition(",")[0])
        wanted = f"target {target} s: {'met' if middle <= target else 'MISSED'}" if target else "no target"
        print(f"{name:28s} {middle:7.3f} s   (slowest {worst:.3f} s of {len(values)}; {wanted})")
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="a folder laid out as artist/picture")
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=800, help="pixels of the longest side")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument(
        "--naive", type=lambda numbers: [int(n) for n in numbers.split(",") if n], default=[500, 2000, 10_000]
    )
    parser.add_argument("--keep", help="a folder for the pictures; the same command then takes them from there")
    return parser


if __name__ == "__main__":
    main()
