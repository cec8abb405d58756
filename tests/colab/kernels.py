"""Running cells and notebooks in new kernels of a machine, as a person does with "Run all"."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from machine import CONTENT, Machine
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SECONDS = 900  # that a cell may take


class Kernel:
    """A new kernel and what its cells put out.

    Attributes:
        outputs: of all cells so far.
        error: that stopped the notebook; None where it ran to its end.
    """

    def __init__(self, client: NotebookClient) -> None:
        self._client = client
        self.outputs: list[dict[str, Any]] = []
        self.error: CellExecutionError | DeadKernelError | None = None

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run a cell; return its outputs.

        Raises:
            CellExecutionError: it raised an error.
            DeadKernelError: the kernel ended.
        """
        cell = nbformat.v4.new_code_cell(source)
        self._client.nb.cells.append(cell)
        try:
            self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        finally:
            self.outputs += cell.outputs
        for output in cell.outputs:
            if output["output_type"] == "error":
                raise CellExecutionError.from_cell_and_msg(cell, output)
        return cell.outputs

    def run_notebook(self, name: str, **parameters: object) -> None:
        """Run all cells of a notebook of the project, up to the first that raises an error."""
        notebook = parameterize_notebook(load_notebook_node(str(NOTEBOOKS / f"{name}.ipynb")), parameters)
        try:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    self.run(cell.source)
        except (CellExecutionError, DeadKernelError) as error:
            self.error = error

    def kill(self) -> None:
        """End it at once, as when the machine is taken away."""
        os.kill(self._client.km.provisioner.pid, signal.SIGKILL)

    @property
    def text(self) -> str:
        """All that was printed, and all errors as they are shown."""
        return "".join(shown(output) for output in self.outputs)


@contextlib.contextmanager
def kernel(machine: Machine) -> Iterator[Kernel]:
    """A new kernel of the machine, in /content."""
    before = dict(os.environ)
    os.environ.update(machine.environment)
    # what a busy machine prints late is waited for, and not left out in silence
    patience = {"timeout": SECONDS, "iopub_timeout": 60, "raise_on_iopub_timeout": True}
    place = {"metadata": {"path": str(CONTENT)}}
    # without allow_errors, a kernel answers what is sent right after an error with "aborted", and does not run it
    client = NotebookClient(
        nbformat.v4.new_notebook(), kernel_name="colab", resources=place, allow_errors=True, **patience
    )
    try:
        with client.setup_kernel():
            yield Kernel(client)
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_all(machine: Machine, name: str, then: str = "", **parameters: object) -> Kernel:
    """Run a notebook in a new kernel, and a cell after it, also where an error stopped it; the kernel ends."""
    with kernel(machine) as running:
        running.run_notebook(name, **parameters)
        running.run(then)
    return running


def shown(output: dict[str, Any]) -> str:
    """An output as plain text."""
    if output["output_type"] == "stream":
        return output["text"]
    if output["output_type"] == "error":
        return "\n".join(output["traceback"]) + "\n"
    return output["data"].get("text/plain", "") + "\n"
