"""Explaining: which parts of a picture are evidence for an artist."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import matplotlib
import numpy as np
from PIL import Image

from artlib import images
from artlib.errors import ArgumentError
from artlib.images import LONGEST_SIDE, Source
from artlib.inference.pixels import prepared_side, resize_to_square, resized
from artlib.recogniser.head import Head

if TYPE_CHECKING:
    import keras

CELL = 8  # the network's pixels per cell: 28 x 28 cells at 224, the resolution of the stages that recognise artists
COLOURS = "inferno"  # its lightness rises evenly: it can be read by the colour-blind and in a grey print
STRONGEST = 0.85  # how much of the picture the hottest place hides; half the heat hides a quarter of that

_networks: WeakKeyDictionary[keras.Model, keras.Model] = WeakKeyDictionary()


def heat_map(model: keras.Model, picture: Source, artist: int | np.ndarray) -> np.ndarray:
    """Return a heat map of the evidence for an artist in a picture.

    The maps of `contributions` are put on one grid and added up. Evidence against the artist is set to 0, as in
    Grad-CAM, and the strongest place is scaled to 1. So a heat map compares places within one picture; it does not show
    how confident the prediction is. What a transformer's class token adds belongs to no place and is left out.

    Args:
        model: a recogniser, as `artlib.build_model` makes it.
        picture: anything that `artlib.images.load` accepts.
        artist: the position in class_names; for an artist who was added, the weights of that logit, float (width,).

    Returns:
        Float32 (image_size / 8, image_size / 8), 0 to 1, rows from the top of the picture. It covers the whole picture,
        whatever its shape. All values are 0 if no place is evidence for the artist, or if the network tells no places
        apart: its only map has a single one.

    Raises:
        ImageError: the picture can't be used.
        ValueError: there is no such artist.
    """
    size = model.input_shape[1]
    cells = size // CELL
    opened = images.load_shrunk(picture, LONGEST_SIDE)
    stages, _ = contributions(model, resized(resize_to_square(opened, prepared_side(size)), size)[None], artist)
    with_places = [on_grid(stage[0], cells) for stage in stages if stage[0].size > 1]
    heat = np.maximum(np.sum([np.zeros((cells, cells)), *with_places], axis=0), 0)
    return (heat / heat.max() if heat.any() else heat).astype(np.float32)


def contributions(model: keras.Model, pixels: np.ndarray, artist: int | np.ndarray) -> tuple[list[np.ndarray], float]:
    """Return how much each place in each stage's feature map adds to an artist's logit.

    This is Grad-CAM (Selvaraju et al., 2017, section 3) of the logit, on every map that the head sees. Between such a
    map and the logit there are only a mean over places, a standardisation and one dense layer. So the gradient is the
    same everywhere, and the logit is exactly a sum over places and stages (Zhou et al., Learning deep features, 2016,
    section 2, for one stage). The effect of a map on later stages is not part of it, but of the maps of those stages.
    If the model knows the mean features of the training pictures, features are measured from that mean.

    Args:
        model: a recogniser, as `artlib.build_model` makes it.
        pixels: RGB 0-255 (n, image_size, image_size, 3).
        artist: the position in class_names; for an artist who was added, the weights of that logit, float (width,).

    Returns:
        For each stage float (n, height, width), first to last; and the artist's bias in the model, which belongs to no
        place (0 for weights). The sum of all these values is the logit.

    Raises:
        ValueError: there is no such artist.
    """
    head = Head.of(model)
    weights, bias = (artist, 0.0) if isinstance(artist, np.ndarray) else _of_artist(head, artist)
    slope, offset = weights / head.deviation, -weights * head.mean / head.deviation
    stages, first = [], 0
    maps = _stage_network(model).predict_on_batch(np.asarray(pixels, np.float32))
    for features in [maps] if isinstance(maps, np.ndarray) else maps:  # Keras returns a single stage without a list
        mine = slice(first, first := first + features.shape[-1])
        places = features.shape[1] * features.shape[2]
        stages.append((features @ slope[mine] + offset[mine].sum()) / places)
    return stages, bias


def _of_artist(head: Head, artist: int) -> tuple[np.ndarray, float]:
    """Return the weights, float32 (width,), and the bias of one artist's logit."""
    if not 0 <= artist < len(head.bias):
        raise ArgumentError(
            f"The model knows artists 0 to {len(head.bias) - 1}, as in class_names. Received: artist={artist}."
        )
    return head.weights[:, artist], float(head.bias[artist])


def _stage_network(model: keras.Model) -> keras.Model:
    """Return the network up to the maps that are pooled; it is built once per model."""
    import keras

    from artlib.recogniser.model import POOLED

    if model not in _networks:
        pooled = model.get_layer(POOLED)
        means = pooled.input if isinstance(pooled.input, list) else [pooled.output]
        # the input of the layer that made a mean is the map that it is the mean of
        _networks[model] = keras.Model(model.input, [mean._keras_history.operation.input for mean in means])
    return _networks[model]


def on_grid(stage: np.ndarray, side: int) -> np.ndarray:
    """Return a map (height, width) as (side, side) with the same sum."""
    finer = stage.shape[0] > side
    method = Image.Resampling.BOX if finer else Image.Resampling.BILINEAR
    cells = Image.fromarray(stage.astype(np.float32)).resize((side, side), method)
    return np.asarray(cells) * (stage.size / side**2)


def overlay(picture: Source, heat: np.ndarray, longest_side: int = 512) -> Image.Image:
    """Return a picture in grey with its heat map in colour over it, RGB.

    Args:
        picture: anything that `artlib.images.load` accepts.
        heat: float (rows, columns), 0 to 1, over the whole picture.
        longest_side: a larger picture is shrunk to this many pixels.

    Raises:
        ImageError: the picture can't be used.
    """
    shown = images.load_shrunk(picture, longest_side)
    grid = Image.fromarray(np.asarray(heat, np.float32))
    fine = np.asarray(grid.resize(shown.size, Image.Resampling.BICUBIC)).clip(0, 1)[..., None]
    grey = np.asarray(shown.convert("L"), float)[..., None]
    colours = 255 * matplotlib.colormaps[COLOURS](fine[..., 0])[..., :3]
    covered = STRONGEST * fine**2
    return Image.fromarray((grey * (1 - covered) + colours * covered).round().astype(np.uint8))
