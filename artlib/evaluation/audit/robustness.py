"""Robustness: how many answers stay right when a picture changes in ways that leave its art as it is, or nearly."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image, ImageFilter

from artlib.statistics.proportion import Proportion, by_chance, proportion

MOST = 300  # pictures; each is answered for eight times
ALPHA = 0.01  # about 0.05 divided by the number of changes that are tried
BLUR = 1 / 144  # of the side: 2 pixels of 288
BORDER = 0.06  # of the side
SIGNATURE = (1 / 8, 1 / 4)  # height and width, of the side

Answer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Change:
    """What one change of the pictures does to the answers.

    Attributes:
        name: a key of CHANGES.
        correct: right answers after the change.
        p_value: how probable so large a difference to the unchanged pictures is by chance alone (McNemar).
        artist: whose recall falls most; None if nobody's does.
        recall_before: this artist's share of right answers on the unchanged pictures; None without an artist.
        recall_after: the same after the change.
    """

    name: str
    correct: Proportion
    p_value: float
    artist: str | None
    recall_before: float | None
    recall_after: float | None


@dataclass(frozen=True)
class Robustness:
    """What find_weaknesses found.

    Attributes:
        correct: right answers on the pictures as they are.
        changes: the same pictures changed, one entry a change.
        same_answer: answers that are the same from lossless pixels and from JPEG quality 90.
        probability_change: by how much the top probability differs between these two, mean over the pictures, 0 to 1.
    """

    correct: Proportion
    changes: list[Change]
    same_answer: Proportion
    probability_change: float

    def __str__(self) -> str:
        return self.in_words()

    @property
    def weaknesses(self) -> list[Change]:
        """The changes that cost more right answers than chance does."""
        return [
            change for change in self.changes if change.p_value < ALPHA and change.correct.right < self.correct.right
        ]

    def in_words(self) -> str:
        """Say what the recogniser leans on, and whether its answers outlive re-encoding."""
        n = self.correct.n
        if not n:
            return "There is no test picture to change."
        lines = [f"{self.correct.right} of {n} test pictures are named rightly as they are ({self.correct.interval})."]
        lines += [self.weakness(change) for change in self.weaknesses]
        if not self.weaknesses:
            lines.append(f"None of {', '.join(change.name for change in self.changes)} costs more than is chance.")
        lines.append(
            f"From JPEG quality 90 instead of lossless pixels {self.same_answer.right} of {n} answers are the same; "
            f"the top probability moves by {100 * self.probability_change:.1f} points on average."
        )
        return "\n".join(lines)

    def table(self) -> pd.DataFrame:
        """Return one row a variant, the unchanged pictures first: variant, accuracy, low, high (95 % interval)."""
        variants = [("as they are", self.correct), *((change.name, change.correct) for change in self.changes)]
        rows = [(name, correct.share, correct.low, correct.high) for name, correct in variants]
        return pd.DataFrame(rows, columns=["variant", "accuracy", "low", "high"])

    def weakness(self, change: Change) -> str:
        """Say what a change costs, and what the recogniser so leans on."""
        said, leans = WORDS[change.name]
        most = f", most of all for {change.artist}" if change.artist else ""
        figures = f"{change.correct.right} of {change.correct.n} instead of {self.correct.right} are right"
        return f"{said} {figures}: {leans}{most}."


def find_weaknesses(
    pixels: np.ndarray, labels: np.ndarray, class_names: Sequence[str], answer: Answer, seed: int = 0
) -> Robustness:
    """Ask a recogniser about test pictures as they are and changed in several ways.

    Args:
        pixels: prepared test pictures, uint8 RGB (n, side, side, 3); at most 300 of them are taken, of each artist in
            proportion.
        labels: int (n,), indices into class_names.
        class_names: the artists.
        answer: from such pixels to float (n, artists), probabilities.
        seed: of the choice of pictures.

    Raises:
        ValueError: there are not as many labels as pictures.
    """
    if len(pixels) != len(labels):
        raise ValueError(f"Each picture needs a label. Received: {len(pixels)} pictures and {len(labels)} labels.")
    rows = choose(labels, MOST, seed)
    if not len(rows):
        nothing = proportion(np.empty(0, bool))
        return Robustness(nothing, [], nothing, 0.0)
    pixels, labels = pixels[rows], labels[rows]
    plain = answer(pixels)
    right = plain.argmax(axis=1) == labels
    again = answer(changed(pixels, lambda pixel: encoded(pixel, 90)))
    return Robustness(
        correct=proportion(right),
        changes=[
            _compared(name, right, answer(changed(pixels, change)).argmax(axis=1) == labels, labels, class_names)
            for name, change in CHANGES.items()
        ],
        same_answer=proportion(plain.argmax(axis=1) == again.argmax(axis=1)),
        probability_change=float(np.abs(plain.max(axis=1) - again.max(axis=1)).mean()),
    )


def choose(labels: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Choose at most so many pictures, of each artist in proportion and at least one while they last.

    Args:
        labels: int (n,).
        most: how many at most.
        seed: of the choice.

    Returns:
        int (m,), positions in rising order.
    """
    places = np.empty(len(labels))
    generator = np.random.default_rng(seed)
    for label in set(labels.tolist()):
        mine = np.flatnonzero(labels == label)
        places[generator.permutation(mine)] = np.arange(len(mine)) / len(mine)
    return np.sort(np.argsort(places, kind="stable")[:most])


