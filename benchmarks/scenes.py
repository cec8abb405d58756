"""Scenes in which works are seen: a page on a screen, a photograph of a screen, a collage."""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

Scene = Callable[[Sequence[Image.Image], Sequence[Image.Image], np.random.Generator], Image.Image]
SHAPES = (16 / 9, 4 / 3, 1.0, 3 / 4, 9 / 16)  # of screens and windows, width to height
LONGEST = 1920  # pixels of a screen
WORDS = ("posted just now", "my new picture", "for you", "likes", "shares", "comments", "follow", "reply", "print shop")


def screenshot(
    works: Sequence[Image.Image], beside: Sequence[Image.Image], generator: np.random.Generator, share: float
) -> Image.Image:
    """Show a work on a page with a bar, text and other pictures, where it takes this share of the canvas."""
    work, shape = works[0], SHAPES[generator.integers(len(SHAPES))]
    shape = _shape_that_holds(work.width / work.height, shape, share)
    height = math.sqrt(work.width * work.height / share / shape)
    height *= min(generator.uniform(1.0, 1.6), LONGEST / (height * max(1, shape)))
    width, height = round(height * shape), round(height)
    scale = math.sqrt(share * width * height / (work.width * work.height))
    shown = work.resize([max(1, round(length * scale)) for length in work.size], Image.Resampling.BICUBIC)
    dark = generator.random() < 0.4
    page = Image.new("RGB", (width, height), (24, 25, 28) if dark else (250, 250, 250))
    place = _place(page.size, shown.size, generator)
    _fill(page, place, beside, (200, 200, 205) if dark else (60, 60, 70), generator)
    page.paste(shown, place[:2])
    return page


def _shape_that_holds(work: float, page: float, share: float) -> float:
    """Return the shape of the page nearest to the wanted one in which the work, with a little room, fits."""
    return min(max(page, 1.05 * share * work), work / (1.15 * share))


def _place(page: tuple[int, int], shown: tuple[int, int], generator: np.random.Generator) -> tuple[int, ...]:
    """Return left, top, right and bottom of the work on the page."""
    bar = min(round(page[1] * 0.06), page[1] - shown[1])
    left = int(generator.integers(0, page[0] - shown[0] + 1))
    top = int(generator.integers(bar, max(bar, page[1] - shown[1]) + 1))
    return left, top, left + shown[0], top + shown[1]


def _fill(page, place, beside, ink, generator) -> None:
    """Fill the page around a place: a bar on top, then cells of text, boxes and pictures."""
    draw, unit = ImageDraw.Draw(page), max(9, round(min(page.size) / 45))
    accent = tuple(int(value) for value in generator.integers(40, 220, 3))
    cell = round(max(page.size) * generator.uniform(0.16, 0.24))
    for top in range(round(page.height * 0.07), page.height, cell):
        for left in range(unit, page.width, cell):
            box = (left, top, left + cell - unit, top + cell - unit)
            kind = generator.random()
            if kind < 0.35 and len(beside):
                other = beside[generator.integers(len(beside))]
                page.paste(ImageOps.fit(other, (box[2] - box[0], box[3] - box[1])), box[:2])
            elif kind < 0.5:
                draw.rounded_rectangle(box, unit, outline=ink, fill=accent if generator.random() < 0.3 else None)
            else:
                _write(draw, box, unit, ink, generator)
    draw.rectangle((0, 0, page.width, round(page.height * 0.06)), fill=accent)
    draw.text((unit, round(page.height * 0.015)), "artfeed     Home   Explore   Messages", "white", _font(unit * 1.2))
    margin = unit // 2
    around = (place[0] - margin, place[1] - margin, place[2] + margin, place[3] + margin)
    draw.rectangle(around, fill=page.getpixel((0, page.height - 1)))


