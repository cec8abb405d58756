"""What a training's figures say in plain words: does it over-fit, would more pictures help, and of which artist."""

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold
from tqdm.auto import tqdm

from artlib import backbones
from artlib.inference.features import frozen_features
from artlib.recogniser.files import read_description
from artlib.statistics.linear_head import linear_head
from artlib.statistics.metrics import wilson_interval
from artlib.workspace import Workspace
from artlib.workspace.split import Split, read_split

SHARES = (0.25, 0.5, 1.0)
FOLDS = 5
ACCURACY_COLUMNS = ["share", "images", "accuracy", "low", "high"]
RECALL_COLUMNS = ["artist", "images", "share", "recall", "low", "high"]


def accuracy_by_size(workspace: Workspace, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Estimate how accuracy grows with the number of pictures, in seconds, on the frozen features that training left.

    A linear head learns from a quarter, a half and all of four fifths of the training and validation pictures and is
    asked about the fifth that is left, five times; near-duplicates never stand on both sides, and the test part is left
    out. The fine-tuned model is better than these figures; how they grow is what they tell.

    Args:
        workspace: with a split and a trained model.
        name: of the model, whose backbone and size are taken.
        seed: of the folds and of the choice of pictures.

    Returns:
        One row a size: `share`, `images` (learned from), `accuracy`, `low` and `high` (95 % interval); sizes at which
        there is too little to learn from are left out.

    Raises:
        WorkspaceError: there is no model.
    """
    return tables_by_size(workspace, name, seed)[0]


def recall_by_size(workspace: Workspace, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Estimate for each artist how the share of pictures that are named rightly grows with the number of pictures.

    It is done as in accuracy_by_size, with the same arguments. All artists grow at once, so that one artist's recall
    may also fall while the others' rises.

    Returns:
        One row an artist and size: `artist`, `images` (of this artist, learned from), `share`, `recall`, `low` and
        `high` (95 % interval); sizes at which there is too little to learn from are left out.

    Raises:
        WorkspaceError: there is no model.
    """
    return tables_by_size(workspace, name, seed)[1]


def tables_by_size(workspace: Workspace, name: str = "default", seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of accuracy_by_size and of recall_by_size, both in the time of one."""
    description, split = read_description(workspace, name), read_split(workspace)
    backbone = backbones.get(description.backbone)
    features = frozen_features(workspace, split.ids, backbone, description.image_size, description.weights)
    return _tables(split, features, seed)


def _tables(split: Split, features: np.ndarray, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = np.flatnonzero(split.parts != "test")
    labels, groups = split.labels[rows], split.groups[rows]
    smallest = min(len(set(groups[labels == label])) for label in set(labels))
    if smallest < 2:
        return pd.DataFrame(columns=["share", "images", "accuracy", "low", "high"]), pd.DataFrame(
            columns=RECALL_COLUMNS
        )
    folds = StratifiedGroupKFold(min(FOLDS, smallest), shuffle=True, random_state=seed)
    predicted, learned = _predict_by_size(features[rows], labels, groups, folds)
    right = predicted == labels
    recalls = [
        _curve("recall", right[:, labels == label], learned[:, label]).assign(artist=split.class_names[label])
        for label in sorted(set(labels))
    ]
    return _curve("accuracy", right, learned.sum(axis=1)), pd.concat(recalls, ignore_index=True)[RECALL_COLUMNS]


def _predict_by_size(
    features: np.ndarray, labels: np.ndarray, groups: np.ndarray, folds: StratifiedGroupKFold
) -> tuple[np.ndarray, np.ndarray]:
    """Name each picture by heads that learned from each share of the pictures in the other folds.

    Returns:
        predicted: the artist each picture was taken for, int (shares, n).
        learned: how many pictures of each artist were learned from, mean over the folds, float (shares, artists).
    """
    predicted = np.empty((len(SHARES), len(labels)), int)
    learned = np.zeros((len(SHARES), labels.max() + 1))
    _, codes = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(folds.random_state).permutation(codes.max() + 1)[codes]
    with tqdm(total=folds.n_splits * len(SHARES), desc="Learning from fewer pictures", unit="head") as bar:
        for others, asked in folds.split(features, labels, groups):
            # half of the pictures are about half of the groups: near-duplicates of what is known teach nothing new
            shuffled = others[np.argsort(order[others], kind="stable")]
            for place, share in enumerate(SHARES):
                chosen = _first_of_each(shuffled, labels[shuffled], share)
                predicted[place, asked] = _named(features[chosen], labels[chosen], features[asked])
                learned[place] += np.bincount(labels[chosen], minlength=learned.shape[1]) / folds.n_splits
                bar.update()
    return predicted, learned


def _first_of_each(rows: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
    """Return the first rows of each artist: this share of them, and one at least."""
    same_artist = pd.Series(rows).groupby(labels)
    wanted = (share * same_artist.transform("size")).round().clip(lower=1)
    return rows[(same_artist.cumcount() < wanted).to_numpy()]


def _named(features: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the labels, int (n,), that a head which learned from some pictures gives to others."""
    if len(set(labels)) == 1:  # the only other artist's pictures all stand among those asked about
        return np.full(len(asked), labels[0])
    return linear_head().fit(features, labels).predict(asked)


def _curve(measure: str, right: np.ndarray, learned: np.ndarray) -> pd.DataFrame:
    """Return one row a size, from right answers, bool (shares, n), and pictures learned from, float (shares,)."""
    low, high = zip(*(wilson_interval(int(answers.sum()), len(answers)) for answers in right), strict=True)
    images = np.rint(learned).astype(int)
    table = pd.DataFrame({"share": SHARES, "images": images, measure: right.mean(axis=1), "low": low, "high": high})
    # of few pictures a quarter may be as many as a half
    return table.drop_duplicates("images", keep="last", ignore_index=True)
