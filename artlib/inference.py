"""From pictures to probabilities: the same two views in evaluation and in prediction."""

import keras
import numpy as np
from tqdm.auto import tqdm

from artlib.batches import ArtworkBatches


def view_probabilities(model: keras.Model, pictures: np.ndarray) -> np.ndarray:
    """Return the probabilities of some pictures, averaged over the whole picture and its mirror image.

    Args:
        model: a recogniser.
        pictures: RGB 0-255 (n, image_size, image_size, 3).

    Returns:
        float32 (n, artists), rows sum to 1.
    """
    whole = pictures.astype(np.float32)
    return (model.predict_on_batch(whole) + model.predict_on_batch(whole[:, :, ::-1])) / 2


def class_probabilities(model: keras.Model, batches: ArtworkBatches) -> np.ndarray:
    """Return the probabilities of all pictures of some batches in order, float32 (n, artists)."""
    steps = (batches[index] for index in range(len(batches)))
    progress = tqdm(steps, total=len(batches), desc="Predicting", unit="batch")
    return np.concatenate([view_probabilities(model, pictures) for pictures, _ in progress])


def unknown_scores(probabilities: np.ndarray) -> np.ndarray:
    """Return how little each picture looks like any known artist: 1 - the largest probability, float (n,), 0 to 1.

    The baseline of Hendrycks & Gimpel, A baseline for detecting misclassified and out-of-distribution examples (2017).
    """
    return 1 - probabilities.max(axis=1)
