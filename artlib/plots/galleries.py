"""Galleries: pictures side by side, with captions under them."""

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from artlib.images.thumbnails import thumbnail
from artlib.plots.figure import FRAME, MUTED, Figure, short
from artlib.workspace import AnyWorkspace, as_workspace

PICTURE = 256  # pixels of the longest side of an image in a gallery


def gallery(
    workspace: AnyWorkspace, ids: Sequence[str], captions: Sequence[str], *, columns: int = 6, title: str = ""
) -> Figure:
    """Draw some images of a workspace with a caption under each."""
    image_of = as_workspace(workspace).image
    shown = [thumbnail(image_of(image_id), PICTURE) for image_id in ids]
    return pictures(shown, captions, columns=columns, title=title)


def shelves(
    workspace: AnyWorkspace,
    ids: Mapping[str, Sequence[str]],
    captions: Mapping[str, str] | None = None,
    *,
    columns: int = 6,
) -> Figure:
    """Draw one row of images under each name, such as an artist or a near-duplicate group.

    Args:
        workspace: a Workspace, or the path of one, where the images lie.
        ids: from a name to image ids; as many are drawn as there are columns.
        captions: from an image id to its caption; None leaves them out.
        columns: images in a row.
    """
    if not ids:
        return pictures([], [])
    image_of = as_workspace(workspace).image
    figure = Figure(figsize=(1.75 * columns, 2.0 * len(ids)), layout="constrained")
    for shelf, (name, mine) in zip(figure.subfigures(len(ids), squeeze=False).ravel(), ids.items(), strict=True):
        shelf.suptitle(short(name, 90), x=0.01, ha="left", fontsize=10)
        for cell, place in zip(shelf.subplots(1, columns), range(columns), strict=True):
            drawn = mine[place] if place < len(mine) else ""
            show(cell, thumbnail(image_of(drawn), PICTURE) if drawn else None, (captions or {}).get(drawn, ""))
    return figure


def pictures(
    shown: Sequence[Image.Image | np.ndarray], captions: Sequence[str], *, columns: int = 6, title: str = ""
) -> Figure:
    """Draw some pictures, PIL images or uint8 RGB arrays, with a caption under each, or a line if there are none."""
    columns = max(1, min(columns, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    figure = Figure(figsize=(1.75 * columns, 2.1 * rows + 0.4 * bool(title)), layout="constrained")
    if not len(shown):  # `not shown` fails for an array of pictures
        figure.set_size_inches(6, 0.6)
        figure.text(0.5, 0.5, "There is nothing to show here.", ha="center", va="center", color=MUTED)
        return figure
    cells = figure.subplots(rows, columns, squeeze=False).ravel()
    for place, cell in enumerate(cells):
        show(cell, shown[place] if place < len(shown) else None, captions[place] if place < len(captions) else "")
    if title:
        figure.suptitle(title)
    return figure


def show(cell, picture: Image.Image | np.ndarray | None, caption: str = "") -> None:
    """Fill one place of a gallery, with a thin frame so that a white picture is visible on the white page."""
    cell.set(xticks=[], yticks=[])
    cell.spines[:].set(color=FRAME, visible=picture is not None)
    if picture is not None:
        cell.imshow(picture)
        cell.set_xlabel("\n".join(short(line, 24) for line in caption.split("\n")), fontsize=8)
