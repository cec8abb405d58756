"""Pages: a queue is shown so many pictures at a time."""

from collections.abc import Iterable

from artlib.workspace.decisions import DecisionError


class Pages:
    """Turns the pages of a queue.

    Args:
        page_size: images on a page, 1 or more.

    Attributes:
        queue: the ids shown, in their order.
        page_number: of the page shown, from 0.

    Raises:
        DecisionError: page_size is not a positive whole number.
    """

    def __init__(self, page_size: int) -> None:
        if not isinstance(page_size, int) or page_size < 1:
            raise DecisionError(f"A page holds 1 image or more. Received: page_size={page_size!r}; try 24.")
        self.page_size = page_size
        self.queue: list[str] = []
        self.page_number = 0

    @property
    def page_count(self) -> int:
        """How many pages the queue has: at least 1, which may be empty."""
        return max(1, -(-len(self.queue) // self.page_size))

    @property
    def page(self) -> list[str]:
        """The ids on the page shown."""
        return self._ids_of_page(self.page_number)

    @property
    def following_page(self) -> list[str]:
        """The ids on the page after it, empty at the end; a display may load them ahead."""
        return self._ids_of_page(self.page_number + 1)

    def next(self) -> list[str]:
        """Go to the next page, or stay on the last one, and return its ids."""
        self.page_number = min(self.page_number + 1, self.page_count - 1)
        return self.page

    def previous(self) -> list[str]:
        """Go to the previous page, or stay on the first one, and return its ids."""
        self.page_number = max(self.page_number - 1, 0)
        return self.page

    def turn_to(self, image_ids: Iterable[str]) -> None:
        """Show the page of the first of these images, unless one of them is on the page or none is in the queue."""
        wanted = set(image_ids)
        places = [place for place, image_id in enumerate(self.queue) if image_id in wanted]
        if places and not wanted & set(self.page):
            self.page_number = places[0] // self.page_size

    def _ids_of_page(self, number: int) -> list[str]:
        return self.queue[number * self.page_size : (number + 1) * self.page_size]
