"""What lies in real folders beside works, made of real pictures, for `suggestions.py`: each kind in two halves.

Thresholds are chosen on the first half (0), and reported on the second (1): other works, other photographs, other
textures and other ways to make the same kind of thing.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont
from suggestion_pages import SCREENS, TEXTS, rendered, words

BLURRED, BLANK, SCREENSHOT, PHOTOGRAPH, TEXT, FRAME = "blurry", "blank", "screenshot", "photograph", "text", "frame"
Size = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """A picture that a person should look at: its kind, how it was made, and the file's bytes."""

    kind: str
    way: str
    content: bytes


def cases(half: int, works: list[Image.Image], photographs: list[Image.Image], each: int) -> Iterator[Case]:
    """Make `each` pictures of every way of every kind; photographs are taken as they are."""
    random = Random(half)
    for kind, ways in (
        (BLURRED, BLURS[half]),
        (BLANK, BLANKS[half]),
        (FRAME, FRAMES[half]),
        (TEXT, DRAWN_TEXTS[half]),
        (SCREENSHOT, DRAWN_SCREENS[half]),
    ):
        for way in ways:
            for _ in range(each):
                work = random.choice(works)
                texture = random.choice(photographs) if photographs else work
                yield Case(kind, way.__name__, jpeg(way(random, work, texture), random.randint(80, 95)))
    for photograph in photographs:
        yield Case(PHOTOGRAPH, "real", jpeg(photograph, 90))
    for kind, layouts in ((SCREENSHOT, SCREENS[half]), (TEXT, TEXTS[half])):
        chosen = [layout for layout in layouts for _ in range(each)]
        pages = [layout(random, random.sample(works, min(12, len(works)))) for layout in chosen]
        for layout, page in zip(chosen, rendered(pages), strict=False):  # none without Chromium
            yield Case(kind, layout.__name__, jpeg(page, random.randint(80, 95)))


def jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


# --- out of focus and enlarged ---


