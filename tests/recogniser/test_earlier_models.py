"""Models that an earlier artlib wrote still open and give the same verdicts; an evaluation makes them present ones."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of
from drawing import write
from learned_model import (
    NAMES,
    change_metadata,
    divide,
    kept_beside,
    learn,
    outputs_on,
    rule_files,
    some_outputs,
    with_two_more,
    without_backbone,
)

from artlib.prediction import reasons
from artlib.recogniser.additions import Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.files import FORMAT, ModelMetadata
from artlib.recogniser.openset import Promise, UnknownDetector
from artlib.recogniser.openset.detector import EARLIER_ACCEPTED
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import Workspace
from artlib.workspace.formats.arrays import DIGEST

pytestmark = pytest.mark.thorough

SUMMED = ("max_logit", "neighbours", "relative_mahalanobis", "residual")  # by the detector of an earlier artlib
FORMAT_1 = {
    "class_names": NAMES,
    "backbone": "efficientnet_lite0",
    "image_size": 64,
    "recipe": "original",
    "seed": 7,
    "unknown_threshold": 0.875,
    "data_hash": "1" * 64,
    "versions": {"artlib": "0.3", "keras": "3.13.2", "tensorflow": "2.20.0"},
    "model_hash": "2" * 64,
    "weights": "imagenet",
    "epochs": 3,
    "gate": "gate-0a1b2c3d.npz",
    "calibration": {"temperature": 1.5, "coverage": 0.9, "doubt": 0.625, "n": 12},
    "additions": "",
    "format": 1,
}


@pytest.fixture(scope="module")
def divided(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A model that has learned no decision rule; only to be read."""
    return divide(collected, tmp_path_factory.mktemp("divided") / "data")


