"""The learned rule of a model: written at once, kept while artists come and go, and never read from a harmful file."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clouds import all_right
from conftest import Hostile, copy_of
from drawing import photo, write
from learned_model import (
    NAMES,
    assert_same_rule,
    change_metadata,
    divide,
    kept_beside,
    learn,
    make_others_folder,
    outputs_on,
    rule_files,
    some_others,
    some_outputs,
    with_two_more,
    without_backbone,
)

from artlib.errors import ArtlibError
from artlib.recogniser import files
from artlib.recogniser.additions import AdditionError
from artlib.recogniser.openset import Promise
from artlib.recogniser.openset.confidence import ConfidenceError, standardise
from artlib.recogniser.openset.detector import DetectorError
from artlib.recogniser.others import OthersError
from artlib.recogniser.trained_model import TrainedModel
from artlib.training.splitting import make_split
from artlib.workspace import Workspace


@pytest.fixture(scope="module")
def learned(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a learned decision rule; only to be read."""
    divided = divide(collected, tmp_path_factory.mktemp("divided") / "data")
    return learn(divided, tmp_path_factory.mktemp("learned") / "data")


@pytest.fixture
def own(learned: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be written."""
    return copy_of(learned, tmp_path / "data")


@pytest.fixture
def planted() -> Iterator[None]:
    with without_backbone():
        yield


# --- the decision rule ---


@pytest.mark.usefixtures("planted")
def test_what_is_learned_anew_is_written_at_once(own: Workspace) -> None:
    change_metadata(own, unknown_detector="", unknown_threshold=1.0, calibration={})
    model = TrainedModel(own)
    rule, _ = model.learn_decision_rule()
    again = TrainedModel(own)
    assert again.metadata.unknown_detector and again.metadata.unknown_threshold < 1 and again.metadata.calibration
    assert again.metadata == model.metadata
    for other in (model.decision_rule, again.decision_rule):
        assert_same_rule(rule, other, model.outputs)


@pytest.mark.usefixtures("planted")
def test_learning_says_how_well_unknown_artists_are_detected(own: Workspace) -> None:
    _, open_set = TrainedModel(own).learn_decision_rule()
    assert open_set is not None and open_set.artists == len(NAMES)


@pytest.mark.usefixtures("planted")
def test_a_new_promise_is_kept_with_the_model_until_the_next_one(own: Workspace) -> None:
    TrainedModel(own).learn_decision_rule(promise=Promise(0.2, 0.3))
    TrainedModel(own).learn_decision_rule()
    metadata = TrainedModel(own).metadata
    assert (metadata.firm_error, metadata.unknown_share) == (0.2, 0.3)


def test_another_promise_changes_no_file(own: Workspace) -> None:
    before = TrainedModel(own).metadata
    rule = TrainedModel(own).decision_rule
    few, many = (rule.with_promise(Promise(unknown_share=share)).answer(outputs_on([0, 1, 2])) for share in (0.1, 0.9))
    assert (many.confidence < few.confidence).all()
    assert TrainedModel(own).metadata == before


# --- other artists ---


@pytest.mark.usefixtures("planted")
def test_other_artists_are_learned_and_measured_and_never_named(own: Workspace) -> None:
    model = TrainedModel(own)
    rule, open_set = model.learn_decision_rule("a folder")
    assert open_set is not None and open_set.artists == len(NAMES) + 2
    assert model.class_names == TrainedModel(own).class_names == NAMES
    answers = rule.answer(some_others().outputs)
    assert answers.probabilities.shape == answers.sets.shape == (16, len(NAMES))
    assert (answers.strengths == "none").mean() > 0.9


@pytest.mark.usefixtures("planted")
def test_what_was_learned_of_other_artists_is_read_again(own: Workspace) -> None:
    model = TrainedModel(own)
    model.learn_decision_rule("a folder")
    assert_same_rule(model.decision_rule, TrainedModel(own).decision_rule, some_others().outputs)
    again = TrainedModel(own).others
    assert again is not None and again.names == ["other 7", "other 8"]


@pytest.mark.usefixtures("planted")
def test_other_artists_stay_when_the_rule_is_learned_again_without_naming_them(own: Workspace) -> None:
    TrainedModel(own).learn_decision_rule("a folder")
    before = TrainedModel(own).metadata.others
    _, open_set = TrainedModel(own).learn_decision_rule()
    assert TrainedModel(own).metadata.others == before and kept_beside(own) == rule_files(own)
    assert open_set is not None and open_set.artists == len(NAMES) + 2


@pytest.mark.usefixtures("planted")
def test_without_a_folder_of_other_artists_there_are_none(own: Workspace) -> None:
    TrainedModel(own).learn_decision_rule()
    assert TrainedModel(own).metadata.others == "" and TrainedModel(own).others is None


@pytest.mark.usefixtures("planted")
def test_an_empty_folder_for_other_artists_counts_as_none(own: Workspace) -> None:
    own.others.mkdir()
    TrainedModel(own).learn_decision_rule()
    assert TrainedModel(own).metadata.others == ""


@pytest.mark.slow
@pytest.mark.network
def test_works_that_were_collected_by_other_artists_are_taken_by_themselves(own: Workspace, tmp_path: Path) -> None:
    make_others_folder(own, *(write(tmp_path / f"{number}.jpg", photo(700 + number)) for number in range(3)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainedModel, "frozen_features", lambda model, ids: np.zeros((len(ids), 3008), np.float32))
        patch.setattr("artlib.recogniser.leave_out.fit", raising_with)
        with pytest.raises(LearnedError) as stopped:
            TrainedModel(own).learn_decision_rule()
    others = stopped.value.args[0]
    assert (others.names, len(others.outputs)) == (["Somebody"], 3)


class LearnedError(Exception):
    pass


def raising_with(*arguments: object) -> None:
    """Say which other artists something would be learned from."""
    raise LearnedError(arguments[4])


# --- added artists ---


def test_added_artists_are_written_at_once(own: Workspace) -> None:
    model = with_two_more(own)
    assert model.class_names == TrainedModel(own).class_names == [*NAMES, "Hilma", "Emily"]
    assert_same_rule(model.decision_rule, TrainedModel(own).decision_rule, model.outputs)


@pytest.mark.usefixtures("planted")
def test_added_artists_stay_when_the_decision_rule_is_learned_anew(own: Workspace) -> None:
    model = with_two_more(own)
    before = model.decision_rule
    rule, _ = model.learn_decision_rule()
    assert rule.additions.names == []  # what is returned, and measured, is that of the trained artists
    assert model.decision_rule.additions.names == before.additions.names
    assert_same_rule(model.decision_rule, TrainedModel(own).decision_rule, model.outputs)


def test_keeping_nobody_leaves_the_rule_of_the_trained_artists(own: Workspace, learned: Workspace) -> None:
    model = with_two_more(own)
    model.keep_additions({})
    assert_same_rule(model.decision_rule, TrainedModel(learned).decision_rule, model.outputs)


@pytest.mark.parametrize("forgotten", [["Hilma"], ["Emily"], ["Hilma", "Emily"]])
def test_an_artist_who_is_forgotten_is_so_at_once(forgotten: list[str], own: Workspace) -> None:
    model = with_two_more(own)
    for artist in forgotten:
        model.forget_addition(artist)
    assert model.class_names == [name for name in [*NAMES, "Hilma", "Emily"] if name not in forgotten]
    assert_same_rule(model.decision_rule, TrainedModel(own).decision_rule, model.outputs)


def test_forgetting_needs_no_split(own: Workspace) -> None:
    with_two_more(own)
    make_split(own, seed=1)
    TrainedModel(own).forget_addition("Hilma")
    assert TrainedModel(own).class_names == [*NAMES, "Emily"]


@pytest.mark.usefixtures("planted")
def test_an_added_artist_is_named_and_never_with_a_firm_answer(own: Workspace) -> None:
    """No error rate was measured for added artists; the same confidence is firm for a trained one."""
    rule = with_two_more(own).decision_rule.with_promise(Promise(0.5, 0))
    confidence = replace(rule.confidence, evidence=all_right())
    outputs = rule.additions.join(outputs_on([0, 1, 2] * 5 + [3, 4] * 5))
    scores = rule.detector.scores(outputs)
    _, _, by_confidence = confidence(standardise(scores, confidence.stats), rule.detector.same_kind(scores))
    answers = replace(rule, confidence=confidence).answer(outputs)
    assert (answers.probabilities[15:].argmax(axis=1) >= len(NAMES)).all()
    assert "firm" in answers.strengths[:15] and "firm" in by_confidence[15:]
    assert set(answers.strengths[15:]) == {"likely"}


@pytest.mark.usefixtures("planted")
def test_pictures_of_an_added_artist_are_compared_with_those_that_it_was_added_from(own: Workspace) -> None:
    """Known by six pictures, it has higher unknown scores than the trained ones, and would be called unknown."""
    rule = with_two_more(own).decision_rule
    alike = tuple(replace(artist, score_shift=np.zeros(3, np.float32)) for artist in rule.additions.artists)
    as_trained = replace(rule, additions=replace(rule.additions, artists=alike))
    outputs = rule.additions.join(outputs_on([3, 4] * 20))
    assert rule.answer(outputs).unknown_scores.mean() < as_trained.answer(outputs).unknown_scores.mean()
    assert all(artist.score_shift.max() > 0.2 for artist in rule.additions.artists)


def test_an_unknown_threshold_written_by_hand_is_what_counts(own: Workspace) -> None:
    asked = outputs_on([9] * 20)
    for threshold in (0.0, 1.0):
        change_metadata(own, unknown_threshold=threshold)
        rule = TrainedModel(own).decision_rule
        assert rule.unknown_threshold == threshold
        assert set(rule.answer(asked).strengths == "none") == {threshold == 0}


def test_without_a_detector_of_its_own_nobody_is_added(own: Workspace) -> None:
    change_metadata(own, unknown_detector="")
    model = TrainedModel(own)
    with pytest.raises(DetectorError, match="04_evaluate"):
        model.keep_additions({"Hilma": some_outputs(3)})


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("unknown_detector-*.npz", DetectorError),
        ("additions-*.npz", AdditionError),
        ("confidence-*.npz", ConfidenceError),
    ],
)
def test_a_damaged_file_beside_the_metadata_is_named(pattern: str, error: type[Exception], own: Workspace) -> None:
    with_two_more(own)
    (path,) = own.model().glob(pattern)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(error, match=f"{path.name} is .*damaged"):
        _ = TrainedModel(own).decision_rule


@pytest.mark.usefixtures("planted")
def test_damaged_works_by_other_artists_are_named_when_they_are_needed(own: Workspace) -> None:
    TrainedModel(own).learn_decision_rule("a folder")
    (path,) = own.model().glob("others-*.npz")
    path.write_bytes(path.read_bytes()[:1000])
    _ = TrainedModel(own).decision_rule  # answers need only what was learned from them
    with pytest.raises(OthersError, match=f"{path.name} is .*damaged"):
        TrainedModel(own).learn_decision_rule()


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("answers.npz", "known_works"),
        ("unknown_detector-*.npz", "decision_rule"),
        ("additions-*.npz", "decision_rule"),
        ("confidence-*.npz", "decision_rule"),
        ("others-*.npz", "others"),
    ],
)
@pytest.mark.usefixtures("planted")
def test_code_that_is_hidden_in_a_file_of_the_model_is_not_run(
    pattern: str, part: str, own: Workspace, tmp_path: Path
) -> None:
    with_two_more(own).learn_decision_rule("a folder")
    (path,) = own.model().glob(pattern)
    with np.load(path) as file:
        names = file.files
    np.savez(path, **dict.fromkeys(names, np.array([Hostile(tmp_path / "ran")], dtype=object)))
    with suppress(ArtlibError):
        getattr(TrainedModel(own), part)
    assert not (tmp_path / "ran").exists()


def test_a_stop_before_the_metadata_are_written_changes_nothing(
    own: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    model, before = TrainedModel(own), TrainedModel(own).decision_rule
    monkeypatch.setattr(files, "write_metadata", stopped)
    with pytest.raises(KeyboardInterrupt):
        model.keep_additions({"Hilma": some_outputs(3)})
    for now in (model, TrainedModel(own)):
        assert_same_rule(now.decision_rule, before, model.outputs)
    assert model.metadata == TrainedModel(own).metadata


# --- the files beside the metadata ---


STALE = [f"{kind}-00000000.npz" for kind in ("gate", "unknown_detector", "additions", "confidence", "others")]


@pytest.mark.parametrize(
    "change",
    [lambda model: model.keep_additions({}), lambda model: model.forget_addition("nobody")],
    ids=["kept", "forgotten"],
)
def test_stale_files_are_removed(change: Callable[[TrainedModel], object], own: Workspace) -> None:
    for name in STALE:
        write(own.model() / name, b"of an earlier rule")
    change(TrainedModel(own))
    assert kept_beside(own) == rule_files(own)


@pytest.mark.usefixtures("planted")
def test_the_files_in_use_are_kept(own: Workspace) -> None:
    with_two_more(own).learn_decision_rule("a folder")
    assert kept_beside(own) == rule_files(own) and len(rule_files(own)) == 4


def test_files_that_are_no_part_of_the_rule_are_left_alone(own: Workspace) -> None:
    others = [own.model() / name for name in ("answers.npz", "checkpoint.npz", "my-notes.txt")]
    for path in others[1:]:
        write(path, b"mine")
    with_two_more(own)
    assert all(path.exists() for path in others)
