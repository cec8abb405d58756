"""The panel without a browser: a test sets the values of its widgets, as a browser does."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import copy_of
from drawing import encoded, photo, write

from artlib.workspace import Workspace, WorkspaceError

pytest.importorskip("ipywidgets")

import ipywidgets
import traitlets

from artlib.prediction.panel import SHOWN, PredictPanel, uploaded


class UploadOf7(ipywidgets.DOMWidget):
    """Does with files what the FileUpload of ipywidgets 7.7 does, which Colab has."""

    accept, description = traitlets.Unicode(), traitlets.Unicode()
    multiple = traitlets.Bool()
    metadata, data = traitlets.List(), traitlets.List()
    _counter = traitlets.Int()
    value = traitlets.Dict(read_only=True)

    @traitlets.observe("_counter")
    def _on_counter(self, _: Any) -> None:
        files = zip(self.metadata, self.data, strict=True)
        self.set_trait("value", {about["name"]: {"metadata": about, "content": content} for about, content in files})


def send_in_7(upload: Any, files: dict[str, bytes]) -> None:
    with upload.hold_trait_notifications():
        upload.metadata, upload.data = [{"name": name} for name in files], list(files.values())
        upload._counter += len(files)


def send_in_8(upload: Any, files: dict[str, bytes]) -> None:
    about = {"type": "image/jpeg", "size": 0, "last_modified": datetime.now(UTC)}
    upload.value = tuple({"name": name, "content": memoryview(content), **about} for name, content in files.items())


@pytest.fixture(params=[7, 8])
def sender(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What choosing files does, in both versions of ipywidgets."""
    if request.param == 7:
        monkeypatch.setattr(ipywidgets, "FileUpload", UploadOf7)
        return send_in_7
    if int(ipywidgets.__version__.split(".")[0]) < 8:
        pytest.skip("needs ipywidgets 8")
    return send_in_8


@pytest.fixture
def panel(sender: Any, untrained: Workspace) -> PredictPanel:
    return PredictPanel(untrained)


@pytest.fixture
def choose(sender: Any, panel: PredictPanel) -> Any:
    return partial(sender, upload_of(panel))


def part(panel: PredictPanel, kind: type) -> Any:
    row, *_ = panel.children
    return next(child for child in row.children if isinstance(child, kind))


def upload_of(panel: PredictPanel) -> Any:
    return part(panel, ipywidgets.FileUpload)


def enter(panel: PredictPanel, address: str) -> None:
    part(panel, ipywidgets.Text).value = address


def note_of(panel: PredictPanel) -> str:
    return panel.children[1].value


def cards_of(panel: PredictPanel) -> list[str]:
    return [card.value for card in panel.children[2].children]


# --- files ---


def test_a_chosen_file_gets_a_verdict(choose: Any, panel: PredictPanel) -> None:
    choose({"dog.jpg": encoded(photo(1))})
    assert [(verdict.path, verdict.error) for verdict in panel.verdicts] == [("dog.jpg", "")]


def test_a_chosen_file_gets_a_card_with_its_sentence(choose: Any, panel: PredictPanel) -> None:
    choose({"dog.jpg": encoded(photo(1))})
    (card,) = cards_of(panel)
    assert panel.verdicts[0].sentence() in card


def test_a_chosen_file_gets_a_heat_map(choose: Any, panel: PredictPanel) -> None:
    choose({"dog.jpg": encoded(photo(1))})
    assert panel.verdicts[0].heat_map is not None


def test_of_several_chosen_files_each_gets_a_card_the_last_on_top(choose: Any, panel: PredictPanel) -> None:
    choose({f"{number}.jpg": encoded(photo(number)) for number in range(3)})
    assert [card.split("<small>")[2].split("<")[0] for card in cards_of(panel)] == ["2.jpg", "1.jpg", "0.jpg"]


def test_the_newest_card_is_on_top(choose: Any, panel: PredictPanel) -> None:
    choose({"first.jpg": encoded(photo(1))})
    choose({"second.jpg": encoded(photo(2))})
    assert [verdict.path for verdict in panel.verdicts] == ["second.jpg", "first.jpg"]
    assert "second.jpg" in cards_of(panel)[0]


def test_the_same_file_chosen_again_is_answered_again(choose: Any, panel: PredictPanel) -> None:
    for _ in range(2):
        choose({"dog.jpg": encoded(photo(1))})
    assert len(cards_of(panel)) == 2


def test_the_upload_is_empty_after_the_answer(choose: Any, panel: PredictPanel) -> None:
    choose({"dog.jpg": encoded(photo(1))})
    assert not upload_of(panel).value


def test_a_broken_file_gets_a_red_card_with_the_reason(choose: Any, panel: PredictPanel) -> None:
    choose({"dog.jpg": encoded(photo(1))[:2000]})
    (card,) = cards_of(panel)
    assert 'class="card error"' in card
    assert "The picture is cut off" in card


def test_a_broken_file_does_not_keep_the_others_from_an_answer(choose: Any, panel: PredictPanel) -> None:
    choose({"notes.txt": b"hello", "dog.jpg": encoded(photo(1))})
    assert [bool(verdict.error) for verdict in panel.verdicts] == [False, True]


def test_a_hostile_file_name_is_text(choose: Any, panel: PredictPanel) -> None:
    choose({"<script>.jpg": encoded(photo(1))})
    assert "<script" not in cards_of(panel)[0]


