"""Robustness: how many pictures are still predicted correctly after changes that hardly touch the art."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image, ImageFilter

from artlib.errors import ArgumentError
from artlib.statistics.proportion import Proportion, by_chance, proportion

MOST = 300  # pictures; each is predicted eight times
ALPHA = 0.01  # about 0.05 divided by the number of changes
BLUR = 1 / 144  # of the side: 2 pixels of 288
BORDER = 0.06  # of the side
SIGNATURE = (1 / 8, 1 / 4)  # height and width, of the side

Answer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Change:
    """The effect of one change of the pictures.

    Attributes:
        name: a key of CHANGES.
        correct: correct answers after the change.
        p_value: how probable so large a difference to the unchanged pictures is by chance alone (McNemar).
        artist: whose recall falls most; None if no recall falls.
        recall_before: this artist's recall on the unchanged pictures; None without an artist.
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
    """The result of `find_weaknesses`.

    Attributes:
        correct: correct answers on the unchanged pictures.
        changes: the effect of each change.
        same_answer: answers that are the same for lossless pixels and for JPEG quality 90.
        probability_change: by how much the top probability differs between these two, mean over the pictures, 0 to 1.
    """

    correct: Proportion
    changes: list[Change]
    same_answer: Proportion
    probability_change: float

    @property
    def weaknesses(self) -> list[Change]:
        """The changes that cost more correct answers than chance would."""
        return [
            change for change in self.changes if change.p_value < ALPHA and change.correct.right < self.correct.right
        ]

    def table(self) -> pd.DataFrame:
        """Return one row a variant, the unchanged pictures first: variant, accuracy, low, high (95 % interval)."""
        variants = [("as they are", self.correct), *((change.name, change.correct) for change in self.changes)]
        rows = [(name, correct.share, correct.low, correct.high) for name, correct in variants]
        return pd.DataFrame(rows, columns=["variant", "accuracy", "low", "high"])


def find_weaknesses(
    pixels: np.ndarray, labels: np.ndarray, class_names: Sequence[str], answer: Answer, seed: int = 0
) -> Robustness:
    """Compare a recogniser's answers for test pictures with those for the same pictures, changed in several ways.

    Args:
        pixels: prepared test pictures, uint8 RGB (n, side, side, 3); at most 300 of them are taken, in
            proportion to each artist's number.
        labels: int (n,), indices into class_names.
        class_names: the artists.
        answer: returns probabilities, float (n, artists), for such pixels.
        seed: of the choice of pictures.

    Raises:
        ValueError: there are not as many labels as pictures.
    """
    if len(pixels) != len(labels):
        raise ArgumentError(f"Each picture needs a label. Received: {len(pixels)} pictures and {len(labels)} labels.")
    rows = choose(labels, MOST, seed)
    if not len(rows):
        nothing = proportion(np.empty(0, bool))
        return Robustness(nothing, [], nothing, 0.0)
    pixels, labels = pixels[rows], labels[rows]
    plain = answer(pixels)
    correct = plain.argmax(axis=1) == labels
    again = answer(changed(pixels, lambda pixel: encoded(pixel, 90)))
    return Robustness(
        correct=proportion(correct),
        changes=[
            _compared(name, correct, answer(changed(pixels, change)).argmax(axis=1) == labels, labels, class_names)
            for name, change in CHANGES.items()
        ],
        same_answer=proportion(plain.argmax(axis=1) == again.argmax(axis=1)),
        probability_change=float(np.abs(plain.max(axis=1) - again.max(axis=1)).mean()),
    )


def choose(labels: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Choose pictures in proportion to each artist's number, and at least one of each artist where possible.

    Args:
        labels: int (n,).
        most: how many pictures at most.
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
    """Return a picture, uint8 (side, side, 3), without colours."""
    return np.asarray(Image.fromarray(pixel).convert("L").convert("RGB"))


def blurred(pixel: np.ndarray) -> np.ndarray:
    """Return a slightly blurred picture."""
    return np.asarray(Image.fromarray(pixel).filter(ImageFilter.GaussianBlur(BLUR * len(pixel))))


def encoded(pixel: np.ndarray, quality: int = 50) -> np.ndarray:
    """Return a picture after it was saved as JPEG."""
    file = io.BytesIO()
    Image.fromarray(pixel).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def resized_and_back(pixel: np.ndarray) -> np.ndarray:
    """Return a picture that was reduced to half its size and enlarged again."""
    side = len(pixel)
    half = Image.fromarray(pixel).resize((side // 2, side // 2), Image.Resampling.BICUBIC)
    return np.asarray(half.resize((side, side), Image.Resampling.BICUBIC))


def without_border(pixel: np.ndarray) -> np.ndarray:
    """Return the inside of a picture, enlarged to the full size: a grey frame instead would be a change of its own."""
    depth = max(1, round(BORDER * len(pixel)))
    inside = Image.fromarray(pixel[depth:-depth, depth:-depth])
    return np.asarray(inside.resize((len(pixel), len(pixel)), Image.Resampling.BICUBIC))


def without_signature(pixel: np.ndarray) -> np.ndarray:
    """Return a picture whose lower corners are replaced by a mirror image of what is above them."""
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


def _compared(
    name: str, before: np.ndarray, after: np.ndarray, labels: np.ndarray, class_names: Sequence[str]
) -> Change:
    """Compare what was predicted correctly before and after a change, bool (n,) each."""
    images = np.bincount(labels, minlength=len(class_names))
    had, has = (np.bincount(labels[right], minlength=len(class_names)) for right in (before, after))
    # two are added, so that an artist with a single picture does not outweigh an artist who lost half of thirty
    worst = int(((had - has) / (images + 2)).argmax())
    correct, p_value = proportion(after), by_chance(before, after)
    if had[worst] <= has[worst]:
        return Change(name, correct, p_value, None, None, None)
    shares = float(had[worst] / images[worst]), float(has[worst] / images[worst])
    return Change(name, correct, p_value, class_names[worst], *shares)
