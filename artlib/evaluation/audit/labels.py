"""Wrong labels: the pictures of a split that probably have the wrong artist."""

import numpy as np
import pandas as pd

from artlib.errors import warn
from artlib.recogniser.label_issues import FEWEST, find_label_issues
from artlib.workspace.split import Split


def find_wrong_labels(split: Split, features: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Find the pictures whose label may be wrong, the highest label issue score first.

    Artists who can't be predicted are named on standard error.

    Args:
        split: the pictures, their artists and near-duplicate groups.
        features: float (n, width), frozen features of `split.ids`.
        seed: of the folds.

    Returns:
        The table of `artlib.recogniser.label_issues.LabelIssues`.
    """
    artists = [split.class_names[label] for label in split.labels]
    issues = find_label_issues(split.ids, artists, split.groups.tolist(), features, seed)
    if issues.left_out:
        names = ", ".join(issues.left_out)
        warn(f"Labels not checked, because an artist needs {FEWEST} works that are not near-duplicates: {names}.")
    return issues.table
