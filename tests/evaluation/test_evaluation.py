"""Evaluation: what metrics.json and the report promise, and that the test part is one that was not learned from."""

import html
import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Trained, copy_of
from drawing import LOOKS, photo, write
from planted import COUNTS, NAMES, OPEN_SET, WRONG, evaluation_of, leaky

import artlib
from artlib.errors import ArgumentError
from artlib.evaluation.audit import shortcuts
from artlib.evaluation.findings import Finding
from artlib.evaluation.report import write_report
from artlib.evaluation.result import Evaluation
from artlib.evaluation.wording import summary
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import expected_calibration_error, wilson_interval
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.catalog import read_catalog

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


@pytest.fixture
def planted(tmp_path: Path) -> Evaluation:
    return evaluation_of(tmp_path)


# --- the words ---


def test_the_first_two_lines_are_those_of_the_original_project() -> None:
    assert summary(MEASURED, FOUND).splitlines()[:2] == [
        "Prediction accuracy on train data = 0.9877",
        "Prediction accuracy on CV data = 0.8930",
    ]


def test_the_test_accuracy_comes_with_its_interval_and_number_of_pictures() -> None:
    assert "on test data = 0.8930 (95 % interval 0.850 to 0.920, 115 images" in summary(MEASURED, FOUND)


def test_each_finding_is_printed_with_its_level() -> None:
    assert summary(MEASURED, FOUND).splitlines()[3:] == ["[warning] Leak: a.jpg is b.jpg.", "[fine] Labels: All well."]


def test_without_a_test_part_the_findings_follow_the_first_two_lines() -> None:
    assert summary(MEASURED | {"test": None}, FOUND).splitlines()[2:] == summary(MEASURED, FOUND).splitlines()[3:]


def test_without_a_model_the_error_names_the_command_that_makes_it(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="artlib train"):
        artlib.evaluate(workspace)


# --- the figures ---


@pytest.mark.parametrize("part", COUNTS)
def test_each_part_has_its_own_accuracy_with_interval_and_number_of_pictures(part: str, planted: Evaluation) -> None:
    n, right = COUNTS[part], COUNTS[part] - WRONG[part]
    measured = planted.metrics[part]
    assert (measured["n"], measured["accuracy"]) == (n, right / n)
    assert measured["accuracy_ci95"] == pytest.approx(wilson_interval(right, n))
    assert 0 < measured["macro_f1"] < 1 and 0 < measured["ece"] < 1


def test_the_artists_are_measured_on_the_test_part(planted: Evaluation) -> None:
    """Of its 16 pictures 5, 5 and 6 are by each artist; 1, 1 and 2 of them are wrong."""
    assert planted.artists["artist"].tolist() == NAMES
    assert planted.artists["support"].tolist() == [5, 5, 6]
    assert planted.artists["recall"].tolist() == pytest.approx([4 / 5, 4 / 5, 4 / 6])


def test_the_confusion_matrix_has_a_row_for_each_actual_artist(planted: Evaluation) -> None:
    assert planted.class_names == NAMES
    expected = [[4 / 5, 1 / 5, 0], [0, 4 / 5, 1 / 5], [2 / 6, 0, 4 / 6]]
    assert planted.confusion == pytest.approx(np.array(expected))


def test_mistakes_are_those_of_the_test_part_the_most_confident_first(planted: Evaluation) -> None:
    rows = planted.split.rows("test")[: WRONG["test"]][::-1]
    assert planted.mistakes["id"].tolist() == [planted.split.ids[row] for row in rows]
    assert planted.mistakes["artist"].tolist() == [NAMES[label] for label in planted.split.labels[rows]]
    assert planted.mistakes["predicted"].tolist() == [NAMES[(label + 1) % 3] for label in planted.split.labels[rows]]
    assert planted.mistakes["probability"].tolist() == pytest.approx(planted.probabilities[rows].max(axis=1))


def test_calibration_is_measured_on_the_test_part_before_and_after(planted: Evaluation) -> None:
    rows, measured = planted.split.rows("test"), planted.metrics["calibration"]
    labels = planted.split.labels[rows]
    assert measured["ece_before"] == expected_calibration_error(labels, planted.uncalibrated[rows])
    assert measured["ece_after"] == expected_calibration_error(labels, planted.probabilities[rows])
    assert measured["ece_before"] != measured["ece_after"]
    before, after = planted.reliability.values()
    assert before["n"].sum() == after["n"].sum() == COUNTS["test"]
    assert before["confidence"].max() < after["confidence"].max()  # the planted temperature is below 1


