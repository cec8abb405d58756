"""What a training's figures say in plain words: does it over-fit, would more pictures help."""

import warnings

import numpy as np
import pandas as pd
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from artlib import backbones
from artlib.features import frozen_features
from artlib.metrics import wilson_interval
from artlib.model import read_description
from artlib.split import read_split
from artlib.workspace import Workspace

SHARES = (0.25, 0.5, 1.0)
FOLDS = 5
OVER_FIT = 0.10  # between the accuracies on training and on validation pictures; less is usual
WORTH_IT = 0.02  # of accuracy, gained from the second half of the pictures


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
    description, split = read_description(workspace, name), read_split(workspace)
    backbone = backbones.get(description.backbone)
    features = frozen_features(workspace, split.ids, backbone, description.image_size, description.weights)
    rows = np.flatnonzero(split.parts != "test")
    features, labels, groups = features[rows], split.labels[rows], split.groups[rows]
    smallest = min(len(set(groups[labels == label])) for label in set(labels))
    if smallest < 2:
        return pd.DataFrame(columns=["share", "images", "accuracy", "low", "high"])
    head = make_pipeline(StandardScaler(), LogisticRegression(C=0.003, tol=1e-2, class_weight="balanced"))
    folds = StratifiedGroupKFold(min(FOLDS, smallest), shuffle=True, random_state=seed)
    chosen = {"cv": folds, "train_sizes": SHARES, "shuffle": True, "random_state": seed}
    with warnings.catch_warnings():
        # of few pictures a quarter may be as many as a half, or hold a single artist, of which nothing can be learned
        warnings.simplefilter("ignore", FitFailedWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        images, _, accuracies = learning_curve(head, features, labels, groups=groups, **chosen)
    shares = SHARES[-len(images) :]
    table = pd.DataFrame({"share": shares, "images": images, "accuracy": pd.DataFrame(accuracies).mean(axis=1)})
    table = table.dropna(ignore_index=True)
    intervals = [wilson_interval(round(mean * len(rows)), len(rows)) for mean in table["accuracy"]]
    return table.assign(low=[low for low, _ in intervals], high=[high for _, high in intervals])


def in_words(history: pd.DataFrame, sizes: pd.DataFrame | None = None) -> str:
    """Say in plain words what a training's history, and accuracy by size, mean for its owner.

    Args:
        history: the table of `history.csv`.
        sizes: the table of `accuracy_by_size`, or None.
    """
    kept = history[history["kept"]]
    row = (history if kept.empty else kept).iloc[-1]
    learned, validated = row["accuracy"], row["val_accuracy"]
    figures = f"{learned:.0%} of the training pictures and {validated:.0%} of the validation pictures are named rightly"
    if learned - validated > OVER_FIT:
        lines = [f"{figures}: the network over-fits, it knows pictures by heart. More and more varied pictures help."]
    elif validated - learned > OVER_FIT:
        lines = [f"{figures}: augmented pictures are harder, so it has not learned all it can. Allow it more epochs."]
    else:
        lines = [f"{figures}: it over-fits little."]
    if sizes is not None and len(sizes) > 1:
        half, full = sizes["accuracy"].iloc[-2], sizes["accuracy"].iloc[-1]
        gain = f"Learning from all pictures instead of half of them moved accuracy from {half:.1%} to {full:.1%}"
        if full - half >= WORTH_IT:
            lines.append(f"{gain}: more images would help.")
        else:
            lines.append(f"{gain}: more images of the same kind would help little; look at the labels, or at 04.")
    return "\n".join(lines)
