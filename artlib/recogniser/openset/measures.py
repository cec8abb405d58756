"""How well a score tells unknown pictures from known ones."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score, roc_curve


def detection(scores: np.ndarray, unknown: np.ndarray) -> dict[str, float | int]:
    """Return AUROC and FPR at 95 % TPR of an unknown score, known pictures being the positives, and how many there are.

    Args:
        scores: float (n,), higher means less known.
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
        scores: float (n,), higher means less known.
        unknown: bool (n,), both values present.
        right: bool (n,), whether the named artist is the right one; not looked at for unknown pictures.

    Returns:
        Columns false_positive_rate (unknown pictures accepted) and correct_rate (known ones accepted and named
        rightly), both rising; one row for each different score, and the first with nothing accepted.
    """
    order = np.argsort(scores, kind="stable")
    last_of_equals = np.flatnonzero(np.diff(scores[order], append=np.inf))
    accepted = np.cumsum(unknown[order])[last_of_equals] / unknown.sum()
    correct = np.cumsum((right & ~unknown)[order])[last_of_equals] / (~unknown).sum()
    return pd.DataFrame({"false_positive_rate": np.r_[0, accepted], "correct_rate": np.r_[0, correct]})


def area(curve: pd.DataFrame) -> float:
    """Return the area under the open-set classification rate curve, 0 to 1 (at most the accuracy)."""
    return float(np.trapezoid(curve["correct_rate"], curve["false_positive_rate"]))
