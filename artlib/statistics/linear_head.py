"""The linear head: the classifier on frozen features for artlib's estimates; it learns in a second."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from artlib.inference.threads import one_thread


class _OneThread(LogisticRegression):
    """Logistic regression on one thread: its steps are so short that two took seven times as long on a busy machine."""

    def fit(self, features: np.ndarray, labels: np.ndarray) -> "_OneThread":
        with one_thread():
            return super().fit(features, labels)


def linear_head() -> Pipeline:
    """Return an untrained scikit-learn classifier: each feature standardised, then logistic regression."""
    return make_pipeline(StandardScaler(), _OneThread(C=0.003, tol=1e-3, class_weight="balanced"))
