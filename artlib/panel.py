"""The panel: ask about pictures in a notebook without writing code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets

from artlib import images
from artlib.card import Card
from artlib.prediction import predictor
from artlib.verdict import Verdict
from artlib.workspace import Workspace

SHOWN = 20  # cards, the newest first; older ones leave the page


class PredictPanel(ipywidgets.VBox):
    """Choose or drop files, or paste an address, and see the evidence card of each picture.

    As the last line of a cell it shows itself. Pictures are opened in the notebook's memory and not kept on disk.

    Args:
        workspace: with a trained model.
        name: of the model.

    Attributes:
        verdicts: the answers so far, the newest first.

    Raises:
        WorkspaceError: there is no such model.
    """

    def __init__(self, workspace: Workspace | str | Path = "data", name: str = "default") -> None:
        predictor(workspace, name)  # what is missing is said here, not at the first picture
        self._workspace, self._name = workspace, name
        self.verdicts: list[Verdict] = []
        self._files = ipywidgets.FileUpload(accept="image/*", multiple=True, description="Pictures")
        self._address = ipywidgets.Text(
            placeholder="or paste http(s)://… and press Enter",
            continuous_update=False,
            layout=ipywidgets.Layout(width="26em"),
        )
        self._note = ipywidgets.HTML()
        self._cards = ipywidgets.VBox()
        self._files.observe(self._on_files, "value")
        self._address.observe(self._on_address, "value")
        super().__init__([ipywidgets.HBox([self._files, self._address]), self._note, self._cards])
        self.add_class("artlib-predict")

    def ask(self, name: str, source: Any) -> Verdict:
        """Answer for one picture and show its card on top.

        Args:
            name: to show under the picture.
            source: whatever `artlib.images.load` opens.
        """
        self._note.value = "Looking …"
        # asked for each time: the model may have been trained again, or an artist added
        answering = predictor(self._workspace, self._name)
        try:
            verdict = answering.verdict(source, name, heat_map=True)
        except images.ImageError as error:
            verdict = Verdict(name, "error", error=str(error))
        self.verdicts.insert(0, verdict)
        card = ipywidgets.HTML(Card(verdict, with_lines=False)._repr_html_())
        self._cards.children = (card, *self._cards.children[: SHOWN - 1])
        self._note.value = ""
        return verdict

    def _on_files(self, change: dict[str, Any]) -> None:
        for name, content in uploaded(change["new"]):
            self.ask(name, content)

    def _on_address(self, change: dict[str, Any]) -> None:
        if address := change["new"].strip():
            self.ask(address, address)
            self._address.value = ""


def uploaded(value: Any) -> Iterator[tuple[str, bytes]]:
    """Return name and content of each file of an `ipywidgets.FileUpload`, in the format of ipywidgets 7 or 8.

    Args:
        value: in 7, a dict from the name to {"content": bytes, …}; in 8, a tuple of {"name": …, "content": memoryview}.
    """
    files = [{"name": name, **file} for name, file in value.items()] if isinstance(value, dict) else value
    for file in files:
        yield file["name"], bytes(file["content"])
