"""How well a score detects unknown pictures."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score, roc_curve


def detection(scores: np.ndarray, unknown: np.ndarray) -> dict[str, float | int]:
    """Return AUROC and FPR at 95 % TPR of an unknown score (known pictures are the positives), and the counts.

    Args:
        scores: float (n,), higher means more unknown.
        unknown: bool (n,), both values present.
    """
    accepted_unknown, accepted_known, _ = roc_curve(~unknown, -scores)
    return {
        "auroc": float(roc_auc_score(unknown, scores)),
        "fpr95": float(accepted_unknown[np.searchsorted(accepted_known, 0.95)]),
        "n_known": int((~unknown).sum()),
        "n_unknown": int(unknown.sum()),
    }


def oscr(scores: np.ndarray, unknown: np.ndarray, right: np.ndarray) -> pd.DataFrame:
    """Return the open-set classification rate curve (Dhamija et al., Reducing network agnostophobia, 2018, section 4).

    Args:
        scores: float (n,), higher means more unknown.
        unknown: bool (n,), both values present.
        right: bool (n,), whether the predicted artist is correct; not used for unknown pictures.

    Returns:
        Columns false_positive_rate (unknown pictures accepted) and correct_rate (known ones accepted and predicted
        correctly), both rising; one row for each different score, after a first row with nothing accepted.
    """
    order = np.argsort(scores, kind="stable")
    last_of_equals = np.flatnonzero(np.diff(scores[order], append=np.inf))
    accepted = np.cumsum(unknown[order])[last_of_equals] / unknown.sum()
    correct = np.cumsum((right & ~unknown)[order])[last_of_equals] / (~unknown).sum()
    return pd.DataFrame({"false_positive_rate": np.r_[0, accepted], "correct_rate": np.r_[0, correct]})


def area(curve: pd.DataFrame) -> float:
    """Return the area under the open-set classification rate curve, 0 to 1 (at most the accuracy)."""
    return float(np.trapezoid(curve["correct_rate"], curve["false_positive_rate"]))
