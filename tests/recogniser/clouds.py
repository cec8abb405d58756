"""Synthetic artists: clouds of embeddings around an axis each, and evidence drawn from known distributions."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import multivariate_normal

from artlib.recogniser.openset import Confidence, Evidence, Promise
from artlib.recogniser.openset.confidence import CONFUSED, RIGHT, SCORES, UNKNOWN
from artlib.recogniser.others import Others
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.split import Split

WIDTH = 20
STATS = dict.fromkeys(SCORES, (0.0, 1.0))


def clouds(artists: int, each: int = 60, seed: int = 0, spread: float = 1.0) -> tuple[ModelOutputs, np.ndarray]:
    """Artists as clouds around an axis of their own; the logits are the coordinates along the first three axes."""
    generator, labels = np.random.default_rng(seed), np.repeat(np.arange(artists), each)
    embeddings = 6 * np.eye(WIDTH)[labels] + generator.normal(scale=spread, size=(len(labels), WIDTH))
    return ModelOutputs(embeddings.astype(np.float32), embeddings[:, :3].astype(np.float32)), labels


def outputs_of(artists: int, spread: float = 1.0) -> ModelOutputs:
    """Those of a model that knows each artist's axis, for `split_of`."""
    embeddings = clouds(artists, spread=spread)[0].embeddings
    return ModelOutputs(embeddings, embeddings[:, :artists])


def split_of(artists: int, each: int = 60) -> Split:
    """Of ten pictures in a row eight are in the training part, one is in each of the other two."""
    labels = np.repeat(np.arange(artists), each)
    parts = np.tile(np.array(["train"] * 8 + ["validation", "test"]), len(labels) // 10)
    ids = [str(number) for number in range(len(labels))]
    return Split(ids, labels, parts, np.array(ids), [f"artist {number}" for number in range(artists)], np.ones(artists))


def others_of(known: int, axes: list[int], each: int = 8, seed: int = 5) -> Others:
    """Pictures by other artists on their own axes, as a model of so many known ones sees them."""
    labels = np.repeat(np.arange(len(axes)), each)
    noise = np.random.default_rng(seed).normal(size=(len(labels), WIDTH))
    embeddings = (6 * np.eye(WIDTH)[np.array(axes)[labels]] + noise).astype(np.float32)
    names = [f"other {axis}" for axis in axes]
    return Others(names, labels, ModelOutputs(embeddings, embeddings[:, :known]), embeddings)


@dataclass(frozen=True)
class World:
    """Known and unknown artists whose scores have known distributions: normal ones around a mean for each outcome.

    Attributes:
        apart: how far the scores of wrong answers lie from those of right ones.
        between: deviation of the unknown artists' own means; 0 lets all of them score alike.
        confused: share of the known artists' pictures that get another known artist.
    """

    apart: float = 2.0
    between: float = 0.0
    confused: float = 0.1

    def mean(self, outcome: int) -> np.ndarray:
        directions = {RIGHT: (0, 0, 0), CONFUSED: (1, 0.8, 0), UNKNOWN: (0.6, 1, 0.8)}
        return self.apart * np.array(directions[outcome], float)

    def known(self, pictures: int, generator: np.random.Generator) -> Evidence:
        outcomes = np.where(generator.random(pictures) < self.confused, CONFUSED, RIGHT)
        means = np.array([self.mean(RIGHT), self.mean(CONFUSED)])[outcomes]
        return evidence(means + generator.normal(size=(pictures, 3)), outcomes, np.arange(pictures))

    def unknown(self, artists: int, each: int, generator: np.random.Generator) -> Evidence:
        own = self.mean(UNKNOWN) + generator.normal(scale=self.between, size=(artists, 3)).repeat(each, axis=0)
        sources = np.repeat(np.arange(artists), each)
        return evidence(own + generator.normal(size=own.shape), np.full(len(own), UNKNOWN), sources)

    def confidence(
        self, pictures: int = 400, artists: int = 12, each: int = 20, seed: int = 0, promise: Promise | None = None
    ) -> Confidence:
        generator = np.random.default_rng(seed)
        parts = [self.known(pictures, generator)] * bool(pictures) + [self.unknown(artists, each, generator)]
        return Confidence(STATS, Evidence.joined(parts), promise or Promise())

    def posterior(self, scores: np.ndarray, share: float) -> np.ndarray:
        """The true probability of each outcome, by Bayes' rule; only where all unknown artists score alike."""
        priors = {RIGHT: (1 - share) * (1 - self.confused), CONFUSED: (1 - share) * self.confused, UNKNOWN: share}
        odds = [prior * multivariate_normal(self.mean(outcome)).pdf(scores) for outcome, prior in priors.items()]
        return np.stack(odds, axis=1) / np.sum(odds, axis=0)[:, None]


def evidence(scores: np.ndarray, outcomes: np.ndarray, sources: np.ndarray) -> Evidence:
    """Evidence of which every picture is of a known kind."""
    scores, same_kind = np.asarray(scores, np.float32), np.ones(len(outcomes), np.float32)
    return Evidence(scores, same_kind, np.asarray(outcomes, np.int8), np.asarray(sources, np.int32))


def all_right(pictures: int = 60) -> Evidence:
    """Known pictures that were all answered correctly, and no unknown ones."""
    scores = np.random.default_rng(0).normal(size=(pictures, 3))
    return evidence(scores, np.full(pictures, RIGHT), np.arange(pictures))
