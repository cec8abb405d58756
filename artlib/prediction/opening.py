"""Opening: of each picture the small parts that prediction needs, several pictures at the same time."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from PIL import Image

from artlib import images
from artlib.images.thumbnails import reduced
from artlib.inference.pixels import resize_to_square
from artlib.prediction.verdict import Verdict
from artlib.similarity.hashing import orientation_hashes
from artlib.tracing.glance import Glance, glance

BATCH = 32
OPENERS = 3  # threads that open pictures; more would take the processor from the network
AHEAD = 1  # batches that are opened while one is predicted
SHOWN = 320  # pixels of the longest side of the picture in a verdict


@dataclass(frozen=True)
class Opened:
    """The parts of an opened picture that are needed; they are small, so that a thousand fit into memory.

    Attributes:
        name: the picture's path, address or name.
        pixels: uint8 RGB (side, side, 3), prepared as in training.
        shown: the picture, at most 320 pixels on its longest side.
        glance: by which it is told whether it may show a known work; None if that is not asked.
        source: where it came from, for a full search.
    """

    name: str
    pixels: np.ndarray
    shown: Image.Image
    glance: Glance | None
    source: Any


@dataclass(frozen=True)
class Opener:
    """Opens pictures for a model.

    Attributes:
        side: of the model's prepared pictures, in pixels.
        looks: whether a glance at each is taken, for known works.
    """

    side: int
    looks: bool

    def open(self, name: str, source: Any) -> Opened:
        """Open a picture.

        Raises:
            ImageError: it can't be used; each reason has its own subclass.
        """
        # 1.5 times the model's input: a large JPEG decoded at this size loses nothing, and it is much faster
        at_least = max(images.SEEN_SIDE, self.side * 3 // 2)
        image = images.load_usable(source, at_least=at_least)
        seen = glance(image, orientation_hashes(image)) if self.looks else None
        return Opened(name, resize_to_square(image, self.side), reduced(image, SHOWN), seen, source)

    def batches(self, pictures: Iterator[tuple[str, Any]]) -> Iterator[list[Opened | Verdict]]:
        """Yield batches of opened pictures, and the verdict "error" of those that can't be read, in their order."""
        pool = ThreadPoolExecutor(OPENERS)
        try:
            yield from _ahead(pool, self._open, pictures)
        finally:  # also when the caller stops early
            pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, name: str, source: Any) -> Opened | Verdict:
        try:
            return self.open(name, source)
        except images.ImageError as error:
            return Verdict(name, "error", error=str(error))


def _ahead(
    pool: ThreadPoolExecutor, opener: Callable[[str, Any], Opened | Verdict], stream: Iterator[tuple[str, Any]]
) -> Iterator[list[Opened | Verdict]]:
    """Yield batches of opened pictures; the next batches are opened in the meantime."""
    waiting: deque[list[Future[Opened | Verdict]]] = deque()
    while True:
        while len(waiting) <= AHEAD and (batch := list(islice(stream, BATCH))):
            waiting.append([pool.submit(opener, name, source) for name, source in batch])
        if not waiting:
            return
        yield [opened.result() for opened in waiting.popleft()]
