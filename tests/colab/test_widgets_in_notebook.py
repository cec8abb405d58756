"""The sorting grid and the panel in Notebook 6.5 with ipywidgets 7, as in Colab: what is clicked is on disk."""

import shutil
from typing import Any

import lab
import pytest
from drawing import photo, write
from machine import CONTENT, Machine
from notebook_server import opened, show

from artlib import collect
from artlib.workspace import Workspace
from artlib.workspace.decisions import latest

pytestmark = pytest.mark.browser

GRID = "from artlib.sort import SortGrid, SortSession\nfrom artlib.workspace import Workspace\n"
GRID += "SortGrid(SortSession(Workspace('data')), front_end='ipywidgets')"
FULL = GRID.replace("'ipywidgets'", "'anywidget'")
TILE = ".artlib-sorting .artlib-tile"
PANEL = "from artlib.prediction.panel import PredictPanel\nPredictPanel('data')"
CARD = ".artlib-predict .card"


def test_a_click_on_discard_is_in_the_log_on_disk(machine: Machine, browser: Any, photos: Any) -> None:
    workspace = Workspace(CONTENT / "data")
    collect.folder(workspace, photos)
    with opened(machine, GRID) as notebook:
        show(browser, notebook, ".artlib-card")
        lab.click(browser, ".artlib-card:nth-child(2) .artlib-pick")
        lab.click(browser, ".jupyter-button.mod-danger")
        lab.wait_until(workspace.decisions.exists)
    assert [decision.action for decision in latest(workspace).values()] == ["discard"]


def test_the_full_grid_takes_mouse_and_keys_and_keeps_the_notebooks_silent(
    machine: Machine, browser: Any, photos: Any
) -> None:
    workspace = Workspace(CONTENT / "data")
    collect.folder(workspace, photos)
    with opened(machine, FULL) as notebook:
        show(browser, notebook, TILE)
        cells = len(browser.find_elements("css selector", ".cell"))
        for place in (1, 2):
            lab.click(browser, f"{TILE}[aria-posinset='{place}']")
        browser.switch_to.active_element.send_keys("ddb")  # as Notebook 6.5's own keys, they delete and add a cell
        lab.wait_until(workspace.decisions.exists)
        # with auto-advance, the second d is about the next picture
        assert lab.wait_until(lambda: len(latest(workspace)) == 3, 10)
        browser.switch_to.active_element.send_keys("u")
        assert lab.wait_until(lambda: len(latest(workspace)) == 2, 10)
        assert len(browser.find_elements("css selector", ".cell")) == cells
    assert {decision.action for decision in latest(workspace).values()} == {"discard"}


def test_what_is_chosen_and_typed_gets_a_card(machine: Machine, browser: Any, untrained: Workspace) -> None:
    shutil.copytree(untrained.root, CONTENT / "data")
    with opened(machine, PANEL) as notebook:
        # TensorFlow is loaded before anything is shown
        show(browser, notebook, ".artlib-predict .widget-upload", seconds=90)
        chooser = lab.file_chooser(browser)
        chooser.send_keys(str(write(machine.folder / "chosen.jpg", photo(1))))
        assert "chosen.jpg" in newest_of(browser, 1)

        browser.execute_script("arguments[0].value = ''", chooser)
        chooser.send_keys(str(machine.folder / "chosen.jpg"))
        assert "chosen.jpg" in newest_of(browser, 2), "the same file again"

        address = browser.find_element("css selector", ".artlib-predict input[type=text]")
        address.send_keys(f"{write(CONTENT / 'typed.png', photo(3))}\n")
        assert "typed.png" in newest_of(browser, 3)


def newest_of(browser: Any, count: int) -> str:
    """What the newest card says, once there are so many."""
    assert lab.wait_until(lambda: len(browser.find_elements("css selector", CARD)) == count)
    return browser.find_element("css selector", CARD).text
