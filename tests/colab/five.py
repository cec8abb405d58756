"""What a run of the five notebooks takes, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawing import LOOKS, write
from kernels import Kernel
from machine import CONTENT

NAMES = ["01_collect", "02_sort", "03_train", "04_evaluate", "05_predict"]
WORKS = 12  # of each artist
# the weights that come with a package, so that nothing is downloaded
PARAMETERS: dict[str, dict[str, Any]] = {
    "01_collect": {"source": "folder", "path": "works"},
    "03_train": {"backbone": "efficientnet_lite0", "epochs": 1},
    "05_predict": {"picture": "works/Wlop/0.jpg", "actual_artist": "Wlop"},
}


@dataclass
class Ran:
    """What came of a run of all five.

    Attributes:
        kernels: of each notebook.
        counts: of the calls to Drive, after each notebook.
        drives: what was on the Drive after each notebook; only to be copied.
    """

    kernels: dict[str, Kernel]
    counts: dict[str, dict[str, Any]]
    drives: dict[str, Path]


def draw_works() -> None:
    """Put the user's own pictures on the machine, as an upload does."""
    for artist, look in LOOKS.items():
        for number in range(WORKS):
            write(CONTENT / "works" / artist / f"{number}.jpg", look(number))
