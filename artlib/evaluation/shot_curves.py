"""Shot curves: how well artists are known who are added from so many images, estimated on the user's own artists."""

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from artlib import backbones
from artlib.inference.features import frozen_features
from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.files import read_description
from artlib.recogniser.openset.detector import Scorers
from artlib.recogniser.openset.fitting import linear_answers
from artlib.recogniser.outputs import Answers
from artlib.workspace import Workspace
from artlib.workspace.split import Split, read_split

SHOTS = (5, 10, 20)
DRAWS = 5
COLUMNS = ["artist", "images", "recall", "lost"]


def shots_curve(workspace: Workspace, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Leave each artist out in turn, add it again from a few of its images, and ask about its others.

    A linear head learns the other artists from frozen features, which have seen none of them: the fine-tuned network
    knows every artist already, and would flatter. A trained model mostly does better.

    Args:
        workspace: with the split that the model was trained on.
        name: of the model.
        seed: of the draws, five for each number of images.

    Returns:
        A row for each artist and number of images that the artist has to spare: artist, images, recall (0-1, on the
        artist's images outside of the drawn near-duplicate groups) and lost (0-1, share of the other artists' test
        images that were named rightly and no longer are). Empty with fewer than three artists.

    Raises:
        WorkspaceError: there is no such model or split.
    """
    split, description = read_split(workspace), read_description(workspace, name)
    backbone = backbones.get(description.backbone)
    frozen = frozen_features(workspace, split.ids, backbone, description.image_size, description.weights)
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
    said = linear_answers(frozen, split.labels, learn)
    scorers = Scorers.fit(said[learn], split.labels[learn], frozen.shape[1] - columns)
    labels = np.searchsorted(np.unique(split.labels[learn]), split.labels)  # columns of the logits, without this artist
    validation, test = others & (split.parts == "validation"), others & (split.parts == "test")
    shots = FewShots(scorers, said[validation], labels[validation])
    rows = []
    for images in SHOTS:
        draws = [_draw(split, artist, images, generator) for _ in range(DRAWS)]
        trials = [_trial(shots, said, labels, test, *draw) for draw in draws if draw]
        if trials and validation.any():
            recall, lost = np.mean(trials, axis=0)
            rows.append((split.class_names[artist], images, recall, lost))
    return rows


def _draw(
    split: Split, artist: int, images: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return rows to learn from, one of each near-duplicate group, and rows to ask about; None for too few."""
    mine = np.flatnonzero(split.labels == artist)
    _, first = np.unique(split.groups[mine], return_index=True)
    if len(first) < 2 * images:
        return None
    drawn = mine[generator.permutation(first)[:images]]
    return drawn, mine[~np.isin(split.groups[mine], split.groups[drawn])]


def _trial(
    shots: FewShots, said: Answers, labels: np.ndarray, test: np.ndarray, drawn: np.ndarray, asked: np.ndarray
) -> tuple[float, float]:
    weights, bias = shots.fit(said.embeddings[drawn])
    new = said.embeddings @ weights + bias
    best, right = said.logits.max(axis=1), said.logits.argmax(axis=1) == labels
    lost = (right & (new > best))[test].sum() / max(right[test].sum(), 1)
    return float((new > best)[asked].mean()), float(lost)
