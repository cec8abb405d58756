"""The page of traces: the proof of each copy, the surest first, in one file that loads nothing."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from copies import CROP, found, match, original

from artlib.tracing.log import TraceLog
from artlib.tracing.page import write_page
from artlib.tracing.result import Trace
from artlib.workspace import Workspace

HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x.png>"


class Elements(HTMLParser):
    """The elements of a page, as a browser finds them, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(folder: Path, *traces: Trace) -> str:
    with TraceLog(folder / "log", "key", with_pictures=True) as log:
        for trace in traces:
            log.write(trace)
        write_page(folder / "a.html", log, f"{len(traces)} pictures", Workspace("data"))
    return (folder / "a.html").read_text(encoding="utf-8")


def test_a_copy_has_its_sentence_its_path_and_its_facts(tmp_path: Path) -> None:
    text = " ".join(Elements(page(tmp_path, found(tmp_path, kept=0.25))).text.split())
    assert "Copy of originals/wlop/a.jpg by Wlop. suspect.jpg" in text
    assert "Known work Wlop, a museum, licence: CC0" in text.replace("Known work", "Known work ").replace("  ", " ")
    assert "Kept 25% of the area." in text


def test_the_work_and_the_picture_laid_over_it_are_of_one_size(tmp_path: Path) -> None:
    both, under, over = Elements(page(tmp_path, found(tmp_path))).named("img")
    assert int(both["width"]) > int(under["width"]) and "over" in over["class"]
    assert all(image["src"].startswith("data:image/jpeg;base64,") for image in (both, under, over))


def test_a_collage_has_a_proof_for_each_work_with_a_switch_of_its_own(tmp_path: Path) -> None:
    one, other = found(tmp_path), found(tmp_path, seed=2)
    collage = Trace("a.jpg", "copy", [*one.originals, *other.originals], picture=one.picture)
    switches = {radio["name"] for radio in Elements(page(tmp_path, collage)).named("input") if radio["type"] == "radio"}
    assert len(switches) == 2


def test_copies_come_first_then_probable_ones_then_shared_parts(tmp_path: Path) -> None:
    traces = [found(tmp_path, verdict=verdict) for verdict in ("part", "copy", "probable")]
    assert re.findall(r'<article class="(\w+)">', page(tmp_path, *traces)) == ["copy", "probable", "part"]


def test_pictures_without_a_known_work_are_small_and_last(tmp_path: Path) -> None:
    shown = page(tmp_path, Trace("other.jpg", "none", picture=found(tmp_path).picture), found(tmp_path))
    assert shown.index("</article>") < shown.index("No known work found in these") < shown.index("other.jpg")


def test_a_page_of_copies_alone_has_no_empty_list(tmp_path: Path) -> None:
    shown = page(tmp_path, found(tmp_path))
    assert "No known work found in these" not in shown and "No answer for" not in shown


@pytest.mark.parametrize(("count", "is_open"), [(2, True), (20, False)])
def test_errors_are_listed_and_many_are_folded(tmp_path: Path, count: int, is_open: bool) -> None:
    errors = [Trace(f"{number}.jpg", "error", error="The file is empty.") for number in range(count)]
    shown = Elements(page(tmp_path, *errors, found(tmp_path)))
    (details,) = shown.named("details")
    assert ("open" in details) == is_open and shown.text.count("The file is empty.") == count


def test_a_work_whose_picture_was_deleted_is_named_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = found(tmp_path)
    trace.originals[0].image.unlink()
    shown = Elements(page(tmp_path, trace))
    assert shown.named("img") == [] and "Wlop, a museum, licence: CC0" in shown.text


def test_the_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    shown = page(tmp_path, found(tmp_path), Trace("b.jpg", "none", picture=found(tmp_path).picture))
    loaded = [attributes["src"] for _, attributes in Elements(shown).found if "src" in attributes]
    assert loaded and all(address.startswith("data:image/jpeg;base64,") for address in loaded)
    assert "@import" not in shown and "url(" not in shown and not Elements(shown).named("link")


@pytest.mark.parametrize("field", ["artist", "path", "source", "source_url", "licence"])
def test_a_hostile_text_of_a_work_is_text(tmp_path: Path, field: str) -> None:
    trace = found(tmp_path)
    work = original(trace.originals[0].image, match(CROP), **{field: HOSTILE})
    shown = Elements(page(tmp_path, Trace("a.jpg", "copy", [work], picture=trace.picture)))
    assert len(shown.named("script")) == 1 and len(shown.named("img")) == 3
    assert HOSTILE in shown.text


def test_a_hostile_name_of_a_picture_is_text(tmp_path: Path) -> None:
    shown = Elements(
        page(tmp_path, found(tmp_path, HOSTILE), Trace(HOSTILE, "none"), Trace(HOSTILE, "error", error=HOSTILE))
    )
    assert len(shown.named("script")) == 1 and shown.text.count(HOSTILE) == 4


def test_a_file_name_that_is_not_utf8_does_not_stop_the_page(tmp_path: Path) -> None:
    assert "bad\\udcff.jpg" in page(tmp_path, found(tmp_path, "bad\udcff.jpg"))


@pytest.mark.parametrize(("address", "links"), [("https://example.org/a", 1), ("javascript:alert(1)", 0), ("", 0)])
def test_only_an_address_of_the_web_becomes_a_link(tmp_path: Path, address: str, links: int) -> None:
    trace = found(tmp_path)
    work = original(trace.originals[0].image, match(CROP), source_url=address)
    assert len(Elements(page(tmp_path, Trace("a", "copy", [work], picture=trace.picture))).named("a")) == links