def _write(draw, box, unit, ink, generator) -> None:
    for top in range(box[1], box[3] - unit, round(unit * 1.6)):
        words = " ".join(generator.choice(WORDS, 2 + generator.integers(3)))
        draw.text((box[0], top), words[: (box[2] - box[0]) * 2 // unit], ink, _font(unit))


def _font(size: float):
    return ImageFont.load_default(round(size))


def photograph_of_screen(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Photograph a screen that shows the picture, aslant: perspective, moiré, blur, a colour cast and a bright spot."""
    screen = _on_screen(picture, generator)
    width = int(generator.integers(700, 1000))
    height = round(width * generator.uniform(0.75, 1.0) * screen.height / screen.width)
    photo = _aslant(np.asarray(screen), (width, height), generator).astype(np.float32) / 255
    photo *= _moire(photo.shape[:2], generator)
    photo = cv2.GaussianBlur(photo, (0, 0), generator.uniform(0.7, 1.5))
    photo = photo ** generator.uniform(0.75, 1.3) * generator.uniform(0.8, 1.12, 3).astype(np.float32)
    photo = photo * 0.92 + 0.06 + _glare(photo.shape[:2], generator)
    photo += generator.normal(0, 0.015, photo.shape)
    return Image.fromarray((np.clip(photo, 0, 1) * 255).astype(np.uint8))


def _on_screen(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Show a picture on a dark or light ground, with the screen's edge around it."""
    ground = (18, 18, 20) if generator.random() < 0.6 else (235, 235, 238)
    room = [round(length * generator.uniform(0.03, 0.15)) for length in picture.size]
    shown = ImageOps.expand(picture, (room[0], room[1]), ground)
    shown = ImageOps.expand(shown, round(max(picture.size) * 0.03), (8, 8, 8))
    desk = tuple(int(value) for value in generator.integers(60, 180, 3))
    return ImageOps.expand(shown, round(max(picture.size) * 0.06), desk)


def _aslant(pixels: np.ndarray, size: tuple[int, int], generator: np.random.Generator) -> np.ndarray:
    height, width = pixels.shape[:2]
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    seen = np.float32([(0, 0), (1, 0), (1, 1), (0, 1)]) + generator.uniform(-0.07, 0.07, (4, 2)).astype(np.float32)
    transform = cv2.getPerspectiveTransform(corners, seen * np.float32(size))
    return cv2.warpPerspective(pixels, transform, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _moire(shape: tuple[int, int], generator: np.random.Generator) -> np.ndarray:
    """Return the factor of each pixel and colour where the camera's grid beats against the screen's."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle, period = generator.uniform(0, math.pi), generator.uniform(5, 14)
    bent = columns * math.cos(angle) + rows * math.sin(angle) + 6 * np.sin(rows / generator.uniform(40, 120))
    phases = np.float32([0, 2.1, 4.2]) * generator.uniform(0.2, 1)
    stripes = np.sin(2 * math.pi * bent[..., None] / period + phases)
    return (1 + generator.uniform(0.04, 0.1) * stripes).astype(np.float32)


def _glare(shape: tuple[int, int], generator: np.random.Generator) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    centre = generator.uniform(0, 1, 2) * shape
    distance = np.hypot(rows - centre[0], columns - centre[1]) / max(shape)
    return (generator.uniform(0, 0.2) * np.exp(-((distance / 0.25) ** 2)))[..., None]


def collage(works: Sequence[Image.Image], _: Sequence[Image.Image], generator: np.random.Generator) -> Image.Image:
    """Put two works side by side or above each other, or four in a square, whole or cut to cells of one size."""
    gap, across = int(generator.integers(0, 12)), 2 if len(works) > 2 or generator.random() < 0.5 else 1
    side = round(np.mean([max(work.size) for work in works]) * generator.uniform(0.8, 1.3))
    cell = (side, round(side * generator.uniform(0.8, 1.2)))
    ground = [(255, 255, 255), (0, 0, 0)][generator.integers(2)]
    fit = ImageOps.fit if generator.random() < 0.5 else lambda work, size: ImageOps.pad(work, size, color=ground)
    down = math.ceil(len(works) / across)
    sheet = Image.new("RGB", (across * cell[0] + (across + 1) * gap, down * cell[1] + (down + 1) * gap), ground)
    for place, work in enumerate(works):
        column, row = place % across, place // across
        sheet.paste(fit(work, cell), (gap + column * (cell[0] + gap), gap + row * (cell[1] + gap)))
    return sheet
