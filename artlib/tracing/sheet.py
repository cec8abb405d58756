"""The proof sheet: one picture that holds the whole proof, to be sent or printed."""

import functools
import re
import warnings
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from artlib.plots.figure import Figure, font_families
from artlib.tracing import wording
from artlib.tracing.proof import PAPER, Proof
from artlib.workspace.disk.writing import atomic

MARGIN, TOP, LINE = 24, 40, 23  # pixels: around the sheet, of the words over the panels, from line to line
NARROWEST = 760  # pixels; words need some room also where the pictures are small
DPI = 100
QUICK = {"compress_level": 4}  # three times as quick as usual, and the file is 4 % larger
LARGE, PLAIN, SMALL = 13.5, 10.5, 9.5  # letters, in points
INK, SOFT = "#222222", "#666666"
LABELS = ("Known work", "Picture", "Laid over it")
YELLOW, LINES = "Yellow: where one lies on the other. ", "Lines join points that lie alike. "
LAID = (
    "Laid over it: every other square is from the picture, the others from the known work; where both show the same, "
    "contours go on from square to square."
)
PALE = " Pale: not in the picture."
TURNED_BACK = " Its tones are turned back there."
Word = tuple[str, float, str]  # a line, the size of its letters, its colour


def write_sheet(path: Path, proof: Proof, name: str) -> None:
    """Write the proof as a PNG file: the pictures and the words under them.

    Args:
        path: the path of the file.
        proof: of a picture and one of its originals.
        name: the picture's path or address.
    """
    work, picture, laid = proof.layout.places
    across, down = proof.layout.whole_size
    width, bottom = max(NARROWEST, across + 2 * MARGIN), TOP + down
    words = list(_words(proof, name, width - 2 * MARGIN))
    canvas = Image.new("RGB", (width, bottom + (len(words) + 1) * LINE + MARGIN), PAPER)
    canvas.paste(proof.side_by_side, (MARGIN, TOP))
    canvas.paste(proof.checkerboard, (MARGIN + laid[0], TOP + laid[1]))
    labels = {
        (MARGIN + left, TOP + top - 8): label for (left, top), label in zip((work, picture, laid), LABELS, strict=True)
    }
    written = [(place, (label, SMALL, SOFT)) for place, label in labels.items()]
    written += [((MARGIN, bottom + (row + 2) * LINE), word) for row, word in enumerate(words)]
    with atomic(path) as temporary:
        _drawn(canvas, written).savefig(temporary, dpi=DPI, format="png", pil_kwargs=QUICK)


def _drawn(canvas: Image.Image, words: list[tuple[tuple[int, int], Word]]) -> Figure:
    """Return the canvas with words on it, each from the left end of its line."""
    figure = Figure(figsize=(canvas.width / DPI, canvas.height / DPI), dpi=DPI)
    figure.figimage(np.asarray(canvas), origin="upper")
    for (left, baseline), (text, size, colour) in words:
        place = left / canvas.width, 1 - baseline / canvas.height
        behind = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a line may run behind a word
        figure.text(*place, text, fontsize=size, color=colour, va="baseline", parse_math=False, bbox=behind)
    return figure


def _words(proof: Proof, name: str, width: int) -> Iterator[Word]:
    original = proof.original
    reading = (
        YELLOW
        + LINES * bool(original.inliers)
        + LAID
        + PALE * proof.has_pale
        + TURNED_BACK * original.match.change.inverted
    )
    paragraphs = [
        (wording.sentence_of(original), LARGE, INK),
        (f"Picture: {name}", PLAIN, INK),
        *((f"{fact}: {text}", PLAIN, INK) for fact, text in wording.facts(original).items()),
        (reading, SMALL, SOFT),
    ]
    for text, size, colour in paragraphs:
        for line in _wrapped(_drawable(text), size, width):
            yield line, size, colour


def _drawable(text: str) -> str:
    """Return a text without what no font can draw: line ends, and bytes of a file name that is not UTF-8."""
    return re.sub(r"\s", " ", text.encode(errors="backslashreplace").decode())


def _wrapped(text: str, size: float, width: int) -> Iterator[str]:
    """Return a text in lines of at most this width, in pixels; a word that is longer is cut, as paths can be."""
    line, room = "", float(width)
    for word in text.split(" "):
        for piece in _pieces(word, size, width):
            needed = _width(piece, size) + (_width("a a", size) - _width("aa", size)) * bool(line)
            if line and needed > room:
                yield line
                line, room, needed = "", float(width), _width(piece, size)
            line, room = f"{line} {piece}" if line else piece, room - needed
    if line:
        yield line


def _pieces(word: str, size: float, width: int) -> Iterator[str]:
    while _width(word, size) > width:
        most = bisect(range(1, len(word)), float(width), key=lambda end: _width(word[:end], size))
        yield word[: max(1, most)]
        word = word[max(1, most) :]
    yield word


@functools.lru_cache(maxsize=4096)  # most words come on every sheet
def _width(text: str, size: float) -> float:
    """Return the width of a text in pixels."""
    figure = Figure(dpi=DPI)
    shown = figure.text(0, 0, text, fontsize=size, fontfamily=font_families(), parse_math=False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # no font of this computer has it
        return shown.get_window_extent(FigureCanvasAgg(figure).get_renderer()).width
