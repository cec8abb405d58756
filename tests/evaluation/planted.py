"""A planted evaluation: its figures are known beforehand, differ from part to part, and none of them is 0 or 1."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import artlib
from artlib.evaluation import findings
from artlib.evaluation.audit import Audit, Leaks, Robustness, Shortcuts
from artlib.evaluation.cleaning import Cleaning, Gain
from artlib.evaluation.measures import measure
from artlib.evaluation.result import Evaluation
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.decision_rule import DecisionRule
from artlib.recogniser.files import ModelMetadata, versions, write_metadata
from artlib.recogniser.openset.detector import UnknownDetector
from artlib.recogniser.openset.promise import Promise
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.proportion import proportion
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.disk.writing import write_table
from artlib.workspace.split import Split, read_split, split_hash

NAMES = ["Katsura", "Ross", "Wlop"]
COUNTS = {"train": 36, "validation": 20, "test": 16}
WRONG = {"train": 2, "validation": 3, "test": 4}  # the first of each part, each more confident than the one before
IDS = [f"p{number}" for number in range(72)]
PLACES = {image_id: f"originals/Wlop/{image_id}.jpg" for image_id in IDS}

ALL_RIGHT = proportion(np.ones(100, bool))
CLEAN = Audit(
    leaks=Leaks(100, [], [], [], ALL_RIGHT, ALL_RIGHT, 1.0, 5, []),
    shortcuts=Shortcuts(
        ALL_RIGHT,
        0.5,
        ["size"],
        [{"artist": name, "family": "size", "auroc": 0.5, "told": 0.0, "n": 24} for name in NAMES],
        [],
        0,
        [],
    ),
    robustness=Robustness(ALL_RIGHT, [], ALL_RIGHT, 0.0),
    suspects=pd.DataFrame(columns=["id", "artist", "looks_like", "probability"]),
)

CLEANING = Cleaning(20, 17, 0, 30, Gain(0.81, 0.84, 0.01, 0.06, 16))

# uncalibrated, an answer with margin 1.0 has a largest probability of 0.58, with 2.0 one of 0.79
RULE = DecisionRule(UnknownDetector.plain(threshold=0.35), Calibration(0.5, 0.9, 0.7, 20))
# known: firm and right, likely and wrong, not known; unknown: likely, not known
OPEN_SET = OpenSetResult(
    confidence=np.array([0.9, 0.5, 0.3, 0.4, 0.2]),
    unknown_scores=np.array([0.1, 0.2, 0.6, 0.4, 0.8]),
    strengths=np.array(["firm", "likely", "none", "likely", "none"]),
    unknown=np.array([False, False, False, True, True]),
    right=np.array([True, False, True, False, False]),
    artists=3,
    method="leaving each of 3 artists out in turn",
    promise=Promise(),
    shortage="",
)


def split_of(ids: Sequence[str] = IDS) -> Split:
    parts = np.repeat(list(COUNTS), list(COUNTS.values()))
    return Split(list(ids), np.arange(len(ids)) % 3, parts, np.array(ids), NAMES, np.ones(3))


def outputs_of(split: Split) -> ModelOutputs:
    predicted, margins = split.labels.copy(), np.full(len(split.ids), 2.0)
    for part, count in WRONG.items():
        rows = split.rows(part)[:count]
        predicted[rows] = (split.labels[rows] + 1) % 3
        margins[rows] = 1 + 0.4 * np.arange(count)
    logits = margins[:, None] * np.eye(3)[predicted]
    return ModelOutputs(np.zeros((len(logits), 1)), logits)


def evaluation_of(
    folder: Path, ids: Sequence[str] = IDS, audit: Audit = CLEAN, open_set: OpenSetResult | None = OPEN_SET
) -> Evaluation:
    split = split_of(ids)
    outputs = outputs_of(split)
    measured = measure(split, outputs, RULE, open_set, audit, CLEANING)
    recalls = pd.DataFrame({"share": [0.25, 0.5, 1.0], "images": [10, 20, 40], "recall": [0.16, 0.36, 0.56]})
    return Evaluation(
        metrics=measured,
        findings=findings.find(measured, audit, dict(zip(ids, PLACES.values(), strict=True))),
        split=split,
        metadata=ModelMetadata(NAMES, "efficientnet_lite0", 224, "artlib", 0, 0.35, "", {"artlib": "0"}),
        probabilities=RULE.calibration.probabilities(outputs.logits),
        uncalibrated=outputs.probabilities,
        unknown_scores=RULE.answer(outputs).unknown_scores,
        open_set=open_set,
        audit=audit,
        cleaning=CLEANING,
        recall_curves=recalls.assign(artist="Wlop", low=recalls["recall"] - 0.1, high=recalls["recall"] + 0.1),
        folder=folder,
    )


def leaky(ids: Sequence[str]) -> Audit:
    """An audit that found two leaks, two label issues and a near-duplicate group among images of these ids."""
    random, grouped = proportion(np.arange(100) < 87), proportion(np.arange(100) < 73)
    leaks = Leaks(72, [list(ids[4:7])], [list(ids[0:2])], [(ids[40], ids[3])], random, grouped, 0.001, 5, [])
    suspects = {"id": [ids[8], ids[9]], "artist": ["Wlop", "Ross"], "looks_like": ["Ross", "Katsura"]}
    return replace(CLEAN, leaks=leaks, suspects=pd.DataFrame(suspects | {"probability": [0.91, np.nan]}))


# --- a model whose frozen features are planted ---


def features_of(split: Split, width: int, spread: float) -> np.ndarray:
    """Features around a point for each artist."""
    noise = np.random.default_rng(0).normal(size=(len(split.ids), width))
    return (4 * np.eye(3, width)[split.labels] + spread * noise).astype(np.float32)


def train_without_network(
    collected: Workspace, workspace: Workspace, artists: int = 3, each_group: int = 1
) -> Workspace:
    """Make a workspace with a model that has no network.

    Of 24 images of each artist 5 are in the validation part (4 if groups have two images) and 8 in the test part.
    """
    shutil.copytree(collected.root, workspace.root)
    catalog = read_catalog(workspace)
    write_table(workspace.catalog, catalog[catalog["artist"].isin(sorted(set(catalog["artist"]))[:artists])])
    artlib.make_split(workspace)
    table = workspace.read_table(workspace.split).sort_values("artist", kind="stable")
    place = table.groupby("artist").cumcount()
    validation = 5 - 5 % each_group
    table["part"] = np.select([place < validation, place < validation + 8], ["validation", "test"], "train")
    table["group"] = [f"group {number // each_group}" for number in range(len(table))]
    write_table(workspace.split, table)
    names = read_split(workspace).class_names
    metadata = ModelMetadata(names, "efficientnet_lite0", 224, "artlib", 0, 1.0, split_hash(workspace), versions())
    write_metadata(workspace.model(), metadata)
    return workspace


@contextmanager
def frozen_features(features: Callable[[Split], np.ndarray]) -> Iterator[None]:
    """Plant what a model's backbone gives for the pictures of its split."""

    def planted(model: TrainedModel, ids: Sequence[str]) -> np.ndarray:
        assert list(ids) == model.split.ids
        return features(model.split)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainedModel, "frozen_features", planted)
        yield
