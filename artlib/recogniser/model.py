"""The model: a pre-trained backbone, pooling, dropout and one dense layer."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from artlib import backbones
from artlib.backbones import Backbone
from artlib.errors import ArgumentError
from artlib.recogniser.head import STANDARDISED

POOLED, HEAD = "pooled", (STANDARDISED, "dropout", "artists")
DROPOUT = 0.3
# Of 2,064 features of 3,056 paintings, all but 20 have a larger variance. Without this minimum, a feature that hardly
# varies in a small collection would be scaled up so much that it could outweigh all others.
LEAST_VARIANCE = 0.01


def build_model(
    artists: Sequence[str] | pd.DataFrame,
    *,
    backbone: str | Backbone = "resnet50",
    image_size: int = 224,
    weights: str | Path | None = "imagenet",
    levels: str = "all",
) -> keras.Model:
    """Build an untrained recogniser on a pre-trained backbone, every layer in one graph.

    Preprocessing is part of the graph: float or uint8 RGB 0-255 (n, image_size, image_size, 3) goes in, probabilities
    (n, artists) come out. The backbone is not nested, so that heat maps can reach its layers.

    Args:
        artists: the artists' names, or the table of artists.csv with its column `name`.
        backbone: one of artlib.backbones.BACKBONES, or auto.
        image_size: height and width in pixels, at least 32.
        weights: "imagenet", a weights file, or None for random ones.
        levels: "all" gives the head every stage of the backbone, each feature standardised; "last" only the last stage,
            not standardised.

    Returns:
        A functional keras.Model, not compiled.

    Raises:
        ValueError: fewer than two artists, one given twice, a size under 32 or an unknown backbone.
        WeightsError: the weights can't be had or do not fit.
    """
    names = class_names(artists)
    if image_size < 32:
        raise ArgumentError(
            f"The networks halve the picture 5 times, so they need 32 pixels. Received: image_size={image_size}."
        )
    network = backbone if isinstance(backbone, Backbone) else backbones.choose(backbone)
    inputs = keras.Input((image_size, image_size, 3), name="image")
    features = network.pooled(inputs, levels)
    _, dropout, artists_layer = HEAD
    if levels == "all":  # their scales differ by a factor of 1,000; before training, variance 1 is assumed
        features = keras.layers.BatchNormalization(
            center=False, scale=False, epsilon=LEAST_VARIANCE, name=STANDARDISED
        )(features)
    features = keras.layers.Dropout(DROPOUT, name=dropout)(features)
    outputs = keras.layers.Dense(len(names), activation="softmax", dtype="float32", name=artists_layer)(features)
    model = keras.Model(inputs, outputs, name=f"artlib_{network.name}")
    network.load_weights(model, weights)
    return model


def head_of(model: keras.Model) -> keras.Model:
    """Return a model of the head's layers alone, from the pooled features on: training it trains `model`'s head."""
    features = keras.Input((model.get_layer(POOLED).output.shape[-1],), name="features")
    outputs = features
    for layer in model.layers:
        if layer.name in HEAD:
            outputs = layer(outputs)
    return keras.Model(features, outputs)


def standardise(model: keras.Model, features: np.ndarray) -> None:
    """Set the head's standardisation so that `features`, float (n, width), get mean 0 and variance 1."""
    for layer in model.layers:
        if layer.name == STANDARDISED:
            layer.set_weights([features.mean(axis=0), features.var(axis=0)])


def trunk_of(model: keras.Model) -> keras.Model:
    """Return the part of a model that is left without its head: from pictures to pooled features (n, width)."""
    return keras.Model(model.input, model.get_layer(POOLED).output)


def class_names(artists: Sequence[str] | pd.DataFrame) -> list[str]:
    """Return the artists' names as a list of at least two different ones.

    Raises:
        ValueError: there are fewer than two, or one is given twice.
    """
    if isinstance(artists, str):
        raise ArgumentError(f"Give a list of names or the table of artists.csv. Received: artists={artists!r}.")
    names = [str(name) for name in (artists["name"] if isinstance(artists, pd.DataFrame) else artists)]
    if len(names) < 2 or len(set(names)) < len(names):
        raise ArgumentError(f"A recogniser needs at least 2 artists, each named once. Received: artists={names}.")
    return names
