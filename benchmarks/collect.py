"""Measures how fast large JPEGs are collected, compared with the Pillow code that a user would otherwise write.

The pictures are enlarged from a folder of real ones to 4000 x 3000 pixels. The Pillow code opens each, resizes it to at
most 1024 pixels and saves it. artlib does the same, and besides it hashes, checks, keeps the original and writes the
catalog. Both are run in turn, and the medians of the rounds are compared. The memory is that of a process of its own,
after few and after many pictures.

    python benchmarks/collect.py PATH [--pictures 40] [--rounds 5] [--many 2000]
"""

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import PIL
from PIL import Image
from train import processor_and_flags  # the benchmark beside this one

from artlib import collect
from artlib.images.files import pictures_under
from artlib.workspace import Workspace

SIZE = (4000, 3000)
SIDE, QUALITY = 1024, 92  # as artlib's normalised copies


def main() -> None:
    """Print pictures a second of both ways, their ratio, and the memory after few and many pictures."""
    options = parser().parse_args()
    if options.memory:
        print(memory(Path(options.path), options.memory))
        return
    print(f"{processor_and_flags()[0]}, {os.cpu_count()} cores, Pillow {PIL.__version__}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = enlarged(Path(options.path), Path(temporary) / "art" / "Wlop", options.pictures)
        seconds: dict[str, list[float]] = {"Pillow": [], "artlib": []}
        for place in range(options.rounds):
            seconds["Pillow"].append(timed(lambda place=place: by_pillow(folder, Path(temporary) / f"pillow{place}")))
            seconds["artlib"].append(timed(lambda place=place: by_artlib(folder, Path(temporary) / f"artlib{place}")))
        medians = {name: statistics.median(mine) for name, mine in seconds.items()}
        for name, median in medians.items():
            print(f"{name}: {options.pictures / median:.1f} pictures a second (median of {options.rounds})", flush=True)
        print(f"ratio: {medians['Pillow'] / medians['artlib']:.2f}", flush=True)
        for count in (options.many // 10, options.many):
            command = [sys.executable, __file__, str(folder), "--memory", str(count)]
            print(f"memory after {count} pictures: {subprocess.check_output(command, text=True).strip()}", flush=True)


def enlarged(source: Path, folder: Path, count: int) -> Path:
    """Write so many pictures of 4000 x 3000 pixels, as a camera would."""
    folder.mkdir(parents=True)
    found = sorted(pictures_under(source))
    for place in range(count):
        with Image.open(source / found[place * len(found) // count]) as picture:
            picture.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC).save(folder / f"{place}.jpg", quality=QUALITY)
    return folder


def by_pillow(folder: Path, to: Path) -> None:
    """Open, resize and save each picture: what a user writes."""
    to.mkdir()
    for file in sorted(folder.iterdir()):
        image = Image.open(file).convert("RGB")
        scale = SIDE / max(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        image.save(to / file.name, quality=QUALITY)


def by_artlib(folder: Path, to: Path) -> None:
    """Collect the folder."""
    collect.folder(Workspace(to), folder.parent)


def memory(folder: Path, count: int) -> str:
    """Collect so many different pictures, made one by one from those of a folder, and return the peak of the memory."""
    from artlib.workspace.ingest import Candidate, take_in

    files = [file.read_bytes() for file in sorted(folder.iterdir())[:8]]

    def read(place: int) -> bytes:
        # bytes behind the end of a JPEG make it another file, and the same picture
        return io.BytesIO(files[place % len(files)] + str(place).encode()).getvalue()

    with tempfile.TemporaryDirectory() as temporary:
        pictures = [
            Candidate("Wlop", f"{place}.jpg", lambda place=place: read(place), f"made: {place}")
            for place in range(count)
        ]
        take_in(Workspace(Path(temporary) / "data"), pictures)
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def timed(function: Callable[[], None]) -> float:
    """Return the seconds that a function takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", help="a folder with pictures")
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=2000, help="pictures for the memory")
    parser.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
