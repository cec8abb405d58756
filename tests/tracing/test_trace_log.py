"""The log of traces: an answer comes back as it was, with all that its proof needs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from copies import CROP, found, match, original

from artlib.tracing.log import PLAIN, PROVED, TraceLog
from artlib.tracing.result import Trace


def back(path: Path, trace: Trace, with_pictures: bool = False) -> Trace:
    with TraceLog(path, "key", with_pictures) as log:
        log.write(trace)
        (answer,) = log.answers()
    return answer


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    trace = found(tmp_path, mirrored=True, turned=12.5, kept=0.48)
    assert back(tmp_path / "log", trace) == replace(trace, picture=None)


def test_so_does_its_geometry(tmp_path: Path) -> None:
    trace = found(tmp_path)
    kept, was = (answer.originals[0].match for answer in (back(tmp_path / "log", trace), trace))
    assert np.array_equal(kept.to_work, was.to_work) and np.array_equal(kept.pairs, was.pairs)


@pytest.mark.parametrize("trace", [Trace("a.jpg", "none"), Trace("a.jpg", "error", error="The file is empty.")])
def test_so_does_an_answer_without_an_original(tmp_path: Path, trace: Trace) -> None:
    assert back(tmp_path / "log", trace) == trace


def test_a_picture_is_kept_large_enough_for_its_proof(tmp_path: Path) -> None:
    trace = found(tmp_path)
    large = replace(trace, picture=trace.picture.resize((2000, 1500)))
    assert back(tmp_path / "a", large, with_pictures=True).picture.size == (PROVED, PROVED * 3 // 4)
    assert back(tmp_path / "b", replace(large, originals=[]), with_pictures=True).picture.size[0] == PLAIN


def test_the_surest_answers_come_first(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    answers = {
        "none": Trace("none", "none"),
        "part": Trace("part", "part", [original(image, match(CROP, "part", 90, 0.2))]),
        "copy": Trace("copy", "copy", [original(image, match(CROP, points=20, share=0.7))]),
        "error": Trace("error", "error", error="not there"),
        "surer": Trace("surer", "copy", [original(image, match(CROP, points=20, share=0.9))]),
        "surest": Trace("surest", "copy", [original(image, match(CROP, points=50, share=0.9))]),
        "probable": Trace("probable", "probable", [original(image, match(CROP, "probable", share=0.5))]),
    }
    with TraceLog(tmp_path / "log", "key") as log:
        for trace in answers.values():
            log.write(trace)
        order = [trace.path for trace in log.surest_first()]
        assert order == ["surest", "surer", "copy", "probable", "part", "none"]
        assert [trace.path for trace in log.errors()] == ["error"]
