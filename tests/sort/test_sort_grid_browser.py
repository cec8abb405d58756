"""The full grid in a real JupyterLab in a real browser, with mouse and keys as a person has them."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lab
import pandas as pd
import pytest
from drawing import photo
from grid_page import GRID, GridPage

from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS
from artlib.workspace.decisions import latest
from artlib.workspace.disk.writing import write_table

pytestmark = lab.MARKS
pytest.importorskip("anywidget")
keys = pytest.importorskip("selenium.webdriver").Keys

PICTURES, ARTISTS = 90, ("Ross Tran", "Wlop")
SOURCE = "from artlib.sort import SortGrid, SortSession\nSortGrid(SortSession({root!r}{more}))"
SLOW = """
import time
from artlib.workspace.decisions import DecisionLog
append = DecisionLog.append
DecisionLog.append = lambda *a, **b: (time.sleep(0.6), append(*a, **b))[1]
"""
CELLS = "return [...document.querySelectorAll('.jp-Cell')].map((cell) => cell.className.match(/jp-\\w+Cell/g).join())"

Opened = Callable[..., GridPage]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Ninety pictures of two artists; only to be copied."""
    return with_pictures(Workspace(tmp_path_factory.mktemp("drawn") / "data"), PICTURES)


def with_pictures(workspace: Workspace, count: int) -> Workspace:
    """Write a catalog of so many pictures, and a few files that take turns."""
    workspace.images.mkdir(parents=True)
    rows = [row_of(number) for number in range(count)]
    write_table(workspace.catalog, pd.DataFrame(rows, columns=COLUMNS))
    for number, row in enumerate(rows):
        path = workspace.image(row["id"])
        if number < 12:
            photo(number).save(path)
        else:
            shutil.copy(workspace.image(rows[number % 12]["id"]), path)
    return workspace


def row_of(number: int) -> dict[str, Any]:
    artist = ARTISTS[number % 7 == 0]
    facts = {"id": f"{number:016x}", "artist": artist, "path": f"originals/{artist}/work-{number:03d}.png"}
    facts |= {"source_url": f"https://example.org/{number}", "licence": "CC BY 4.0", "width": 1200, "height": 900}
    facts |= {"sha256": facts["id"] * 4, "phash": "0" * 16}
    return dict.fromkeys(COLUMNS, "") | facts


