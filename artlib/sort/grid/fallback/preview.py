"""The preview: one picture, large, in place of the grid."""

from html import escape

import ipywidgets as widgets

from artlib.sort.grid.fallback.tile import COLOURS, SIGNS
from artlib.sort.grid.fallback.words import doubt_words, size_words
from artlib.sort.grid.large_picture import full_size
from artlib.sort.pictures import SortPicture
from artlib.sort.session import SortSession

WEB = ("https://", "http://")


class Preview:
    """Shows one picture of the queue with all that is known about it; what shows it turns on from one to the next.

    Args:
        session: whose pictures are shown.

    Attributes:
        image_id: of the picture shown; None while the preview is closed.
    """

    def __init__(self, session: SortSession) -> None:
        self._session = session
        self.image_id: str | None = None
        size = {"max_width": "100%", "max_height": "560px", "object_fit": "contain", "margin": "0 auto"}
        self._picture = widgets.Image(format="jpeg", layout=size)
        self.words = widgets.HTML()
        self.widget = widgets.VBox([self.words, self._picture], layout={"display": "none", "width": "100%"})
        self.widget.add_class("artlib-preview")

    def show(self, image_id: str) -> None:
        """Show a picture."""
        self.image_id = image_id
        self._picture.value = full_size(self._session, image_id)
        self.widget.layout.display = None
        self.draw()

    def close(self) -> None:
        """Show nothing."""
        self.image_id, self._picture.value, self.widget.layout.display = None, b"", "none"

    def turn(self, by: int) -> None:
        """Show the picture so many places further in the queue, and the page that it is on; stop at the ends."""
        queue = self._session.queue
        place = queue.index(self.image_id) if self.image_id in queue else 0
        image_id = queue[min(max(place + by, 0), len(queue) - 1)]
        self._session.turn_to([image_id])
        if image_id != self.image_id:
            self.show(image_id)

    def draw(self) -> None:
        """Say anew what is known about the picture."""
        if self.image_id is not None:
            picture = self._session.picture(self.image_id)
            self.words.value = _words(picture, self._session.queue, self.image_id in self._session.selected)


def _words(picture: SortPicture, queue: list[str], selected: bool) -> str:
    place = f"{queue.index(picture.id) + 1} of {len(queue)}" if picture.id in queue else ""
    facts = [f"<b>{escape(picture.name)}</b>", size_words(picture), escape(picture.artist), place]
    decided = escape(f"{SIGNS[picture.status]} {picture.label}") + (" · selected" if selected else "")
    more = [escape(doubt_words(picture)), _source(picture.source), escape(picture.licence or "licence not stated")]
    return (
        f'<div class="artlib-line">{_joined(facts)}</div>'
        f'<div class="artlib-line" style="color: {COLOURS[picture.status]}; font-weight: 600">{decided}</div>'
        f'<div class="artlib-line" style="opacity: .85">{_joined(more)}</div>'
    )


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def _source(source: str) -> str:
    text = escape(source)
    if not source.startswith(WEB):
        return text
    return f'<a href="{text}" target="_blank" rel="noopener noreferrer">{text}</a>'
