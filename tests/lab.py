"""A JupyterLab of a test's own, with a notebook of one cell, looked at in a real browser."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver") or shutil.which("chromium.chromedriver")
MISSING = [name for name in ("jupyterlab", "ipykernel", "ipywidgets") if find_spec(name) is None]

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.skipif(os.name != "posix", reason="needs process groups to stop JupyterLab with its kernel"),
]

# the file input is outside of the page, and a person's dialog can't be filled in; so a click brings it into the page
BRING_THE_INPUT_IN = """
HTMLInputElement.prototype.click = function () { this.id = "chosen"; this.style = ""; document.body.append(this) }
document.querySelector(".widget-upload").click()
delete HTMLInputElement.prototype.click
"""


@contextlib.contextmanager
def jupyterlab(folder: Path, *sources: str) -> Iterator[str]:
    """Run a JupyterLab of our own and yield the address of a notebook with these cells; stopped in the end."""
    write_notebook(folder / "shown.ipynb", *sources)
    with served(folder) as server:
        yield f"{server}/lab/tree/shown.ipynb"


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run a JupyterLab on a folder and yield its address; it is stopped with all its kernels."""
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{kind}_DIR": str(folder / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
    own |= {"IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"fetchNews": "false"}', encoding="utf-8")  # else a question about news lies over the page
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: answers(f"{server}/api") or process.poll() is not None, 120)
        assert process.poll() is None, (folder / "lab.log").read_text(errors="replace")[-3000:]
        yield server
    finally:
        stop(process)


def skip_without_chromium() -> None:
    pytest.importorskip("selenium.webdriver")
    if not (BROWSER and DRIVER):
        pytest.skip("no chromium and chromedriver (apt-get install chromium chromium-driver)")


@contextlib.contextmanager
def chromium(profile: Path, *more: str) -> Iterator[Any]:
    """Open a Chromium with a profile of its own; it is closed again."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    arguments = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1366,768")
    for argument in (*arguments, f"--user-data-dir={profile}", *more):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def write_notebook(path: Path, *sources: str) -> None:
    empty: dict[str, Any] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [{**empty, "id": f"cell-{number}", "source": source} for number, source in enumerate(sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(address: str) -> bool:
    # a proxy for the world outside can't see this machine's own addresses
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address, timeout=5).close()
    except OSError:
        return False
    return True


def stop(process: subprocess.Popen) -> None:
    """Ask JupyterLab to stop, which stops its kernels too; then end whatever is left of its process group."""
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def wait_to_be_clickable(browser: Any, selector: str, seconds: float = 120) -> Any:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.expected_conditions import element_to_be_clickable
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds).until(element_to_be_clickable((By.CSS_SELECTOR, selector)))


def click(browser: Any, selector: str) -> None:
    wait_to_be_clickable(browser, selector).click()


def file_chooser(browser: Any) -> Any:
    """The field of the page's upload button, to which a test can send the path of a file."""
    browser.execute_script(BRING_THE_INPUT_IN)
    return browser.find_element("id", "chosen")


def show(browser: Any, notebook: str, selector: str, attempts: int = 6, seconds: float = 20) -> None:
    """Run the notebook's cell until what the selector names is there."""
    from selenium.common.exceptions import TimeoutException

    # on a busy machine 4 runs of 8 went like this: JupyterLab takes the click on Run, the kernel never hears of it, and
    # both are idle from then on. A kernel that is ready beforehand does not help; a page loaded anew did, every time.
    for _ in range(attempts):
        browser.get(notebook)
        wait_to_be_clickable(browser, ".jp-Notebook-ExecutionIndicator[data-status='idle']")
        click(browser, "[data-command='notebook:run-cell-and-select-next']")
        with contextlib.suppress(TimeoutException):
            wait_to_be_clickable(browser, selector, seconds)
            return
    pytest.fail(f"{selector} did not appear in any of {attempts} runs of the cell.")


def restart_kernel(browser: Any) -> None:
    """Restart the kernel as a person does."""
    click(browser, "[data-command='notebook:restart-kernel']")
    click(browser, ".jp-Dialog .jp-mod-accept")


def words_over(browser: Any, selector: str) -> str:
    """What the page lays over an element by its style sheets; "none" if nothing."""
    script = "return getComputedStyle(document.querySelector(arguments[0]), '::before').content"
    return browser.execute_script(script, selector).strip('"')


def wait_until(is_true: Callable[[], Any], seconds: float = 60, every: float = 0.2) -> Any:
    deadline = time.monotonic() + seconds
    while not is_true() and time.monotonic() < deadline:
        time.sleep(every)
    return is_true()
