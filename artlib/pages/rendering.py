"""From a template and its values to a self-contained page: pictures become part of the text."""

import base64
import functools
import io
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image

from artlib.plots import Figure
from artlib.workspace import Workspace
from artlib.workspace.writing import atomic

THUMBNAIL = 320


def write(path: Path, template: str, **values: Any) -> None:
    """Fill a template of this folder and write it; what comes from file names and users is escaped."""
    with atomic(path) as temporary:
        # a page of ten thousand cards is never in memory as a whole
        _templates().get_template(template).stream(values).dump(str(temporary), encoding="utf-8")


def rendered(template: str, **values: Any) -> str:
    """Fill a template of this folder, for where HTML is shown without a file."""
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
    return _data_url(figure._repr_png_(), "png")


def thumbnail(image: Image.Image, longest_side: int = THUMBNAIL) -> str:
    """Return an RGB image, made smaller, as a data URL."""
    small, buffer = image.copy(), io.BytesIO()
    small.thumbnail((longest_side, longest_side))
    small.save(buffer, "JPEG", quality=80)
    return _data_url(buffer.getvalue(), "jpeg")


def thumbnail_of(workspace: Workspace, image_id: str) -> str:
    """Return a collected image as a data URL."""
    with Image.open(workspace.image(image_id)) as image:
        return thumbnail(image, THUMBNAIL // 2)


def _data_url(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