@pytest.fixture
def workspace(drawn: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(drawn.root, tmp_path / "data")
    return Workspace(tmp_path / "data")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebooks are."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with lab.served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One browser for all tests here; each has a notebook of its own."""
    lab.skip_without_chromium()
    with lab.chromium(tmp_path_factory.mktemp("chromium"), "--window-size=1366,1000") as driver:
        yield driver


@pytest.fixture
def opened(browser: Any, server: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens a notebook that shows a workspace's grid; the kernel is ended after the test."""
    numbers = iter(range(9))

    def open_one(workspace: Workspace, more: str = "", before: str = "") -> GridPage:
        name = f"{request.node.name[:40]}-{next(numbers)}"
        pid = f"import os, pathlib\npathlib.Path({str(workspace.root / 'pid')!r}).write_text(str(os.getpid()))\n"
        source = SOURCE.format(root=str(workspace.root), more=more)
        lab.write_notebook(folder / f"{name}.ipynb", before + pid + source)
        # a workspace of JupyterLab of its own: else the notebooks of other tests are opened again beside it
        return GridPage(browser, f"{server}/lab/workspaces/{name}/tree/{name}.ipynb")

    yield open_one
    browser.get("about:blank")


def kernel_of(workspace: Workspace) -> int:
    return int((workspace.root / "pid").read_text())


def actions(workspace: Workspace) -> dict[str, str]:
    return {image_id: decision.action for image_id, decision in latest(workspace).items()}


def ids_of(*places: int) -> list[str]:
    """The ids at places of the queue, from 1, as long as nothing was decided when it was shown."""
    return [f"{place - 1:016x}" for place in places]


def test_sixty_pictures_decided_with_mouse_and_keys_are_on_the_disk_and_found_again(
    opened: Opened, workspace: Workspace
) -> None:
    page = opened(workspace).open()
    clicks: list[tuple[list[str], str]] = []

    def took(ids: list[str], action: str, words: str) -> None:
        assert page.says(words), page.message()
        clicks.append((ids, action))

    page.click(1)
    page.click(10, keys.SHIFT)
    page.button("keep")
    took(ids_of(*range(1, 11)), "keep", "Kept 10 pictures")

    for place in (11, 13, 15):
        page.click(place, keys.CONTROL)
    page.press("d")
    took(ids_of(11, 13, 15), "discard", "Discarded 3 pictures")

    page.drag(16, 20)
    took_in_frame = page.selected()
    assert ids_of(16, 17)[0] in took_in_frame and len(took_in_frame) >= 4
    page.press("n")
    took(took_in_frame, "unsure", f"Marked {len(took_in_frame)} pictures as not sure")

    page.press(keys.HOME, *[keys.ARROW_RIGHT] * 20)
    for place in range(21, 31):  # the next undecided picture gets the focus by itself
        page.press("k")
        assert lab.wait_until(lambda place=place: [page.focused()] == ids_of(place + 1), 20), page.message()
        clicks.append((ids_of(place), "keep"))

    page.press_with(keys.SHIFT, *[keys.ARROW_RIGHT] * 39)
    page.press("2")
    took(ids_of(*range(31, 71)), "move", "Moved 40 pictures to Wlop")
    assert len({image_id for ids, _ in clicks for image_id in ids}) > 60

    undone = []
    for _ in range(5):
        page.press("u")
        undone.append(clicks.pop())
        assert page.says("Undone") and lab.wait_until(lambda: actions(workspace) == expected(clicks), 5)
    for _ in range(2):
        page.press("r")
        clicks.append(undone.pop())
        assert page.says("Done again") and lab.wait_until(lambda: actions(workspace) == expected(clicks), 5)

    page.choose("queue", "undecided")
    assert len(page.statuses()) == PICTURES - len(expected(clicks))
    page.press(keys.HOME)
    page.click(3)
    page.open()
    assert page.value("queue") == "undecided" and page.focused() is not None
    page.choose("queue", "")
    assert {each: status for each, status in page.statuses().items() if status != "undecided"} == expected(clicks)


def expected(clicks: list[tuple[list[str], str]]) -> dict[str, str]:
    return {image_id: action for ids, action in clicks for image_id in ids}


def test_keys_alone_are_enough(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace).open()
    page.press(keys.ESCAPE, keys.ARROW_UP)  # from the cell below, which JupyterLab has gone to, to the grid's
    assert any(page.is_on_pictures_after(keys.TAB) for _ in range(30))
    page.press("/")
    page.press("work-00")
    page.press(keys.ENTER, "a", "d")
    assert page.says("Discarded 10 pictures")
    page.press("/", keys.ESCAPE, keys.ESCAPE)  # the first one empties the box, the second leaves it
    page.press("m")
    page.press("Katsura", keys.ENTER)
    assert page.says("Moved 1 picture to Katsura")
    page.press(keys.ENTER)
    assert page.element(".artlib-preview").is_displayed()
    page.press(keys.ESCAPE, "u")
    assert page.says("Undone: move 1 picture to Katsura")
    assert actions(workspace) == dict.fromkeys(ids_of(*range(1, 11)), "discard")


def test_escape_waits_its_turn_while_a_decision_is_being_saved(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace, before=SLOW).open()
    page.click(1)
    page.press("d", keys.ENTER, keys.ESCAPE)
    assert lab.wait_until(lambda: actions(workspace))
    time.sleep(1)  # until the preview would have been opened
    assert not page.is_in_preview()


def test_the_notebooks_own_shortcuts_are_silent_in_the_grid(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace).open()
    before = page.browser.execute_script(CELLS)
    page.click(1)
    for key in "ddmybaxzcv":
        page.press(key, keys.ESCAPE)  # Escape leaves the box that m opens
    page.press(keys.ENTER, "d", "d", "b")
    page.leave_preview()
    page.button("select-all")
    page.press("d", "d", "b")
    page.says("Discarded")
    assert page.browser.execute_script(CELLS) == before
    # Notebook 7 looks at the element with the focus alone
    speaking = "button, input, select, a, [tabindex]"
    silent = (
        f"return document.querySelectorAll('.artlib-sorting :is({speaking}):not([data-lm-suppress-shortcuts])').length"
    )
    assert page.browser.execute_script(silent) == 0


def test_a_selection_outlasts_another_artist_queue_and_search(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace).open()
    for place in (1, 2, 8):
        page.click(place)
    page.choose("artist", "Wlop")
    assert "3 selected, 1 of them is not shown" in page.selected_words()
    page.choose("artist", "")
    page.press("/")
    page.press("work-007")
    assert "3 selected" in page.selected_words()
    page.press(keys.ESCAPE)
    page.choose("queue", "undecided")
    page.button("discard")
    assert page.says("Discarded 3 pictures")
    assert actions(workspace) == dict.fromkeys(ids_of(1, 2, 8), "discard")


def test_two_windows_on_one_workspace_do_not_overwrite_each_other(opened: Opened, workspace: Workspace) -> None:
    first = opened(workspace).open()
    home = first.browser.current_window_handle
    first.browser.switch_to.new_window("window")
    second = opened(workspace).open()
    other = first.browser.current_window_handle
    second.click(1)
    second.press("d")
    assert second.says("Discarded 1 picture")
    first.browser.switch_to.window(home)
    first.click(2)
    first.press("k")
    assert first.says("Kept 1 picture")
    assert lab.wait_until(lambda: first.tile(1).get_attribute("data-status") == "discard", 5), "the other's decision"
    first.press("u", "u")
    assert first.says("There is nothing to undo"), "what the other window decided is left to it"
    assert actions(workspace) == dict.fromkeys(ids_of(1), "discard")
    first.browser.switch_to.window(other)
    first.browser.close()
    first.browser.switch_to.window(home)


def test_the_preview_says_size_file_name_source_and_licence(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace).open()
    page.double_click(1)
    facts = {name: page.fact(name) for name in ("size", "file", "source", "licence", "artist")}
    assert facts["size"].startswith("1200 × 900") and facts["file"] == "work-000.png"
    assert (facts["source"], facts["licence"]) == ("https://example.org/0", "CC BY 4.0")
    large = page.element(".artlib-stage img")
    assert lab.wait_until(lambda: large.get_property("naturalWidth") == 320, 10)


def test_markup_in_names_is_shown_as_text(opened: Opened, tmp_path: Path) -> None:
    workspace = with_pictures(Workspace(tmp_path / "marked" / "data"), 4)
    bad = "<img src=x onerror='window.broken=1'>"
    rows = [
        row_of(number) | {"artist": bad, "path": f"originals/{bad}{number}.png", "licence": bad} for number in range(4)
    ]
    write_table(workspace.catalog, pd.DataFrame(rows, columns=COLUMNS))
    page = opened(workspace).open()
    page.double_click(1)
    assert page.fact("licence") == bad and page.fact("artist") == bad
    assert page.browser.execute_script("return window.broken") is None


def test_a_grid_that_lost_its_kernel_says_so(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace).open()
    assert lab.words_over(page.browser, GRID) == "none"
    lab.restart_kernel(page.browser)
    lost = "This grid has lost its kernel. Run its cell again to go on: every decision was saved."
    assert lab.wait_until(lambda: lab.words_over(page.browser, GRID) == lost, 20)


@pytest.mark.parametrize("moment", ["as the log changes", "right after the key"])
def test_a_click_on_five_hundred_pictures_is_whole_or_missing_after_a_kill(
    opened: Opened, tmp_path: Path, moment: str
) -> None:
    workspace = with_pictures(Workspace(tmp_path / "many" / "data"), 500)
    page = opened(workspace).open()
    page.focus()
    page.press("a")
    kernel = kernel_of(workspace)
    page.press("d")
    if moment == "as the log changes":
        lab.wait_until(workspace.decisions.exists, 20, every=0.0005)
    os.kill(kernel, signal.SIGKILL)
    assert len(latest(workspace)) in (0, 500)
    after = Workspace(workspace.root)
    assert len(SortSession(after, only="undecided").queue) in (0, 500), "another kernel goes on from there"


def test_without_anywidget_the_plain_grid_keeps_the_same_rules(opened: Opened, workspace: Workspace) -> None:
    page = opened(workspace, before="import sys\nsys.modules['anywidget'] = None\n")
    browser = page.browser
    lab.show(browser, page.address, ".artlib-sort .artlib-card")
    lab.click(browser, ".artlib-card:nth-child(2) .artlib-pick")
    lab.click(browser, ".artlib-do-discard")
    assert lab.wait_until(lambda: actions(workspace) == dict.fromkeys(ids_of(2), "discard"), 10)
    lab.click(browser, ".artlib-do-undo")
    assert lab.wait_until(lambda: actions(workspace) == {}, 10)
    lab.click(browser, ".artlib-card:nth-child(3) .artlib-enlarge")
    assert lab.wait_until(lambda: "CC BY 4.0" in browser.find_element("css selector", ".artlib-preview").text, 10)
