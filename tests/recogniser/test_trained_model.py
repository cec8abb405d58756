"""The trained model: each part read once, what is learned written at once, and files of earlier versions still read."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from conftest import Hostile, copy_of
from drawing import LOOKS, photo, write

from artlib.errors import ArtlibError
from artlib.images import load
from artlib.inference.pixels import resize_to_square
from artlib.recogniser import files
from artlib.recogniser.additions import AdditionError, Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.decision_rule import DecisionRule
from artlib.recogniser.files import ModelError, ModelMetadata, save_model, versions
from artlib.recogniser.model import build_model
from artlib.recogniser.openset.detector import DetectorError, Scorers, UnknownDetector
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.stored_outputs import write_outputs
from artlib.recogniser.trained_model import TrainedModel, is_trained
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import split_hash

NAMES = sorted(LOOKS)
HISTORY = "phase,epoch,loss,seconds,elapsed,kept\nhead,1,0.5,2.0,2.0,True\n"


def metadata(workspace: Workspace) -> ModelMetadata:
    return ModelMetadata(NAMES, "efficientnet_lite0", 64, "artlib", 0, 1.0, split_hash(workspace), versions())


@pytest.fixture(scope="module")
def divided(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A split, and a model on it that was never trained and has learned no decision rule; only to be read."""
    workspace = copy_of(collected, tmp_path_factory.mktemp("divided") / "data")
    make_split(workspace)
    network = build_model(NAMES, backbone="efficientnet_lite0", image_size=64, weights=None)
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel * 200, bias])  # so that its outputs differ clearly between pictures
    save_model(workspace.model(), network, metadata(workspace))
    return workspace


