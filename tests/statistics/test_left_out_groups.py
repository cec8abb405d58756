"""Scores from others: the closed form gives what learning again without each group would give."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from artlib.statistics.left_out import PENALTY, scores_from_others


@pytest.mark.parametrize("width", [5, 80])
def test_the_scores_are_those_of_a_regression_that_did_not_learn_from_the_group(width: int) -> None:
    generator = np.random.default_rng(0)
    labels = np.array([0] * 20 + [1] * 12 + [2] * 8)
    groups = np.arange(40)
    groups[[3, 4, 25]] = 3  # of two artists
    groups[[30, 31]] = 30
    features = generator.normal(size=(40, width)) + labels[:, None]
    known = StandardScaler().fit_transform(features) / np.sqrt(width)
    target, weight = np.eye(3)[labels] - 1 / 3, 40 / (3 * np.bincount(labels)[labels])
    expected = np.empty((40, 3))
    for group in set(groups.tolist()):
        others = groups != group
        ridge = Ridge(alpha=PENALTY, fit_intercept=False).fit(known[others], target[others], weight[others])
        expected[~others] = ridge.predict(known[~others])
    assert scores_from_others(features, labels, groups) == pytest.approx(expected, abs=1e-8)


def test_a_feature_that_never_changes_does_no_harm() -> None:
    features = np.random.default_rng(0).normal(size=(20, 4))
    features[:, 2] = 7
    assert np.isfinite(scores_from_others(features, np.arange(20) % 2, np.arange(20))).all()
