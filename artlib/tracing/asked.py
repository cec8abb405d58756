"""A picture that is asked about, opened for tracing."""

from dataclasses import dataclass
from typing import Any

from PIL import Image

from artlib import images
from artlib.images.fetching import fetch
from artlib.indexing.search import form_of
from artlib.similarity.keypoints import ASKED_SIDE
from artlib.similarity.matching import Form


@dataclass(frozen=True)
class Asked:
    """A picture that is asked about.

    Attributes:
        rgb: at most ASKED_SIDE pixels on its longest side.
        form: it in grey, with its keypoints.
        shrunk: how many times as large it was.
    """

    rgb: Image.Image
    form: Form
    shrunk: float


def asked(source: Any) -> Asked:
    """Open a picture that is asked about.

    Args:
        source: anything that `artlib.images.load` accepts.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
    """
    if images.is_url(source):
        source = fetch(source, images.name_of(source))  # once, and not again for its size
    rgb = images.load_shrunk(source, ASKED_SIDE, at_least=ASKED_SIDE)
    return Asked(rgb, form_of(rgb), max(images.size_of(source)) / max(rgb.size))
