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
    """A picture like no other seed's: a colour field with ripples and shapes on it, all of random scales."""
    generator = np.random.default_rng(seed)
    field = np.asarray(colour_field(generator, size, int(generator.integers(2, 14))), float)
    field = field * generator.uniform(0.3, 1, 3) + ripples(generator, size)
    picture = Image.fromarray(field.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    largest = int(generator.integers(24, 160))
    for _ in range(generator.integers(2, 30)):
        x, y = generator.integers(-20, size[0]), generator.integers(-20, size[1])
        width, height = generator.integers(8, largest, 2)
        shape = (draw.ellipse, draw.rectangle)[generator.integers(2)]
        shape((x, y, x + width, y + height), fill=tuple(generator.integers(0, 256, 3).tolist()))
    return picture


def detailed(seed: int, size: Size = (480, 360)) -> Image.Image:
    """A picture with detail everywhere, as most art has: 150 small triangles on a photo."""
    generator = np.random.default_rng(seed)
    picture = photo(seed, size)
    draw = ImageDraw.Draw(picture)
    for _ in range(150):
        corners = generator.integers(-20, 20, (3, 2)) + generator.integers(0, size)
        draw.polygon([tuple(corner) for corner in corners.tolist()], fill=tuple(generator.integers(0, 256, 3).tolist()))
    return picture


def scene(seed: int, size: Size = (480, 360)) -> Image.Image:
    """A picture with much to hold on to, as a painting has: a photo with 150 small shapes of all kinds on it."""
    generator = np.random.default_rng((6, seed))
    picture = photo(seed, size)
    draw = ImageDraw.Draw(picture)
    for _ in range(150):
        corners = generator.integers(0, size) + generator.integers(-24, 24, (3, 2))
        colour = tuple(generator.integers(0, 256, 3).tolist())
        low, high = corners.min(axis=0), corners.max(axis=0) + 2
        draw.polygon([tuple(corner) for corner in corners.tolist()], fill=colour)
        draw.ellipse([*low.tolist(), *((low + high) // 2 + 2).tolist()], outline=colour[::-1], width=3)
    return picture


def ripples(generator: np.random.Generator, size: Size) -> np.ndarray:
    """Waves of a random direction, length and strength, (height, width, 1)."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    angle, length, strength = generator.uniform((0, 4, 0), (np.pi, 60, 70))
    return (strength * np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / length))[..., None]


def rings(seed: int) -> Image.Image:
    """Warm colours with rings, from a few large ones to many small ones."""
    generator = np.random.default_rng((1, seed))
    picture = _ground(generator, (1.0, 0.5, 0.15))
    draw = ImageDraw.Draw(picture)
    largest = int(generator.integers(14, 140))
    for _ in range(generator.integers(4, 60)):
        x, y, radius = generator.integers(0, 320), generator.integers(0, 240), generator.integers(6, largest)
        colour = (255, int(generator.integers(0, 256)), int(generator.integers(0, 80)))
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, outline=colour, width=int(generator.integers(2, 12)))
    return picture


def strokes(seed: int) -> Image.Image:
    """Pale paper with dark straight lines, from a few bold ones to many short ones."""
    generator = np.random.default_rng((2, seed))
    pale = 255 - np.asarray(_ground(generator, (0.4, 0.4, 0.4)))
    picture = Image.fromarray(pale)
    draw = ImageDraw.Draw(picture)
    longest = int(generator.integers(20, 300))
    for _ in range(generator.integers(5, 120)):
        start, step = generator.integers(0, (320, 240)), generator.integers(-longest, longest, 2)
        ends = [*start.tolist(), *(start + step).tolist()]
        draw.line(ends, fill=(int(generator.integers(0, 90)),) * 3, width=int(generator.integers(1, 12)))
    return picture


def blocks(seed: int) -> Image.Image:
    """Blue and green rectangles, from a few large ones to many small ones."""
    generator = np.random.default_rng((3, seed))
    picture = _ground(generator, (0.1, 1.0, 1.0))
    draw = ImageDraw.Draw(picture)
    largest = int(generator.integers(14, 160))
    for _ in range(generator.integers(4, 60)):
        x, y = generator.integers(-20, 320), generator.integers(-20, 240)
        width, height = generator.integers(6, largest, 2)
        colour = (0, int(generator.integers(0, 256)), int(generator.integers(0, 256)))
        draw.rectangle((x, y, x + width, y + height), fill=colour)
    return picture


def kites(seed: int) -> Image.Image:
    """Violet triangles: the hand of an artist who is added to a model, unlike those that it was trained on."""
    generator = np.random.default_rng((4, seed))
    picture = _ground(generator, (1.0, 0.1, 0.9))
    draw = ImageDraw.Draw(picture)
    largest = int(generator.integers(40, 200))
    for _ in range(generator.integers(4, 40)):
        corners = generator.integers(0, (320, 240)) + generator.integers(-largest, largest, (3, 2))
        colour = (int(generator.integers(120, 256)), 0, int(generator.integers(100, 256)))
        draw.polygon([tuple(corner) for corner in corners.tolist()], fill=colour)
    return picture


def _ground(generator: np.random.Generator, palette: tuple[float, float, float]) -> Image.Image:
    field = np.asarray(colour_field(generator, cells=int(generator.integers(2, 14))), float)
    field = (field * generator.uniform(0.3, 1) + ripples(generator, (320, 240))) * palette
    return Image.fromarray(field.clip(0, 255).astype(np.uint8))


LOOKS: dict[str, Callable[[int], Image.Image]] = {"Ross Tran": rings, "Wlop": strokes, "北斎": blocks}


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
