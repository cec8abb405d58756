"""Training: a recipe's phases on a workspace's split, with history, the best weights and progress bars."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from tqdm.keras import TqdmCallback

from artlib import backbones, plots, recipes
from artlib.backbones import Backbone
from artlib.batches import ArtworkBatches, part_batches
from artlib.errors import warn
from artlib.features import frozen_features
from artlib.inference import class_probabilities, unknown_scores
from artlib.model import HEAD, Description, build_model, save, split_hash, versions
from artlib.prepared import prepare, prepared_side
from artlib.recipes import Phase
from artlib.split import Split, read_split
from artlib.workspace import Workspace, WorkspaceError, write_table

ACCEPTED = 0.95  # share of the known artists' validation images that must not be called unknown


@dataclass(frozen=True)
class Run:
    """A finished training.

    Attributes:
        model: the trained keras.Model, with its best weights.
        description: what artist_model.json says of it.
        history: one row an epoch: phase, epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds, kept
            (the best of its phase; the model is the last of these).
        folder: where the model lies.
    """

    model: keras.Model
    description: Description
    history: pd.DataFrame
    folder: Path

    def __str__(self) -> str:
        kept = self.history[self.history["kept"]]
        what = (
            "kept the weights it began with, since no epoch was better"
            if kept.empty
            else "kept epoch {epoch} of phase {phase!r} with validation accuracy {val_accuracy:.3f}".format(
                **kept.iloc[-1]
            )
        )
        return (
            f"{self.description.recipe} recipe on {self.description.backbone}: {len(self.history)} epochs in "
            f"{self.history['seconds'].sum():.0f} s; {what}. Saved in {self.folder}."
        )

    def plot(self) -> plots.Figure:
        """Draw the learning curves of all phases."""
        return plots.learning_curves(self.history)


@dataclass(frozen=True)
class _Task:
    """What all phases of one training have in common."""

    workspace: Workspace
    split: Split
    backbone: Backbone
    model: keras.Model
    weights: str | Path | None
    image_size: int
    seed: int


class EpochLog(keras.callbacks.Callback):
    """Keeps one row an epoch of a phase: its metrics, learning rate and seconds."""

    def __init__(self, phase: str) -> None:
        super().__init__()
        self.phase = phase
        self.rows: list[dict[str, Any]] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        row = {"phase": self.phase, "epoch": epoch + 1, **{name: float(value) for name, value in (logs or {}).items()}}
        row["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self.rows.append(row | {"seconds": time.perf_counter() - self.started})


class KeepBest(keras.callbacks.EarlyStopping):
    """Stops early and leaves the best weights; where no epoch was better, or none was finished, those from before."""

    def __init__(self, validation: Any, patience: int) -> None:
        super().__init__(patience=patience, restore_best_weights=True)
        self.validation = validation

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        super().on_train_begin(logs)
        if self.validation is None:
            return
        given = self.validation if isinstance(self.validation, tuple) else (self.validation,)
        self.best = self.model.evaluate(*given, verbose=0, return_dict=True)["loss"]
        self.best_weights, self.best_epoch = self.model.get_weights(), -1


def train(
    workspace: Workspace,
    recipe: str = "artlib",
    backbone: str = "auto",
    name: str = "default",
    epochs: int | None = None,
    seed: int = 0,
    image_size: int = 224,
    weights: str | Path | None = None,
) -> Run:
    """Train a recogniser and save it as `models/<name>/`.

    Interrupting it keeps the best weights so far and saves them. On one machine the same seed gives the same model.

    Args:
        workspace: with a split.
        recipe: "artlib" or "original".
        backbone: resnet50, efficientnet_lite0 or auto.
        name: of the model; an earlier one of that name is replaced when the new one is finished.
        epochs: at most so many in each phase that runs the network; None takes the recipe's own number.
        seed: of every random choice.
        image_size: height and width of what the network sees, in pixels.
        weights: a weights file; None takes the ImageNet ones.

    Raises:
        WorkspaceError: there is no split, or it holds no image to validate on.
        WeightsError: the weights can't be had or do not fit.
        ValueError: an unknown recipe or backbone.
    """
    folder, split = workspace.model(name), read_split(workspace)
    if not len(split.rows("validation")):
        raise WorkspaceError(
            "The split has no validation image: every artist has too few. Collect more, then split again."
        )
    network = backbones.choose(backbone)
    phases = recipes.recipe_phases(recipe, network, epochs)
    keras.utils.set_random_seed(seed)
    model = build_model(split.class_names, network, image_size, weights or "imagenet")
    task = _Task(workspace, split, network, model, weights, image_size, seed)
    history = _run_phases(task, phases)
    description = Description(
        class_names=split.class_names,
        backbone=network.name,
        image_size=image_size,
        recipe=recipe,
        seed=seed,
        unknown_threshold=_unknown_threshold(task),
        data_hash=split_hash(workspace),
        versions=versions(),
    )
    save(workspace, name, model, description)
    write_table(folder / "history.csv", history)
    return Run(model, description, history, folder)


def _run_phases(task: _Task, phases: list[Phase]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for phase in phases:
        log = EpochLog(phase.name)
        try:
            _run_phase(task, phase, log, later=bool(rows))
        except KeyboardInterrupt:
            warn(f"Interrupted in phase {phase.name!r}: the best weights so far are kept and saved.")
            if not rows + log.rows:
                raise
            break
        finally:
            rows += log.rows
    return pd.DataFrame(rows)


def _run_phase(task: _Task, phase: Phase, log: EpochLog, later: bool) -> None:
    recipes.prepare_layers(task.model, task.backbone, phase.trainable)
    learner = _head_on_features(task.model) if phase.frozen_features else task.model
    data = _features(task, phase) if phase.frozen_features else _pictures(task, phase)
    steps = -(-len(data["x"]) // phase.batch_size) if phase.frozen_features else len(data["x"])
    learner.compile(
        optimizer=recipes.optimizer(phase, steps),
        loss=recipes.loss(phase, len(task.split.class_names)),
        metrics=["accuracy"],
    )
    # before the first phase there is nothing worth keeping
    best = KeepBest(data["validation_data"] if later else None, phase.patience or phase.epochs)
    try:
        learner.fit(
            **data,
            epochs=phase.epochs,
            class_weight=dict(enumerate(task.split.class_weights)),
            shuffle=phase.frozen_features,  # batches of pictures shuffle themselves, by the seed and the epoch
            callbacks=[log, best, *recipes.callbacks(phase), TqdmCallback(verbose=1, desc=phase.name)],
            verbose=0,
        )
    except KeyboardInterrupt:
        best.on_train_end()
        raise
    finally:
        log.rows[:] = [row | {"kept": epoch == best.best_epoch} for epoch, row in enumerate(log.rows)]


def _pictures(task: _Task, phase: Phase) -> dict[str, ArtworkBatches]:
    def batches(part: str) -> ArtworkBatches:
        return part_batches(task.workspace, task.split, part, task.image_size, phase.batch_size, task.seed)

    return {"x": batches("train"), "validation_data": batches("validation")}


def _features(task: _Task, phase: Phase) -> dict[str, Any]:
    """Return the frozen features of the whole and the mirrored training pictures, and of the validation pictures."""
    views = [
        frozen_features(task.workspace, task.split.ids, task.backbone, task.weights, flipped=flipped)
        for flipped in (False, True)
    ]
    training, validation = task.split.rows("train"), task.split.rows("validation")
    return {
        "x": np.concatenate([view[training] for view in views]),
        "y": np.tile(task.split.labels[training], len(views)),
        "validation_data": (views[0][validation], task.split.labels[validation]),
        "batch_size": phase.batch_size,
    }


def _head_on_features(model: keras.Model) -> keras.Model:
    """Return a model of the head's own layers that starts at the pooled features: training it trains `model`'s head."""
    features = keras.Input((model.get_layer("pooled").output.shape[-1],), name="features")
    return keras.Model(features, model.get_layer(HEAD)(model.get_layer("dropout")(features)))


def _unknown_threshold(task: _Task) -> float:
    pixels = prepare(task.workspace, task.split.ids, prepared_side(task.image_size))
    probabilities = class_probabilities(task.model, pixels, task.split.rows("validation"))
    return float(np.quantile(unknown_scores(probabilities), ACCEPTED))
