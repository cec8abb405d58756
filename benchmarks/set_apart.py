"""Measures which pictures a collection sets apart: of real works (false alarms), and of what web pages add (hits).

The works are collected, and those set apart are counted and named. Then, for some works of each artist, the things are
made that a browser extension brings along: thumbnails and square parts, avatars, icons, banners, pictures for a missing
one, and a logo under every artist; they are collected with the works they came with.

    python benchmarks/set_apart.py PATH/artist/picture… [--full 30]
"""

import argparse
import io
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance

import artlib
from artlib import images
from artlib.images.files import pictures_under
from artlib.workspace.set_apart import read_set_apart


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path, metavar="PATH", help="a folder with works as artist/picture")
    arguments.add_argument("--full", type=int, default=30, metavar="N", help="works of each artist to make things from")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        false_alarms(asked.folder, Path(folder) / "works")
        hits(asked.folder, Path(folder), asked.full)


def false_alarms(works: Path, workspace: Path) -> None:
    artlib.collect.folder(workspace, works)
    catalog, apart = artlib.read_catalog(workspace), read_set_apart(workspace)
    print(f"{len(apart)} of {len(catalog)} works are set apart ({len(apart) / len(catalog):.2%}).")
    for row in apart.merge(catalog[["id", "path"]]).itertuples():
        print(f"  {row.path}: {row.reason}, {row.detail}")


def hits(works: Path, folder: Path, full: int) -> None:
    source = folder / "source"
    made = 0
    for artist in sorted({path.parts[0] for path in pictures_under(works)}):
        paths = sorted(pictures_under(works / artist))[:full]
        for name, picture in _with_extras([images.load(works / artist / path) for path in paths]):
            (source / artist).mkdir(parents=True, exist_ok=True)
            (source / artist / name).write_bytes(picture)
            made += 1
    started = time.monotonic()
    artlib.collect.folder(folder / "hits", source)
    catalog = artlib.read_catalog(folder / "hits").merge(read_set_apart(folder / "hits"), how="left", on="id")
    print(f"{made} pictures were collected in {time.monotonic() - started:.0f} s.")
    kinds = catalog["path"].str.split("/").str[-1].str.partition("-")[0]
    for kind, rows in catalog.groupby(kinds):
        reasons = rows["reason"].fillna("not set apart").value_counts()
        print(f"  {kind:12s} {len(rows):5d}: " + ", ".join(f"{count} {reason}" for reason, count in reasons.items()))


def _with_extras(works: list[Image.Image]) -> Iterator[tuple[str, bytes]]:
    generator = random.Random(len(works))
    for number, work in enumerate(works):
        yield f"work-{number}.jpg", _jpeg(work, 92)
        small = work.copy()
        small.thumbnail((max(work.size) // 2, max(work.size) // 2), Image.Resampling.BILINEAR)
        yield f"thumbnail-{number}.jpg", _jpeg(small, 75)
        if max(work.size) > 1.15 * min(work.size):
            yield f"middle-{number}.jpg", _jpeg(_square(work, 0.5), 80)
            yield f"elsewhere-{number}.jpg", _jpeg(_square(work, generator.random()), 80)
    for number, work in enumerate(works[:5]):
        side = max(work.size) // (5 + number)
        face = ImageEnhance.Color(_square(work.rotate(20 + number), 0.3)).enhance(0.3).resize((side, side))
        yield f"avatar-{number}.jpg", _jpeg(face, 80)
        wide = work.resize((max(work.size) * 2, max(work.size) // 3))
        yield f"banner-{number}.jpg", _jpeg(wide, 80)
    for number, ground in enumerate(("#ffffff", "#cccccc", "#222222")):
        missing = Image.new("RGB", (400 + number, 300), ground)
        ImageDraw.Draw(missing).text((150, 140), "image not available", fill="#888888")
        yield f"missing-{number}.jpg", _jpeg(missing, 85)
    yield "logo-0.jpg", _jpeg(_logo(), generator.randint(60, 90))


def _square(work: Image.Image, at: float) -> Image.Image:
    """Return a square part of a work, half as large, from its beginning (0) to its end (1)."""
    side = min(work.size)
    left, upper = (round(at * (length - side)) for length in work.size)
    return work.crop((left, upper, left + side, upper + side)).resize((side // 2, side // 2))


def _logo() -> Image.Image:
    logo = Image.new("RGB", (300, 200), "#104070")
    draw = ImageDraw.Draw(logo)
    draw.ellipse((40, 40, 160, 160), fill="#f0a020")
    draw.polygon([(170, 150), (230, 40), (280, 150)], fill="#ffffff")
    return logo


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
