"""The door of the grid: it takes the front end that this notebook can show."""

from typing import Any

from IPython.display import display

from artlib.errors import ArgumentError
from artlib.sort.grid.fallback import FallbackGrid
from artlib.sort.session import SortSession

FRONT_ENDS = ("ipywidgets",)


class SortGrid:
    """Shows the pictures of a session and passes clicks and keys on to it; as the last line of a cell it shows itself.

    Every decision is on the disk before the screen changes. The rules are the session's, the same in each front end.

    Args:
        session: the session to show.
        front_end: "anywidget" is the full grid, with keys and a preview; "ipywidgets" the plain one, for notebooks that
            lack the package anywidget. None takes the full grid where anywidget is installed.

    Raises:
        ArgumentError: there is no such front end, or it is asked for and its package is missing.
    """

    def __init__(self, session: SortSession, *, front_end: str | None = None) -> None:
        if front_end not in (None, *FRONT_ENDS):
            raise ArgumentError(
                f"There is no such front end. Received: front_end={front_end!r}; use one of {', '.join(FRONT_ENDS)}."
            )
        self.session = session
        self.widget: Any = FallbackGrid(session).widget

    def _ipython_display_(self) -> None:
        display(self.widget)
