"""The proof in a real browser: it fades and flickers, and is readable without JavaScript, light and dark."""

import time
from pathlib import Path
from typing import Any

import pytest
from copies import found
from test_trace_page import page

from artlib.prediction.card import EvidenceCard
from artlib.prediction.verdict import Verdict

pytestmark = pytest.mark.browser


def opacity(browser: Any) -> float:
    """How much of the picture that is laid over the work is seen, 0 to 1."""
    return float(browser.execute_script("return getComputedStyle(document.querySelector('.over')).opacity"))


def choose(browser: Any, what: str) -> None:
    browser.find_element("css selector", f".is-{what}").click()


def slide_to(browser: Any, value: int) -> None:
    script = "const slide = document.querySelector('.slide'); slide.value = arguments[0];"
    browser.execute_script(script + "slide.dispatchEvent(new Event('input', {bubbles: true}))", value)


def test_the_slider_fades_and_the_switch_jumps(browser: Any, tmp_path: Path) -> None:
    page(tmp_path, found(tmp_path))
    browser.get((tmp_path / "a.html").as_uri())
    assert opacity(browser) == 0.5
    slide_to(browser, 80)
    assert opacity(browser) == pytest.approx(0.8)
    for what, seen in (("work", 0), ("picture", 1), ("half", 0.5)):
        choose(browser, what)
        assert opacity(browser) == seen
    choose(browser, "work")
    slide_to(browser, 30)
    assert opacity(browser) == pytest.approx(0.3), "the slider takes over from the switch"


def test_flickering_shows_work_and_picture_in_turn(browser: Any, tmp_path: Path) -> None:
    page(tmp_path, found(tmp_path))
    browser.get((tmp_path / "a.html").as_uri())
    choose(browser, "flicker")
    seen = set()
    deadline = time.monotonic() + 10
    while seen != {0, 1} and time.monotonic() < deadline:
        seen.add(opacity(browser))
    assert seen == {0, 1}


def test_the_picture_lies_exactly_on_the_work(browser: Any, tmp_path: Path) -> None:
    page(tmp_path, found(tmp_path))
    browser.get((tmp_path / "a.html").as_uri())
    script = (
        "return [...document.querySelectorAll('.laid img')].map(image => JSON.stringify(image.getBoundingClientRect()))"
    )
    for width in (1366, 420):
        browser.set_window_size(width, 768)
        under, over = browser.execute_script(script)
        assert under == over
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_a_card_without_a_script_is_half_faded_and_its_switch_works(browser: Any, tmp_path: Path) -> None:
    trace = found(tmp_path)
    verdict = Verdict("a.jpg", "copy", "Wlop", 0.9, copy_of="a", originals=trace.originals, picture=trace.picture)
    (tmp_path / "card.html").write_text(f"<!doctype html>{EvidenceCard(verdict)._repr_html_()}", encoding="utf-8")
    browser.get((tmp_path / "card.html").as_uri())
    assert opacity(browser) == 0.5
    assert not browser.find_element("css selector", ".slide").is_displayed(), "it would do nothing"
    choose(browser, "picture")
    assert opacity(browser) == 1


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_readers_choice_of_light_or_dark(
    browser: Any, tmp_path: Path, scheme: str, dark: bool
) -> None:
    page(tmp_path, found(tmp_path))
    chosen = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", chosen)
    browser.get((tmp_path / "a.html").as_uri())
    script = "const style = getComputedStyle(document.querySelector(arguments[0]));"
    for element in ("body", "article"):
        colours = browser.execute_script(script + "return [style.backgroundColor, style.color]", element)
        ground, ink = (sum(map(int, colour[4:-1].split(","))) for colour in colours)
        assert (ground < ink) == dark and abs(ground - ink) > 300
