"""The full grid in a browser, as a person uses it: with a mouse and keys, by what is written on the screen."""

from typing import Any

import lab

GRID = ".artlib-sorting"
TILES = f"{GRID} [data-role=tiles]"
SETTLED = "return document.querySelector('[data-role=progress]')?.textContent.includes('decided')"
SELECTED = """
return [...document.querySelectorAll(".artlib-tile[aria-selected='true']")].map((tile) => tile.dataset.id)
"""
# real scrolling, so that every tile is once among the elements of the page
STATUSES = """
const done = arguments[0], scroller = document.querySelector(".artlib-scroller"), found = {};
const note = (tile) => { found[tile.dataset.id] = tile.dataset.status; };
const read = () => document.querySelectorAll(".artlib-tile").forEach(note);
const step = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  read();
  if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2) return done(found);
  scroller.scrollTop += scroller.clientHeight;
  step();
}));
scroller.scrollTop = 0;
step();
"""


class GridPage:
    """A notebook whose cell shows the grid.

    Args:
        browser: that is used.
        address: of the notebook.
    """

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self) -> "GridPage":
        """Run the cell until tiles are there."""
        lab.show(self.browser, self.address, f"{GRID} .artlib-tile", attempts=9, seconds=12)
        self.wait_for_pictures()
        return self

    def wait_for_pictures(self) -> None:
        assert lab.wait_until(lambda: self.browser.execute_script(SETTLED), 30)

    def element(self, selector: str) -> Any:
        return self.browser.find_element("css selector", f"{GRID} {selector}")

    def tile(self, place: int) -> Any:
        """The tile that is at a place of the queue, from 1, scrolled into view; it has to be near the view before."""
        tile = self.element(f".artlib-tile[aria-posinset='{place}']")
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", tile)
        return tile

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, on what has the focus."""
        self._chain().send_keys(*keys).perform()

    def press_with(self, held: str, *keys: str) -> None:
        """Press keys while another one is held down."""
        self._chain().key_down(held).send_keys(*keys).key_up(held).perform()

    def focus(self) -> None:
        """Give the focus to the pictures, without selecting any."""
        self.browser.execute_script("document.querySelector(arguments[0]).focus({preventScroll: true})", TILES)

    def click(self, place: int, key: str | None = None) -> None:
        """Click a tile, with a key held down."""
        chain = self._chain()
        if key:
            chain.key_down(key)
        chain.click(self.tile(place))
        if key:
            chain.key_up(key)
        chain.perform()

    def drag(self, first: int, last: int) -> None:
        """Draw a frame with the mouse from the middle of one tile to that of another; both have to be in view."""
        self._chain().click_and_hold(self.tile(first)).move_to_element(self.tile(last)).release().perform()

    def selected(self) -> list[str]:
        """The ids of the selected tiles near the view."""
        return self.browser.execute_script(SELECTED)

    def button(self, action: str) -> None:
        """Click a button."""
        self.element(f"[data-action={action}]").click()

    def choose(self, action: str, value: str) -> None:
        """Choose from a list, and go back to the pictures."""
        from selenium.webdriver import Keys
        from selenium.webdriver.support.ui import Select

        before = self.browser.find_elements("css selector", f"{GRID} .artlib-tile")
        Select(self.element(f"[data-action={action}]")).select_by_value(value)
        lab.wait_until(lambda: not before or self.is_gone(before[0]), 10)
        self.wait_for_pictures()
        self.element(f"[data-action={action}]").send_keys(Keys.ESCAPE)

    @staticmethod
    def is_gone(element: Any) -> bool:
        from selenium.common.exceptions import StaleElementReferenceException

        try:
            return not element.is_displayed()
        except StaleElementReferenceException:
            return True

    def double_click(self, place: int) -> None:
        self._chain().double_click(self.tile(place)).perform()

    def is_in_preview(self) -> bool:
        return self.element(".artlib-preview").is_displayed()

    def leave_preview(self) -> None:
        """Press Escape until the preview is closed: keys that were typed during a slow save are not taken."""
        from selenium.webdriver import Keys

        def escaped() -> bool:
            self.press(Keys.ESCAPE)
            return not self.is_in_preview()

        assert lab.wait_until(escaped, 30)

    def fact(self, name: str) -> str:
        """What the preview says about its picture."""
        fact = f".artlib-preview [data-fact={name}]"
        assert lab.wait_until(lambda: self.browser.find_elements("css selector", fact), 10), f"no {name} in the preview"
        return self.element(fact).text

    def is_on_pictures_after(self, key: str) -> bool:
        """Whether what is typed after a key goes to the pictures."""
        self.press(key)
        return self.browser.execute_script("return document.activeElement.matches(arguments[0])", TILES)

    def focused(self) -> str | None:
        """The id of the tile that the keys are about."""
        return self.browser.execute_script(f"return document.querySelector('{GRID} .artlib-focused')?.dataset.id")

    def value(self, action: str) -> str:
        """What is chosen in a list or typed into a box."""
        return self.element(f"[data-action={action}]").get_property("value")

    def message(self) -> str:
        return self.element("[data-role=message]").text

    def says(self, words: str, seconds: float = 20) -> bool:
        """Whether the message becomes this."""
        return lab.wait_until(lambda: words in self.message(), seconds)

    def selected_words(self) -> str:
        """What is said about the selection."""
        return f"{self.element('[data-role=count]').text} {self.element('[data-role=selection]').text}"

    def statuses(self) -> dict[str, str]:
        """The status that stands on each tile of the queue, by id."""
        return self.browser.execute_async_script(STATUSES)

    def _chain(self) -> Any:
        from selenium.webdriver import ActionChains

        return ActionChains(self.browser, duration=50)