def test_files_come_as_a_dict_in_ipywidgets_7() -> None:
    assert list(uploaded({"a.jpg": {"metadata": {"name": "a.jpg"}, "content": b"abc"}})) == [("a.jpg", b"abc")]


def test_files_come_as_a_tuple_with_memoryviews_in_ipywidgets_8() -> None:
    ((name, content),) = uploaded(({"name": "a.jpg", "content": memoryview(b"abc")},))
    assert (name, content, type(content)) == ("a.jpg", b"abc", bytes)


@pytest.fixture
def plain(untrained: Workspace) -> PredictPanel:
    return PredictPanel(untrained)


def drop(panel: PredictPanel, files: dict[str, bytes]) -> None:
    """Do what the page does with files that are dropped on it."""
    urls = {name: f"data:image/jpeg;base64,{base64.b64encode(content).decode()}" for name, content in files.items()}
    part(panel, ipywidgets.Textarea).value = json.dumps([{"name": name, "url": url} for name, url in urls.items()])


def test_each_dropped_file_gets_a_verdict(plain: PredictPanel) -> None:
    drop(plain, {"dog.jpg": encoded(photo(1)), "cut.jpg": encoded(photo(2))[:2000]})
    answered = {verdict.path: not verdict.error for verdict in plain.verdicts}
    assert answered == {"dog.jpg": True, "cut.jpg": False}


def test_the_same_file_dropped_again_is_answered_again(plain: PredictPanel) -> None:
    for _ in range(2):
        drop(plain, {"dog.jpg": encoded(photo(1))})
    assert len(cards_of(plain)) == 2


# --- cards ---


def test_the_newest_cards_are_shown_and_older_ones_leave_the_page(plain: PredictPanel) -> None:
    for number in range(SHOWN + 2):
        plain.ask(f"picture {number}", b"")
    assert len(cards_of(plain)) == SHOWN
    assert f"picture {SHOWN + 1}<" in cards_of(plain)[0]


def test_answers_whose_cards_left_the_page_are_kept(plain: PredictPanel) -> None:
    for number in range(SHOWN + 2):
        plain.ask(f"picture {number}", b"")
    assert len(plain.verdicts) == SHOWN + 2


def test_asking_by_hand_returns_the_verdict(plain: PredictPanel) -> None:
    assert plain.ask("dog", photo(1)) is plain.verdicts[0]


# --- addresses ---


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server for a folder with one picture."""
    write(tmp_path / "served" / "dog.png", photo(7))
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_an_address_gets_a_verdict(plain: PredictPanel, server: str) -> None:
    enter(plain, f"  {server}/dog.png ")
    assert [(verdict.path, verdict.error) for verdict in plain.verdicts] == [(f"{server}/dog.png", "")]


def test_the_same_address_is_answered_again(plain: PredictPanel, server: str) -> None:
    for _ in range(2):
        enter(plain, f"{server}/dog.png")
    assert len(cards_of(plain)) == 2


def test_an_address_without_a_picture_gets_a_red_card(plain: PredictPanel, server: str) -> None:
    enter(plain, f"{server}/cat.png")
    assert 'class="card error"' in cards_of(plain)[0]


def test_blanks_are_no_address(plain: PredictPanel) -> None:
    enter(plain, "  ")
    assert plain.verdicts == []


# --- what goes wrong ---


def test_a_missing_model_is_an_error_at_once(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError):
        PredictPanel(workspace)


def test_a_missing_model_of_another_name_is_an_error_at_once(untrained: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="other"):
        PredictPanel(untrained, name="other")


@pytest.fixture(scope="module")
def copied(untrained: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return copy_of(untrained, tmp_path_factory.mktemp("copied") / "data")


@pytest.fixture
def robbed(sender: Any, copied: Workspace) -> Iterator[PredictPanel]:
    """A panel whose model is missing since the panel was made."""
    network = copied.model() / "model.keras"
    panel = PredictPanel(copied)
    network.rename(network.with_suffix(".away"))
    yield panel
    network.with_suffix(".away").rename(network)


def test_an_error_that_is_not_the_pictures_is_shown_in_the_panel(robbed: PredictPanel, sender: Any) -> None:
    with pytest.raises(WorkspaceError):
        sender(upload_of(robbed), {"<dog>.jpg": encoded(photo(1))})
    assert note_of(robbed).startswith("<b>&lt;dog&gt;.jpg: WorkspaceError: ")


def test_after_such_an_error_the_upload_is_empty_so_that_the_file_can_be_tried_again(
    robbed: PredictPanel, sender: Any
) -> None:
    with pytest.raises(WorkspaceError):
        sender(upload_of(robbed), {"dog.jpg": encoded(photo(1))})
    assert not upload_of(robbed).value


def test_after_such_an_error_the_address_can_be_tried_again(robbed: PredictPanel) -> None:
    with pytest.raises(WorkspaceError):
        enter(robbed, "http://127.0.0.1:9/dog.png")
    assert part(robbed, ipywidgets.Text).value == ""


def test_while_a_picture_is_predicted_the_panel_says_so(plain: PredictPanel) -> None:
    notes: list[str] = []
    plain.children[1].observe(lambda change: notes.append(change["new"]), "value")
    plain.ask("dog & cat", photo(1))
    assert notes == ["Looking at dog &amp; cat …", ""]
