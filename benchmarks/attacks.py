"""Attacks: what people do to a picture before they post it as their own, as plain functions picture -> picture.

Each function takes an RGB picture and a generator of random numbers, so a seed makes the same picture again. `ATTACKS`
lists all with names, in three groups: STANDARD, HARD and COLLAGE. Every result is saved as a JPEG, as a post would be.
"""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from scenes import Scene, collage, photograph_of_screen, screenshot  # the module beside this one

STANDARD, HARD, COLLAGE = "standard", "hard", "collage"
Change = Callable[[Image.Image, np.random.Generator], Image.Image]
POSTED = 88  # JPEG quality of what is posted


@dataclass(frozen=True)
class Attack:
    """What is done to one picture, or to several that become one.

    Attributes:
        name: as the tables show it.
        group: STANDARD, HARD or COLLAGE.
        change: takes the works, pictures that may stand beside them, and a generator.
        works: how many works it takes.
        quality: of the JPEG that comes out, 1 to 95.
    """

    name: str
    group: str
    change: Scene
    works: int = 1
    quality: int = POSTED

    def __call__(self, works: Sequence[Image.Image], beside: Sequence[Image.Image], seed: int) -> Image.Image:
        """Return the attacked picture.

        Args:
            works: RGB pictures, as many as `works`.
            beside: RGB pictures that may be shown beside them; they must be neither works nor negatives.
            seed: the same one gives the same picture.
        """
        return saved(self.change(works, beside, np.random.default_rng(seed)), self.quality)


def saved(picture: Image.Image, quality: int) -> Image.Image:
    """Return a picture as it is after it was saved as a JPEG."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def crop(picture: Image.Image, generator: np.random.Generator, area: float) -> Image.Image:
    """Keep so much of the area, anywhere, of about the same shape; every second one is enlarged to the old size."""
    shape = math.exp(generator.uniform(-0.2, 0.2))
    width = min(picture.width, round(picture.width * math.sqrt(area) * shape))
    height = min(picture.height, round(area * picture.width * picture.height / width))
    left, top = (int(generator.integers(0, room + 1)) for room in (picture.width - width, picture.height - height))
    part = picture.crop((left, top, left + width, top + height))
    return resized_to(part, max(picture.size)) if generator.random() < 0.5 else part


def resized_to(picture: Image.Image, side: int) -> Image.Image:
    """Return a picture with this longest side."""
    scale = side / max(picture.size)
    size = tuple(max(1, round(length * scale)) for length in picture.size)
    return picture.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.LANCZOS)


def shrunk(picture: Image.Image, _: np.random.Generator, side: int) -> Image.Image:
    """Return a picture with this longest side."""
    return resized_to(picture, side)


def mirrored(picture: Image.Image, _: np.random.Generator) -> Image.Image:
    """Mirror left to right."""
    return ImageOps.mirror(picture)


def turned(picture: Image.Image, generator: np.random.Generator, degrees: float) -> Image.Image:
    """Turn to either side; the corners are filled with a colour, or cut off in every second one."""
    angle = degrees if generator.random() < 0.5 else -degrees
    if degrees % 90 == 0:
        return picture.rotate(angle, expand=True)
    background = [(255, 255, 255), (0, 0, 0), _mean_colour(picture)][generator.integers(3)]
    whole = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=background)
    return _inner(whole, picture.size, math.radians(degrees)) if generator.random() < 0.5 else whole


def _inner(turned_picture: Image.Image, size: tuple[int, int], angle: float) -> Image.Image:
    """Cut the largest upright rectangle without corners out of a picture that was turned by this angle (radians)."""
    long, short, sine, cosine = max(size), min(size), math.sin(angle), math.cos(angle)
    if short <= 2 * sine * cosine * long:  # two of its corners touch one long side
        half = short / 2
        inner = (half / sine, half / cosine) if size[0] >= size[1] else (half / cosine, half / sine)
    else:
        divisor = cosine**2 - sine**2
        inner = ((size[0] * cosine - size[1] * sine) / divisor, (size[1] * cosine - size[0] * sine) / divisor)
    width, height = (int(length) for length in inner)
    left, top = (turned_picture.width - width) // 2, (turned_picture.height - height) // 2
    return turned_picture.crop((left, top, left + width, top + height))


def brightness(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Darken to 50-70 %, or brighten to 140-180 %."""
    return ImageEnhance.Brightness(picture).enhance(_either(generator, (0.5, 0.7), (1.4, 1.8)))