def changed(pixels: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Change each of uint8 (n, side, side, 3)."""
    return np.stack([change(pixel) for pixel in pixels])


def greyscale(pixel: np.ndarray) -> np.ndarray:
    """Return a picture, uint8 (side, side, 3), without its colours."""
    return np.asarray(Image.fromarray(pixel).convert("L").convert("RGB"))


def blurred(pixel: np.ndarray) -> np.ndarray:
    """Return a picture blurred a little."""
    return np.asarray(Image.fromarray(pixel).filter(ImageFilter.GaussianBlur(BLUR * len(pixel))))


def encoded(pixel: np.ndarray, quality: int = 50) -> np.ndarray:
    """Return a picture as it is after JPEG."""
    file = io.BytesIO()
    Image.fromarray(pixel).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def resized_and_back(pixel: np.ndarray) -> np.ndarray:
    """Return a picture that was half as large for a while."""
    side = len(pixel)
    half = Image.fromarray(pixel).resize((side // 2, side // 2), Image.Resampling.BICUBIC)
    return np.asarray(half.resize((side, side), Image.Resampling.BICUBIC))


def without_border(pixel: np.ndarray) -> np.ndarray:
    """Return the inside of a picture, enlarged to its size: a grey frame instead would be a strange sight by itself."""
    depth = max(1, round(BORDER * len(pixel)))
    inside = Image.fromarray(pixel[depth:-depth, depth:-depth])
    return np.asarray(inside.resize((len(pixel), len(pixel)), Image.Resampling.BICUBIC))


def without_signature(pixel: np.ndarray) -> np.ndarray:
    """Return a picture whose lower corners mirror what is above them."""
    height, width = (max(1, round(share * len(pixel))) for share in SIGNATURE)
    masked = pixel.copy()
    for columns in (slice(None, width), slice(-width, None)):
        masked[-height:, columns] = pixel[-2 * height : -height, columns][::-1]
    return masked


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "greyscale": greyscale,
    "blur": blurred,
    "re-encoding": encoded,
    "resizing": resized_and_back,
    "borders removed": without_border,
    "signature corners removed": without_signature,
}
WORDS = {
    "greyscale": ("In grey", "the recogniser leans on colours"),
    "blur": ("Blurred", "the recogniser leans on fine detail"),
    "re-encoding": ("After JPEG quality 50", "the recogniser leans on traces that encoding removes"),
    "resizing": ("Halved in size and enlarged again", "the recogniser leans on fine detail"),
    "borders removed": ("Without borders", "the recogniser leans on borders"),
    "signature corners removed": ("Without the lower corners", "the recogniser leans on signatures"),
}


def _compared(
    name: str, before: np.ndarray, after: np.ndarray, labels: np.ndarray, class_names: Sequence[str]
) -> Change:
    """Compare answers before and after a change, bool (n,) each."""
    images = np.bincount(labels, minlength=len(class_names))
    had, has = (np.bincount(labels[right], minlength=len(class_names)) for right in (before, after))
    # two are added, so that an artist's only picture does not outweigh half of another's thirty
    worst = int(((had - has) / (images + 2)).argmax())
    correct, p_value = proportion(after), by_chance(before, after)
    if had[worst] <= has[worst]:
        return Change(name, correct, p_value, None, None, None)
    shares = float(had[worst] / images[worst]), float(has[worst] / images[worst])
    return Change(name, correct, p_value, class_names[worst], *shares)