@pytest.fixture(scope="module")
def second(divided: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A model as artlib wrote it in format 2, with two added artists; only to be read."""
    workspace = learn(divided, tmp_path_factory.mktemp("second") / "data")
    model = TrainedModel(workspace)
    train = model.split.rows("train")
    scorers = Scorers.fit(model.outputs[train], model.split.labels[train])
    scores = scorers(model.validation[0])
    detector = UnknownDetector.from_scores(scorers, scores, SUMMED, EARLIER_ACCEPTED)
    change_metadata(workspace, unknown_detector=detector.write(model.folder).name, confidence="")
    with_two_more(workspace)
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for key in ("confidence", "others", "firm_error", "unknown_share", "checks"):
        del content[key]
    path.write_text(json.dumps(content | {"format": 2}), encoding="utf-8")
    without_parts(workspace.model() / content["unknown_detector"], "neighbours_owners", "other_weights", "other_bias")
    return workspace


def without_parts(path: Path, *parts: str) -> None:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files if name not in (*parts, DIGEST)}
    np.savez(path, **arrays)


@pytest.fixture(scope="module")
def first(second: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same in format 1; only to be read."""
    workspace = copy_of(second, tmp_path_factory.mktemp("first") / "data")
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["calibration"]["doubt"] = content["calibration"].pop("conformal_threshold")
    (workspace.model() / content.pop("unknown_detector")).rename(workspace.model() / "gate-0a1b2c3d.npz")
    (workspace.model() / content["additions"]).rename(workspace.model() / "additions-4e5f6a7b.npz")
    without_parts(workspace.model() / "additions-4e5f6a7b.npz", "threshold")
    names = {"gate": "gate-0a1b2c3d.npz", "additions": "additions-4e5f6a7b.npz", "format": 1}
    path.write_text(json.dumps(content | names), encoding="utf-8")
    return workspace


@pytest.fixture(params=["first", "second"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    """A model of format 1 or 2, to be written."""
    return copy_of(request.getfixturevalue(request.param), tmp_path / "data")


@pytest.fixture
def planted() -> Iterator[None]:
    with without_backbone():
        yield


# --- the metadata ---


def test_metadata_of_format_1_open_with_the_same_values(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(workspace.model() / "artist_model.json", json.dumps(FORMAT_1).encode())
    assert TrainedModel(workspace).metadata == ModelMetadata(
        class_names=NAMES,
        backbone="efficientnet_lite0",
        image_size=64,
        recipe="original",
        seed=7,
        unknown_threshold=0.875,
        data_hash="1" * 64,
        versions={"artlib": "0.3", "keras": "3.13.2", "tensorflow": "2.20.0"},
        model_hash="2" * 64,
        weights="imagenet",
        epochs=3,
        unknown_detector="gate-0a1b2c3d.npz",
        calibration={"temperature": 1.5, "coverage": 0.9, "conformal_threshold": 0.625, "n": 12},
        additions="",
        confidence="",
        others="",
        firm_error=0.1,
        unknown_share=0.5,
        format=3,
    )


def test_a_calibration_of_format_1_lets_the_same_artists_into_a_set(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(workspace.model() / "artist_model.json", json.dumps(FORMAT_1 | {"gate": ""}).encode())
    assert TrainedModel(workspace).decision_rule.calibration == Calibration(1.5, 0.9, 0.625, 12)


@pytest.mark.parametrize(
    ("left_out", "field", "value"),
    [
        ("gate", "unknown_detector", ""),
        ("calibration", "calibration", {}),
        ("additions", "additions", ""),
        ("weights", "weights", "imagenet"),
        ("epochs", "epochs", None),
    ],
)
def test_metadata_from_before_a_field_was_known_still_open(
    left_out: str, field: str, value: object, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    content = {key: value for key, value in FORMAT_1.items() if key != left_out}
    write(workspace.model() / "artist_model.json", json.dumps(content).encode())
    assert getattr(TrainedModel(workspace).metadata, field) == value


# --- the verdicts ---


def asked() -> ModelOutputs:
    """Pictures by the trained artists, by the two added ones, and by a stranger."""
    return outputs_on([0, 1, 2, 3, 4, 9] * 10, seed=3)


def test_an_earlier_model_knows_its_added_artists(earlier: Workspace) -> None:
    assert TrainedModel(earlier).class_names == [*NAMES, "Hilma", "Emily"]


def test_unknown_is_who_has_a_score_above_the_threshold_in_the_metadata(earlier: Workspace) -> None:
    rule = TrainedModel(earlier).decision_rule
    outputs = rule.additions.join(asked())
    answers = rule.answer(outputs)
    unknown = rule.detector(outputs) > TrainedModel(earlier).metadata.unknown_threshold
    assert (answers.unknown_scores == rule.detector(outputs)).all()
    assert answers.strengths.tolist() == np.where(unknown, "none", "likely").tolist()
    assert unknown[5::6].all() and unknown.mean() < 0.5


def test_both_formats_give_the_same_verdicts(first: Workspace, second: Workspace) -> None:
    one, two = (TrainedModel(each).decision_rule for each in (first, second))
    answers, others = (rule.answer(rule.additions.join(asked())) for rule in (one, two))
    assert (answers.probabilities == others.probabilities).all() and (answers.sets == others.sets).all()
    assert answers.strengths.tolist() == others.strengths.tolist()


def test_no_answer_of_an_earlier_model_is_firm_or_has_a_confidence(earlier: Workspace) -> None:
    rule = TrainedModel(earlier).decision_rule.with_promise(Promise(0.5, 0))
    answers = rule.answer(rule.additions.join(asked()))
    assert "firm" not in answers.strengths and np.isnan(answers.confidence).all()


def test_an_earlier_model_says_what_makes_firm_answers(earlier: Workspace) -> None:
    assert reasons.of_promise(TrainedModel(earlier).decision_rule.confidence) == (
        "No answer is firm: this model has not measured its errors yet. Run 04_evaluate (artlib evaluate)."
    )


def test_without_a_detector_of_its_own_it_takes_what_the_best_artist_lacks(divided: Workspace) -> None:
    rule = TrainedModel(divided).decision_rule
    outputs = ModelOutputs(np.zeros((1, 2), np.float32), np.log([[0.7, 0.2, 0.1]]))
    assert (rule.answer(outputs).unknown_scores[0], rule.unknown_threshold) == (pytest.approx(0.3), 1.0)
    assert rule.answer(outputs).strengths.tolist() == ["likely"]


# --- changes to an earlier model ---


def test_an_artist_is_added_to_an_earlier_model_with_its_own_scores(earlier: Workspace) -> None:
    model = TrainedModel(earlier)
    model.keep_additions({"Hilma": some_outputs(3), "Emily": some_outputs(4), "Vera": some_outputs(5)})
    rule = TrainedModel(earlier).decision_rule
    assert rule.additions.names == ["Hilma", "Emily", "Vera"] and rule.confidence is None
    assert set(rule.detector.score_stats) == set(SUMMED)


def test_an_earlier_models_threshold_still_accepts_95_percent_of_the_known_pictures(earlier: Workspace) -> None:
    """Its detector alone tells who is unknown; a present one tells kinds of pictures apart, and accepts 99 %."""
    model = TrainedModel(earlier)
    model.keep_additions({})
    scores = model.decision_rule.detector(model.validation[0])
    assert TrainedModel(earlier).decision_rule.unknown_threshold == pytest.approx(np.quantile(scores, 0.95))


def test_keeping_the_same_artists_changes_no_verdict_of_an_earlier_model(earlier: Workspace) -> None:
    model = TrainedModel(earlier)
    before = model.decision_rule.answer(model.decision_rule.additions.join(asked()))
    model.keep_additions(model.decision_rule.additions.pictures)
    after = TrainedModel(earlier).decision_rule.answer(model.decision_rule.additions.join(asked()))
    assert after.strengths.tolist() == before.strengths.tolist()
    assert after.unknown_scores == pytest.approx(before.unknown_scores)


@pytest.mark.parametrize("forgotten", [["Hilma"], ["Hilma", "Emily"]])
def test_an_artist_of_an_earlier_model_is_forgotten(forgotten: list[str], earlier: Workspace) -> None:
    model = TrainedModel(earlier)
    for artist in forgotten:
        model.forget_addition(artist)
    assert TrainedModel(earlier).class_names == [name for name in [*NAMES, "Hilma", "Emily"] if name not in forgotten]
    assert TrainedModel(earlier).decision_rule.unknown_threshold == model.decision_rule.unknown_threshold


def test_the_detector_of_an_earlier_model_is_kept_while_it_is_in_use(earlier: Workspace) -> None:
    before = TrainedModel(earlier).metadata.unknown_detector
    model = TrainedModel(earlier)
    model.keep_additions({})
    assert before in kept_beside(earlier) and TrainedModel(earlier).metadata.unknown_detector == before


@pytest.mark.usefixtures("planted")
def test_evaluating_brings_an_earlier_model_to_the_present_format(earlier: Workspace) -> None:
    TrainedModel(earlier).learn_decision_rule()
    content = json.loads((earlier.model() / "artist_model.json").read_text(encoding="utf-8"))
    assert content["format"] == FORMAT == 3
    assert "gate" not in content and "doubt" not in content["calibration"]
    assert content["confidence"].startswith("confidence-") and content["unknown_detector"].startswith(
        "unknown_detector-"
    )
    assert (content["firm_error"], content["unknown_share"], content["unknown_threshold"]) == (0.1, 0.5, 0.5)
    assert kept_beside(earlier) == rule_files(earlier)


@pytest.mark.usefixtures("planted")
def test_after_evaluating_an_earlier_model_has_a_confidence(earlier: Workspace) -> None:
    TrainedModel(earlier).learn_decision_rule()
    rule = TrainedModel(earlier).decision_rule
    answers = rule.answer(rule.additions.join(asked()))
    assert not np.isnan(answers.confidence).any() and rule.additions.names == ["Hilma", "Emily"]


def test_added_artists_have_the_keys_that_the_first_artlib_gave_them(second: Workspace, tmp_path: Path) -> None:
    additions = TrainedModel(second).decision_rule.additions
    path = additions.write(tmp_path)
    with np.load(path) as file:
        keys = set(file.files)
    expected = {"names", "steepness", "threshold", *(f"known_{name}" for name in SUMMED)}
    parts = ("ids", "embeddings", "logits", "weights", "bias", "score_shift")
    assert keys - {DIGEST} == expected | {f"{number}_{part}" for number in range(2) for part in parts}
    assert Additions.read(path).names == additions.names
