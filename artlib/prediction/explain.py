"""Explaining: which parts of a picture speak for an artist."""

from weakref import WeakKeyDictionary

import keras
import matplotlib
import numpy as np
from PIL import Image

from artlib import images
from artlib.errors import ArgumentError
from artlib.images import LONGEST_SIDE, Source
from artlib.inference.pixels import prepared_side, resize_to_square, resized
from artlib.recogniser.model import POOLED, embedder

CELL = 8  # of the network's pixels to a cell of a heat map: 28 x 28 cells at 224, as fine as the stages that know hands
COLOURS = "inferno"  # even in lightness, so that it reads the same to the colour-blind and in a grey print
STRONGEST = 0.85  # how much of the picture the hottest place hides; half the heat hides a quarter of that

_networks: WeakKeyDictionary[keras.Model, keras.Model] = WeakKeyDictionary()


def heat_map(model: keras.Model, picture: Source, artist: int | np.ndarray) -> np.ndarray:
    """Return where a picture speaks for an artist.

    The maps of `contributions` are laid on one grid and added up. What speaks against the artist is 0, as in Grad-CAM,
    and the strongest place is 1: a heat map compares places of one picture, and says nothing about how sure the answer
    is.

    Args:
        model: a recogniser, as `artlib.build_model` makes it.
        picture: whatever `artlib.images.load` takes.
        artist: the position in class_names; for an artist who was added, the weights of that logit, float (width,).

    Returns:
        Float32 (image_size / 8, image_size / 8), 0 to 1, rows from the top of the picture; it covers the whole picture,
        whatever its shape. All 0 where no place speaks for the artist.

    Raises:
        ImageError: the picture can't be used.
        ValueError: there is no such artist.
    """
    size = model.input_shape[1]
    opened = images.normalised(images.load(picture), LONGEST_SIDE)
    stages, _ = contributions(model, resized(resize_to_square(opened, prepared_side(size)), size)[None], artist)
    heat = np.maximum(np.sum([_on_grid(stage[0], size // CELL) for stage in stages], axis=0), 0)
    return (heat / heat.max() if heat.any() else heat).astype(np.float32)


def contributions(model: keras.Model, pixels: np.ndarray, artist: int | np.ndarray) -> tuple[list[np.ndarray], float]:
    """Return how much each place in each stage's feature map adds to an artist's logit.

    This is Grad-CAM (Selvaraju et al., 2017, section 3) of the logit, on every map that the head sees. Between such a
    map and the logit lie only a mean over places, a standardisation and one dense layer, so the gradient is the same
    everywhere and the logit is exactly a sum over places and stages (Zhou et al., Learning deep features, 2016, section
    2, for one stage). The way on through later stages is not followed: what these make of it is in their own maps. A
    place counts by how far its features are from the mean of the training pictures, where the model knows that mean.

    Args:
        model: a recogniser, as `artlib.build_model` makes it.
        pixels: RGB 0-255 (n, image_size, image_size, 3).
        artist: the position in class_names; for an artist who was added, the weights of that logit, float (width,).

    Returns:
        For each stage float (n, height, width), first to last; and the artist's bias in the model, which belongs to no
        place (0 for weights). The logits are the sum of it all.

    Raises:
        ValueError: there is no such artist.
    """
    weights, bias = (artist, 0.0) if isinstance(artist, np.ndarray) else _last_layer(model, artist)
    embed = embedder(model)
    offset = embed(np.zeros(len(weights)))
    slope = (embed(np.ones(len(weights))) - offset) * weights
    offset = offset * weights
    stages, first = [], 0
    maps = _stage_network(model).predict_on_batch(np.asarray(pixels, np.float32))
    for features in keras.tree.flatten(maps):  # Keras makes of a list of one stage that stage alone
        mine = slice(first, first := first + features.shape[-1])
        places = features.shape[1] * features.shape[2]
        stages.append((features @ slope[mine] + offset[mine].sum()) / places)
    return stages, bias


def _last_layer(model: keras.Model, artist: int) -> tuple[np.ndarray, float]:
    """Return weights, float32 (width,), and bias of one artist's logit."""
    weights, bias = model.layers[-1].get_weights()
    if not 0 <= artist < len(bias):
        raise ArgumentError(
            f"The model knows artists 0 to {len(bias) - 1}, as in class_names. Received: artist={artist}."
        )
    return weights[:, artist], float(bias[artist])


def _stage_network(model: keras.Model) -> keras.Model:
    """Return the network up to the maps that are pooled, made once for each model."""
    if model not in _networks:
        pooled = model.get_layer(POOLED)
        means = pooled.input if isinstance(pooled.input, list) else [pooled.output]
        # the layer that made a tensor is asked for its input: that is the map of which the tensor is the mean
        _networks[model] = keras.Model(model.input, [mean._keras_history.operation.input for mean in means])
    return _networks[model]


def _on_grid(stage: np.ndarray, side: int) -> np.ndarray:
    """Return a map (height, width) as (side, side) with the same sum."""
    finer = stage.shape[0] > side
    method = Image.Resampling.BOX if finer else Image.Resampling.BILINEAR
    cells = Image.fromarray(stage.astype(np.float32)).resize((side, side), method)
    return np.asarray(cells) * (stage.size / side**2)


def overlay(picture: Source, heat: np.ndarray, longest_side: int = 512) -> Image.Image:
    """Return a heat map laid over its picture, RGB: the picture in grey, coloured where the heat is.

    Args:
        picture: whatever `artlib.images.load` takes.
        heat: float (rows, columns), 0 to 1, over the whole picture.
        longest_side: the picture is shrunk to it, in pixels.

    Raises:
        ImageError: the picture can't be used.
    """
    shown = images.normalised(images.load(picture), longest_side)
    grid = Image.fromarray(np.asarray(heat, np.float32))
    fine = np.asarray(grid.resize(shown.size, Image.Resampling.BICUBIC)).clip(0, 1)[..., None]
    grey = np.asarray(shown.convert("L"), float)[..., None]
    colours = 255 * matplotlib.colormaps[COLOURS](fine[..., 0])[..., :3]
    covered = STRONGEST * fine**2
    return Image.fromarray((grey * (1 - covered) + colours * covered).round().astype(np.uint8))
