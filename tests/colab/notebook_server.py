"""Jupyter Notebook 6.5 on the machine, looked at in a real browser: the nearest to Colab's page that can be had."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import lab
import nbformat
import pytest
from machine import CONTENT, Machine

RUN = "[data-jupyter-action='jupyter-notebook:run-cell-and-select-next']"


@contextlib.contextmanager
def opened(machine: Machine, source: str) -> Iterator[str]:
    """Run a server of our own and yield the address of a notebook with this cell; stopped with all its kernels."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "colab", "display_name": "Colab", "language": "python"}
    nbformat.write(notebook, CONTENT / "shown.ipynb")
    port = lab.free_port()
    server = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "notebook", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0"]
    command += ["--NotebookApp.token=", f"--notebook-dir={CONTENT}"]
    path = machine.folder / "notebook.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=CONTENT, env=os.environ | machine.environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        lab.wait_until(lambda: lab.answers(f"{server}/api") or process.poll() is not None, 120)
        assert process.poll() is None, path.read_text(errors="replace")[-3000:]
        yield f"{server}/notebooks/shown.ipynb"
    finally:
        lab.stop(process)


def show(browser: Any, notebook: str, selector: str, attempts: int = 6, seconds: float = 20) -> None:
    """Run the notebook's cell until what the selector names is there."""
    from selenium.common.exceptions import TimeoutException

    # as in JupyterLab, a click on Run may get lost on a busy machine
    for _ in range(attempts):
        browser.get(notebook)
        lab.wait_to_be_clickable(browser, "#kernel_indicator_icon.kernel_idle_icon")
        lab.click(browser, RUN)
        with contextlib.suppress(TimeoutException):
            lab.wait_to_be_clickable(browser, selector, seconds)
            return
    pytest.fail(f"{selector} did not appear in any of {attempts} runs of the cell.")
