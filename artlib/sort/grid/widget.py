"""The grid as an anywidget: it passes messages between the front end (grid.js) and the desk, and nothing else."""

from pathlib import Path
from typing import Any

import anywidget

from artlib.pages.lost_kernel import lost_kernel_rules
from artlib.sort.grid.desk import Desk
from artlib.sort.session import SortSession

HERE = Path(__file__).parent
LOST = "This grid has lost its kernel. Run its cell again to go on: every decision was saved."


class GridWidget(anywidget.AnyWidget):
    """Shows a session in the notebook.

    Args:
        session: the session to show.
    """

    _esm = (HERE / "grid.js").read_text(encoding="utf-8")
    _css = (HERE / "grid.css").read_text(encoding="utf-8") + lost_kernel_rules(".artlib-sorting", LOST)

    def __init__(self, session: SortSession) -> None:
        super().__init__()
        self.desk = Desk(session)
        self.on_msg(self._answer)

    def _answer(self, _: Any, message: dict[str, Any], buffers: Any) -> None:
        content = self.desk.fault(message)  # sent if answering fails in a way that nobody thought of
        files: list[bytes] = []
        try:
            content, files = self.desk.answer(message)
        finally:
            self.send(content, buffers=files)
