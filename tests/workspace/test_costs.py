"""What writing costs: calls of the file system. A network drive takes 20 to 100 ms for each."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawing import encoded, photo

from artlib.workspace import Workspace
from artlib.workspace.disk.writing import atomic, write_json, write_text
from artlib.workspace.ingest import Candidate, take_in

Calls = Callable[[Path, Callable[[], object]], Counter[str]]
listeners: list[Callable[[str, tuple[Any, ...]], None]] = []


@pytest.fixture(scope="session", autouse=True)
def python_reports_its_calls() -> None:
    """Python's audit hooks can't be removed again; without a listener this one does nothing."""

    def report(event: str, details: tuple[Any, ...]) -> None:
        for listener in listeners:
            listener(event, details)

    sys.addaudithook(report)


@pytest.fixture
def calls() -> Calls:
    """Count by name the calls about files under a folder, while something is done."""

    def calls(folder: Path, action: Callable[[], object]) -> Counter[str]:
        counted: Counter[str] = Counter()

        def listener(event: str, details: tuple[Any, ...]) -> None:
            is_path = bool(details) and isinstance(details[0], str | os.PathLike)
            if event.startswith(("open", "os.")) and is_path and Path(details[0]).is_relative_to(folder):
                counted[event] += 1

        listeners.append(listener)
        try:
            action()
        finally:
            listeners.remove(listener)
        return counted

    return calls


def pictures(numbers: range) -> list[Candidate]:
    contents = [encoded(photo(number, (48, 40)), "PNG") for number in numbers]
    return [
        Candidate(f"artist {number % 2}", f"{number}.png", lambda content=content: content, "test")
        for number, content in zip(numbers, contents, strict=True)
    ]


def test_a_picture_costs_five_calls(workspace: Workspace, calls: Calls) -> None:
    """Its original: is it there, write, rename. Its normalised copy: write, rename. Nothing is made or searched."""
    take_in(workspace, pictures(range(2)))
    new = pictures(range(2, 62))
    counted = calls(workspace.root, lambda: take_in(workspace, new))
    once_in_a_collection = calls(workspace.root, lambda: take_in(workspace, pictures(range(62, 64))))
    fewer = len(new) - 2
    assert counted - once_in_a_collection == {"open": 3 * fewer, "os.rename": 2 * fewer}
    assert once_in_a_collection.total() < 30


def test_a_folder_is_made_by_the_first_write_that_misses_it(tmp_path: Path, calls: Calls) -> None:
    file = tmp_path / "new" / "groups.csv"
    assert calls(tmp_path, lambda: write_text(file, "one"))["os.mkdir"] == 1
    assert calls(tmp_path, lambda: write_text(file, "two")) == {"open": 1, "os.rename": 1}


def test_a_folder_is_searched_for_leftovers_once(tmp_path: Path, calls: Calls) -> None:
    file = tmp_path / "groups.csv"
    assert calls(tmp_path, lambda: write_text(file, "one"))["os.scandir"] == 1
    assert calls(tmp_path, lambda: write_text(file, "two")) == {"open": 1, "os.rename": 1}


def test_a_file_that_a_library_writes_costs_one_call_more(tmp_path: Path, calls: Calls) -> None:
    def save() -> None:
        with atomic(tmp_path / "model.keras") as temporary:
            temporary.write_text("a network")

    save()
    assert calls(tmp_path, save) == {"open": 2, "os.rename": 1}


def test_an_attempt_that_fails_removes_its_file_and_nothing_else(tmp_path: Path, calls: Calls) -> None:
    write_json(tmp_path / "metrics.json", {})
    (tmp_path / "taken").mkdir()

    def fail() -> None:
        with pytest.raises(OSError):
            write_json(tmp_path / "taken", {})

    assert calls(tmp_path, fail)["os.remove"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.json", "taken"]
