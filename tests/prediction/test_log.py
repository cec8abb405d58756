"""The log: no answer is lost, and no answer is kept that may be another one today."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from copies import found
from drawing import photo, write

from artlib.errors import ArgumentError
from artlib.prediction.log import PROVED, PredictionLog
from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work

KEY = "this model"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.csv.partial"


@pytest.fixture
def names(tmp_path: Path) -> list[str]:
    """Three pictures, a file that does not exist, and an address."""
    found = [str(write(tmp_path / f"{number}.png", photo(number, (32, 24)))) for number in range(3)]
    return [*found, str(tmp_path / "missing.png"), "https://example.org/a.png"]


def answer(name: str, score: float = 0.5) -> Verdict:
    work = Work("1", "Wlop", "originals/北 斎.jpg", "a museum", "", "CC0", 0.25, Path("images/1.jpg"))
    style = np.array([0.5, -0.5], np.float32)
    return Verdict(
        name,
        "artist",
        "Wlop",
        0.75,
        score,
        0.9,
        top_artists=[("Wlop", 0.75), ("Ross", 0.25)],
        prediction_set=["Wlop"],
        nearest=[work],
        reasons=["it is so"],
        confidence=0.7,
        strength="likely",
        promise="so it is promised",
        style=style,
    )


def written(path: Path, verdicts: list[Verdict], with_pictures: bool = False, key: str = KEY) -> None:
    with PredictionLog(path, key, with_pictures) as log:
        for verdict in verdicts:
            log.write(verdict)


def left_of(path: Path, names: list[str], key: str = KEY) -> list[str]:
    with PredictionLog(path, key) as log:
        return log.left_of(names)


def test_an_answer_comes_back_as_it_was(path: Path, names: list[str]) -> None:
    written(path, [answer(names[0])])
    with PredictionLog(path, KEY) as log:
        (back,) = log.answers()
    assert back == answer(names[0])
    assert (back.confidence, back.strength, back.promise) == (0.7, "likely", "so it is promised")
    assert back.style == pytest.approx(answer(names[0]).style)


def test_what_was_answered_is_not_asked_again(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names[:2]])
    assert left_of(path, names) == names[2:]


def test_an_answer_that_was_edited_is_asked_for_again(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names[:2]])
    path.write_text(path.read_text(encoding="utf-8").replace('"Wlop", 0.75', '"Ross", 0.75', 1), encoding="utf-8")
    assert left_of(path, names) == [names[0], *names[2:]]


def test_an_editors_line_ends_change_no_answer(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names[:2]])
    head, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + b"".join(line.replace(b"\n", b"\r\n") for line in lines))
    assert left_of(path, names) == names[2:]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes in folders")
def test_a_pipe_in_the_place_of_the_log_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(ArgumentError, match=r"answers.csv.partial. It is a pipe and no file. Move it away"):
        PredictionLog(path, KEY)


def test_errors_and_addresses_are_not_asked_again_either(path: Path, names: list[str]) -> None:
    written(path, [Verdict(names[3], "error", error="not there"), answer(names[4])])
    assert left_of(path, names) == names[:3]


def test_a_file_that_changed_is_asked_about_again(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names])
    write(Path(names[1]), photo(99))
    assert left_of(path, names) == [names[1]]


def test_a_missing_file_that_appeared_is_asked_about(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names])
    write(Path(names[3]), photo(3))
    assert left_of(path, names) == [names[3]]


def test_a_name_given_twice_is_answered_twice(path: Path, names: list[str]) -> None:
    written(path, [answer(names[0])])
    assert left_of(path, [names[0], names[1], names[0]]) == [names[1], names[0]]


def test_answers_for_other_pictures_are_dropped(path: Path, names: list[str]) -> None:
    written(path, [answer(name) for name in names])
    with PredictionLog(path, KEY) as log:
        log.left_of(names[1:2])
        assert [verdict.path for verdict in log.answers()] == names[1:2]


def test_answers_of_another_model_are_not_taken(path: Path, names: list[str]) -> None:
    written(path, [answer(names[0])], key="another model")
    assert left_of(path, names) == names


def test_answers_without_pictures_do_not_serve_a_page(path: Path, names: list[str]) -> None:
    written(path, [answer(names[0])])
    with PredictionLog(path, KEY, with_pictures=True) as log:
        assert log.left_of(names) == names


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_that_was_cut_off_is_asked_again(path: Path, names: list[str], cut: int) -> None:
    written(path, [answer(name) for name in names[:2]])
    os.truncate(path, path.stat().st_size - cut)
    assert left_of(path, names[:2]) == names[1:2]


def test_a_block_of_zeros_as_a_power_cut_leaves_is_skipped(path: Path, names: list[str]) -> None:
    written(path, [answer(names[0])])
    with path.open("ab") as file:
        file.write(b"\0" * 50 + b"\n")
    written(path, [answer(names[1])])
    assert left_of(path, names[:2]) == []


def test_a_picture_is_kept_where_a_page_needs_it(path: Path, names: list[str]) -> None:
    written(path, [replace(answer(names[0]), picture=photo(0))], with_pictures=True)
    with PredictionLog(path, KEY, with_pictures=True) as log:
        (back,) = log.answers()
    assert back.picture is not None and back.picture.size == (240, 180)


def test_the_originals_of_a_copy_come_back_with_a_picture_large_enough_for_their_proof(path: Path) -> None:
    trace = found(path.parent, mirrored=True)
    copy = replace(answer("a.jpg"), originals=trace.originals, picture=photo(0, (1200, 900)))
    written(path, [copy], with_pictures=True)
    with PredictionLog(path, KEY, with_pictures=True) as log:
        (back,) = log.answers()
    assert back.originals == trace.originals and back.picture is not None and back.picture.width == PROVED
    assert np.array_equal(back.originals[0].match.to_work, trace.originals[0].match.to_work)


def test_copies_come_first_then_firm_and_likely_answers_then_unknown_artists(path: Path, names: list[str]) -> None:
    usual = answer("")
    kinds = {
        "unknown, far": replace(usual, verdict="unknown", strength="none", confidence=0.3, unknown_score=0.9),
        "likely": replace(usual, strength="likely", confidence=0.99),
        "firm, less sure": replace(usual, strength="firm", confidence=0.91),
        "error": Verdict("", "error", error="not there"),
        "copy": replace(usual, verdict="copy", strength="firm", confidence=0.9, copy_of="originals/a.jpg"),
        "unknown, near": replace(usual, verdict="unknown", strength="none", confidence=0.3, unknown_score=0.6),
        "firm, surer": replace(usual, strength="firm", confidence=0.95),
    }
    written(path, [replace(verdict, path=name) for name, verdict in kinds.items()])
    with PredictionLog(path, KEY) as log:
        order = [verdict.path for verdict in log.surest_first()]
        assert order == ["copy", "firm, surer", "firm, less sure", "likely", "unknown, near", "unknown, far"]
        assert [verdict.path for verdict in log.errors()] == ["error"]


def test_without_a_confidence_the_lowest_unknown_score_comes_first(path: Path, names: list[str]) -> None:
    """As of a model that an earlier artlib made."""
    scores = dict(zip(names[:3], (0.4, 0.2, 0.3), strict=True))
    written(path, [replace(answer(name, score), confidence=np.nan) for name, score in scores.items()])
    with PredictionLog(path, KEY) as log:
        assert [verdict.path for verdict in log.surest_first()] == [names[1], names[2], names[0]]
