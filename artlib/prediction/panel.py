"""The panel: predict pictures in a notebook without writing code."""

import base64
import json
from collections.abc import Iterator
from html import escape
from typing import Any

import ipywidgets

from artlib import images
from artlib.pages.lost_kernel import lost_kernel_style
from artlib.prediction.card import EvidenceCard
from artlib.prediction.predictor import predictor
from artlib.prediction.verdict import Verdict
from artlib.workspace import AnyWorkspace

LOST = "This panel has lost its kernel. Run its cell again to ask about further pictures."
SHOWN = 20  # cards, the newest first; older ones leave the page

# FileUpload keeps its file input outside of the page, so that nothing can be dropped on it. Dropped files are therefore
# sent as text in a hidden box. If a notebook runs no handlers, the class that shows the words about dropping is never
# set. Jupyter's servers limit messages to 10 MB, and a file is a third longer as text.
DROPPING = """<style onload="
const panel = this.closest('.artlib-predict'), words = panel.querySelector('.artlib-or-drop')
const carriesFiles = event => event.dataTransfer.types.includes('Files')
const read = file => new Promise((resolve, reject) => {
  const reader = new FileReader()
  reader.onload = () => resolve({name: file.name, url: reader.result})
  reader.onerror = () => reject(reader.error)
  reader.readAsDataURL(file)
})
panel.ondragover = event => { if (carriesFiles(event)) event.preventDefault() }
panel.ondrop = async event => {
  if (!carriesFiles(event)) return
  event.preventDefault()
  const files = [...event.dataTransfer.files], bytes = files.reduce((sum, file) => sum + file.size, 0)
  const say = text => { words.textContent = text }
  if (bytes > 7e6) return say('these files are too large; drop fewer, ')
  try {
    const box = panel.querySelector('.artlib-dropped textarea')
    box.value = JSON.stringify(await Promise.all(files.map(read)))
    box.dispatchEvent(new Event('change', {bubbles: true}))
    say('or drop them here, ')
  } catch { say('this could not be read; drop files, not folders, ') }
}
panel.classList.add('artlib-drops')
">
.artlib-ask{gap:4px 12px;padding:8px;border:2px dashed transparent;border-radius:8px}
.artlib-drops .artlib-ask{border-color:#8888}
.artlib-ask .artlib-or-drop{display:none}
.artlib-drops .artlib-or-drop{display:inline}
</style><span class=artlib-or-drop>or drop them here, </span>at most 7 MB at a time"""


class PredictPanel(ipywidgets.VBox):
    """Choose or drop files, or paste an address, and see the evidence card of each picture.

    As the last line of a cell it shows itself. Pictures are opened in the notebook's memory and not written to disk.

    Args:
        workspace: a Workspace, or the path of one, with a trained model.
        name: the model's name.

    Attributes:
        verdicts: the answers so far, the newest first.

    Raises:
        WorkspaceError: there is no such model.
    """

    def __init__(self, workspace: AnyWorkspace = "data", *, name: str = "default") -> None:
        # a missing or damaged model is an error here, not at the first picture
        predictor(workspace, name=name).load_for_heat_maps()
        self._workspace, self._name = workspace, name
        self.verdicts: list[Verdict] = []
        self._files = ipywidgets.FileUpload(
            accept="image/*", multiple=True, description="Choose pictures", layout={"width": "auto"}
        )
        self._address = ipywidgets.Text(
            placeholder="or paste http(s)://… and press Enter",
            continuous_update=False,
            layout={"width": "26em", "max_width": "100%"},
        )
        self._dropped = ipywidgets.Textarea(continuous_update=False, layout={"display": "none"})
        self._dropped.add_class("artlib-dropped")
        self._note = ipywidgets.HTML()
        self._cards = ipywidgets.VBox()
        self._files.observe(self._on_files, "value")
        self._address.observe(self._on_address, "value")
        self._dropped.observe(self._on_drop, "value")
        about = ipywidgets.HTML(DROPPING + lost_kernel_style(".artlib-ask", LOST))  # the answers below stay readable
        asking = [self._files, about, self._address, self._dropped]
        row = ipywidgets.HBox(asking, layout={"flex_flow": "row wrap", "align_items": "center"})
        row.add_class("artlib-ask")
        super().__init__([row, self._note, self._cards])
        self.add_class("artlib-predict")

    def ask(self, name: str, source: Any) -> Verdict:
        """Predict one picture and show its card on top; a picture that can't be used gets a card with the reason.

        Args:
            name: the name to show under the picture.
            source: anything that `artlib.images.load` accepts.

        Raises:
            WorkspaceError: the model was deleted.
        """
        self._note.value = f"Looking at {escape(name)} …"
        try:
            verdict = self._verdict(name, source)
        except BaseException as error:  # a notebook does not show the errors of a widget's callback
            self._note.value = f"<b>{escape(name)}: {escape(f'{type(error).__name__}: {error}')}</b>"
            raise
        self._note.value = ""
        self.verdicts.insert(0, verdict)
        card = ipywidgets.HTML(EvidenceCard(verdict, with_lines=False)._repr_html_())
        self._cards.children = (card, *self._cards.children[: SHOWN - 1])
        return verdict

    def _verdict(self, name: str, source: Any) -> Verdict:
        try:
            # asked for at each picture: the model may have been trained again, or an artist added
            return predictor(self._workspace, name=self._name).verdict(source, name, heat_map=True)
        except images.ImageError as error:
            return Verdict(name, "error", error=str(error))

    def _on_files(self, change: dict[str, Any]) -> None:
        try:
            for name, content in uploaded(change["new"]):
                self.ask(name, content)
        finally:
            if change["new"]:  # otherwise this change is the clearing itself
                _clear(self._files)

    def _on_drop(self, change: dict[str, Any]) -> None:
        try:
            for file in json.loads(change["new"] or "[]"):
                self.ask(file["name"], base64.b64decode(file["url"].partition(",")[2]))
        finally:
            self._dropped.value = ""  # so that the same file can be dropped again

    def _on_address(self, change: dict[str, Any]) -> None:
        address = change["new"].strip()
        try:
            if address:
                self.ask(address, address)
        finally:
            self._address.value = ""  # so that the same address can be asked again


def uploaded(value: Any) -> Iterator[tuple[str, bytes]]:
    """Return name and content of each file of an `ipywidgets.FileUpload`, in the format of ipywidgets 7 or 8.

    Args:
        value: in 7, a dict from the name to {"content": bytes, …}; in 8, a tuple of {"name": …, "content": memoryview}.
    """
    files = [{"name": name, **file} for name, file in value.items()] if isinstance(value, dict) else value
    for file in files:
        yield file["name"], bytes(file["content"])


def _clear(upload: ipywidgets.FileUpload) -> None:
    """Remove the files from the widget, so that the same files can be chosen again."""
    if isinstance(upload.value, dict):  # ipywidgets 7 makes the value from these when the counter changes
        upload.metadata, upload.data, upload._counter = [], [], 0
    else:
        upload.value = ()