def contrast(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Lower the contrast to 35-60 %, or raise it to 160-220 %."""
    return ImageEnhance.Contrast(picture).enhance(_either(generator, (0.35, 0.6), (1.6, 2.2)))


def hue(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Turn all hues by 30 to 330 degrees."""
    colours = np.array(picture.convert("HSV"))
    colours[..., 0] = colours[..., 0] + np.uint8(generator.integers(21, 235))
    return Image.fromarray(colours, "HSV").convert("RGB")


def grey(picture: Image.Image, _: np.random.Generator) -> Image.Image:
    """Remove the colours."""
    return ImageOps.grayscale(picture).convert("RGB")


def inverted(picture: Image.Image, _: np.random.Generator) -> Image.Image:
    """Invert all tones."""
    return ImageOps.invert(picture)


def unchanged(picture: Image.Image, _: np.random.Generator) -> Image.Image:
    """Return it as it is; what changes it is the JPEG."""
    return picture


def border(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Add a border of one colour, 5 to 20 % of the longest side, with a thin line in every second one."""
    width = round(max(picture.size) * generator.uniform(0.05, 0.2))
    colour = [(255, 255, 255), (0, 0, 0), tuple(int(value) for value in generator.integers(0, 256, 3))]
    inner = ImageOps.expand(picture, max(1, width // 8), colour[generator.integers(3)])
    return ImageOps.expand(inner, width, colour[generator.integers(3)])


def text_watermark(picture: Image.Image, generator: np.random.Generator, area: float) -> Image.Image:
    """Write half-transparent lines of text, slanted, whose lines cover so much of the area."""
    word = ["© art for sale", "SAMPLE", "@reposter", "preview only"][generator.integers(4)]
    side = math.ceil(math.hypot(*picture.size))
    height = max(9, round(min(picture.size) * generator.uniform(0.07, 0.12)))
    step = round(height / area)  # every line stands alone in so many pixels
    layer = Image.new("L", (side, side), 0)
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(height)
    for top in range(int(generator.integers(0, step)), side, step):
        draw.text((-int(generator.integers(0, side // 4)), top), f"{word}   " * 40, fill=255, font=font)
    layer = layer.rotate(float(generator.uniform(-45, 45)), Image.Resampling.BICUBIC)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    mask = layer.crop((left, top, left + picture.width, top + picture.height))
    strength = generator.uniform(0.5, 0.9)
    colour = (255, 255, 255) if generator.random() < 0.7 else (0, 0, 0)
    return Image.composite(Image.new("RGB", picture.size, colour), picture, mask.point(lambda v: round(v * strength)))


def logo_watermark(picture: Image.Image, generator: np.random.Generator, area: float) -> Image.Image:
    """Lay an opaque logo over so much of the area, anywhere."""
    width = round(picture.width * math.sqrt(area))
    height = round(area * picture.width * picture.height / width)
    left, top = (int(generator.integers(0, room + 1)) for room in (picture.width - width, picture.height - height))
    ground, figure = ([int(value) for value in generator.integers(0, 256, 3)] for _ in range(2))
    logo = Image.new("RGB", (width, height), tuple(ground))
    draw = ImageDraw.Draw(logo)
    draw.ellipse((width * 0.1, height * 0.1, width * 0.5, height * 0.6), fill=tuple(figure))
    draw.polygon([(width * x, height * y) for x, y in ((0.55, 0.6), (0.75, 0.1), (0.95, 0.6))], fill="white")
    font = ImageFont.load_default(max(8, round(min(height * 0.2, width * 0.15))))
    draw.text((width / 2, height * 0.8), "ART CLUB", fill=tuple(figure), font=font, anchor="mm")
    marked = picture.copy()
    marked.paste(logo, (left, top))
    return marked


def signature_cut(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Cut a strip off the bottom or a side, 6 to 14 %, or smear the lower left or right corner over."""
    share = generator.uniform(0.06, 0.14)
    width, height = picture.size
    kind = generator.integers(4)
    if kind == 0:
        return picture.crop((0, 0, width, round(height * (1 - share))))
    if kind == 1:
        return picture.crop((round(width * share), 0, width, height))
    patch_width, patch_height = round(width * 0.3), round(height * share * 1.3)
    left, top = (0 if kind == 2 else width - patch_width), height - patch_height
    patch = picture.crop((left, top, left + patch_width, height)).filter(ImageFilter.GaussianBlur(patch_height / 3))
    covered = picture.copy()
    covered.paste(patch, (left, top))
    return covered


def several(picture: Image.Image, generator: np.random.Generator, count: int) -> Image.Image:
    """Do so many things to a picture, one of each kind, in the order in which a person would."""
    for kind in sorted(generator.choice(len(COMBINED), count, replace=False)):
        picture = COMBINED[kind][generator.integers(len(COMBINED[kind]))](picture, generator)
    return picture


def _either(generator: np.random.Generator, *ranges: tuple[float, float]) -> float:
    return float(generator.uniform(*ranges[generator.integers(len(ranges))]))


def _mean_colour(picture: Image.Image) -> tuple[int, ...]:
    return tuple(int(value) for value in np.asarray(picture).mean(axis=(0, 1)))


def _of_one(change: Change) -> Scene:
    return lambda works, _, generator: change(works[0], generator)


COMBINED: tuple[tuple[Change, ...], ...] = (
    (partial(crop, area=0.7), partial(crop, area=0.5), partial(crop, area=0.3), signature_cut),
    (mirrored, partial(turned, degrees=5), partial(turned, degrees=90)),
    (brightness, contrast, hue, grey),
    (partial(text_watermark, area=0.15), partial(logo_watermark, area=0.15)),
    (border,),
    (partial(shrunk, side=160), partial(shrunk, side=600)),
)

ATTACKS: tuple[Attack, ...] = (
    *(Attack(f"crop {100 * area:.0f} %", STANDARD, _of_one(partial(crop, area=area))) for area in (0.7, 0.5, 0.3)),
    Attack("mirrored", STANDARD, _of_one(mirrored)),
    *(Attack(f"turned {degrees}°", STANDARD, _of_one(partial(turned, degrees=degrees))) for degrees in (5, 15, 90)),
    Attack("brightness", STANDARD, _of_one(brightness)),
    Attack("contrast", STANDARD, _of_one(contrast)),
    Attack("hue", STANDARD, _of_one(hue)),
    Attack("grey", STANDARD, _of_one(grey)),
    Attack("JPEG 20", STANDARD, _of_one(unchanged), quality=20),
    Attack("128 px", STANDARD, _of_one(partial(shrunk, side=128))),
    Attack("border", STANDARD, _of_one(border)),
    Attack("text over 15 %", STANDARD, _of_one(partial(text_watermark, area=0.15))),
    Attack("logo over 15 %", STANDARD, _of_one(partial(logo_watermark, area=0.15))),
    Attack("signature cut", STANDARD, _of_one(signature_cut)),
    Attack("screenshot 40 %", STANDARD, partial(screenshot, share=0.4)),
    Attack("photo of a screen", STANDARD, _of_one(photograph_of_screen)),
    Attack("two together", STANDARD, _of_one(partial(several, count=2))),
    Attack("three together", STANDARD, _of_one(partial(several, count=3))),
    *(Attack(f"crop {100 * area:.0f} %", HARD, _of_one(partial(crop, area=area))) for area in (0.15, 0.08)),
    Attack("inverted", HARD, _of_one(inverted)),
    Attack("JPEG 5", HARD, _of_one(unchanged), quality=5),
    Attack("64 px", HARD, _of_one(partial(shrunk, side=64))),
    Attack("text over 40 %", HARD, _of_one(partial(text_watermark, area=0.4))),
    Attack("logo over 40 %", HARD, _of_one(partial(logo_watermark, area=0.4))),
    Attack("screenshot 10 %", HARD, partial(screenshot, share=0.1)),
    Attack("collage of 2", COLLAGE, collage, works=2),
    Attack("collage of 4", COLLAGE, collage, works=4),
)
