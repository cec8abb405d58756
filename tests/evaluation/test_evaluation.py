"""Evaluation: what metrics.json promises, and that the test part is an honest one."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Trained, copy_of
from drawing import LOOKS, photo, write

import artlib
from artlib.evaluation.findings import Finding
from artlib.evaluation.measures import records
from artlib.evaluation.report import write_report
from artlib.evaluation.result import Evaluation
from artlib.evaluation.wording import summary
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split

PART = {
    "accuracy": 0.893,
    "accuracy_ci95": [0.85, 0.92],
    "macro_f1": 0.88,
    "ece": 0.04,
    "n": 115,
}
MEASURED = {
    "train": PART | {"accuracy": 0.98765},
    "validation": PART,
    "test": PART,
}
FOUND = [Finding("warning", "Leak", "a.jpg is b.jpg."), Finding("fine", "Labels", "All well.")]


@pytest.fixture(scope="module")
def evaluated(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Evaluation]:
    workspace = copy_of(trained.workspace, tmp_path_factory.mktemp("evaluated") / "data")
    return workspace, artlib.evaluate(workspace)


def metrics_of(workspace: Workspace) -> dict:
    return json.loads((workspace.model() / "metrics.json").read_text(encoding="utf-8"))


# --- the words ---


def test_the_first_two_lines_are_those_of_the_original_project() -> None:
    assert summary(MEASURED, FOUND).splitlines()[:2] == [
        "Prediction accuracy on train data = 0.9877",
        "Prediction accuracy on CV data = 0.8930",
    ]


def test_the_test_accuracy_comes_with_its_interval_and_number_of_pictures() -> None:
    assert "on test data = 0.8930 (95 % interval 0.850 to 0.920, 115 images" in summary(MEASURED, FOUND)


def test_what_was_found_is_printed_with_how_grave_it_is() -> None:
    assert summary(MEASURED, FOUND).splitlines()[3:] == ["[warning] Leak: a.jpg is b.jpg.", "[fine] Labels: All well."]


def test_what_was_not_measured_is_not_talked_about() -> None:
    assert "None" not in summary(MEASURED | {"test": None}, [])


def test_without_a_model_the_error_names_the_third_notebook(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="03_train"):
        artlib.evaluate(workspace)


# --- the file ---


def test_a_doubtful_label_without_a_probability_leaves_the_file_readable_everywhere() -> None:
    rows = records(pd.DataFrame({"id": ["a", "b"], "probability": [0.5, np.nan]}))
    assert json.loads(json.dumps(rows, allow_nan=False))[1] == {"id": "b", "probability": None}


@pytest.mark.slow
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_each_part_has_the_fixed_keys(part: str, evaluated: tuple[Workspace, Evaluation]) -> None:
    assert set(metrics_of(evaluated[0])[part]) >= {"accuracy", "accuracy_ci95", "macro_f1", "ece", "n"}


@pytest.mark.slow
def test_open_set_has_the_fixed_keys_and_sensible_values(evaluated: tuple[Workspace, Evaluation]) -> None:
    measured = metrics_of(evaluated[0])["open_set"]
    assert 0 <= measured["auroc"] <= 1 and 0 <= measured["fpr95"] <= 1


@pytest.mark.slow
def test_clearly_different_artists_are_told_apart(evaluated: tuple[Workspace, Evaluation]) -> None:
    assert metrics_of(evaluated[0])["test"]["accuracy"] >= 0.8


@pytest.mark.slow
def test_each_part_is_counted_whole(evaluated: tuple[Workspace, Evaluation]) -> None:
    split, measured = read_split(evaluated[0]), metrics_of(evaluated[0])
    for part in ("train", "validation", "test"):
        assert measured[part]["n"] == len(split.rows(part))


@pytest.mark.slow
def test_the_interval_is_that_of_the_test_part(evaluated: tuple[Workspace, Evaluation]) -> None:
    test = metrics_of(evaluated[0])["test"]
    assert test["accuracy_ci95"] == pytest.approx(wilson_interval(round(test["accuracy"] * test["n"]), test["n"]))


@pytest.mark.slow
def test_what_is_returned_is_what_is_written(evaluated: tuple[Workspace, Evaluation]) -> None:
    assert json.loads(json.dumps(evaluated[1].metrics)) == metrics_of(evaluated[0])


@pytest.mark.slow
def test_the_confusion_matrix_has_a_row_for_each_artist_that_sums_to_one(
    evaluated: tuple[Workspace, Evaluation],
) -> None:
    assert evaluated[1].class_names == sorted(LOOKS)
    assert evaluated[1].confusion.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (evaluated[1].folder / "confusion.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_mistakes_are_those_of_the_test_part(evaluated: tuple[Workspace, Evaluation]) -> None:
    test = metrics_of(evaluated[0])["test"]
    assert len(evaluated[1].mistakes) == round((1 - test["accuracy"]) * test["n"])


@pytest.mark.slow
def test_evaluating_prints_the_report_and_measures_the_same_again(
    evaluated: tuple[Workspace, Evaluation], capsys: pytest.CaptureFixture[str]
) -> None:
    before = metrics_of(evaluated[0])
    again = artlib.evaluate(evaluated[0])
    assert capsys.readouterr().out.startswith(summary(again.metrics, again.findings))
    assert metrics_of(evaluated[0])["test"]["ece"] == pytest.approx(before["test"]["ece"], rel=1e-4)


# --- an honest test part ---


def split_anew(workspace: Workspace) -> None:
    artlib.make_split(workspace, seed=1)


def split_edited(workspace: Workspace) -> None:
    text = workspace.split.read_text(encoding="utf-8")
    workspace.split.write_text(text.replace(",train", ",test", 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("change", [split_anew, split_edited])
def test_a_split_changed_after_training_is_refused(
    change: Callable[[Workspace], None], trained: Trained, tmp_path: Path
) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    change(workspace)
    with pytest.raises(WorkspaceError, match="made anew after this model was trained.*Train again"):
        artlib.evaluate(workspace)
    assert not (workspace.model() / "metrics.json").exists()


@pytest.mark.slow
def test_the_same_split_made_again_is_accepted(trained: Trained, tmp_path: Path) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    artlib.make_split(workspace)
    assert artlib.evaluate(workspace).metrics["test"]["n"] == 6


# --- thresholds ---


@pytest.mark.slow
def test_training_leaves_the_thresholds_that_evaluation_measures(
    trained: Trained, evaluated: tuple[Workspace, Evaluation]
) -> None:
    metadata = TrainedModel(trained.workspace).metadata
    assert metadata.unknown_threshold == pytest.approx(metrics_of(evaluated[0])["unknown"]["threshold"], rel=1e-3)
    assert metadata.calibration["temperature"] == pytest.approx(
        metrics_of(evaluated[0])["calibration"]["temperature"], rel=1e-3
    )


@pytest.mark.slow
def test_only_the_detector_in_use_is_kept(evaluated: tuple[Workspace, Evaluation]) -> None:
    detectors = [path.name for path in evaluated[0].model().glob("unknown_detector-*.npz")]
    assert detectors == [TrainedModel(evaluated[0]).metadata.unknown_detector]


@pytest.mark.slow
def test_pictures_by_other_artists_are_what_unknown_is_measured_on(trained: Trained, tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path / "others" / f"artist {number % 2}" / f"{number}.png", photo(number))
    (tmp_path / "others" / "broken.jpg").write_bytes(b"no picture")
    workspace = copy_of(trained.workspace, tmp_path / "data")
    open_set = artlib.evaluate(workspace, others=tmp_path / "others").metrics["open_set"]
    assert (open_set["n_unknown"], open_set["artists"]) == (6, 1)


@pytest.mark.slow
def test_a_folder_without_other_artists_is_refused_by_name(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"no readable picture of other artists. Received: others='.*nowhere'"):
        artlib.evaluate(trained.workspace, others=tmp_path / "nowhere")


# --- the report ---


@pytest.mark.slow
def test_the_report_requests_nothing(evaluated: tuple[Workspace, Evaluation]) -> None:
    page = (evaluated[0].model() / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)\w+:", page)
    assert "<script" not in page


@pytest.mark.slow
def test_the_report_says_every_finding(evaluated: tuple[Workspace, Evaluation]) -> None:
    page = html.unescape((evaluated[0].model() / "report.html").read_text(encoding="utf-8"))
    assert [finding.text for finding in evaluated[1].findings if finding.text not in page] == []


@pytest.mark.slow
def test_the_report_of_two_artists_says_that_nothing_is_known_of_others(
    evaluated: tuple[Workspace, Evaluation], tmp_path: Path
) -> None:
    workspace, evaluation = evaluated
    unmeasured = evaluation.metrics | {"open_set": {"auroc": None, "fpr95": None}}
    write_report(tmp_path / "report.html", workspace, replace(evaluation, metrics=unmeasured, open_set=None))
    page = html.unescape((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "With fewer than three artists" in page and 'alt="Unknown scores"' not in page


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_fits_a_phone_and_a_desktop_with_every_picture_shown(
    width: int, evaluated: tuple[Workspace, Evaluation], browser: Any
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get((evaluated[0].model() / "report.html").resolve().as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    pictures = browser.execute_script("return [...document.images].map(image => image.naturalWidth)")
    assert len(pictures) >= 8 and min(pictures) > 0
