"""Learning curves: how accuracy and each artist's recall grow with the number of pictures learned from."""

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold
from tqdm.auto import tqdm

from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.linear_head import linear_head
from artlib.statistics.metrics import wilson_interval
from artlib.workspace import AnyWorkspace
from artlib.workspace.split import Split, read_split

SHARES = (0.25, 0.5, 1.0)
FOLDS = 5
ACCURACY_COLUMNS = ["share", "images", "accuracy", "low", "high"]
RECALL_COLUMNS = ["artist", "images", "share", "recall", "low", "high"]


def learning_curve(workspace: AnyWorkspace, *, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Estimate how accuracy grows with the number of pictures, in seconds, from the frozen features kept by training.

    Five folds of the training and validation pictures are made, with near-duplicates in the same fold; the test part is
    left out. For each fold a linear head learns from a quarter, a half and all of the other folds. The fine-tuned model
    is better than these figures; they show how accuracy grows.

    Args:
        workspace: a Workspace, or the path of one, with a split and a trained model.
        name: of the model, whose backbone and size are taken.
        seed: of the folds and of the choice of pictures.

    Returns:
        One row a size: `share`, `images` (learned from), `accuracy`, `low` and `high` (95 % interval); sizes at which
        there is too little to learn from are left out.

    Raises:
        WorkspaceError: there is no model.
    """
    return _curves(workspace, name, seed)[0]


def recall_curves(workspace: AnyWorkspace, *, name: str = "default", seed: int = 0) -> pd.DataFrame:
    """Estimate for each artist how recall grows with the number of pictures.

    Method and arguments are those of learning_curve. All artists get more pictures at once, so one artist's recall may
    fall while the others' rises.

    Returns:
        One row an artist and size: `artist`, `images` (of this artist, learned from), `share`, `recall`, `low` and
        `high` (95 % interval); sizes at which there is too little to learn from are left out.

    Raises:
        WorkspaceError: there is no model.
    """
    return _curves(workspace, name, seed)[1]


def _curves(workspace: AnyWorkspace, name: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    model = TrainedModel(workspace, name)
    split = read_split(model.workspace)
    return curves_of(split, model.frozen_features(split.ids), seed)


def curves_of(split: Split, features: np.ndarray, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of learning_curve and of recall_curves; both come from the same heads.

    Args:
        split: the pictures.
        features: float (n, width), frozen features of `split.ids`.
        seed: of the folds and of the choice of pictures.
    """
    rows = np.flatnonzero(split.parts != "test")
    labels, groups = split.labels[rows], split.groups[rows]
    smallest = min(len(set(groups[labels == label])) for label in set(labels))
    if smallest < 2:
        return pd.DataFrame(columns=ACCURACY_COLUMNS), pd.DataFrame(columns=RECALL_COLUMNS)
    folds = StratifiedGroupKFold(min(FOLDS, smallest), shuffle=True, random_state=seed)
    predicted, learned = _predict_by_size(features[rows], labels, groups, folds)
    correct = predicted == labels
    recalls = [
        _curve("recall", correct[:, labels == label], learned[:, label]).assign(artist=split.class_names[label])
        for label in sorted(set(labels.tolist()))
    ]
    return _curve("accuracy", correct, learned.sum(axis=1)), pd.concat(recalls, ignore_index=True)[RECALL_COLUMNS]


def _predict_by_size(
    features: np.ndarray, labels: np.ndarray, groups: np.ndarray, folds: StratifiedGroupKFold
) -> tuple[np.ndarray, np.ndarray]:
    """Predict each picture with heads that learned from each share of the pictures in the other folds.

    Returns:
        predicted: int (shares, n), labels.
        learned: float (shares, artists), how many pictures of each artist were learned from, mean over the folds.
    """
    predicted = np.empty((len(SHARES), len(labels)), int)
    learned = np.zeros((len(SHARES), labels.max() + 1))
    _, codes = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(folds.random_state).permutation(codes.max() + 1)[codes]
    with tqdm(total=folds.n_splits * len(SHARES), desc="Learning from fewer pictures", unit="head") as bar:
        for others, held_out in folds.split(features, labels, groups):
            # whole groups in random order, so half of the pictures are about half of the groups: a near-duplicate of a
            # picture that was learned from adds nothing new
            shuffled = others[np.argsort(order[others], kind="stable")]
            for place, share in enumerate(SHARES):
                chosen = _first_of_each(shuffled, labels[shuffled], share)
                predicted[place, held_out] = _predict(features[chosen], labels[chosen], features[held_out])
                learned[place] += np.bincount(labels[chosen], minlength=learned.shape[1]) / folds.n_splits
                bar.update()
    return predicted, learned


def _first_of_each(rows: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
    """Return the first rows of each artist: this share of them, and one at least."""
    same_artist = pd.Series(rows).groupby(labels)
    wanted = (share * same_artist.transform("size")).round().clip(lower=1)
    return rows[(same_artist.cumcount() < wanted).to_numpy()]


def _predict(features: np.ndarray, labels: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """Return the labels, int (n,), that a head predicts for held-out pictures after learning from others."""
    if len(set(labels)) == 1:  # all pictures of the only other artist are held out
        return np.full(len(held_out), labels[0])
    return linear_head().fit(features, labels).predict(held_out)


def _curve(measure: str, correct: np.ndarray, learned: np.ndarray) -> pd.DataFrame:
    """Return one row a size, from correct answers, bool (shares, n), and pictures learned from, float (shares,)."""
    low, high = zip(*(wilson_interval(int(each.sum()), len(each)) for each in correct), strict=True)
    images = np.rint(learned).astype(int)
    table = pd.DataFrame({"share": SHARES, "images": images, measure: correct.mean(axis=1), "low": low, "high": high})
    # with few pictures a quarter and a half may be the same number
    return table.drop_duplicates("images", keep="last", ignore_index=True)
