"""The sorting grid in a real JupyterLab in a real browser: the click of a mouse ends up in the journal on disk."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from artlib.catalog import COLUMNS
from artlib.sort import latest
from artlib.workspace import Workspace

REPOSITORY = Path(__file__).parents[1]
MISSING = [name for name in ("jupyterlab", "ipykernel", "ipywidgets") if find_spec(name) is None]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.skipif(os.name != "posix", reason="needs process groups to stop JupyterLab with its kernel"),
]


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "data")
    workspace.images.mkdir(parents=True)
    rows = [f"wlop{number},Wlop" + "," * (len(COLUMNS) - 2) for number in range(6)]
    workspace.catalog.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    for number in range(6):
        Image.new("RGB", (120, 90), (number * 40, 90, 160)).save(workspace.image(f"wlop{number}"))
    return workspace


@pytest.fixture
def lab(tmp_path, workspace):
    """The address of a JupyterLab of our own, with a notebook that shows the grid; stopped with all its kernels."""
    write_notebook(tmp_path / "grid.ipynb", workspace)
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    own |= {"IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}"]
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=os.environ | own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: answers(f"{server}/api") or process.poll() is not None, 120)
        assert process.poll() is None, (tmp_path / "lab.log").read_text(errors="replace")[-3000:]
        yield f"{server}/lab/tree/grid.ipynb"
    finally:
        stop(process)


def write_notebook(path, workspace):
    source = (
        "from artlib.sort import SortGrid, SortSession\nfrom artlib.workspace import Workspace\n"
        f"SortGrid(SortSession(Workspace({str(workspace.root)!r})))"
    )
    cell = {"cell_type": "code", "id": "grid", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(address):
    # a proxy for the world outside can't see this machine's own addresses
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address, timeout=5).close()
    except OSError:
        return False
    return True


def stop(process):
    """Ask JupyterLab to stop, which stops its kernels too; then end whatever is left of its process group."""
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def wait_to_be_clickable(browser, selector, seconds=120):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.expected_conditions import element_to_be_clickable
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds).until(element_to_be_clickable((By.CSS_SELECTOR, selector)))


def click(browser, selector):
    wait_to_be_clickable(browser, selector).click()


def show_grid(browser, lab, attempts=6, seconds=20):
    from selenium.common.exceptions import TimeoutException

    # on a busy machine 4 runs of 8 went like this: JupyterLab takes the click on Run, the kernel never hears of it, and
    # both are idle from then on. A kernel that is ready beforehand does not help; a page loaded anew did, every time.
    for _ in range(attempts):
        browser.get(lab)
        wait_to_be_clickable(browser, ".jp-Notebook-ExecutionIndicator[data-status='idle']")
        click(browser, "[data-command='notebook:run-cell-and-select-next']")
        with contextlib.suppress(TimeoutException):
            wait_to_be_clickable(browser, ".artlib-card", seconds)
            return
    pytest.fail(f"The grid did not appear in any of {attempts} runs of its cell.")


def wait_until(is_true, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.2)
    return is_true()


def test_a_click_on_discard_in_the_browser_is_in_the_journal_on_disk(lab, browser, workspace):
    show_grid(browser, lab)
    click(browser, ".artlib-card:nth-child(2) .artlib-pick")
    click(browser, ".jupyter-button.mod-danger")
    wait_until(workspace.decisions.exists)
    assert {image_id: decision.action for image_id, decision in latest(workspace).items()} == {"wlop1": "discard"}
