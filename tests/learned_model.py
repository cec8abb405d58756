"""A model that learned its decision rule from planted outputs: the trained artists are clouds on an axis each."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import copy_of
from drawing import LOOKS

from artlib.recogniser import leave_out
from artlib.recogniser.decision_rule import DecisionRule
from artlib.recogniser.files import ModelMetadata, save_model, versions
from artlib.recogniser.model import build_model
from artlib.recogniser.others import Others
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.stored_outputs import write_outputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.training.splitting import make_split
from artlib.workspace import Workspace
from artlib.workspace.split import split_hash

NAMES = sorted(LOOKS)
WIDTH = 40


def divide(collected: Workspace, root: Path) -> Workspace:
    """Make a split, and a model on it that was never trained and has learned no decision rule."""
    workspace = copy_of(collected, root)
    make_split(workspace)
    network = build_model(NAMES, backbone="efficientnet_lite0", image_size=64, weights=None)
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel * 200, bias])  # so that its outputs differ clearly between pictures
    metadata = ModelMetadata(NAMES, "efficientnet_lite0", 64, "artlib", 0, 1.0, split_hash(workspace), versions())
    save_model(workspace.model(), network, metadata)
    return workspace


def learn(divided: Workspace, root: Path) -> Workspace:
    """Copy it, store such outputs as a trained model has, and learn the decision rule from them."""
    workspace = copy_of(divided, root)
    model = TrainedModel(workspace)
    labels = model.split.labels
    write_outputs(model.folder, model.model_hash, model.split.ids, outputs_on(labels))
    detector, confidence, _ = leave_out.fit(model.split, model.outputs, model.outputs.embeddings)
    files = {"unknown_detector": detector.write(model.folder).name, "confidence": confidence.write(model.folder).name}
    change_metadata(workspace, unknown_threshold=0.5, **files)
    TrainedModel(workspace).keep_additions({})
    return workspace


def outputs_on(axes: Sequence[int] | np.ndarray, seed: int = 0) -> ModelOutputs:
    """Outputs of the model for pictures on these axes; the first three are the trained artists'."""
    noise = np.random.default_rng(seed).normal(size=(len(axes), WIDTH))
    embeddings = (6 * np.eye(WIDTH)[np.asarray(axes)] + noise).astype(np.float32)
    return ModelOutputs(embeddings, embeddings[:, : len(NAMES)])


def some_outputs(axis: int) -> tuple[list[str], ModelOutputs]:
    """Ids and outputs of six pictures by an artist who is none of the trained ones."""
    return [f"{axis}-{number}" for number in range(6)], outputs_on([axis] * 6, axis)


def some_others(axes: Sequence[int] = (7, 8)) -> Others:
    """Pictures by other artists, eight of each."""
    labels = np.repeat(np.arange(len(axes)), 8)
    outputs = outputs_on(np.array(axes)[labels], seed=5)
    return Others([f"other {axis}" for axis in axes], labels, outputs, outputs.embeddings)


@contextmanager
def without_backbone() -> Iterator[None]:
    """Frozen features are the outputs' embeddings, and every folder holds the works of `some_others`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainedModel, "frozen_features", lambda model, _: model.outputs.embeddings)
        patch.setattr(TrainedModel, "look_at_others", lambda _, folder: some_others() if folder else None)
        yield


def with_two_more(workspace: Workspace) -> TrainedModel:
    """A model to which two artists were added."""
    model = TrainedModel(workspace)
    model.keep_additions({"Hilma": some_outputs(3), "Emily": some_outputs(4)})
    return model


def change_metadata(workspace: Workspace, **changes: object) -> None:
    path = workspace.model() / "artist_model.json"
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    content.pop("checks", None)  # an earlier artlib wrote none
    path.write_text(json.dumps(content), encoding="utf-8")


def assert_same_rule(rule: DecisionRule, other: DecisionRule, outputs: ModelOutputs) -> None:
    assert (rule.detector.threshold, rule.unknown_threshold) == (other.detector.threshold, other.unknown_threshold)
    assert rule.calibration == other.calibration
    assert rule.additions.names == other.additions.names
    answers, others = (each.answer(each.additions.join(outputs)) for each in (rule, other))
    assert answers.probabilities == pytest.approx(others.probabilities, abs=1e-6)
    assert answers.unknown_scores == pytest.approx(others.unknown_scores, abs=1e-6)
    assert answers.confidence == pytest.approx(others.confidence, abs=1e-6, nan_ok=True)
    assert answers.strengths.tolist() == others.strengths.tolist()


def kept_beside(workspace: Workspace) -> set[str]:
    return {path.name for path in workspace.model().glob("*-*.npz")}


def rule_files(workspace: Workspace) -> set[str]:
    """The files that the metadata name."""
    metadata = TrainedModel(workspace).metadata
    named = (metadata.unknown_detector, metadata.additions, metadata.confidence, metadata.others)
    return {name for name in named if name}


def make_others_folder(workspace: Workspace, *pictures: Path) -> Path:
    """Make the folder to which `artlib collect others` brings works, with one artist in it."""
    folder = workspace.others / "Somebody"
    folder.mkdir(parents=True)
    for picture in pictures:
        shutil.copy(picture, folder)
    return workspace.others