@pytest.fixture(scope="module")
def learned(divided: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same with a decision rule, and such outputs stored as a trained model has; only to be read."""
    workspace = copy_of(divided, tmp_path_factory.mktemp("learned") / "data")
    model = TrainedModel(workspace)
    labels, train = model.split.labels, model.split.rows("train")
    embeddings = 6 * np.eye(40)[labels] + np.random.default_rng(0).normal(size=(len(labels), 40))
    outputs = ModelOutputs(embeddings.astype(np.float32), embeddings[:, : len(NAMES)].astype(np.float32))
    write_outputs(model.folder, model.model_hash, model.split.ids, outputs)
    detector = UnknownDetector.fit(Scorers.fit(outputs[train], labels[train]), model.validation[0])
    change_metadata(workspace, unknown_detector=detector.write(model.folder).name)
    TrainedModel(workspace).keep_additions({})
    return workspace


@pytest.fixture
def own(learned: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be written."""
    return copy_of(learned, tmp_path / "data")


@pytest.fixture(scope="module")
def frozen(learned: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The features from which a decision rule is learned, computed once for all tests that learn one."""
    workspace = copy_of(learned, tmp_path_factory.mktemp("frozen") / "data")
    model = TrainedModel(workspace)
    model.frozen_features(model.split.ids)
    return workspace.features


@pytest.fixture
def with_features(own: Workspace, frozen: Path) -> None:
    """Those features are in the workspace that is to be written."""
    shutil.copytree(frozen, own.features, dirs_exist_ok=True)


def some_outputs(axis: int) -> tuple[list[str], ModelOutputs]:
    """Ids and outputs of six pictures by an artist who is none of the trained ones."""
    embeddings = 6 * np.eye(40)[[axis] * 6] + np.random.default_rng(axis).normal(size=(6, 40))
    outputs = ModelOutputs(embeddings.astype(np.float32), embeddings[:, : len(NAMES)].astype(np.float32))
    return [f"{axis}-{number}" for number in range(6)], outputs


def with_two_more(workspace: Workspace) -> TrainedModel:
    """A model to which two artists were added."""
    model = TrainedModel(workspace)
    model.keep_additions({"Hilma": some_outputs(3), "Emily": some_outputs(4)})
    return model


def change_metadata(workspace: Workspace, **changes: object) -> None:
    path = workspace.model() / "artist_model.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def assert_same_rule(rule: DecisionRule, other: DecisionRule, outputs: ModelOutputs) -> None:
    assert (rule.detector.threshold, rule.calibration) == (other.detector.threshold, other.calibration)
    assert rule.additions.names == other.additions.names
    assert (rule.additions.join(outputs).logits == other.additions.join(outputs).logits).all()
    assert rule.detector(rule.additions.join(outputs)) == pytest.approx(
        other.detector(other.additions.join(outputs)), abs=1e-6
    )


# --- what it is read from ---


def test_a_missing_model_names_the_third_notebook(divided: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"no artist_model\.json in .*another.*03_train"):
        TrainedModel(divided, "another")


def test_the_path_of_a_workspace_is_taken_as_well_as_a_workspace(divided: Workspace) -> None:
    assert TrainedModel(str(divided.root)).metadata == TrainedModel(divided).metadata


def test_the_metadata_are_read_once(own: Workspace) -> None:
    model = TrainedModel(own)
    (own.model() / "artist_model.json").write_text("{")
    assert model.class_names == NAMES
    assert model.decision_rule.detector.threshold == model.metadata.unknown_threshold


@pytest.mark.parametrize("part", ["network", "recogniser", "split", "outputs", "known_works", "decision_rule"])
def test_each_part_is_read_once(part: str, learned: Workspace) -> None:
    model = TrainedModel(learned)
    assert getattr(model, part) is getattr(model, part)


def test_prepared_pictures_are_larger_than_what_the_model_sees(divided: Workspace) -> None:
    assert TrainedModel(divided).prepared_side == 82  # nine sevenths of 64


# --- what it refuses ---


@pytest.mark.parametrize("part", ["split", "outputs", "validation"])
def test_a_split_made_anew_is_refused(part: str, own: Workspace) -> None:
    """Images that the model learned from may stand in its validation or test part; stored outputs change nothing."""
    make_split(own, seed=1)
    with pytest.raises(WorkspaceError, match="made again after this model was trained.*03_train"):
        getattr(TrainedModel(own), part)


def test_after_a_split_made_anew_nothing_is_learned(own: Workspace) -> None:
    make_split(own, seed=1)
    before = (own.model() / "artist_model.json").read_bytes()
    model = TrainedModel(own)
    with pytest.raises(WorkspaceError, match="03_train"):
        model.learn_decision_rule()
    with pytest.raises(WorkspaceError, match="03_train"):
        model.keep_additions({})
    assert (own.model() / "artist_model.json").read_bytes() == before


@pytest.mark.parametrize("part", ["network", "recogniser", "outputs"])
def test_a_network_that_changed_is_refused(part: str, own: Workspace) -> None:
    with (own.model() / "model.keras").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match=r"model\.keras is damaged.*rain again"):
        getattr(TrainedModel(own), part)


@pytest.mark.parametrize("part", ["model_hash", "network", "outputs", "known_works"])
def test_without_its_network_the_error_names_the_third_notebook(part: str, own: Workspace) -> None:
    (own.model() / "model.keras").unlink()
    with pytest.raises(WorkspaceError, match=r"no model\.keras.*03_train"):
        getattr(TrainedModel(own), part)


# --- outputs ---


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: TrainedModel) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(TrainedModel, "network", property(asked))


@pytest.mark.slow
def test_outputs_are_stored_and_read_again(divided: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = copy_of(divided, tmp_path / "data")
    computed = TrainedModel(workspace).outputs
    assert computed.logits.shape == (len(TrainedModel(workspace).split.ids), len(NAMES))
    monkeypatch.delattr(TrainedModel, "network")
    stored = TrainedModel(workspace).outputs
    assert (stored.embeddings == computed.embeddings).all() and (stored.logits == computed.logits).all()


@pytest.mark.slow
def test_outputs_come_in_the_order_of_the_split(divided: Workspace, tmp_path: Path) -> None:
    workspace = copy_of(divided, tmp_path / "data")
    model = TrainedModel(workspace)
    pixels = resize_to_square(load(workspace.image(model.split.ids[30])), model.prepared_side)
    assert model.outputs.logits[30] == pytest.approx(model.recogniser(pixels[None], progress=False).logits[0], abs=1e-3)


def test_the_validation_part_comes_with_its_labels(learned: Workspace) -> None:
    model = TrainedModel(learned)
    outputs, labels = model.validation
    rows = model.split.rows("validation")
    assert (outputs.logits == model.outputs.logits[rows]).all() and (labels == model.split.labels[rows]).all()


@pytest.mark.usefixtures("without_network")
@pytest.mark.parametrize("damage", ["another model's", "of other images", "cut short", "gone"])
def test_stored_outputs_that_are_no_use_are_computed_anew(damage: str, own: Workspace) -> None:
    model, path = TrainedModel(own), own.model() / "answers.npz"
    if damage == "another model's":
        write_outputs(model.folder, "0" * 64, model.split.ids, model.outputs)
    elif damage == "of other images":
        write_outputs(model.folder, model.model_hash, model.split.ids[1:], model.outputs[1:])
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        path.unlink()
    with pytest.raises(AssertionError, match="the network was asked"):
        _ = TrainedModel(own).outputs


@pytest.mark.slow
def test_the_pictures_of_a_folder_come_with_the_folder_of_each(learned: Workspace, tmp_path: Path) -> None:
    for artist, seed in (("A", 1), ("A", 2), ("B", 3)):
        write(tmp_path / "others" / artist / f"{seed}.jpg", photo(seed))
    outputs, artists = TrainedModel(learned).outputs_of_folder(tmp_path / "others")
    assert (len(outputs), artists.tolist()) == (3, ["A", "A", "B"])


@pytest.mark.slow
def test_a_picture_of_a_folder_that_can_not_be_read_is_left_out_and_named(
    learned: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "others" / "good.jpg", photo(1))
    write(tmp_path / "others" / "bad.jpg", b"no picture")
    assert len(TrainedModel(learned).outputs_of_folder(tmp_path / "others")[0]) == 1
    error = capsys.readouterr().err
    assert "Left out: " in error and "bad.jpg" in error


@pytest.mark.parametrize("name", ["empty", "not there"])
def test_a_folder_without_pictures_is_refused(name: str, learned: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match=f"no readable picture.*Received: others='.*{name}'"):
        TrainedModel(learned).outputs_of_folder(tmp_path / name)


# --- the decision rule ---


@pytest.mark.slow
@pytest.mark.usefixtures("with_features")
def test_what_is_learned_anew_is_written_at_once(own: Workspace) -> None:
    change_metadata(own, unknown_detector="", unknown_threshold=1.0, calibration={})
    model = TrainedModel(own)
    rule, _ = model.learn_decision_rule()
    again = TrainedModel(own)
    assert again.metadata.unknown_detector and again.metadata.unknown_threshold < 1 and again.metadata.calibration
    assert again.metadata == model.metadata
    for other in (model.decision_rule, again.decision_rule):
        assert_same_rule(rule, other, model.outputs)


@pytest.mark.slow
@pytest.mark.usefixtures("with_features")
def test_learning_says_how_well_unknown_artists_are_detected(own: Workspace) -> None:
    _, open_set = TrainedModel(own).learn_decision_rule()
    assert open_set is not None and open_set.artists == len(NAMES)


@pytest.mark.slow
@pytest.mark.usefixtures("with_features")
def test_pictures_of_others_are_what_detection_is_measured_on(own: Workspace, tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "others" / f"artist {number % 2}" / f"{number}.jpg", photo(number))
    _, open_set = TrainedModel(own).learn_decision_rule(tmp_path / "others")
    assert open_set is not None and (open_set.unknown.sum(), open_set.artists) == (4, 1)


def test_added_artists_are_written_at_once(own: Workspace) -> None:
    model = with_two_more(own)
    assert model.class_names == TrainedModel(own).class_names == [*NAMES, "Hilma", "Emily"]
    assert_same_rule(model.decision_rule, TrainedModel(own).decision_rule, model.outputs)


@pytest.mark.slow
@pytest.mark.usefixtures("with_features")
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


def test_a_threshold_written_by_hand_is_what_counts(own: Workspace) -> None:
    change_metadata(own, unknown_threshold=0.25)
    assert TrainedModel(own).decision_rule.detector.threshold == 0.25


def test_without_a_detector_of_its_own_it_takes_what_the_best_artist_lacks(divided: Workspace) -> None:
    rule = TrainedModel(divided).decision_rule
    outputs = ModelOutputs(np.zeros((1, 2), np.float32), np.log([[0.7, 0.2, 0.1]]))
    assert (rule.detector(outputs)[0], rule.detector.threshold) == (pytest.approx(0.3), 1.0)


def test_without_a_detector_of_its_own_nobody_is_added(own: Workspace) -> None:
    change_metadata(own, unknown_detector="")
    model = TrainedModel(own)
    with pytest.raises(DetectorError, match="04_evaluate"):
        model.keep_additions({"Hilma": some_outputs(3)})


@pytest.mark.parametrize(
    ("pattern", "error"), [("unknown_detector-*.npz", DetectorError), ("additions-*.npz", AdditionError)]
)
def test_a_damaged_file_beside_the_metadata_is_named(pattern: str, error: type[Exception], own: Workspace) -> None:
    with_two_more(own)
    (path,) = own.model().glob(pattern)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(error, match=f"{path.name} is .*damaged"):
        _ = TrainedModel(own).decision_rule


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("answers.npz", "known_works"),
        ("unknown_detector-*.npz", "decision_rule"),
        ("additions-*.npz", "decision_rule"),
    ],
)
def test_code_that_is_hidden_in_a_file_of_the_model_is_not_run(
    pattern: str, part: str, own: Workspace, tmp_path: Path
) -> None:
    with_two_more(own)
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


def kept_beside(workspace: Workspace) -> set[str]:
    return {path.name for path in workspace.model().glob("*-*.npz")}


STALE = {"gate-00000000.npz", "unknown_detector-00000000.npz", "additions-00000000.npz"}


@pytest.mark.parametrize(
    "change",
    [lambda model: model.keep_additions({}), lambda model: model.forget_addition("nobody")],
    ids=["kept", "forgotten"],
)
def test_stale_files_are_removed(change: Callable[[TrainedModel], object], own: Workspace) -> None:
    for name in STALE:
        write(own.model() / name, b"of an earlier rule")
    change(TrainedModel(own))
    assert kept_beside(own) == {TrainedModel(own).metadata.unknown_detector}


def test_the_files_in_use_are_kept(own: Workspace) -> None:
    metadata = with_two_more(own).metadata
    assert kept_beside(own) == {metadata.unknown_detector, metadata.additions}


def test_files_that_are_no_part_of_the_rule_are_left_alone(own: Workspace) -> None:
    others = [own.model() / name for name in ("answers.npz", "checkpoint.npz", "my-notes.txt")]
    for path in others[1:]:
        write(path, b"mine")
    with_two_more(own)
    assert all(path.exists() for path in others)


# --- known works ---


def test_the_works_of_the_split_are_known_by_their_outputs(learned: Workspace) -> None:
    model = TrainedModel(learned)
    assert not np.isnan(model.known_works.cosines(model.outputs.embeddings[:2])).any()


def test_works_that_were_never_looked_at_are_known_by_their_fingerprint_only(divided: Workspace) -> None:
    model = TrainedModel(divided)
    assert len(model.known_works.ids) == len(model.split.ids)
    assert np.isnan(model.known_works.cosines(np.ones((1, 2), np.float32))).all()


def test_the_works_of_an_added_artist_are_known_at_once(own: Workspace) -> None:
    """As the last row of the catalog, which came with the artist."""
    catalog = own.read_table(own.catalog)
    work = catalog.iloc[-1:].assign(id="3-0", source="added: work.png", artist="Hilma", sha256="0" * 64)
    with own.catalog.open("a", encoding="utf-8") as file:
        file.write(work.to_csv(index=False, header=False))
    model = TrainedModel(own)
    ids, outputs = some_outputs(3)
    assert np.isnan(model.known_works.cosines(outputs.embeddings[:1])[0, -1])
    model.keep_additions({"Hilma": (ids, outputs)})
    assert model.known_works.cosines(outputs.embeddings[:1])[0, -1] == pytest.approx(1, abs=1e-5)


# --- files that an earlier artlib wrote ---

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


@pytest.fixture
def earlier(own: Workspace) -> Workspace:
    """A model as artlib wrote it in format 1, with the detector that was learned and two added artists."""
    model = with_two_more(own)
    detector, additions = model.trained_detector, model.decision_rule.additions
    assert detector.scorers is not None
    np.savez(
        own.model() / "gate-0a1b2c3d.npz",
        names=np.array(list(detector.score_stats)),
        known=np.array(list(detector.score_stats.values())),
        steepness=np.array(detector.scale),
        threshold=np.array(detector.threshold),
        columns=np.array(detector.scorers.columns),
        neighbours_mean=detector.scorers.neighbours.mean,
        neighbours_reference=detector.scorers.neighbours.reference,
        subspace_mean=detector.scorers.subspace.mean,
        subspace_components=detector.scorers.subspace.components,
        subspace_centres=detector.scorers.subspace.centres,
        subspace_within=detector.scorers.subspace.within,
        subspace_overall=detector.scorers.subspace.overall,
    )
    hilma, emily = additions.artists
    np.savez(
        own.model() / "additions-4e5f6a7b.npz",
        names=np.array(["Hilma", "Emily"]),
        steepness=np.array(additions.scale),
        **{f"known_{score}": np.array(stats) for score, stats in (additions.score_stats or {}).items()},
        **{
            f"{number}_{part}": np.array(value)
            for number, artist in enumerate((hilma, emily))
            for part, value in {
                "ids": artist.ids,
                "embeddings": artist.outputs.embeddings,
                "logits": artist.outputs.logits,
                "weights": artist.weights,
                "bias": artist.bias,
            }.items()
        },
    )
    for name in (model.metadata.unknown_detector, model.metadata.additions):
        (own.model() / name).unlink()
    calibration = dict(model.metadata.calibration)
    calibration["doubt"] = calibration.pop("conformal_threshold")
    content = asdict(model.metadata) | {"gate": "gate-0a1b2c3d.npz", "additions": "additions-4e5f6a7b.npz"}
    del content["unknown_detector"]
    path = own.model() / "artist_model.json"
    path.write_text(json.dumps(content | {"calibration": calibration, "format": 1}), encoding="utf-8")
    return own


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
        format=2,
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


def test_the_detector_of_an_earlier_model_gives_the_same_scores(earlier: Workspace, learned: Workspace) -> None:
    detector, expected = TrainedModel(earlier).trained_detector, TrainedModel(learned).trained_detector
    outputs = TrainedModel(learned).outputs
    assert (detector(outputs) == expected(outputs)).all() and detector.threshold == expected.threshold


def test_the_added_artists_of_an_earlier_model_are_still_known(
    earlier: Workspace, learned: Workspace, tmp_path: Path
) -> None:
    expected = with_two_more(copy_of(learned, tmp_path / "again"))
    assert TrainedModel(earlier).class_names == [*NAMES, "Hilma", "Emily"]
    assert_same_rule(TrainedModel(earlier).decision_rule, expected.decision_rule, expected.outputs)


def test_the_detector_of_an_earlier_model_is_kept_while_it_is_in_use(earlier: Workspace) -> None:
    model = TrainedModel(earlier)
    model.keep_additions({})
    assert kept_beside(earlier) == {"gate-0a1b2c3d.npz"} == {TrainedModel(earlier).metadata.unknown_detector}


@pytest.mark.slow
@pytest.mark.usefixtures("with_features")
def test_learning_anew_brings_an_earlier_model_to_the_present_format(earlier: Workspace) -> None:
    TrainedModel(earlier).learn_decision_rule()
    content = json.loads((earlier.model() / "artist_model.json").read_text(encoding="utf-8"))
    assert content["format"] == 2 and "gate" not in content and "doubt" not in content["calibration"]
    assert kept_beside(earlier) == {content["unknown_detector"], content["additions"]}
    assert content["unknown_detector"].startswith("unknown_detector-")


@pytest.mark.parametrize("kind", [UnknownDetector, Additions])
def test_what_is_written_now_has_the_keys_that_an_earlier_artlib_reads(
    kind: type, earlier: Workspace, learned: Workspace, tmp_path: Path
) -> None:
    prefix = "gate" if kind is UnknownDetector else "additions"
    model = with_two_more(copy_of(learned, tmp_path / "again"))
    now = model.trained_detector if kind is UnknownDetector else model.decision_rule.additions
    (path,) = earlier.model().glob(f"{prefix}-*.npz")
    with np.load(path) as before, np.load(now.write(tmp_path)) as after:
        assert set(after.files) == set(before.files)


# --- whether it is there ---


def test_a_finished_training_on_the_present_split_is_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    assert is_trained(own) and is_trained(str(own.root), name="default")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("history.csv", None),
        ("history.csv", b""),
        ("history.csv", b"\xff\xfe no text"),
        ("history.csv", HISTORY.replace("elapsed", "time").encode()),  # as an earlier artlib wrote it
        ("checkpoint.npz", b"unfinished"),
    ],
)
def test_what_is_not_finished_is_not_trained(name: str, content: bytes | None, own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    if content is None:
        (own.model() / name).unlink()
    else:
        write(own.model() / name, content)
    assert not is_trained(own)


def test_a_model_of_an_earlier_split_is_not_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    make_split(own, seed=1)
    assert not is_trained(own)


def test_a_model_of_another_name_is_not_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    assert not is_trained(own, name="another")


def test_a_workspace_without_anything_has_no_trained_model(workspace: Workspace) -> None:
    assert not is_trained(workspace)


def test_a_trained_model_without_a_split_names_what_makes_one(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    own.split.unlink()
    with pytest.raises(WorkspaceError, match=r"no split\.csv.*03_train"):
        is_trained(own)


def test_damaged_metadata_are_no_answer_to_whether_it_is_trained(own: Workspace) -> None:
    write(own.model() / "history.csv", HISTORY.encode())
    write(own.model() / "artist_model.json", b"{")
    with pytest.raises(ModelError, match="Train again with 03_train"):
        is_trained(own)
