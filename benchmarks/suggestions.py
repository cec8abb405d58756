"""Measures what `artlib sort --suggest` finds: of real works (wrong suggestions), and of what is no work (hits).

The artists are dealt into two halves by turns. Thresholds were chosen on the first half, and are reported on the
second: other artists, other photographs, other textures, other layouts of pages. The works are collected, and those
suggested are counted and named. Then pictures of each kind are made from works of the same half, collected among the
artists' works, and counted. Screens and pages of words are rendered by Chromium, where there is one.

    python benchmarks/suggestions.py PATH/artist/picture… [PATH …] [--photographs FOLDER] [--half reporting] [--each 8]
"""

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from PIL import Image
from suggestion_cases import BLANK, PHOTOGRAPH, SCREENSHOT, TEXT, Case, cases

import artlib
from artlib import images
from artlib.images.files import pictures_under
from artlib.sort.suggestions import SuggestionReport
from artlib.sort.suggestions.measures import measures_of
from artlib.workspace import Workspace
from artlib.workspace import suggestions as reasons

HALVES = ("choosing", "reporting")
SAMPLE = 80  # works that things are made from
ENOUGH = 10  # works of an artist; fewer say little about what is usual
FLAT = 0.5  # middle of the flat share of artists among whose works photographs are put
REASON = {BLANK: reasons.BLANK, PHOTOGRAPH: reasons.PHOTOGRAPH, SCREENSHOT: reasons.SCREENSHOT, TEXT: reasons.TEXT}
LISTED = 100


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", type=Path, nargs="+", metavar="PATH", help="folders with works as artist/picture")
    arguments.add_argument("--photographs", type=Path, metavar="FOLDER", help="real photographs (default: none)")
    arguments.add_argument("--half", choices=HALVES, default="reporting", help="which half (default: reporting)")
    arguments.add_argument("--each", type=int, default=8, metavar="N", help="pictures made in each way (default: 8)")
    arguments.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the workspace, to look at it in 02_sort")
    asked = arguments.parse_args()
    half = HALVES.index(asked.half)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "works"
        for artist, path in artists_of(asked.folders)[half::2]:
            shutil.copytree(path, source / artist)
        workspace = Workspace(asked.keep or Path(folder) / "workspace")
        works = taken_out(source, random.Random(half))
        wrong(workspace, source)
        hits(workspace, Path(folder), works, half, photographs(asked.photographs, half), asked.each)


def artists_of(folders: list[Path]) -> list[tuple[str, Path]]:
    """Return each artist's name and folder; the folders given are told apart, because they may share artists."""
    found = [(f"{folder.name} {path.name}", path) for folder in folders for path in folder.iterdir() if path.is_dir()]
    return sorted((artist, path) for artist, path in found if pictures_under(path))


def photographs(folder: Path | None, half: int) -> list[Image.Image]:
    return [images.load(folder / path) for path in sorted(pictures_under(folder))[half::2]] if folder else []


def taken_out(source: Path, chance: random.Random) -> list[Image.Image]:
    """Take works to make things from out of the folder: beside the work itself, its blurred copy is a small copy."""
    every = sorted(pictures_under(source))
    works = []
    for path in chance.sample(every, min(SAMPLE, len(every) // 2)):
        try:
            works.append(images.normalised(images.load(source / path)))
        except images.ImageError:
            continue
        (source / path).unlink()
    return works


def wrong(workspace: Workspace, source: Path) -> None:
    artlib.collect.folder(workspace, source)
    started = time.monotonic()
    report = artlib.find_suggestions(workspace)
    seconds = time.monotonic() - started
    share = len(report.found) / report.pictures
    print(f"{len(report.found)} of {report.pictures} works are suggested ({share:.2%}), in {seconds:.0f} s:")
    for reason, count in Counter(report.found["reason"]).items():
        print(f"  {count:5d}  {reason}")
    for row in report.found.head(LISTED).itertuples():
        print(f"    {row.path}: {row.reason}, {row.detail}")


def hits(
    workspace: Workspace, folder: Path, works: list[Image.Image], half: int, photos: list[Image.Image], each: int
) -> None:
    catalog = artlib.sorted_catalog(workspace)
    flat = measures_of(workspace, catalog["id"].tolist()).merge(catalog[["id", "artist"]], on="id")
    middle = flat.groupby("artist")["flat"].median()
    several = catalog["artist"].value_counts()
    artists = sorted(several[several >= ENOUGH].index)
    drawing = [artist for artist in artists if middle[artist] >= FLAT]
    made = dict(_placed(cases(half, works, photos, each), artists, drawing, folder / "made"))
    artlib.collect.folder(workspace, folder / "made")
    _table(workspace, made, artlib.find_suggestions(workspace))


def _placed(made: Iterator[Case], artists: list[str], drawing: list[str], folder: Path) -> Iterator[tuple[str, Case]]:
    """Write each picture into the folder of an artist, by turns, and yield its file's name."""
    for number, case in enumerate(made):
        among = drawing if case.kind == PHOTOGRAPH else artists
        if among:
            name = f"{case.kind}-{number:04d}.jpg"
            place = folder / among[number % len(among)] / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(case.content)
            yield place.stem, case


def _table(workspace: Workspace, made: dict[str, Case], report: SuggestionReport) -> None:
    """Print how many of each way were suggested, for the right reason or another, or set apart by collecting."""
    apart = artlib.read_set_apart(workspace).set_index("id")["reason"]
    found = report.found.set_index("id")["reason"]
    rows = []
    for row in artlib.read_catalog(workspace).itertuples():
        case = made.get(_case_name(row.path))
        if case:
            reason = found.get(row.id, "")
            right = reason == REASON.get(case.kind, case.kind)
            rows.append((case.kind, case.way, 1, right, bool(reason) and not right, row.id in apart.index))
    table = pd.DataFrame(rows, columns=["kind", "way", "made", "right reason", "another", "set apart before"])
    for by in (["kind"], ["kind", "way"]):
        counts = table.groupby(by).sum(numeric_only=False)
        counts = counts.drop(columns="way", errors="ignore").astype(int)
        to_find = counts["made"] - counts["set apart before"]
        suggested = counts["right reason"] + counts["another"]
        print(counts.assign(recall=(suggested / to_find.where(to_find > 0)).round(2)).to_string())


def _case_name(path: str) -> str:
    """Return the name that a picture was made under: a collection may have put digits of its hash behind it."""
    return "-".join(Path(path).stem.split("-")[:2])


if __name__ == "__main__":
    main()
