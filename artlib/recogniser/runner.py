"""From prepared pictures to a model's outputs: the same views in evaluation and in prediction."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from scipy.special import softmax
from tqdm.auto import tqdm

from artlib.inference.engine import Engine
from artlib.inference.pixels import resized
from artlib.inference.threads import one_thread
from artlib.recogniser.model import POOLED, embedder
from artlib.recogniser.outputs import ModelOutputs

BATCH = 64
SURE = 0.8  # the largest probability, not calibrated, from which on the mirror image is not asked
WORTH_AN_ENGINE = 128  # pictures; making the network ready for fast inference takes as long as answering for these


class Recogniser:
    """A trained model in two pieces: the network up to its pooled features, which takes the time, and the head.

    A picture whose answer is doubtful is looked at again, mirrored. On five folds of 12 painters (n=3,056), held out,
    this is a third of the pictures, and as many answers are right as with the mirror image of every picture: 89.0 %,
    without any 88.4 %.

    Args:
        model: a recogniser, as `artlib.build_model` makes it.
        folder: where what makes it fast is kept; None keeps nothing.
        key: of the model's weights.
    """

    def __init__(self, model: keras.Model, folder: Path | None = None, key: str = "") -> None:
        self._image_size = model.input_shape[1]
        self._network = keras.Model(model.input, model.get_layer(POOLED).output)
        self._engine = Engine(self._network, folder, key)
        self._asked = 0
        self._embed = embedder(model)
        self._weights, self._bias = model.layers[-1].get_weights()

    def __call__(
        self, pixels: np.ndarray, rows: Sequence[int] | np.ndarray | None = None, progress: bool = True
    ) -> ModelOutputs:
        """Answer for prepared pictures.

        Args:
            pixels: uint8 RGB (m, side, side, 3).
            rows: which of them, int (n,); None takes all.
            progress: show a bar.
        """
        chosen = np.arange(len(pixels)) if rows is None else np.asarray(rows)
        embeddings = np.empty((len(chosen), len(self._weights)), np.float32)
        logits = np.empty((len(chosen), len(self._bias)), np.float32)
        self._asked += len(chosen)
        for start in tqdm(range(0, len(chosen), BATCH), desc="Looking", unit="batch", disable=not progress):
            batch = slice(start, start + BATCH)
            with one_thread():
                embeddings[batch], logits[batch] = self._looked_at([pixels[row] for row in chosen[batch]])
        return ModelOutputs(embeddings, logits)

    def _looked_at(self, pixels: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        views = np.stack([resized(each, self._image_size) for each in pixels])
        fast = self._engine.name or self._asked >= WORTH_AN_ENGINE
        run = self._engine if fast else self._network.predict_on_batch
        embeddings = self._embed(run(views))
        logits = self._logits(embeddings)
        doubtful = softmax(logits, axis=1).max(axis=1) < SURE
        if doubtful.any():
            mirrored = self._logits(self._embed(run(views[doubtful, :, ::-1])))
            logits[doubtful] = (logits[doubtful] + mirrored) / 2
        return embeddings, logits

    def _logits(self, embeddings: np.ndarray) -> np.ndarray:
        return embeddings @ self._weights + self._bias
