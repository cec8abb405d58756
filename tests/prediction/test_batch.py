"""Many pictures: a folder with bad files, also after a kill in the middle, gets all its answers."""

import csv
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import REPOSITORY, copy_of
from drawing import encoded, photo, write

from artlib.answers.run import summary_of
from artlib.cli import main
from artlib.prediction import batch
from artlib.prediction.log import PredictionLog
from artlib.prediction.one_hand import OneHandCheck
from artlib.prediction.page import write_page
from artlib.prediction.predictor import Predictor
from artlib.prediction.verdict import KINDS, Verdict
from artlib.workspace import Workspace

pytestmark = pytest.mark.slow  # all answer with a network

PICTURES, BAD = 200, 100
KINDS_OF_BAD = (
    b"",
    b"not a picture",
    b"<!DOCTYPE html><html></html>",
    encoded(photo(1))[:900],
    encoded(photo(1), "PNG")[:2000],
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every third file is bad, in one of five ways."""
    folder = tmp_path_factory.mktemp("mixed") / "Sammlung 北斎"
    for number in range(PICTURES + BAD):
        bad = number % 3 == 2
        content = KINDS_OF_BAD[number // 3 % len(KINDS_OF_BAD)] if bad else encoded(photo(number, (160, 120)))
        write(folder / f"{'bad' if bad else 'good'} {number:03}.jpg", content)
    return folder


def arguments(workspace: Workspace, folder: Path, to: Path) -> list[str]:
    files = ["--csv", str(to / "a.csv"), "--html", str(to / "a.html")]
    return ["predict", str(folder), *files, "--workspace", str(workspace.root)]


def rows(to: Path) -> list[dict[str, str]]:
    with (to / "a.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def undisturbed(untrained: Workspace, mixed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("undisturbed")
    assert main(arguments(untrained, mixed, to)) == 1
    return to


def test_every_file_has_its_row_and_every_bad_one_its_reason(undisturbed: Path, mixed: Path) -> None:
    table = rows(undisturbed)
    assert [row["path"] for row in table] == sorted(str(path) for path in mixed.iterdir())
    bad = [row for row in table if row["verdict"] == "error"]
    assert len(bad) == BAD and all("bad " in row["path"] and row["error"] and not row["probability"] for row in bad)


def test_a_finished_prediction_leaves_nothing_but_what_was_asked_for(undisturbed: Path) -> None:
    assert sorted(path.name for path in undisturbed.iterdir()) == ["a.csv", "a.html"]


def test_the_page_has_a_card_for_each_answer(undisturbed: Path) -> None:
    assert (undisturbed / "a.html").read_text(encoding="utf-8").count("<article") == PICTURES


def test_the_page_lists_many_errors_folded_so_that_the_answers_come_first(undisturbed: Path) -> None:
    page = (undisturbed / "a.html").read_text(encoding="utf-8")
    folded = page[page.index("<details>") : page.index("</details>")]
    assert folded.count("<dt>") == BAD and folded.count("The file is empty.") == BAD // len(KINDS_OF_BAD)


@pytest.mark.slow
def test_killed_in_the_middle_it_continues_to_the_same_answers(
    untrained: Workspace, mixed: Path, undisturbed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = arguments(untrained, mixed, tmp_path)
    running = subprocess.Popen(
        [sys.executable, "-m", "artlib", *command], cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    partial = tmp_path / "a.csv.partial"
    while running.poll() is None and lines(partial) < 65:
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert running.wait() != 1, "it was over before it could be killed"
    answered = lines(partial)
    main(command)
    out = capsys.readouterr().out
    assert f"of {PICTURES + BAD} pictures were answered before; continuing from there." in out
    assert int(out.split(" of ")[0]) in range(60, answered + 1)
    assert without_numbers(rows(tmp_path)) == without_numbers(rows(undisturbed))
    assert not partial.exists()


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def without_numbers(table: list[dict[str, str]]) -> list[tuple]:
    # pictures that share a batch may change the last digit
    return [(row["path"], row["verdict"], row["artist"], row["copy_of"], row["error"]) for row in table]


@pytest.fixture
def interrupted(
    untrained: Workspace, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], Path]:
    """The command that was interrupted after 40 answers, and where it writes."""
    answers = Predictor.verdicts

    def interrupting(self: Predictor, pictures):
        for number, verdict in enumerate(answers(self, pictures)):
            if number == 40:
                raise KeyboardInterrupt
            yield verdict

    command = arguments(copy_of(untrained, tmp_path / "data"), mixed, tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Predictor, "verdicts", interrupting)
        batch.run(tmp_path / "data", [str(mixed)], csv=str(tmp_path / "a.csv"))
    return [word for word in command if not word.endswith(".html") and word != "--html"], tmp_path


def test_after_an_interruption_the_answers_so_far_are_in_the_csv_file(interrupted: tuple[list[str], Path]) -> None:
    assert len(rows(interrupted[1])) == 40


def test_the_same_command_continues(interrupted: tuple[list[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    command, to = interrupted
    main(command)
    assert "40 of 300 pictures were answered before" in capsys.readouterr().out
    assert len(rows(to)) == PICTURES + BAD


def test_another_model_starts_again(interrupted: tuple[list[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    command, to = interrupted
    metadata = to / "data" / "models" / "default" / "artist_model.json"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace('"data_hash": ""', f'"data_hash": "{"f" * 64}"'))
    main(command)
    assert "answered before" not in capsys.readouterr().out
    assert len(rows(to)) == PICTURES + BAD


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (Verdict("a.png", "error", error="no picture"), ["a.png", "No answer: no picture"]),
        (
            Verdict("a.png", "artist", "Wlop", 0.5, reasons=["so it is"], strength="firm", promise="so it is promised"),
            [
                "a.png",
                "Actual artist = Ross",
                "Predicted artist = Wlop",
                "Prediction probability = 50.00 %",
                "In the hand of Wlop.",
                "so it is",
                "so it is promised",
            ],
        ),
    ],
)
def test_in_a_terminal_an_answer_is_plain_text(verdict: Verdict, shown: list[str]) -> None:
    assert batch.text(verdict, "Ross").splitlines() == shown


def test_a_row_has_the_confidence_and_the_strength_behind_the_first_columns() -> None:
    verdict = Verdict(
        "a.png",
        "artist",
        "Wlop",
        0.75,
        0.12345,
        0.5,
        top_artists=[("Wlop", 0.75), ("Ross", 0.25)],
        confidence=0.6,
        strength="likely",
        promise="not in the table",
    )
    assert list(batch.row(verdict).items()) == [
        ("path", "a.png"),
        ("verdict", "artist"),
        ("artist", "Wlop"),
        ("probability", "0.7500"),
        ("unknown_score", "0.1235"),
        ("copy_of", ""),
        ("top_artists", "Wlop 0.7500; Ross 0.2500"),
        ("error", ""),
        ("confidence", "0.6000"),
        ("strength", "likely"),
    ]
    assert tuple(batch.row(verdict)) == batch.COLUMNS


def test_a_row_without_a_confidence_leaves_it_empty() -> None:
    """As of a model that an earlier artlib made, and of a picture that can't be read."""
    earlier = batch.row(Verdict("a.png", "artist", "Wlop", 0.75, 0.25, 0.9, strength="likely"))
    assert (earlier["confidence"], earlier["strength"]) == ("", "likely")
    bad = batch.row(Verdict("a.png", "error", error="no picture"))
    assert (bad["confidence"], bad["strength"], bad["error"]) == ("", "", "no picture")


def test_the_summary_counts_each_kind_the_surest_first() -> None:
    counts = Counter({"none": 4, "error": 1, "copy": 2, "likely": 3})
    assert summary_of(counts, KINDS) == "10 pictures: 2 copies, 3 likely, 4 unknown, 1 without an answer"
    assert summary_of(Counter({"copy": 1}), KINDS) == "1 picture: 1 copy"


def test_the_page_shows_copies_and_then_the_surest_answers(untrained: Workspace, tmp_path: Path) -> None:
    kinds = {"none": "unknown", "likely": "artist", "firm": "artist", "copy": "copy"}
    with PredictionLog(tmp_path / "log", "key") as log:
        for kind, verdict in kinds.items():
            log.write(Verdict(kind, verdict, "Wlop", 0.5, strength="firm" if kind == "copy" else kind))
        write_page(tmp_path / "a.html", log, "4 pictures", OneHandCheck.of(log.answers()), untrained)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert re.findall(r'<article class="card (\w+)">', page) == ["copy", "firm", "likely", "none"]