def out_of_focus(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    """The radius is of the picture as it is looked at, at 512 pixels at most."""
    scale = max(1.0, max(work.size) / 512)
    return work.filter(ImageFilter.GaussianBlur(scale * random.uniform(2.0, 4.0)))


def shaken(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    scale = max(1.0, max(work.size) / 512)
    return work.filter(ImageFilter.BoxBlur(scale * random.uniform(3.0, 5.0)))


def enlarged(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    """From a thumbnail of a third to a sixth of what is looked at."""
    small = work.copy()
    side = min(512, max(work.size)) / random.uniform(3, 6)
    small.thumbnail((side, side))
    return small.resize(work.size, Image.Resampling.BICUBIC)


def enlarged_smoothly(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    small = work.copy()
    side = min(512, max(work.size)) / random.uniform(3, 6)
    small.thumbnail((side, side))
    return small.resize(work.size, Image.Resampling.LANCZOS)


# --- nearly blank ---


def tiny_on_a_sheet(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    page = Image.new("RGB", (800, 600), random.choice(("#ffffff", "#f4f1ea", "#202020")))
    small = work.copy()
    small.thumbnail((200, 160))
    page.paste(small, (random.randint(20, 560), random.randint(20, 400)))
    return page


def few_lines(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    page = Image.new("RGB", (700, 900), random.choice(("#ffffff", "#f7f3e8")))
    draw = ImageDraw.Draw(page)
    x, y = random.randint(150, 500), random.randint(150, 700)
    for _ in range(random.randint(8, 30)):
        points = [(x + random.gauss(0, 60), y + random.gauss(0, 60)) for _ in range(3)]
        draw.line(points, fill="#444444", width=random.randint(2, 5), joint="curve")
    return page


def dim(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    """Nearly all in one colour: so faint that hardly anything can be seen."""
    ground = Image.new("RGB", work.size, tuple(random.randint(0, 255) for _ in range(3)))
    return Image.blend(ground, work, random.uniform(0.03, 0.08))


def underexposed(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(work).enhance(random.uniform(0.03, 0.09))


# --- photographs of framed works, scans with a margin ---


def _surface(random: Random, texture: Image.Image, size: Size, tone: Size | None = None) -> Image.Image:
    """A real photograph's texture in one tone, as wood, plaster or cloth."""
    side = min(texture.size) // 2
    left, upper = random.randint(0, texture.width - side), random.randint(0, texture.height - side)
    grey = texture.crop((left, upper, left + side, upper + side)).resize(size).convert("L")
    low, high = tone or (90, 170)
    pixels = np.asarray(grey, np.float32)
    spread = (pixels - pixels.mean()) / (pixels.std() + 1) * 8 + random.uniform(low, high)
    tint = np.array([random.uniform(0.8, 1.1), random.uniform(0.75, 1.0), random.uniform(0.5, 0.95)])
    return Image.fromarray((spread[..., None] * tint).clip(0, 255).astype(np.uint8))


def _on(ground: Image.Image, picture: Image.Image) -> Image.Image:
    ground = ground.copy()
    ground.paste(picture, ((ground.width - picture.width) // 2, (ground.height - picture.height) // 2))
    return ground


def _moulding(random: Random, work: Image.Image, texture: Image.Image, share: float) -> Image.Image:
    """A frame with a bevel: each side as bright as the light on it."""
    width = round(share * min(work.size))
    size = work.width + 2 * width, work.height + 2 * width
    wood = np.asarray(_surface(random, texture, size, random.choice(((35, 80), (120, 180)))), np.float32).copy()
    rows, columns = np.indices(wood.shape[:2])
    depth = np.minimum.reduce([rows, columns, size[1] - 1 - rows, size[0] - 1 - columns])
    profile = 1 + 0.35 * np.sin(depth / width * random.uniform(2, 9) * np.pi)
    lit = np.where((depth == rows) | (depth == columns), 1.15, 0.85)
    shaded = (wood * (profile * lit)[..., None]).clip(0, 255).astype(np.uint8)
    return _on(Image.fromarray(shaded), work)


def _mounted(work: Image.Image, share: float, colour: str) -> Image.Image:
    width = round(share * min(work.size))
    return _on(Image.new("RGB", (work.width + 2 * width, work.height + 2 * width), colour), work)


def _photographed(random: Random, picture: Image.Image, askew: float) -> Image.Image:
    """From a little aside, in uneven light."""
    width, height = picture.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + np.array(
        [[random.uniform(-askew, askew) * min(width, height) for _ in range(2)] for _ in range(4)]
    )
    matrix = cv2.getPerspectiveTransform(moved.astype(np.float32), corners)
    pixels = cv2.warpPerspective(np.asarray(picture), matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    light = np.linspace(random.uniform(0.8, 1), random.uniform(0.8, 1.1), width)[None, :, None]
    return Image.fromarray((pixels * light).clip(0, 255).astype(np.uint8))


def wooden_frame(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    return _photographed(random, _moulding(random, work, texture, random.uniform(0.08, 0.18)), 0.01)


def frame_on_a_wall(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    framed = _moulding(random, work, texture, random.uniform(0.08, 0.15))
    size = round(framed.width * random.uniform(1.15, 1.35)), round(framed.height * random.uniform(1.15, 1.35))
    return _photographed(random, _on(_surface(random, texture, size, (150, 220)), framed), 0.012)


def scan_with_a_margin(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    return _mounted(work, random.uniform(0.05, 0.2), random.choice(("#ffffff", "#efeade", "#000000")))


def passe_partout(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    mounted = _mounted(work, random.uniform(0.1, 0.2), random.choice(("#f6f3ec", "#d8d2c4", "#2d3a33")))
    return _photographed(random, _moulding(random, mounted, texture, random.uniform(0.05, 0.1)), 0.01)


def unframed_on_a_wall(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    size = round(work.width * random.uniform(1.2, 1.4)), round(work.height * random.uniform(1.2, 1.4))
    return _photographed(random, _on(_surface(random, texture, size, (60, 230)), work), 0.012)


def coloured_mount(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    colour = "#" + "".join(f"{random.randint(20, 240):02x}" for _ in range(3))
    return _mounted(work, random.uniform(0.06, 0.2), colour)


# --- drawn without a browser ---


def _font(size: int, name: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(f"{name}.ttf", size)


def typed_page(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    page = Image.new("RGB", (900, 1200), "#fdfaf2")
    draw = ImageDraw.Draw(page)
    for row in range(random.randint(14, 34)):
        draw.text((80, 70 + 32 * row), words(random, 9)[:62], font=_font(22), fill="#232323")
    return page


def photographed_page(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    page = Image.new("RGB", (900, 1200), "#d9d2c0")
    draw = ImageDraw.Draw(page)
    for row in range(random.randint(12, 26)):
        draw.text((90, 90 + 40 * row), words(random, 8)[:48], font=_font(25, "DejaVuSerif"), fill="#2a2622")
    grain = np.random.default_rng(random.randint(0, 9999)).normal(0, 5, (1200, 900, 1))
    page = Image.fromarray((np.asarray(page) + grain).clip(0, 255).astype(np.uint8))
    return _photographed(random, page, 0.02)


def window(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    screen = Image.new("RGB", (1280, 800), random.choice(("#3a6ea5", "#2b2b2b")))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((120, 60, 1160, 740), fill="#ececec")
    draw.rectangle((120, 60, 1160, 92), fill="#205493")
    draw.text((134, 66), f"{words(random, 2)} - Viewer", font=_font(17), fill="#ffffff")
    draw.text((134, 98), "File   Edit   View   Image   Tools   Help", font=_font(16), fill="#202020")
    shown = work.copy()
    shown.thumbnail((960, 560))
    screen.paste(shown, (640 - shown.width // 2, 140))
    draw.text((134, 714), f"{work.width} x {work.height} pixels   100 %", font=_font(15), fill="#202020")
    return screen


def phone_viewer(random: Random, work: Image.Image, texture: Image.Image) -> Image.Image:
    dark = random.random() < 0.5
    ground, ink = ("#000000", "#f0f0f0") if dark else ("#ffffff", "#111111")
    screen = Image.new("RGB", (1080, 2160), ground)
    draw = ImageDraw.Draw(screen)
    draw.text((50, 24), "12:07", font=_font(38), fill=ink)
    draw.text((800, 24), "5G  76 %", font=_font(38), fill=ink)
    draw.text((50, 130), f"< {words(random, 2)}", font=_font(48), fill=ink)
    shown = work.resize((1080, min(1400, 1080 * work.height // work.width)))
    screen.paste(shown, (0, 260 + max(0, (1400 - shown.height) // 2)))
    for place, name in enumerate(("Share", "Edit", "Info", "Delete")):
        draw.text((70 + 270 * place, 2020), name, font=_font(40), fill=ink)
    return screen


BLURS = ((out_of_focus, enlarged), (shaken, enlarged_smoothly))
BLANKS = ((tiny_on_a_sheet, dim), (few_lines, underexposed))
FRAMES = ((wooden_frame, frame_on_a_wall, scan_with_a_margin), (passe_partout, unframed_on_a_wall, coloured_mount))
DRAWN_TEXTS = ((typed_page,), (photographed_page,))
DRAWN_SCREENS = ((window,), (phone_viewer,))
