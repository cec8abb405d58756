"""Batches for fit(): training with augmentation, validation without.

Augmentation keeps what makes a hand: brushwork and palette. It uses random resized crops, horizontal flips, and small
changes of brightness and contrast. It uses no vertical flips and no strong change of hue.
"""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from artlib.errors import ArgumentError
from artlib.inference.pixels import prepare, prepared_side, resized
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.split import Split, read_split

CROP_AREA = (0.35, 1.0)
CROP_RATIO = (3 / 4, 4 / 3)
TONE = 0.15


class ShuffledBatches(keras.utils.PyDataset):
    """A sequence of batches whose order, and every other random choice, is decided by the seed and the epoch alone.

    So a training can be repeated, and an interrupted one goes on in any epoch as if it had not been interrupted.

    Args:
        labels: int (n,).
        batch_size: images in a batch; the last one may be smaller.
        shuffle: again in every epoch; False keeps the order.
        seed: decides every random choice, together with the epoch and the batch's number.
        epoch: the first one, counted from 0.
        workers: threads that make batches ahead.
    """

    def __init__(
        self, labels: np.ndarray, batch_size: int, shuffle: bool, seed: int = 0, epoch: int = 0, workers: int = 1
    ) -> None:
        super().__init__(workers=workers, max_queue_size=8)
        if batch_size < 1:
            raise ArgumentError(f"A batch must hold at least one image. Received: batch_size={batch_size}.")
        self.labels, self.batch_size = np.asarray(labels), batch_size
        self.shuffle, self.seed, self.epoch = shuffle, seed, epoch
        self._order = self._shuffled()

    def __len__(self) -> int:
        return math.ceil(len(self.labels) / self.batch_size)

    def chosen(self, index: int) -> np.ndarray:
        """Return the positions (b,) that make up batch `index` in this epoch."""
        return self._order[index * self.batch_size : (index + 1) * self.batch_size]

    def on_epoch_end(self) -> None:
        """Shuffle again for the next epoch."""
        self.epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> np.ndarray:
        places = np.arange(len(self.labels))
        return np.random.default_rng((self.seed, self.epoch)).permutation(places) if self.shuffle else places


class FeatureBatches(ShuffledBatches):
    """Batches of (features, labels): float32 (b, width) and int (b,); arguments as ShuffledBatches, after features."""

    def __init__(self, features: np.ndarray, labels: np.ndarray, batch_size: int, **options: Any) -> None:
        super().__init__(labels, batch_size, **options)
        self.features = features

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.chosen(index)
        return self.features[chosen], self.labels[chosen]


class ArtworkBatches(ShuffledBatches):
    """A sequence of batches (images, labels) over prepared pixels.

    Args:
        pixels: uint8 RGB (m, side, side, 3), usually a memory map.
        rows: int (n,), which of the pictures to use.
        labels: int (n,), an index into `class_names` for each row.
        class_names: the artists, in the model's order.
        batch_size: images in a batch; the last one may be smaller.
        image_size: height and width of the network's input, in pixels.
        augment: shuffle and augment (training), or keep the order and the whole picture (validation).
        seed: decides the order and the augmentation, with the epoch and the batch's number.
        epoch: the first one, counted from 0.
    """

    def __init__(
        self,
        pixels: np.ndarray,
        rows: np.ndarray,
        labels: np.ndarray,
        class_names: Sequence[str],
        batch_size: int = 16,
        image_size: int = 224,
        augment: bool = False,
        seed: int = 0,
        epoch: int = 0,
    ) -> None:
        super().__init__(labels, batch_size, augment, seed, epoch, workers=2 if augment else 1)
        self.pixels, self.rows = pixels, np.asarray(rows)
        self.class_names = list(class_names)
        self.image_size, self.augment = image_size, augment

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch `index`: float32 RGB 0-255 (b, image_size, image_size, 3) and int labels (b,)."""
        chosen = self.chosen(index)
        generator = np.random.default_rng((self.seed, self.epoch, index))
        batch = np.empty((len(chosen), self.image_size, self.image_size, 3), np.float32)
        for place, row in enumerate(self.rows[chosen]):
            pixels = self.pixels[row]
            batch[place] = (
                augmented(pixels, self.image_size, generator) if self.augment else resized(pixels, self.image_size)
            )
        return batch, self.labels[chosen]


def augmented(pixels: np.ndarray, image_size: int, generator: np.random.Generator) -> np.ndarray:
    """Return one random view of a prepared picture, float32 0-255 (image_size, image_size, 3)."""
    view = resized(pixels, image_size, random_box(pixels.shape[0], generator)).astype(np.float32)
    if generator.random() < 0.5:
        view = view[:, ::-1]
    brightness, contrast = generator.uniform(1 - TONE, 1 + TONE, 2)
    mean = view.mean()
    return np.clip((view - mean) * contrast + mean * brightness, 0, 255)


def random_box(side: int, generator: np.random.Generator) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a random resized crop (Szegedy et al., Going deeper, 2015)."""
    area = generator.uniform(*CROP_AREA)
    ratio = math.exp(generator.uniform(math.log(CROP_RATIO[0]), math.log(CROP_RATIO[1])))
    width, height = min(1.0, math.sqrt(area * ratio)) * side, min(1.0, math.sqrt(area / ratio)) * side
    left, top = generator.uniform(0, side - width), generator.uniform(0, side - height)
    return left, top, left + width, top + height


def generators(
    workspace: AnyWorkspace, *, batch_size: int = 16, image_size: int = 224, seed: int = 0
) -> tuple[ArtworkBatches, ArtworkBatches]:
    """Return the training batches (augmented) and the validation batches (not) of a workspace's split.

    Args:
        workspace: a Workspace, or the path of one, with a split (`artlib.make_split`).
        batch_size: images in a batch.
        image_size: height and width of the network's input, in pixels.
        seed: decides the order and the augmentation.

    Returns:
        Two `keras.utils.PyDataset`s for `model.fit(train_generator, validation_data=valid_generator)`.

    Raises:
        WorkspaceError: there is no split yet.
    """
    workspace = as_workspace(workspace)
    split = read_split(workspace)
    return (
        part_batches(workspace, split, "train", image_size, batch_size, seed),
        part_batches(workspace, split, "validation", image_size, batch_size),
    )


def part_batches(
    workspace: Workspace,
    split: Split,
    part: str,
    image_size: int,
    batch_size: int = 64,
    seed: int = 0,
    epoch: int = 0,
) -> ArtworkBatches:
    """Return the batches of one part of a split; those of the training part are shuffled and augmented."""
    pixels, rows = prepare(workspace, split.ids, prepared_side(image_size)), split.rows(part)
    labels, is_training = split.labels[rows], part == "train"
    return ArtworkBatches(pixels, rows, labels, split.class_names, batch_size, image_size, is_training, seed, epoch)
