"""Pictures for the tests: like photographs enough for perceptual hashes, and each artist with a look of their own."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

Size = tuple[int, int]


def colour_field(generator: np.random.Generator, size: Size = (320, 240), cells: int = 5) -> Image.Image:
    """Smooth random colours: a coarse random grid, enlarged."""
    grid = generator.integers(0, 256, (cells, cells, 3), np.uint8)
    return Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)


def photo(seed: int, size: Size = (320, 240)) -> Image.Image:
    """A picture like no other seed's: a colour field with a dozen shapes on it."""
    generator = np.random.default_rng(seed)
    picture = colour_field(generator, size)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = generator.integers(0, size[0]), generator.integers(0, size[1])
        width, height = generator.integers(10, size[0] // 3), generator.integers(10, size[1] // 3)
        shape = (draw.ellipse, draw.rectangle)[generator.integers(2)]
        shape((x, y, x + width, y + height), fill=tuple(generator.integers(0, 256, 3).tolist()))
    return picture


def circles(seed: int) -> Image.Image:
    """Warm colour fields with many soft rings."""
    generator = np.random.default_rng((1, seed))
    field = np.asarray(colour_field(generator, cells=int(generator.integers(2, 7)))) * (1.0, 0.45, 0.2)
    picture = Image.fromarray(field.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(generator.integers(6, 40)):
        x, y, radius = generator.integers(0, 320), generator.integers(0, 240), generator.integers(8, 90)
        colour = (255, int(generator.integers(60, 230)), int(generator.integers(0, 80)))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=int(generator.integers(2, 9)))
    return picture


def strokes(seed: int) -> Image.Image:
    """Pale paper with many dark, broken straight lines."""
    generator = np.random.default_rng((2, seed))
    field = 190 + np.asarray(colour_field(generator, cells=int(generator.integers(2, 7)))) * 0.25
    picture = Image.fromarray(field.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(generator.integers(15, 90)):
        x, y = generator.integers(0, 320), generator.integers(0, 240)
        ends = (x, y, x + generator.integers(-160, 160), y + generator.integers(-160, 160))
        draw.line([int(end) for end in ends], fill=(int(generator.integers(0, 60)),) * 3, width=int(generator.integers(1, 6)))
    return picture


def blocks(seed: int) -> Image.Image:
    """Blue and green fields with rectangles, from a few large ones to many small ones."""
    generator = np.random.default_rng((3, seed))
    field = np.asarray(colour_field(generator, cells=int(generator.integers(2, 9)))) * (0.15, 1.0, 1.0)
    picture = Image.fromarray(field.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    largest = int(generator.integers(20, 160))
    for _ in range(generator.integers(4, 40)):
        x, y = generator.integers(-20, 320), generator.integers(-20, 240)
        width, height = generator.integers(8, largest, 2)
        colour = (0, int(generator.integers(0, 256)), int(generator.integers(0, 256)))
        draw.rectangle((x, y, x + width, y + height), fill=colour)
    return picture


LOOKS: dict[str, Callable[[int], Image.Image]] = {"Ross Tran": circles, "Wlop": strokes, "北斎": blocks}


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def write(path: Path, content: bytes | Image.Image) -> Path:
    """Write a file with its folders; a picture as what its suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content.save(path, quality=92)
    return path
