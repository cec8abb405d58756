"""A phase of a training: one call of fit() on the layers that it trains, with their data."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow
from tqdm.keras import TqdmCallback

from artlib.backbones import Backbone
from artlib.inference.features import VIEWS, frozen_features
from artlib.recogniser.model import HEAD, POOLED, head_of, standardise
from artlib.training import checkpoint, recipes
from artlib.training.batches import FeatureBatches, part_batches
from artlib.training.callbacks import Checkpoint, EpochLog, KeepBest, Plateau
from artlib.training.checkpoint import TrainingState
from artlib.training.recipes import Phase
from artlib.workspace import Workspace
from artlib.workspace.split import Split

KEPT_EVERY = 300.0  # seconds, where the workspace is kept elsewhere


@dataclass(frozen=True)
class TrainingContext:
    """What all phases of one training have in common.

    Attributes:
        workspace: of the training.
        split: the images that it learns from.
        backbone: of the model.
        model: the model to train.
        weights: "imagenet" or the file of the backbone's pre-trained weights.
        image_size: height and width in pixels.
        seed: of every random choice.
        folder: of the model, for the checkpoint.
        strategy: how the steps are distributed over devices; the model was built in its scope.
        began: when training began, in seconds of time.perf_counter, minus the seconds of earlier sessions.
    """

    workspace: Workspace
    split: Split
    backbone: Backbone
    model: keras.Model
    weights: str
    image_size: int
    seed: int
    folder: Path
    strategy: tensorflow.distribute.Strategy
    began: float


def run(context: TrainingContext, phase: Phase, state: TrainingState) -> bool:
    """Run one phase from the epoch in `state` on, and restore the best weights in the model.

    Returns:
        Whether it was finished; if False, it was interrupted, and the best weights so far are in the model.

    Raises:
        KeyboardInterrupt: it was interrupted before there were weights worth keeping.
    """
    finished = True
    earlier = [row for row in state.rows if row["phase"] != phase.name]
    prepare_layers(context.model, context.backbone, phase.trainable)
    # the standardised features are set from the data, though no gradient reaches them
    learned = {layer.name for layer in context.model.layers if layer.variables and layer.trainable} | set(HEAD)
    state.learned = sorted(learned.union(state.learned))
    data = _features if phase.frozen_features else _pictures
    training, validation = data(context, phase, state)
    learner = _compiled(context, phase, len(training))
    # before the first phase there are no trained weights to keep
    best = KeepBest(validation if earlier else None, phase.patience or phase.epochs, state)
    keep = functools.partial(context.workspace.keep, at_most_every=KEPT_EVERY)
    saving = Checkpoint(context.folder, context.model, state, best, keep)
    try:
        learner.fit(
            training,
            validation_data=validation,
            initial_epoch=state.epoch,
            epochs=phase.epochs,
            class_weight=dict(enumerate(context.split.class_weights)),
            shuffle=False,  # the batches shuffle themselves, by the seed and the epoch
            callbacks=_callbacks(context, phase, state, best, saving),
            verbose=0,
        )
    except BaseException as error:  # whatever ended it, the epochs before are not lost
        saving.write()
        if not isinstance(error, KeyboardInterrupt):
            raise
        if best.best_weights is None:
            raise
        best.on_train_end()
        finished = False
    for place, row in enumerate(state.rows[len(earlier) :]):
        row["kept"] = place == best.best_epoch
    return finished


def _compiled(context: TrainingContext, phase: Phase, steps_per_epoch: int) -> keras.Model:
    """Return the model that a phase trains: the whole, or the head alone."""
    with context.strategy.scope():
        learner = head_of(context.model) if phase.frozen_features else context.model
        learner.compile(
            optimizer=recipes.optimizer(phase, steps_per_epoch),
            loss=recipes.loss(phase, len(context.split.class_names)),
            metrics=["accuracy"],
        )
        learner.optimizer.build(learner.trainable_variables)
    return learner


def _callbacks(
    context: TrainingContext, phase: Phase, state: TrainingState, best: KeepBest, saving: Checkpoint
) -> list[keras.callbacks.Callback]:
    """Return a phase's callbacks in their order: those that keep and save weights come after the averaging."""
    past = [row for row in state.rows if row["phase"] == phase.name]
    return [
        EpochLog(state, phase.name, context.began),
        *([keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if phase.averaging else []),
        best,
        *([Plateau(past)] if phase.schedule == "plateau" else []),
        saving,
        TqdmCallback(verbose=1, desc=phase.name),
    ]


def finish(context: TrainingContext, state: TrainingState) -> None:
    """Write a checkpoint at the beginning of the next phase."""
    state.phase, state.epoch = state.phase + 1, 0
    state.variables = checkpoint.values(checkpoint.variables_of(context.model, state.learned))
    state.optimizer, state.best, state.best_weights = [], {}, []
    checkpoint.write(context.folder, state)
    context.workspace.keep()


def prepare_layers(model: keras.Model, backbone: Backbone, trainable: str) -> None:
    """Set which layers of a model learn: "all", the "head", or those from one of the backbone's stages on."""
    if trainable == "all":
        model.trainable = True
    else:
        backbone.freeze_below(model, None if trainable == "head" else trainable)


def _pictures(context: TrainingContext, phase: Phase, state: TrainingState) -> tuple[Any, Any]:
    def batches(part: str, epoch: int = 0) -> Any:
        size, seed = context.image_size, context.seed
        return part_batches(context.workspace, context.split, part, size, phase.batch_size, seed, epoch)

    return batches("train", state.epoch), batches("validation")


def _features(context: TrainingContext, phase: Phase, state: TrainingState) -> tuple[Any, Any]:
    """Return batches of the frozen features of the training pictures in all views, and of the validation pictures."""
    training, validation = context.split.rows("train"), context.split.rows("validation")
    asked = (context.workspace, context.split.ids, context.backbone, context.image_size, context.weights)
    # a head on the last level alone takes the last columns
    width = context.model.get_layer(POOLED).output.shape[-1]
    # whole views of all pictures, because 04_evaluate needs them; mirrored views of the training pictures only
    whole = frozen_features(*asked)[:, -width:]
    others = [frozen_features(*asked, view, training)[:, -width:] for view in VIEWS[1:]]
    features = np.concatenate([whole[training], *others])
    standardise(context.model, features)
    labels = np.tile(context.split.labels[training], len(VIEWS))
    return (
        FeatureBatches(features, labels, phase.batch_size, shuffle=True, seed=context.seed, epoch=state.epoch),
        FeatureBatches(whole[validation], context.split.labels[validation], 256, shuffle=False),
    )