def test_prediction_sets_are_counted_by_how_often_they_hold_the_artist(planted: Evaluation) -> None:
    """With a threshold of 0.7 the set of a picture is the predicted artist alone, right for 12 of 16."""
    measured = planted.metrics["calibration"]
    assert (measured["covered"], measured["set_size"]) == (12 / 16, 1.0)
    assert measured["covered_ci95"] == pytest.approx(wilson_interval(12, 16))


def test_the_threshold_rejects_the_least_certain_pictures(planted: Evaluation) -> None:
    """In each part one picture has a largest probability of 0.58, under 1 - 0.35; the next has 0.67."""
    assert planted.metrics["unknown"] == {
        "threshold": 0.35,
        "accepted_validation": 19 / 20,
        "accepted_test": 15 / 16,
    }


def test_the_risk_rises_from_the_least_unknown_pictures_to_all(planted: Evaluation) -> None:
    """The most confident picture of the test part is a mistake, the next 12 are not, and the last three are."""
    assert planted.risk_coverage["risk"].iloc[[0, 12, 15]].tolist() == [1.0, 1 / 13, 4 / 16]


def test_known_and_unknown_artists_are_told_apart_by_the_confidence(tmp_path: Path) -> None:
    measured = evaluation_of(tmp_path).metrics["open_set"]
    assert (measured["auroc"], measured["fpr95"], measured["artists"]) == (pytest.approx(5 / 6), 0.5, 3)


def test_firm_answers_are_measured_at_the_share_of_unknown_pictures_that_is_expected(tmp_path: Path) -> None:
    measured = evaluation_of(tmp_path).metrics["open_set"]
    assert (measured["firm_error"], measured["firm_coverage"]) == (0, pytest.approx(1 / 3))
    assert (measured["unknown_firm"], measured["unknown_named"]) == (0, 0.5)
    assert measured["answers"] == pytest.approx(
        {
            "firm_right": 1 / 6,
            "firm_wrong": 0,
            "likely_right": 0,
            "likely_wrong": 1 / 6 + 1 / 4,
            "none_known": 1 / 6,
            "none_unknown": 1 / 4,
        }
    )


def test_where_unknown_artists_could_not_be_measured_the_figures_are_none(tmp_path: Path) -> None:
    evaluation = evaluation_of(tmp_path, open_set=None)
    assert evaluation.metrics["open_set"] == {"auroc": None, "fpr95": None} and evaluation.oscr is None


def test_leaks_are_written_with_both_accuracies_and_the_points_between_them(tmp_path: Path) -> None:
    evaluation = evaluation_of(tmp_path)
    leaks = evaluation_of(tmp_path, audit=leaky(evaluation.split.ids)).metrics["leaks"]
    assert (leaks["random"], leaks["honest"], leaks["points"], leaks["groups"]) == (0.87, 0.73, 14, 1)


def test_a_label_issue_without_a_probability_leaves_the_file_readable_everywhere(tmp_path: Path) -> None:
    evaluation = evaluation_of(tmp_path)
    measured = evaluation_of(tmp_path, audit=leaky(evaluation.split.ids)).metrics
    written = json.loads(json.dumps(measured, allow_nan=False))
    assert [row["probability"] for row in written["labels"]] == [0.91, None]


def test_what_sorting_changed_is_in_the_file_with_both_accuracies_and_the_interval(planted: Evaluation) -> None:
    written = json.loads(json.dumps(planted.metrics, allow_nan=False))["cleaning"]
    assert (written["moved"], written["discarded"]) == (20, 17)
    assert written["gain"] == {"before": 0.81, "after": 0.84, "low": 0.01, "high": 0.06, "n": 16}


# --- a real one ---


@dataclass(frozen=True)
class Evaluated:
    """A trained model that was evaluated."""

    workspace: Workspace
    evaluation: Evaluation
    printed: str

    @property
    def metrics(self) -> dict[str, Any]:
        return json.loads((self.workspace.model() / "metrics.json").read_text(encoding="utf-8"))


