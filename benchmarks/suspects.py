"""Measures how early planted wrong labels stand among the suspects, for several orders.

Pictures are drawn at random, some get another artist's name, and the suspects are looked through in screens of 48. The
orders by self confidence, normalised margin and confidence-weighted entropy are those of the library cleanlab
(Northcutt, Jiang & Chuang, 2021; Kuan & Mueller, Model-agnostic label quality scoring, 2022), written out here because
its licence (AGPL) keeps it out of artlib; "adjusted" subtracts each artist's mean probability first.

    python benchmarks/suspects.py PATH/artist/picture… --keep FOLDER [--half reporting] [--draws 20] [--pictures 600]

With `--half` only one half of the works is drawn from: what was chosen on one is reported on the other. What is drawn
is the same every time.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import artlib
from artlib import backbones
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import frozen_features
from artlib.recogniser import label_issues
from artlib.workspace import Workspace
from artlib.workspace.groups import read_groups

SCREEN = 48
SURE = (0.8, 0.9, 0.95)  # probabilities from which on all suggestions could be accepted at once
Score = Callable[[np.ndarray, np.ndarray], np.ndarray]


def main() -> None:
    """Print for each kind of planting and each order how many planted labels are on the first two screens."""
    options = parser().parse_args()
    workspace = collected(Workspace(options.keep), options.path)
    catalog = artlib.read_catalog(workspace)
    ids = catalog["id"].tolist()
    names, labels = np.unique(catalog["artist"].to_numpy(object), return_inverse=True)
    groups = read_groups(workspace, ids)
    features = frozen_features(workspace, ids, backbones.get(BACKBONE))
    pool = half(groups, options.half)
    alike = most_alike(labels, groups, features)
    print(f"{len(pool)} pictures of {len(names)} artists; {options.wrong} of {options.pictures} get a wrong label.")
    for kind, others in (("any other artist", None), ("the artist most alike", alike)):
        rows = []
        for draw in range(options.draws):
            chosen, given, planted = drawn(pool, labels, options, others, draw)
            rows += trial([ids[row] for row in chosen], names[given], groups[chosen], features[chosen], planted)
        table = pd.DataFrame(rows).groupby("order", sort=False).agg(["mean", "std"]).round(3)
        print(f"\nTo {kind}, mean and standard deviation of {options.draws} draws:")
        print(table.to_string(na_rep=""), flush=True)


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("path", type=Path, metavar="PATH", help="a folder with works as artist/picture")
    arguments.add_argument("--keep", type=Path, required=True, metavar="FOLDER", help="workspace; made once")
    arguments.add_argument("--half", choices=("choosing", "reporting"), help="draw from one half of the works only")
    arguments.add_argument("--draws", type=int, default=20, metavar="N")
    arguments.add_argument("--pictures", type=int, default=600, metavar="N", help="in a draw")
    arguments.add_argument("--wrong", type=int, default=40, metavar="N", help="labels among them")
    return arguments


def collected(workspace: Workspace, path: Path) -> Workspace:
    """Return a workspace with the works and their near-duplicate groups; an existing one is kept."""
    if not workspace.groups.exists():
        artlib.collect.folder(workspace, path)
        artlib.find_duplicates(workspace)
    return workspace


def half(groups: np.ndarray, which: str | None) -> np.ndarray:
    """Return the positions of the pictures to draw from, whole groups of near-duplicates."""
    each = np.unique(groups)
    choosing = np.isin(groups, np.random.default_rng(7).permutation(each)[: len(each) // 2])
    return np.flatnonzero({"choosing": choosing, "reporting": ~choosing}.get(which or "", np.ones(len(groups), bool)))


def most_alike(labels: np.ndarray, groups: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return for each artist the one whose name the artist's pictures get most probably, int (artists,)."""
    probabilities = label_issues.predicted_from_others(labels, groups, features)[0]
    mean = np.stack([probabilities[labels == artist].mean(axis=0) for artist in range(labels.max() + 1)])
    np.fill_diagonal(mean, 0)
    return mean.argmax(axis=1)


def drawn(
    pool: np.ndarray, labels: np.ndarray, options: argparse.Namespace, others: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return positions of the pictures drawn, their labels with the planted ones, and which are planted."""
    generator = np.random.default_rng(seed)
    chosen = generator.permutation(pool)[: options.pictures]
    given, planted = labels[chosen].copy(), generator.permutation(len(chosen))[: options.wrong]
    artists = labels.max() + 1
    steps = generator.integers(1, artists, len(planted))
    given[planted] = (given[planted] + steps) % artists if others is None else others[given[planted]]
    return chosen, given, np.isin(np.arange(len(chosen)), planted)


def trial(
    ids: list[str], artists: np.ndarray, groups: np.ndarray, features: np.ndarray, planted: np.ndarray
) -> list[dict[str, float | str]]:
    """Return how many planted labels each order has on the first screen and on two."""
    issues = label_issues.find_label_issues(ids, artists.tolist(), groups.tolist(), features).table
    wrong = {image_id for image_id, is_planted in zip(ids, planted, strict=True) if is_planted}
    found = issues["id"].isin(wrong).to_numpy()
    rows = [on_screens("artlib.find_suspects", found) | {"suspects": len(found)} | precision(issues, found)]
    _, labels = np.unique(artists, return_inverse=True)
    probabilities, predicted, _ = label_issues.predicted_from_others(labels, groups, features)
    for order, score in ORDERS.items():
        scores = score(probabilities[predicted], labels[predicted])
        rows.append(on_screens(order, planted[predicted][np.argsort(scores, kind="stable")]))
    return rows


def on_screens(order: str, found: np.ndarray) -> dict[str, float | str]:
    return {"order": order, "one screen": int(found[:SCREEN].sum()), "two screens": int(found[: 2 * SCREEN].sum())}


def precision(issues: pd.DataFrame, found: np.ndarray) -> dict[str, float]:
    """Return for each bound of the probability how many suspects reach it, and which share of them is planted."""
    table = {}
    for bound in SURE:
        sure = (issues["probability"] >= bound).to_numpy()
        table |= {f"n from {bound}": int(sure.sum()), f"planted from {bound}": found[sure].mean() if sure.any() else 1}
    return table


def own(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return probabilities[np.arange(len(labels)), labels]


def margin(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    others = np.where(np.eye(probabilities.shape[1], dtype=bool)[labels], 0, probabilities)
    return own(probabilities, labels) - others.max(axis=1)


def weighted_entropy(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    entropy = -(probabilities * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1)
    return own(probabilities, labels) / np.maximum(entropy, 1e-12)


def adjusted(score: Score) -> Score:
    def of_adjusted(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
        means = np.array([own(probabilities, labels)[labels == each].mean() for each in range(labels.max() + 1)])
        moved = probabilities - means + means.max()
        return score(moved / moved.sum(axis=1, keepdims=True), labels)

    return of_adjusted


ORDERS: dict[str, Score] = {
    "self confidence": own,
    "normalised margin": margin,
    "confidence-weighted entropy": weighted_entropy,
    "self confidence, adjusted": adjusted(own),
    "normalised margin, adjusted": adjusted(margin),
}


if __name__ == "__main__":
    main()
