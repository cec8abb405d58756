"""The door of the grid: it takes the front end that this notebook can show."""

from importlib.util import find_spec
from typing import Any

from IPython.display import display

from artlib.errors import ArgumentError
from artlib.sort.session import SortSession

FULL, PLAIN = "anywidget", "ipywidgets"


class SortGrid:
    """Shows the pictures of a session and passes clicks and keys on to it; as the last line of a cell it shows itself.

    Every decision is on the disk before the screen changes. The rules are the session's, the same in each front end.

    Args:
        session: the session to show.
        front_end: "anywidget" is the full grid, with keys and a preview; "ipywidgets" the plain one, for notebooks that
            lack the package anywidget. None takes the full grid where anywidget is installed.

    Attributes:
        session: the session shown.
        front_end: which of the two it is.
        widget: the widget that is displayed.

    Raises:
        ArgumentError: there is no such front end, or it is asked for and its package is missing.
    """

    def __init__(self, session: SortSession, *, front_end: str | None = None) -> None:
        self.session = session
        self.front_end = chosen(front_end)
        self.widget = _widget(session, self.front_end)

    def _ipython_display_(self) -> None:
        display(self.widget)


def chosen(front_end: str | None) -> str:
    """Return the front end to show; None takes the better one that is installed."""
    if front_end not in (None, FULL, PLAIN):
        raise ArgumentError(f"There is no such front end. Received: {front_end=}; use {FULL!r} or {PLAIN!r}.")
    has_full = find_spec(FULL) is not None
    if front_end == FULL and not has_full:
        raise ArgumentError(
            f"The full grid needs a package that is not installed. Received: {front_end=}; run "
            f"`pip install anywidget` and restart the kernel, or use {PLAIN!r}."
        )
    return front_end or (FULL if has_full else PLAIN)


def _widget(session: SortSession, front_end: str) -> Any:
    if front_end == FULL:
        from artlib.sort.grid.widget import GridWidget

        return GridWidget(session)
    from artlib.sort.grid.fallback import FallbackGrid

    return FallbackGrid(session).widget
