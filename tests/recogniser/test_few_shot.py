"""Few shots: an artist from a few pictures is told from those who were trained, and costs them little."""

import numpy as np
import pytest

from artlib.recogniser.few_shot import LOST, FewShots
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs

WIDTH, ARTISTS = 60, 4
generator = np.random.default_rng(0)
CENTRES = generator.normal(0, 1, (ARTISTS + 1, WIDTH)).astype(np.float32)  # the last one is the new artist's


def pictures(artist: int, count: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng((artist, seed)).normal(0, 1.2, (count, WIDTH))
    return (CENTRES[artist] + noise).astype(np.float32)


def outputs(embeddings: np.ndarray) -> ModelOutputs:
    """Those of a model that knows the four centres."""
    known = CENTRES[:ARTISTS]
    return ModelOutputs(embeddings, (embeddings @ known.T - (known**2).sum(axis=1) / 2).astype(np.float32))


@pytest.fixture(scope="module")
def shots() -> FewShots:
    labels = np.repeat(np.arange(ARTISTS), 100)
    learned = np.concatenate([pictures(artist, 100, 0) for artist in range(ARTISTS)])
    validation = np.concatenate([pictures(artist, 100, 1) for artist in range(ARTISTS)])
    return FewShots(Scorers.fit(outputs(learned), labels), outputs(validation), labels)


def wins(shots: FewShots, weights: np.ndarray, bias: float, artist: int) -> float:
    asked = outputs(pictures(artist, 200, 2))
    return float((asked.embeddings @ weights + bias > asked.logits.max(axis=1)).mean())


def test_ten_pictures_are_enough_to_be_recognised(shots: FewShots) -> None:
    assert wins(shots, *shots.fit(pictures(ARTISTS, 10, 3)), ARTISTS) > 0.8


def test_twenty_tell_more_than_five(shots: FewShots) -> None:
    five, twenty = (
        np.mean([wins(shots, *shots.fit(pictures(ARTISTS, count, seed)), ARTISTS) for seed in range(10, 20)])
        for count in (5, 20)
    )
    assert twenty > five


def test_of_the_others_right_answers_no_more_is_lost_than_promised(shots: FewShots) -> None:
    weights, bias = shots.fit(pictures(ARTISTS, 10, 3))
    right = shots.others.logits.argmax(axis=1) == shots.labels
    taken = shots.others.embeddings @ weights + bias > shots.others.logits.max(axis=1)
    assert (taken & right).sum() / right.sum() <= LOST + 1 / right.sum()


def test_what_the_subspace_does_not_see_has_no_weight(shots: FewShots) -> None:
    scorers = Scorers.fit(
        outputs(np.concatenate([pictures(a, 50, 0) for a in range(ARTISTS)])),
        np.repeat(np.arange(ARTISTS), 50),
        last_stage=20,
    )
    weights, _ = FewShots(scorers, shots.others, shots.labels).fit(pictures(ARTISTS, 10, 3))
    assert (weights[-20:] == 0).all() and (weights[:-20] != 0).any()


def test_each_picture_is_judged_without_itself(shots: FewShots) -> None:
    """A picture that the artist was learned from looks better than it will: the promise is kept for new ones."""
    mine = pictures(ARTISTS, 10, 3)
    weights, bias = shots.fit(mine)
    assert shots.as_new(mine).mean() < (mine @ weights + bias).mean()


def test_the_pictures_of_one_hand_cohere_more_than_those_of_many(shots: FewShots) -> None:
    one = shots.cohesion(pictures(ARTISTS, 10, 3))
    many = shots.cohesion(np.concatenate([pictures(artist, 2, 3) for artist in range(ARTISTS + 1)]))
    assert one.min() > many.max()
