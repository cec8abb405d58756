"""Rendering: from a template and its values to a page that has all its pictures inside."""

import base64
import functools
import sys
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image

from artlib import images
from artlib.images.thumbnails import data_url
from artlib.plots import Figure
from artlib.workspace import Workspace
from artlib.workspace.copies import open_copy
from artlib.workspace.disk.writing import atomic

PICTURE = 160  # pixels of the longest side of a collected image on a page


def write(path: Path, template: str, **values: Any) -> None:
    """Fill a template of this folder and write it; file names and users' texts are escaped.

    Args:
        path: of the file; "-" is the standard output.
        template: its name.
        **values: what fills it.
    """
    # written in parts: a page of ten thousand cards would fill the memory
    parts = _templates().get_template(template).stream(values)
    if str(path) == "-":
        sys.stdout.writelines(parts)
        return
    with atomic(path) as temporary:
        parts.dump(str(temporary), "utf-8", "backslashreplace")


def rendered(template: str, **values: Any) -> str:
    """Fill a template of this folder and return the HTML, to be shown without a file."""
    return _templates().get_template(template).render(values)


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("artlib", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def drawn(figure: Figure) -> str:
    """Return a figure as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(figure._repr_png_()).decode()}"


def picture_of(workspace: Workspace, image_id: str) -> str:
    """Return a small version of a collected image as a data URL; a grey one if it is lost, so that others are shown."""
    try:
        return data_url(open_copy(workspace, image_id, at_least=PICTURE), PICTURE)
    except images.ImageError:
        return data_url(Image.new("RGB", (PICTURE, PICTURE), "#888888"), PICTURE)
