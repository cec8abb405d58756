"""The panel in a real JupyterLab in a real browser: what a person chooses, drops or types gets its card."""

import base64
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import lab
import pytest
from conftest import copy_of
from drawing import encoded, photo, write

from artlib.workspace import Workspace

pytestmark = lab.MARKS
exceptions = pytest.importorskip("selenium.common.exceptions")

CARDS = ".artlib-predict .card"
DROP = """
const carried = new DataTransfer()
carried.items.add(FILE)
const drop = kind => new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true})
const target = document.querySelector(".widget-upload")
const welcome = !target.dispatchEvent(drop("dragover"))
target.dispatchEvent(drop("drop"))
return welcome
"""
GIVEN = "new File([Uint8Array.from(atob(arguments[1]), letter => letter.charCodeAt(0))], arguments[0])"
TOO_LARGE = "new File([new Uint8Array(7e6 + 1)], 'large.jpg')"
DELETED = "window.deleted"


@pytest.fixture
def panel(browser: Any, untrained: Workspace, tmp_path: Path) -> Iterator[None]:
    """A panel in a page; what it is asked about is in the browser."""
    workspace = copy_of(untrained, tmp_path / "data")
    source = f"from artlib.prediction.panel import PredictPanel\nPredictPanel({str(workspace.root)!r})"
    with lab.jupyterlab(tmp_path, source) as notebook:
        # TensorFlow is loaded before anything is shown
        lab.show(browser, notebook, ".artlib-predict .widget-upload", seconds=60)
        yield


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a picture on a server of our own."""
    write(tmp_path / "served" / "typed.png", photo(3))
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/typed.png"
        running.shutdown()


def drop(browser: Any, file: str, *arguments: str) -> bool:
    """Drop a file on the panel; return whether the panel accepts files."""
    return browser.execute_script(DROP.replace("FILE", file), *arguments)


def words_become(browser: Any, words: str) -> bool:
    """Whether the words about dropping become these."""
    return lab.wait_until(lambda: browser.find_element("css selector", ".artlib-or-drop").text == words, 20)


def texts(browser: Any, count: int) -> list[str]:
    """What the cards say, the newest first, once there are so many."""
    lab.wait_until(lambda: len(browser.find_elements("css selector", CARDS)) >= count)
    return [card.text for card in browser.find_elements("css selector", CARDS)]


def test_what_is_chosen_dropped_and_typed_gets_a_card_with_its_verdict(
    panel: None, browser: Any, served: str, tmp_path: Path
) -> None:
    # one test of several facts, because JupyterLab takes half a minute to show the panel
    chooser = lab.file_chooser(browser)
    chooser.send_keys(str(write(tmp_path / "chosen.jpg", photo(1))))
    assert says_a_verdict(texts(browser, 1)[0], "chosen.jpg")

    browser.execute_script("arguments[0].value = ''", chooser)
    chooser.send_keys(str(tmp_path / "chosen.jpg"))
    assert says_a_verdict(texts(browser, 2)[0], "chosen.jpg"), "the same file again"

    drop(browser, TOO_LARGE)
    assert words_become(browser, "these files are too large; drop fewer,")

    browser.execute_script("window.deleted = arguments[0].files[0]", chooser)
    (tmp_path / "chosen.jpg").unlink()
    drop(browser, DELETED)
    assert words_become(browser, "this could not be read; drop files, not folders,")

    dropped = base64.b64encode(encoded(photo(2))).decode()
    assert drop(browser, GIVEN, "dropped.jpg", dropped)
    assert says_a_verdict(texts(browser, 3)[0], "dropped.jpg")
    assert words_become(browser, "or drop them here,")

    address = browser.find_element("css selector", ".artlib-predict input[type=text]")
    address.send_keys(f"{served}\n")
    assert says_a_verdict(texts(browser, 4)[0], served)

    broken = base64.b64encode(encoded(photo(2))[:2000]).decode()
    drop(browser, GIVEN, "broken.jpg", broken)
    cards = texts(browser, 5)
    assert cards[0].startswith("No answer: The picture is cut off")
    assert len(cards) == 5, "each was answered once"

    assert lab.words_over(browser, ".artlib-ask") == "none"
    lab.restart_kernel(browser)
    lost = "This panel has lost its kernel. Run its cell again to ask about further pictures."
    assert lab.wait_until(lambda: lab.words_over(browser, ".artlib-ask") == lost, 20)
    with pytest.raises(exceptions.ElementClickInterceptedException):
        browser.find_element("css selector", ".widget-upload").click()
    assert texts(browser, 5) == cards, "the answers stay readable"


def says_a_verdict(text: str, name: str) -> bool:
    sentences = ("In the hand of", "Probably", "Perhaps", "I do not know this hand", "Copy of")
    return text.startswith(sentences) and name in text.splitlines()
