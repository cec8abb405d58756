"""Pictures without a structure of their own: nobody's work can be recognised in them, and they are nobody's copy."""

from collections.abc import Callable

import numpy as np
from drawing import encoded
from PIL import Image, ImageDraw

from artlib import images

WIDTH, HEIGHT = 480, 360
X, Y = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))


def grey(values: np.ndarray) -> Image.Image:
    """From float (height, width), 0 to 255."""
    return Image.fromarray(values.clip(0, 255).astype(np.uint8)).convert("RGB")


def gradient(degrees: float, steep: float = 1.0) -> Image.Image:
    """From dark to light in one direction; a steep one goes over within a part of the picture."""
    along = (X - 0.5) * np.cos(np.radians(degrees)) + (Y - 0.5) * np.sin(np.radians(degrees))
    return grey(127.5 + 240 * (along * steep).clip(-0.5, 0.5))


def two_colours(degrees: float) -> Image.Image:
    share = np.asarray(gradient(degrees), float)[..., :1] / 255
    mixed = share * np.array([250, 180, 60]) + (1 - share) * np.array([40, 60, 160])
    return Image.fromarray(mixed.astype(np.uint8))


def radial(steep: float = 1.0, inside: float = 255) -> Image.Image:
    away = np.hypot(X - 0.5, (Y - 0.5) * HEIGHT / WIDTH) * 2 * steep
    return grey(inside + (255 - 2 * inside) * away.clip(0, 1))


def scan(seed: int, grain: float, level: float = 244) -> Image.Image:
    """An empty sheet of paper, scanned: each scan has a grain of its own."""
    return grey(level + np.random.default_rng(seed).normal(0, grain, (HEIGHT, WIDTH)))


def saved(picture: Image.Image, quality: int) -> Image.Image:
    return images.load(encoded(picture, quality=quality))


def two_tone(degrees: float) -> Image.Image:
    return gradient(degrees, steep=1000)


def framed(width: int, inset: int = 0, colour: int = 20) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (236, 230, 214))
    box = (inset, inset, WIDTH - 1 - inset, HEIGHT - 1 - inset)
    ImageDraw.Draw(picture).rectangle(box, outline=(colour,) * 3, width=width)
    return picture


def stripes(period: int, degrees: float = 0) -> Image.Image:
    along = X * WIDTH * np.cos(np.radians(degrees)) + Y * HEIGHT * np.sin(np.radians(degrees))
    return grey(255.0 * ((along // period) % 2))


def checkerboard(period: int) -> Image.Image:
    return grey(255.0 * (((X * WIDTH // period) + (Y * HEIGHT // period)) % 2))


def dots(period: int) -> Image.Image:
    away = np.hypot((X * WIDTH) % period - period / 2, (Y * HEIGHT) % period - period / 2)
    return grey(255.0 * (away > period / 4))


# each twice: as it is collected, and as another one comes from elsewhere; where that is drawn the same, it is the same
PLAIN: dict[str, tuple[Callable[[], Image.Image], Callable[[], Image.Image]]] = {
    "white": (lambda: grey(np.full((HEIGHT, WIDTH), 255.0)), lambda: grey(np.full((HEIGHT, WIDTH), 254.0))),
    "black": (lambda: grey(np.zeros((HEIGHT, WIDTH))), lambda: saved(grey(np.zeros((HEIGHT, WIDTH))), 50)),
    **{f"gradient {angle}": (lambda angle=angle: gradient(angle),) * 2 for angle in range(0, 360, 45)},
    "gradient saved again": (lambda: saved(gradient(30), 95), lambda: saved(gradient(30), 20)),
    "steep gradient": (lambda: gradient(0, 4), lambda: saved(gradient(0, 4), 60)),
    "steep diagonal": (lambda: gradient(45, 6), lambda: saved(gradient(45, 6), 40)),
    "two colours": (lambda: two_colours(90), lambda: saved(two_colours(90), 50)),
    "light from the middle": (radial, lambda: saved(radial(), 40)),
    "dark in the middle": (lambda: radial(1.5, 0), lambda: saved(radial(1.5, 0), 70)),
    "a soft spot": (lambda: radial(4), lambda: saved(radial(4), 60)),
    "a disc": (lambda: grey(255.0 * (np.hypot(X - 0.5, (Y - 0.5) * 0.75) > 0.2)), lambda: radial(3)),
    "empty scan": (lambda: scan(0, 3), lambda: scan(1, 3)),
    "coarse scan": (lambda: scan(2, 9, 200), lambda: scan(3, 9, 200)),
    "scan with much grain": (lambda: saved(scan(4, 25, 128), 80), lambda: saved(scan(5, 25, 128), 80)),
    "scan saved small": (lambda: saved(scan(6, 5), 10), lambda: saved(scan(7, 5), 10)),
    "two tones": (lambda: two_tone(0), lambda: saved(two_tone(0), 50)),
    "two tones, one above the other": (lambda: two_tone(90), lambda: saved(two_tone(90), 20)),
    "two tones, slanting": (lambda: two_tone(30), lambda: saved(two_tone(30), 20)),
    "thin frame": (lambda: framed(2), lambda: saved(framed(2), 60)),
    "thin frame inside": (lambda: framed(2, 14), lambda: saved(framed(3, 14), 60)),
    "thick frame": (lambda: framed(24), lambda: saved(framed(24), 40)),
    "stripes": (lambda: stripes(24), lambda: saved(stripes(24), 60)),
    "fine stripes": (lambda: stripes(6), lambda: stripes(6)),
    "slanting stripes": (lambda: stripes(30, 40), lambda: saved(stripes(30, 40), 60)),
    "checkerboard": (lambda: checkerboard(40), lambda: saved(checkerboard(40), 60)),
    "fine checkerboard": (lambda: checkerboard(12), lambda: checkerboard(12)),
    "dots": (lambda: dots(30), lambda: saved(dots(30), 60)),
}
