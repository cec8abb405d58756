"""Explaining: which parts of a picture speak for an artist, and which tiles of it vote for whom."""

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import keras
import matplotlib
import numpy as np
from PIL import Image
from scipy.special import softmax

from artlib import images
from artlib.images import LONGEST_SIDE, Source
from artlib.inference.pixels import prepared_side, resized, square
from artlib.recogniser.model import POOLED, embedder
from artlib.recogniser.runner import Recogniser

CELL = 8  # of the network's pixels to a cell of a heat map: 28 x 28 cells at 224, as fine as the stages that know hands
COLOURS = "inferno"  # even in lightness, so that it reads the same to the colour-blind and in a grey print
STRONGEST = 0.85  # how much of the picture the hottest place hides; half the heat hides a quarter of that

SCALES = (1, 2)  # tiles are squares of the shorter side divided by these; thirds and quarters gained nothing
LEAST_SIDE = 32  # of a tile, in the picture's own pixels; the network halves what it sees five times
REST = 0.2  # of a tile: so narrow a strip that is left over gets no tile of its own
FLAT = 10.0  # grey levels of 255, standard deviation: below it a tile is sky or paper, and seldom right on its own
TILE_WEIGHT = 0.35  # of the tiles' mean beside the whole picture; docs/explaining.md

Box = tuple[int, int, int, int]

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
    stages, _ = contributions(model, resized(square(opened, prepared_side(size)), size)[None], artist)
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
        raise ValueError(f"The model knows artists 0 to {len(bias) - 1}, as in class_names. Received: artist={artist}.")
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


@dataclass(frozen=True)
class TileVotes:
    """What a recogniser says of a picture and of its tiles.

    Attributes:
        boxes: left, top, right and bottom of each in the picture's pixels; the first is the whole picture.
        logits: float32 (boxes, artists); not calibrated.
    """

    boxes: list[Box]
    logits: np.ndarray

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def probabilities(self) -> np.ndarray:
        """Float32 (boxes, artists), rows sum to 1; not calibrated."""
        return softmax(self.logits, axis=1)

    @property
    def mean(self) -> np.ndarray:
        """The tiles' mean logits, float32 (artists,); the whole picture's where there are no tiles."""
        return self.logits[1:].mean(axis=0) if len(self) > 1 else self.logits[0]

    def joined(self, weight: float = TILE_WEIGHT) -> np.ndarray:
        """Return the logits of the whole picture and the tiles together, float32 (artists,).

        They are softer than the whole picture's: thresholds learned from those do not fit them.

        Args:
            weight: of the tiles, 0 to 1.
        """
        return (1 - weight) * self.logits[0] + weight * self.mean


def tile_votes(
    recogniser: Recogniser, picture: Source, image_size: int = 224, scales: tuple[int, ...] = SCALES
) -> TileVotes:
    """Ask a recogniser about a picture as a whole and tile by tile.

    Tiles are squares, spread evenly and not squashed. Flat ones and those under 32 pixels are left out, so a picture
    may have none. Verdicts do not use them: they take nine times as long for a gain in accuracy that may be chance
    (docs/explaining.md).

    Args:
        recogniser: of the model.
        picture: whatever `artlib.images.load` takes.
        image_size: height and width that the recogniser sees, in pixels, as its description says.
        scales: the shorter side is divided by each of them for the side of a tile.

    Raises:
        ImageError: the picture can't be used.
    """
    opened, side = images.load(picture), prepared_side(image_size)
    boxes: list[Box] = [(0, 0, *opened.size)]
    seen = [square(images.normalised(opened, LONGEST_SIDE), side)]
    for box in _tiles(opened.size, scales):
        tile = square(opened.crop(box), side)
        if tile.mean(axis=2).std() >= FLAT:
            boxes.append(box)
            seen.append(tile)
    return TileVotes(boxes, recogniser(np.array(seen), progress=False).logits)


def _tiles(size: tuple[int, int], scales: tuple[int, ...]) -> list[Box]:
    """Return the boxes of all tiles that are not the whole picture, large ones first."""
    sides = [side for scale in scales if LEAST_SIDE <= (side := min(size) // scale) < max(size)]
    return [
        (left, top, left + side, top + side)
        for side in sides
        for top in _starts(size[1], side)
        for left in _starts(size[0], side)
    ]


def _starts(length: int, side: int) -> list[int]:
    """Return where tiles of one side begin so that they cover a length evenly."""
    count = max(1, math.ceil(length / side - REST))
    if count == 1:
        return [(length - side) // 2]
    return [round((length - side) * place / (count - 1)) for place in range(count)]
