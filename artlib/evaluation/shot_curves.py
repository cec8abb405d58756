"""Shot curves: recall of an artist added from a few images, estimated on the user's own artists."""

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from artlib import backbones
from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.leave_out import linear_outputs
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.workspace import AnyWorkspace
from artlib.workspace.split import Split

SHOTS = (5, 10, 20)
DRAWS = 5
COLUMNS = ["artist", "images", "recall", "lost"]


def shots_curve(workspace: AnyWorkspace, *, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Leave each artist out in turn, add it again from a few of its images, and predict its other images.

    A linear head learns the other artists from frozen features. The fine-tuned network has learned every artist
    already, so it would give too good a figure. A trained model mostly does better than this estimate.

    Args:
        workspace: a Workspace, or the path of one, with the split that the model was trained on.
        name: of the model.
        seed: of the draws, five for each number of images.

    Returns:
        A row for each artist and number of images that the artist has to spare: artist, images, recall (0-1, on the
        artist's images outside of the drawn near-duplicate groups) and lost (0-1, share of the other artists' test
        images that were predicted correctly and no longer are). Empty with fewer than three artists.

    Raises:
        WorkspaceError: there is no such model or split.
    """
    model = TrainedModel(workspace, name)
    split, backbone = model.split, backbones.get(model.metadata.backbone)
    frozen = model.frozen_features(split.ids)
    rows: list[tuple] = []
    if len(split.class_names) > 2:
        for artist in tqdm(range(len(split.class_names)), desc="Adding each artist", unit="artist"):
            rows += _of_artist(split, frozen, frozen.shape[1] - backbone.width, artist, np.random.default_rng(seed))
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_artist(
    split: Split, frozen: np.ndarray, columns: int, artist: int, generator: np.random.Generator
) -> list[tuple]:
    others = split.labels != artist
    learn = others & (split.parts == "train")
    outputs = linear_outputs(frozen, split.labels, learn)
    scorers = Scorers.fit(outputs[learn], split.labels[learn], frozen.shape[1] - columns)
    labels = np.searchsorted(np.unique(split.labels[learn]), split.labels)  # columns of the logits, without this artist
    validation, test = others & (split.parts == "validation"), others & (split.parts == "test")
    shots = FewShots(scorers, outputs[validation], labels[validation])
    rows = []
    for images in SHOTS:
        draws = [_draw(split, artist, images, generator) for _ in range(DRAWS)]
        trials = [_trial(shots, outputs, labels, test, *draw) for draw in draws if draw]
        if trials and validation.any():
            recall, lost = np.mean(trials, axis=0)
            rows.append((split.class_names[artist], images, recall, lost))
    return rows


def _draw(
    split: Split, artist: int, images: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return rows to learn from, each of another near-duplicate group, and rows to predict; None for too few."""
    mine = np.flatnonzero(split.labels == artist)
    _, first = np.unique(split.groups[mine], return_index=True)
    if len(first) < 2 * images:
        return None
    drawn = mine[generator.permutation(first)[:images]]
    return drawn, mine[~np.isin(split.groups[mine], split.groups[drawn])]


def _trial(
    shots: FewShots,
    outputs: ModelOutputs,
    labels: np.ndarray,
    test: np.ndarray,
    drawn: np.ndarray,
    held_out: np.ndarray,
) -> tuple[float, float]:
    weights, bias = shots.fit(outputs.embeddings[drawn])
    new = outputs.embeddings @ weights + bias
    best, correct = outputs.logits.max(axis=1), outputs.logits.argmax(axis=1) == labels
    lost = (correct & (new > best))[test].sum() / max(correct[test].sum(), 1)
    return float((new > best)[held_out].mean()), float(lost)
