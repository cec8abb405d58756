"""The trained model: each part is read once, and what can't be right is refused."""

from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of
from drawing import photo, write
from learned_model import NAMES, change_metadata, divide, learn, some_outputs

from artlib.errors import ArgumentError
from artlib.images import load
from artlib.inference.pixels import resize_to_square
from artlib.recogniser.files import ModelError
from artlib.recogniser.openset import Promise
from artlib.recogniser.saved_network import SavedNetwork
from artlib.recogniser.stored_outputs import write_outputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.training.splitting import make_split
from artlib.workspace import Workspace, WorkspaceError


@pytest.fixture(scope="module")
def divided(collected: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a model that has learned no decision rule; only to be read."""
    return divide(collected, tmp_path_factory.mktemp("divided") / "data")


@pytest.fixture(scope="module")
def learned(divided: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same with a decision rule; only to be read."""
    return learn(divided, tmp_path_factory.mktemp("learned") / "data")


@pytest.fixture
def own(learned: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be written."""
    return copy_of(learned, tmp_path / "data")


# --- what it is read from ---


def test_a_missing_model_names_the_command_that_makes_it(divided: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"(?s)another/artist_model\.json.*artlib train"):
        TrainedModel(divided, "another")


def test_the_path_of_a_workspace_is_taken_as_well_as_a_workspace(divided: Workspace) -> None:
    assert TrainedModel(str(divided.root)).metadata == TrainedModel(divided).metadata


def test_the_metadata_are_read_once(own: Workspace) -> None:
    model = TrainedModel(own)
    (own.model() / "artist_model.json").write_text("{")
    assert model.class_names == NAMES
    assert model.decision_rule.unknown_threshold == model.metadata.unknown_threshold


@pytest.mark.parametrize(
    "part", ["network", "recogniser", "split", "outputs", "known_works", "decision_rule", "confidence"]
)
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
def test_without_its_network_the_error_names_the_command_that_makes_it(part: str, own: Workspace) -> None:
    (own.model() / "model.keras").unlink()
    with pytest.raises(WorkspaceError, match=r"(?s)model\.keras.*artlib train"):
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
    monkeypatch.delattr(SavedNetwork, "recogniser")
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


# --- other artists ---


def test_an_empty_path_for_other_artists_is_refused_and_not_passed_over(untrained: Workspace) -> None:
    with pytest.raises(ArgumentError, match="path is empty. Received: others=''"):
        TrainedModel(untrained).learn_decision_rule("")


@pytest.mark.slow
def test_other_artists_are_seen_by_the_model_and_by_its_backbone(learned: Workspace, tmp_path: Path) -> None:
    for artist, seed in (("A", 1), ("A", 2), ("B", 3)):
        write(tmp_path / "others" / artist / f"{seed}.jpg", photo(seed))
    model = TrainedModel(learned)
    others = model.look_at_others(tmp_path / "others")
    assert (others.names, others.artists.tolist()) == (["A", "B"], [0, 0, 1])
    assert others.outputs.logits.shape == (3, len(NAMES))
    pixels = resize_to_square(load(tmp_path / "others" / "B" / "3.jpg"), model.prepared_side)[None]
    assert others.outputs.logits[2] == pytest.approx(model.recogniser(pixels, progress=False).logits[0], abs=1e-3)
    assert len(others.frozen) == 3 and len(np.unique(others.frozen, axis=0)) == 3


def test_a_folder_without_pictures_is_refused(learned: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match="no readable picture.*Received: others='.*empty'"):
        TrainedModel(learned).look_at_others(tmp_path / "empty")
    with pytest.raises(ArgumentError, match="There is no such folder. Received: others='.*not there'"):
        TrainedModel(learned).look_at_others(tmp_path / "not there")


# --- what users can change in the metadata ---


def test_a_promise_written_by_hand_is_what_counts(own: Workspace) -> None:
    change_metadata(own, firm_error=0.2, unknown_share=0.1)
    confidence = TrainedModel(own).confidence
    assert confidence is not None and confidence.promise == Promise(0.2, 0.1)


def test_a_promise_out_of_range_written_by_hand_is_named(own: Workspace) -> None:
    change_metadata(own, unknown_share=50)
    with pytest.raises(ModelError, match="unknown_share must be a number from 0 to below 1. Received: 50"):
        _ = TrainedModel(own).decision_rule


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
