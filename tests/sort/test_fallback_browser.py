"""The sorting grid in a real JupyterLab in a real browser: the click of a mouse ends up in the log on disk."""

import lab
import pytest
from conftest import write_catalog
from PIL import Image

from artlib.workspace import Workspace
from artlib.workspace.decisions import latest

pytestmark = lab.MARKS
exceptions = pytest.importorskip("selenium.common.exceptions")


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "data")
    workspace.images.mkdir(parents=True)
    write_catalog(workspace, {f"wlop{number}": "Wlop" for number in range(6)})
    for number in range(6):
        Image.new("RGB", (120, 90), (number * 40, 90, 160)).save(workspace.image(f"wlop{number}"))
    return workspace


@pytest.fixture
def notebook(tmp_path, workspace):
    """The address of a notebook that shows the grid."""
    source = (
        "from artlib.sort import SortGrid, SortSession\nfrom artlib.workspace import Workspace\n"
        f"SortGrid(SortSession(Workspace({str(workspace.root)!r})), front_end='ipywidgets')"
    )
    with lab.jupyterlab(tmp_path, source) as address:
        yield address


def test_a_click_on_discard_in_the_browser_is_in_the_log_on_disk(notebook, browser, workspace):
    lab.show(browser, notebook, ".artlib-card")
    lab.click(browser, ".artlib-card:nth-child(2) .artlib-pick")
    lab.click(browser, ".artlib-do-discard")
    lab.wait_until(workspace.decisions.exists)
    assert {image_id: decision.action for image_id, decision in latest(workspace).items()} == {"wlop1": "discard"}


def test_a_grid_that_lost_its_kernel_says_so_and_takes_no_clicks(notebook, browser, workspace):
    lab.show(browser, notebook, ".artlib-card")
    assert lab.words_over(browser, ".artlib-sort") == "none"
    lab.restart_kernel(browser)
    lost = "This grid has lost its kernel. Run its cell again to go on: every decision was saved."
    assert lab.wait_until(lambda: lab.words_over(browser, ".artlib-sort") == lost, 20)
    for button in (".artlib-pick", ".artlib-do-keep", ".artlib-card:last-child .artlib-pick"):
        with pytest.raises(exceptions.ElementClickInterceptedException):
            browser.find_element("css selector", button).click()
