"""Learning the gate: several unknown-scores are tried on artists left out in turn, and the best way is taken."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm.auto import tqdm

from artlib.recogniser.openset.detector import FUSED, SCORES, Gate, Scorers
from artlib.recogniser.openset.result import Estimate
from artlib.recogniser.outputs import Answers
from artlib.statistics.linear_head import linear_head
from artlib.workspace.split import Split

SMALLEST = 3  # artists; leaving one of two out leaves nothing to confuse
CLEARLY = 0.02  # of AUROC; by so much a single score must beat the fused one, which also sees other kinds of pictures
WAYS = {"fused": FUSED, **{name: (name,) for name in SCORES}}


@dataclass(frozen=True)
class Others:
    """Pictures by artists who are none of the known ones.

    Attributes:
        answers: what the model says of them.
        artists: whose each is, str (m,).
    """

    answers: Answers
    artists: np.ndarray


@dataclass(frozen=True)
class Trial:
    """Unknown scores, by each way to compute them, of known and unknown artists' pictures of one part.

    Attributes:
        scores: from the name of each way to float (n,).
        unknown: bool (n,).
        right: bool (n,), whether a known artist's picture was named rightly.
    """

    scores: dict[str, np.ndarray]
    unknown: np.ndarray
    right: np.ndarray

    @classmethod
    def together(cls, trials: list["Trial"]) -> "Trial":
        """Put trials together whose scores are on one scale."""
        scores = {way: np.concatenate([trial.scores[way] for trial in trials]) for way in WAYS}
        return cls(scores, *(np.concatenate([getattr(trial, key) for trial in trials]) for key in ("unknown", "right")))

    @property
    def says_something(self) -> bool:
        return bool(self.unknown.any() and not self.unknown.all())


def fit(
    split: Split, said: Answers, frozen: np.ndarray, last_stage: int = 0, others: Others | None = None
) -> tuple[Gate, Estimate | None]:
    """Learn how to tell unknown artists, and estimate how well that does.

    Each artist is left out in turn: a linear head learns the others' training pictures from frozen features, which
    never saw any of these artists, and is asked about held-out pictures. The fine-tuned network has seen every artist,
    so it can't be asked this way. How the score is made is decided on the validation part, how well it does is measured
    on the test part. With pictures of other artists, half of these artists help to decide and the others are what it is
    measured on.

    Args:
        split: with all three parts.
        said: the model's answers for `split.ids`.
        frozen: float (n, width), frozen features of `split.ids`.
        last_stage: how many columns of embeddings and features belong to the network's last stage, if others precede.
        others: pictures by other artists.

    Returns:
        The gate, and the estimate; None where there is nothing to estimate from: two artists and no others.
    """
    train, validation = split.rows("train"), split.rows("validation")
    scorers = Scorers.fit(said[train], split.labels[train], last_stage)
    gates = {way: Gate.fit(scorers, said[validation], counted) for way, counted in WAYS.items()}
    decide, measure = _left_out(split, frozen, last_stage)
    method = f"leaving each of {len(split.class_names)} artists out in turn, with a linear head on frozen features"
    if others:
        first, second = _halves(others.artists)
        decide.append(_trial(scorers, gates, split, said, "validation", others.answers[first]))
        measure = [_trial(scorers, gates, split, said, "test", others.answers[second])]
        method = f"asking about pictures by {len(set(others.artists[second]))} other artists"
    way = _best([trial for trial in decide if trial.says_something])
    gate, measured = gates[way], Trial.together(measure) if measure else None
    if measured is None or not measured.says_something:
        return gate, None
    artists = len(set(others.artists[second])) if others else len(split.class_names)
    return gate, Estimate(measured.scores, measured.unknown, measured.right, way, artists, method, gate.threshold)


def _left_out(split: Split, frozen: np.ndarray, last_stage: int) -> tuple[list[Trial], list[Trial]]:
    """Return for each artist left out the trial on the validation part and the one on the test part."""
    decide: list[Trial] = []
    measure: list[Trial] = []
    if len(split.class_names) < SMALLEST:
        return decide, measure
    for artist in tqdm(range(len(split.class_names)), desc="Leaving one artist out", unit="artist"):
        known = split.labels != artist
        learn, validation = known & (split.parts == "train"), known & (split.parts == "validation")
        if not validation.any() or len(set(split.labels[learn].tolist())) < 2:
            continue
        answers = linear_answers(frozen, split.labels, learn)
        scorers = Scorers.fit(answers[learn], split.labels[learn], last_stage)
        gates = {way: Gate.fit(scorers, answers[validation], counted) for way, counted in WAYS.items()}
        for trials, part in ((decide, "validation"), (measure, "test")):
            if len(rows := split.rows(part)):
                names = np.unique(split.labels[learn])[answers.logits[rows].argmax(axis=1)]
                right = names == split.labels[rows]
                trials.append(Trial(_scores(scorers, gates, answers[rows]), split.labels[rows] == artist, right))
    return decide, measure


def linear_answers(frozen: np.ndarray, labels: np.ndarray, learn: np.ndarray) -> Answers:
    """Return what a linear head on frozen features says of all pictures after learning some, bool (n,)."""
    head = linear_head().fit(frozen[learn], labels[learn])
    features, logits = head[0].transform(frozen).astype(np.float32), head.decision_function(frozen)
    return Answers(features, np.stack([-logits, logits], axis=1) / 2 if logits.ndim == 1 else logits)


def _trial(
    scorers: Scorers, gates: dict[str, Gate], split: Split, said: Answers, part: str, strangers: Answers
) -> Trial:
    """Return the scores of one part's pictures and of unknown ones."""
    rows = split.rows(part)
    known, unknown = _scores(scorers, gates, said[rows]), _scores(scorers, gates, strangers)
    right = said.logits[rows].argmax(axis=1) == split.labels[rows]
    return Trial(
        {way: np.concatenate([known[way], unknown[way]]) for way in gates},
        np.arange(len(rows) + len(strangers)) >= len(rows),
        np.concatenate([right, np.zeros(len(strangers), bool)]),
    )


def _scores(scorers: Scorers, gates: dict[str, Gate], answers: Answers) -> dict[str, np.ndarray]:
    single = scorers(answers)
    return {way: gate.fused(single) for way, gate in gates.items()}


def _halves(artists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of every second artist's pictures and of the others'; of a single artist, of each half."""
    names, place = np.unique(artists, return_inverse=True)
    if len(names) == 1:
        place = np.arange(len(artists))
    return np.flatnonzero(place % 2 == 0), np.flatnonzero(place % 2 == 1)


def _best(trials: list[Trial]) -> str:
    """Return the way with the highest AUROC, mean over the trials; the fused one unless another is clearly better."""
    if not trials:
        return "fused"
    means = {way: np.mean([roc_auc_score(trial.unknown, trial.scores[way]) for trial in trials]) for way in WAYS}
    best = max(means, key=lambda way: means[way])
    return best if means[best] > means["fused"] + CLEARLY else "fused"
