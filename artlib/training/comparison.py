"""Comparison: recipes and backbones trained on one split with several seeds, and how much they differ."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from artlib.backbones import Backbone, choose
from artlib.errors import ArgumentError, warn
from artlib.recogniser.trained_model import HISTORY, TrainedModel
from artlib.statistics import metrics
from artlib.statistics.bootstrap import difference_interval
from artlib.training.contenders import backbone_begun, is_there
from artlib.training.recipes import recipe_phases
from artlib.training.run import train
from artlib.workspace import AnyWorkspace, Workspace, WorkspaceError, as_workspace
from artlib.workspace.disk.writer import writes
from artlib.workspace.split import Split, read_split

RUNS = ["recipe", "seed", "accuracy", "macro_f1", "seconds", "n"]
SUMMARY = ["recipe", "accuracy", "low", "high", "macro_f1", "seconds"]
DIFFERENCE = ["best", "other", "mean", "low", "high"]


@dataclass(frozen=True)
class Comparison:
    """The result of `compare`.

    Attributes:
        runs: one row a model: recipe (with several backbones: "artlib on resnet50"), seed, accuracy, macro_f1, seconds
            (of all epochs), n (pictures predicted).
        summary: one row a recipe: recipe, accuracy (mean over its seeds) with its 95 % interval low to high, macro_f1,
            seconds. The interval is over other seeds on the same pictures; with one seed, over other pictures.
        difference: one row for each recipe except the best: best, other, and the difference in accuracy (mean) with its
            95 % interval low to high. The interval is over other pictures with the same seeds.
        part: the part of the split that was measured.
        finished: False when a training was interrupted and the comparison can go on.
    """

    runs: pd.DataFrame
    summary: pd.DataFrame
    difference: pd.DataFrame
    part: str = "validation"
    finished: bool = True

    def __str__(self) -> str:
        return self.in_words()

    def in_words(self) -> str:
        """Describe which recipe is better, by how much, and with what interval."""
        lines = [_verdict(row) for row in self.difference.itertuples()] or ["There is nothing to compare yet."]
        if not self.finished:
            lines.append("Not all models are trained: compare again to go on.")
        return "\n".join(lines)


@writes("comparing recipes")
def compare(
    workspace: AnyWorkspace,
    *,
    recipes: Sequence[str] = ("original", "artlib"),
    seeds: Sequence[int] = (0, 1, 2),
    backbone: str = "auto",
    backbones: Sequence[str] | None = None,
    epochs: int | None = None,
    image_size: int = 224,
    part: str = "validation",
) -> Comparison:
    """Train each recipe on each backbone with each seed, and measure all on the same pictures.

    The split stays as it is; only the random choices of training differ. The models are `compare-<recipe>-<seed>`, of
    several backbones `compare-<recipe>-<backbone>-<seed>`.
    Finished models are measured and not trained again, so the same call goes on after an interruption or a kill. An
    interrupted training ends the comparison with the models that were finished before.

    It is measured on the validation part. Each model chose its best epoch on these pictures, so all figures are a
    little too high. Do not choose a recipe on the test part: the figures of evaluate would then be too high.

    Args:
        workspace: a Workspace, or the path of one, with a split.
        recipes: "original", "artlib" or both, each once.
        seeds: one training for each, each once.
        backbone: one of artlib.backbones.BACKBONES, or auto, which looks at the GPU and at the weights, and stays with
            the backbone with which a comparison was begun.
        backbones: several of them, each once; None takes `backbone` alone.
        epochs: the limit for each phase that runs the network; None takes the recipe's own number.
        image_size: height and width of the network's input, in pixels.
        part: the part of the split to measure on.

    Raises:
        WorkspaceError: there is no split, or it holds no image to validate on or to measure on.
        WeightsError: the weights can't be had or do not fit.
        ValueError: no recipe, backbone or seed, one given twice, or an unknown recipe, backbone or part.
    """
    workspace = as_workspace(workspace)
    split = read_split(workspace)
    if backbones is None:
        limits = {"epochs": epochs, "image_size": image_size}
        networks = [choose(backbone, backbone_begun(workspace, itertools.product(seeds, recipes), limits))]
    else:
        networks = [choose(name) for name in backbones]
    rows = _rows_to_measure(split, part)
    _check(list(recipes), list(seeds), networks, epochs)
    # seed by seed, so that an interruption leaves recipes that can be compared
    plan = list(itertools.product(seeds, recipes, networks))
    runs: list[dict[str, Any]] = []
    right: dict[str, list[np.ndarray]] = {}
    for place, (seed, recipe, network) in enumerate(plan, 1):
        several = len(networks) > 1
        contender = f"{recipe} on {network.name}" if several else recipe
        name = f"compare-{recipe}-{network.name}-{seed}" if several else f"compare-{recipe}-{seed}"
        options = {"recipe": recipe, "seed": seed, "backbone": network.name, "epochs": epochs, "image_size": image_size}
        if not (is_there(workspace, name, options) or _trained(workspace, name, options)):
            warn(f"Interrupted in model {place} of {len(plan)}, {name}: compare again to go on from there.")
            break
        model = TrainedModel(workspace, name)
        probabilities = model.outputs.probabilities[rows]
        runs.append({"recipe": contender, "seed": seed} | _measured(model, split.labels[rows], probabilities))
        right.setdefault(contender, []).append(probabilities.argmax(axis=1) == split.labels[rows])
        accuracy = runs[-1]["accuracy"]
        print(f"{place} of {len(plan)}: {contender}, seed {seed}: accuracy {accuracy:.3f} on {part} pictures")
    table = pd.DataFrame(runs, columns=RUNS)
    return Comparison(table, summarise(table), differences(right, split.groups[rows]), part, len(runs) == len(plan))


def summarise(runs: pd.DataFrame) -> pd.DataFrame:
    """Return mean figures and the accuracy's 95 % interval of each recipe.

    Args:
        runs: columns recipe, seed, accuracy, macro_f1, seconds and n.

    Returns:
        Columns recipe, accuracy, low, high, macro_f1 and seconds; recipes in the order of `runs`.
    """
    rows = []
    for recipe, mine in runs.groupby("recipe", sort=False):
        low, high = _interval_over_seeds(mine["accuracy"].to_numpy(float), int(mine["n"].iloc[0]))
        means = mine[["accuracy", "macro_f1", "seconds"]].mean()
        rows.append({"recipe": recipe, "low": low, "high": high, **means})
    return pd.DataFrame(rows, columns=SUMMARY)


def differences(right: Mapping[str, Sequence[np.ndarray]], groups: np.ndarray) -> pd.DataFrame:
    """Return how much more accurate the best recipe is than each other one, with a 95 % interval.

    A picture counts with the share of seeds that predicted it correctly.

    Args:
        right: for each recipe and seed, whether each picture was predicted correctly, bool (n,); the seeds in the same
            order for all recipes. Seeds that some recipe lacks are left out.
        groups: str (n,), near-duplicate groups.

    Returns:
        Columns best, other, mean, low and high, the last three from -1 to 1; no row for fewer than two recipes.
    """
    shared = min(map(len, right.values()), default=0)
    shares = {recipe: np.mean(arrays[:shared], axis=0) for recipe, arrays in right.items()}
    best = max(shares, key=lambda recipe: shares[recipe].mean(), default="")
    rows = []
    for other in [recipe for recipe in shares if recipe != best]:
        gain = shares[best] - shares[other]
        low, high = difference_interval(gain, groups)
        rows.append({"best": best, "other": other, "mean": gain.mean(), "low": low, "high": high})
    return pd.DataFrame(rows, columns=DIFFERENCE)


def _rows_to_measure(split: Split, part: str) -> np.ndarray:
    rows = split.rows(part)
    if not len(rows):
        raise WorkspaceError(
            f"The split has no {part} image: every artist has too few. Collect more, then split again."
        )
    return rows


def _check(recipes: list[str], seeds: list[int], networks: list[Backbone], epochs: int | None) -> None:
    """Check now what would otherwise fail only after the first trainings."""
    names = [network.name for network in networks]
    for what, values in (("recipes", recipes), ("seeds", seeds), ("backbones", names)):
        if not values or len(set(values)) < len(values):
            raise ArgumentError(f"A comparison needs one or more {what}, each once. Received: {what}={values}.")
    for network in networks:
        if len(networks) > 1:
            network.weights_file()
        for recipe in recipes:
            recipe_phases(recipe, network, epochs)


def _trained(workspace: Workspace, name: str, options: dict[str, Any]) -> bool:
    """Train a model, and return whether it was finished."""
    try:
        return train(workspace, name=name, **options).finished
    except KeyboardInterrupt:  # before there were weights worth keeping
        return False


def _measured(model: TrainedModel, labels: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    """Return a model's figures; its seconds are those of the epochs, since models share what is prepared before."""
    figures = metrics.summary(labels, probabilities)
    history = model.workspace.read_table(model.folder / HISTORY)
    seconds = float(history["seconds"].astype(float).sum())
    return {"seconds": seconds} | {key: figures[key] for key in ("accuracy", "macro_f1", "n")}


def _interval_over_seeds(accuracies: np.ndarray, n: int) -> tuple[float, float]:
    """Return Student's 95 % interval of the mean; with one seed alone, that of a proportion of n pictures."""
    if len(accuracies) == 1:
        return metrics.wilson_interval(round(accuracies[0] * n), n)
    half = stats.t.ppf(0.975, len(accuracies) - 1) * stats.sem(accuracies)
    return max(0.0, accuracies.mean() - half), min(1.0, accuracies.mean() + half)


def _verdict(row: Any) -> str:
    interval = f"95 % interval over other pictures {100 * row.low:.1f} to {100 * row.high:.1f}"
    if row.low <= 0 <= row.high:
        return f"{row.best} and {row.other} do not differ clearly: {100 * row.mean:.1f} points apart ({interval})."
    return f"{row.best} is {100 * row.mean:.1f} points better than {row.other} ({interval})."