def evaluate(workspace: Workspace, **options: Any) -> Evaluated:
    """Evaluate a trained model, with fewer trees than usual."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.setattr(shortcuts, "TREES", 20)
        return Evaluated(workspace, artlib.evaluate(workspace, **options), printed.getvalue())


@pytest.fixture(scope="module")
def evaluated(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    return evaluate(copy_of(trained.workspace, tmp_path_factory.mktemp("evaluated") / "data"))


@pytest.fixture(scope="module")
def with_others(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    """The same model, after the same split was made again, evaluated with pictures by two other artists."""
    root = tmp_path_factory.mktemp("with others")
    for number in range(12):
        write(root / "others" / f"artist {number % 2}" / f"{number}.png", photo(number))
    write(root / "others" / "broken.jpg", b"no picture")
    workspace = copy_of(trained.workspace, root / "data")
    artlib.make_split(workspace)
    return evaluate(workspace, others=root / "others")


@pytest.mark.slow
def test_clearly_different_artists_are_told_apart_and_an_unknown_one_is_detected(evaluated: Evaluated) -> None:
    metrics = evaluated.metrics
    held_out = [metrics["validation"], metrics["test"]]
    assert sum(round(part["accuracy"] * part["n"]) for part in held_out) >= 10
    assert sum(part["n"] for part in held_out) == 12
    assert metrics["open_set"]["auroc"] > 0.7


@pytest.mark.slow
def test_what_is_returned_is_what_is_written(evaluated: Evaluated) -> None:
    assert json.loads(json.dumps(evaluated.evaluation.metrics)) == evaluated.metrics


@pytest.mark.slow
def test_the_figures_are_printed(evaluated: Evaluated) -> None:
    evaluation = evaluated.evaluation
    assert evaluated.printed == summary(evaluation.metrics, evaluation.findings) + "\n"


@pytest.mark.slow
def test_a_report_and_the_confusion_matrix_lie_beside_the_model(evaluated: Evaluated) -> None:
    folder = evaluated.evaluation.folder
    assert folder == evaluated.workspace.model() and sorted(LOOKS) == evaluated.evaluation.class_names
    assert (folder / "confusion.png").read_bytes().startswith(b"\x89PNG")
    assert "<h1>How good is default?</h1>" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_same_split_made_again_is_accepted_and_measured_the_same(
    evaluated: Evaluated, with_others: Evaluated
) -> None:
    first, again = evaluated.metrics, with_others.metrics
    assert again["test"]["n"] == 6 and 0 < again["test"]["ece"] < 1
    for part in ("train", "validation", "test"):
        assert again[part].pop("accuracy_ci95") == pytest.approx(first[part].pop("accuracy_ci95"))
        assert again[part].pop("macro_f1_ci95") == pytest.approx(first[part].pop("macro_f1_ci95"))
        assert again[part] == pytest.approx(first[part], rel=1e-4)
    assert again["calibration"]["temperature"] == pytest.approx(first["calibration"]["temperature"], rel=1e-4)
    assert (again["shortcuts"], again["leaks"]) == (first["shortcuts"], first["leaks"])


@pytest.mark.slow
def test_unknown_artists_are_measured_on_those_left_out_and_on_the_others(with_others: Evaluated) -> None:
    open_set = with_others.metrics["open_set"]
    # the test pictures of three artists, two each, and twelve pictures by two others
    assert (open_set["n_unknown"], open_set["artists"]) == (3 * 2 + 12, 3 + 2)


@pytest.mark.slow
def test_training_leaves_the_thresholds_that_evaluation_measures(trained: Trained, evaluated: Evaluated) -> None:
    metadata = TrainedModel(trained.workspace).metadata
    measured = evaluated.metrics
    assert metadata.unknown_threshold == pytest.approx(measured["unknown"]["threshold"], rel=1e-3)
    assert metadata.calibration["temperature"] == pytest.approx(measured["calibration"]["temperature"], rel=1e-3)


@pytest.mark.slow
def test_a_folder_without_other_artists_is_refused_by_name(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"There is no such folder. Received: others='.*nowhere'"):
        artlib.evaluate(trained.workspace, others=tmp_path / "nowhere")


# --- a test part that was not learned from ---


def split_again(workspace: Workspace) -> None:
    artlib.make_split(workspace, seed=1)


def split_edited(workspace: Workspace) -> None:
    text = workspace.split.read_text(encoding="utf-8")
    workspace.split.write_text(text.replace(",train", ",test", 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("change", [split_again, split_edited])
def test_a_split_changed_after_training_is_refused(
    change: Callable[[Workspace], None], trained: Trained, tmp_path: Path
) -> None:
    workspace = copy_of(trained.workspace, tmp_path / "data")
    change(workspace)
    with pytest.raises(WorkspaceError, match="after this model was trained.*Train again"):
        artlib.evaluate(workspace)
    assert not (workspace.model() / "metrics.json").exists()


# --- the report ---


@dataclass(frozen=True)
class Report:
    path: Path
    evaluation: Evaluation

    @property
    def page(self) -> str:
        return html.unescape(self.path.read_text(encoding="utf-8"))

    def section(self, heading: str) -> str:
        """What stands between a heading and the next one."""
        return self.page.partition(f"<h2>{heading}</h2>")[2].partition("<h2>")[0]


def report_of(collected: Workspace, folder: Path, **options: Any) -> Report:
    ids = read_catalog(collected)["id"].tolist()
    evaluation = evaluation_of(folder, ids, leaky(ids), **options)
    write_report(folder / "report.html", collected, evaluation)
    return Report(folder / "report.html", evaluation)


@pytest.fixture(scope="module")
def report(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_of(collected, tmp_path_factory.mktemp("report"))


def test_the_report_requests_nothing(report: Report) -> None:
    assert report.page.count('src="data:') >= 8
    assert not re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)\w+:", report.page)
    assert "<script" not in report.page


def test_the_report_says_every_finding(report: Report) -> None:
    texts = [finding.text for finding in report.evaluation.findings]
    assert len(texts) >= 8 and {finding.level for finding in report.evaluation.findings} == {"warning", "note", "fine"}
    assert [text for text in texts if text not in report.page] == []


def test_the_report_shows_each_mistake_with_both_artists_and_the_probability(report: Report) -> None:
    shown = report.section("The most confident mistakes")
    expected = [
        f"{row.artist} → {row.probability:.0%} {row.predicted}" for row in report.evaluation.mistakes.itertuples()
    ]
    assert re.findall(r"<figcaption>(.*?)<small>", shown) == expected
    assert shown.count('<img alt="" src="data:image/') == WRONG["test"]


def test_the_report_shows_leaks_and_groups(report: Report) -> None:
    shown = report.section("Leaks: is the model tested on near-duplicates of what it learned?")
    assert "random split 87 %, grouped split 73 %" in shown
    assert shown.count('<img alt="" src="data:image/') == 2 + 2 + 3


def test_the_report_shows_label_issues_also_those_without_a_probability(report: Report) -> None:
    shown = report.section("Labels that may be wrong")
    assert re.findall(r"<figcaption>(.*?)<small>", shown) == ["Wlop → 91% Ross", "Ross → Katsura"]


SURE = "How sure are the answers, unknown artists counted in?"


def test_the_report_says_what_sorting_did_to_accuracy(report: Report) -> None:
    assert "Sorting changed 37 pictures" in report.section("What sorting changed")


def test_the_report_shows_what_becomes_of_a_hundred_pictures_and_the_error_of_firm_answers(report: Report) -> None:
    shown = report.section(SURE)
    assert OPEN_SET.method in shown and "at most 10% of them are wrong" in shown
    for figure in ("What becomes of 100 pictures", "The error of firm answers", "Unknown scores"):
        assert f'alt="{figure}' in shown


def test_the_report_of_two_artists_says_that_nothing_is_known_of_others(collected: Workspace, tmp_path: Path) -> None:
    shown = report_of(collected, tmp_path, open_set=None).section(SURE)
    assert "With fewer than three artists" in shown and 'alt="Unknown scores"' not in shown


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_fits_a_phone_and_a_desktop_with_every_picture_shown(
    width: int, report: Report, browser: Any
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(report.path.resolve().as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    pictures = browser.execute_script("return [...document.images].map(image => image.naturalWidth)")
    assert len(pictures) >= 8 + 13 + 2 and min(pictures) > 0
