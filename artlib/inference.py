"""From prepared pictures to probabilities: the same views in evaluation and in prediction."""

from collections.abc import Sequence

import keras
import numpy as np
from tqdm.auto import tqdm

from artlib.prepared import resized

BATCH = 32


def class_probabilities(
    model: keras.Model, pixels: np.ndarray, rows: Sequence[int] | np.ndarray | None = None, progress: bool = True
) -> np.ndarray:
    """Return the probabilities of prepared pictures, averaged over each picture and its mirror image.

    On 12 painters, grouped and held out, the mirror image raised 88.9 % to 89.5 % (n=611). Two closer views more raised
    that to 90.0 % there and lowered 89.9 % to 89.4 % on another split (n=612): no gain for twice the time.

    Args:
        model: a recogniser.
        pixels: prepared pictures, uint8 RGB (m, side, side, 3).
        rows: which of them, int (n,); None takes all.
        progress: show a bar.

    Returns:
        float32 (n, artists), rows sum to 1.
    """
    chosen = np.arange(len(pixels)) if rows is None else np.asarray(rows)
    if not len(chosen):
        return np.empty((0, model.output_shape[-1]), np.float32)
    starts = tqdm(range(0, len(chosen), BATCH), desc="Predicting", unit="batch", disable=not progress)
    return np.concatenate([_batch_probabilities(model, pixels, chosen[start : start + BATCH]) for start in starts])


def _batch_probabilities(model: keras.Model, pixels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    views = np.concatenate([views_of(pixels[row], model.input_shape[1]) for row in rows])
    probabilities = model.predict_on_batch(views.astype(np.float32))
    return probabilities.reshape(len(rows), -1, probabilities.shape[-1]).mean(axis=1)


def views_of(pixels: np.ndarray, image_size: int) -> np.ndarray:
    """Return the whole picture and its mirror image, uint8 (2, image_size, image_size, 3)."""
    whole = resized(pixels, image_size)
    return np.stack([whole, whole[:, ::-1]])


def unknown_scores(probabilities: np.ndarray) -> np.ndarray:
    """Return how little each picture looks like any known artist: 1 - the largest probability, float (n,), 0 to 1.

    The baseline of Hendrycks & Gimpel, A baseline for detecting misclassified and out-of-distribution examples (2017).
    """
    return 1 - probabilities.max(axis=1)
