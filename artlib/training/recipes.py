"""The two recipes: each a list of phases that training runs one after the other on one model."""

from dataclasses import dataclass, replace
from typing import Any

import keras
from keras import ops

from artlib.backbones import Backbone
from artlib.errors import ArgumentError


@dataclass(frozen=True)
class Phase:
    """One call of fit().

    Attributes:
        name: for the history and the progress bar.
        epochs: the limit.
        trainable: "all", "head", or the backbone's stage from which on layers are trained.
        learning_rate: the highest in the phase.
        batch_size: images in a step.
        schedule: "plateau" divides the rate by ten after 5 epochs without a better validation loss; "cosine" warms up
            for half an epoch, then falls to zero; "constant" keeps it.
        patience: stop after so many epochs without a better validation loss; None never stops early.
        weight_decay: of AdamW; 0 takes Adam.
        label_smoothing: share of each label that is distributed over all artists (0-1).
        averaging: validate and keep the exponentially weighted mean of the weights over about so many last epochs
            (Polyak & Juditsky, Acceleration of stochastic approximation by averaging, 1992); 0 keeps the last weights.
        frozen_features: train the head alone on features computed once, which takes seconds.
    """

    name: str
    epochs: int
    trainable: str
    learning_rate: float
    batch_size: int = 16
    schedule: str = "constant"
    patience: int | None = None
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    averaging: float = 0.0
    frozen_features: bool = False


FEW = 1000  # training pictures; with fewer, fine-tuning would end after too few steps (docs/training.md)
LEVELS = {"original": "last", "artlib": "all"}  # of the backbone, for each recipe's head


def recipe_phases(recipe: str, backbone: Backbone, epochs: int | None = None, images: int | None = None) -> list[Phase]:
    """Return a recipe's phases.

    `original` is the student project's: all layers for 10 epochs with a learning rate that drops on plateaus, then the
    core frozen and 25 more with early stopping after 5. `artlib` uses the opposite order (Kumar et al.,
    Fine-tuning can distort pretrained features, 2022): the head on frozen features first, then the upper stages with
    it, every BatchNormalization layer frozen. A small collection is fine-tuned for more and smaller steps.

    Args:
        recipe: "artlib" or "original".
        backbone: its freezing point and its learning rate of fine-tuning are used.
        epochs: the limit for each phase that runs the network; None takes the recipe's own number.
        images: how many are learned from; None means many.

    Raises:
        ValueError: an unknown recipe or a negative number of epochs.
    """
    few = images is not None and images < FEW
    tuning_epochs, tuning_batch = (16, 16) if few else (8, 32)
    recipes = {
        "original": [
            Phase("all layers", 10, "all", 1e-4, schedule="plateau"),
            Phase("core frozen", 25, "head", 1e-4, patience=5),
        ],
        "artlib": [
            Phase("head", 40, "head", 3e-4, 64, weight_decay=1e-2, patience=5, frozen_features=True),
            Phase(
                *("fine-tune", tuning_epochs, backbone.fine_tune_from, backbone.learning_rate, tuning_batch, "cosine"),
                weight_decay=0.05,
                label_smoothing=0.1,
                averaging=1.3,
            ),
        ],
    }
    if recipe not in recipes:
        raise ArgumentError(f"Known recipes: {', '.join(recipes)}. Received: recipe={recipe!r}.")
    if epochs is None:
        return recipes[recipe]
    if epochs < 0:
        raise ArgumentError(f"The number of epochs must be 0 or more. Received: epochs={epochs}.")
    limited = [
        phase if phase.frozen_features else replace(phase, epochs=min(phase.epochs, epochs))
        for phase in recipes[recipe]
    ]
    if not any(phase.epochs for phase in limited):
        raise ArgumentError(f"With epochs={epochs} the recipe {recipe!r} has no epoch to run. Give 1 or more.")
    return [phase for phase in limited if phase.epochs]


def optimizer(phase: Phase, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Return the optimizer of a phase, with its schedule where it depends on the step."""
    rate: float | keras.optimizers.schedules.LearningRateSchedule = phase.learning_rate
    if phase.schedule == "cosine":
        warm_up = max(1, steps_per_epoch // 2)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0,
            max(1, steps_per_epoch * phase.epochs - warm_up),
            warmup_target=phase.learning_rate,
            warmup_steps=warm_up,
        )
    averaging: dict[str, Any] = {}
    if phase.averaging:
        averaging = {"use_ema": True, "ema_momentum": 1 - 1 / max(1.0, phase.averaging * steps_per_epoch)}
    if phase.weight_decay:
        return keras.optimizers.AdamW(rate, weight_decay=phase.weight_decay, **averaging)
    return keras.optimizers.Adam(rate, **averaging)


def loss(phase: Phase, number_of_artists: int):
    """Return the cross-entropy of integer labels, with the phase's label smoothing."""
    if not phase.label_smoothing:
        return keras.losses.SparseCategoricalCrossentropy()

    def smoothed_crossentropy(labels, probabilities):
        one_hot = ops.one_hot(ops.cast(ops.reshape(labels, (-1,)), "int32"), number_of_artists)
        return keras.losses.categorical_crossentropy(one_hot, probabilities, label_smoothing=phase.label_smoothing)

    return smoothed_crossentropy
