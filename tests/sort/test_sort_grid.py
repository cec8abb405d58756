"""The door of the grid: which front end it takes, and what the full one answers."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from artlib import collect
from artlib.errors import ArgumentError
from artlib.sort.session import SortSession
from artlib.workspace import Workspace
from artlib.workspace.decisions import latest

pytest.importorskip("ipywidgets")

from artlib.sort.grid import SortGrid


@pytest.fixture
def session(workspace: Workspace, photos: Path) -> SortSession:
    collect.folder(workspace, photos)
    return SortSession(workspace)


@pytest.fixture
def no_anywidget(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "artlib.sort.grid.sort_grid.find_spec", lambda name: None if name == "anywidget" else found(name)
    )


def test_without_anywidget_the_plain_grid_is_shown(session: SortSession, no_anywidget: None) -> None:
    assert SortGrid(session).front_end == "ipywidgets"


def test_asking_for_the_full_grid_without_its_package_says_what_to_install(
    session: SortSession, no_anywidget: None
) -> None:
    with pytest.raises(ArgumentError, match="pip install anywidget"):
        SortGrid(session, front_end="anywidget")


def test_another_front_end_is_refused(session: SortSession) -> None:
    with pytest.raises(ArgumentError, match="Received: front_end='qt'"):
        SortGrid(session, front_end="qt")


def test_with_anywidget_the_full_grid_is_shown_unless_the_plain_one_is_asked_for(session: SortSession) -> None:
    pytest.importorskip("anywidget")
    assert SortGrid(session).front_end == "anywidget"
    assert SortGrid(session, front_end="ipywidgets").front_end == "ipywidgets"


@pytest.fixture
def answers(session: SortSession, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Send a message as a browser does and get what the widget sends back."""
    pytest.importorskip("anywidget")
    widget, sent = SortGrid(session).widget, []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append((content, buffers)))

    def ask(**message: Any) -> list:
        widget._handle_custom_msg({"view": "v", "number": 1, **message}, [])
        return sent

    return ask


def test_a_message_to_the_widget_is_decided_and_answered(answers: Any, session: SortSession) -> None:
    first = session.queue[0]
    ((content, _),) = answers(kind="decide", action="discard", ids=[first], artist=None)
    assert content["text"] == "Discarded 1 picture." and latest(session.workspace)[first].action == "discard"


def test_a_message_that_the_widget_fails_on_is_answered(answers: Any) -> None:
    ((content, _),) = answers(kind="no such question")
    assert "Run the cell again" in content["error"]
