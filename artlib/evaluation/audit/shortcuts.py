"""Shortcuts: can an artist be recognised by size, file, border or corners, without looking at the art?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import roc_auc_score, roc_curve

from artlib.evaluation.audit.artefacts import FAMILIES, Artefacts, find_artefacts
from artlib.inference.pixels import prepare, prepared_side
from artlib.statistics.folds import plan_folds
from artlib.statistics.out_of_fold import out_of_fold
from artlib.statistics.proportion import Proportion, proportion
from artlib.workspace import Workspace
from artlib.workspace.split import Split

OF_ORIGINALS = ("size", "file")
IMAGE_SIZE = 224  # what the default backbones see
TREES = 100
MANY = 1000  # images
MARGIN = 0.05  # of accuracy above the largest artist's share; less is no reason to warn
# For 12 painters (3,056 images) border and corners reach an AUROC of 0.94 and a recall of 0.59 at most. With a border
# of 6 or 2 pixels planted in all images of any one of them both are 1.00; planted in 80 %, the recall is 0.8 while the
# AUROC may be only 0.89, which is why there are two bounds. A signature of 40 x 9 pixels in all images of one gives an
# AUROC of 0.97 or more.
HIGH_AUROC, HIGH_RECALL = 0.97, 0.7
FALSE_ALARMS = 1 / 200  # share of the other artists' images, at which recall is taken
MORE_AUROC, MORE_RECALL = 0.02, 0.2  # than the inside of the pictures gives, or it is art
FEW = 8  # images; an artist with fewer is not named


@dataclass(frozen=True)
class Shortcuts:
    """The result of `find_shortcuts`.

    Attributes:
        accuracy: by cross-validation, of a forest that sees all families, but not the art.
        majority: share of the largest artist among the same images: the accuracy of always predicting this artist.
        families: those that could be measured.
        rows: one a family and artist: `artist`, `family`, `auroc` (one against the rest), `told` (recall at a false
            positive rate of 1 in 200) and `n` (the artist's images).
        named: such rows of the artists who can be recognised by one family, measured only on what differs from the
            picture itself, and without the artists named for this family before.
        gone: number of missing originals, whose size and file could not be measured.
        left_out: artists whose images are all in one group, which cannot be both learned from and predicted.
    """

    accuracy: Proportion
    majority: float
    families: list[str]
    rows: list[dict[str, Any]]
    named: list[dict[str, Any]]
    gone: int
    left_out: list[str]

    @property
    def beats_majority(self) -> bool:
        """Whether the forest is clearly better than always predicting the largest artist."""
        return self.accuracy.low > self.majority + MARGIN

    def table(self) -> pd.DataFrame:
        """Return the AUROC of each artist (rows) by each family (columns); NaN where it could not be measured."""
        rows = pd.DataFrame(self.rows, columns=["artist", "family", "auroc"])
        return rows.pivot(index="artist", columns="family", values="auroc").reindex(columns=self.families)


def find_shortcuts(workspace: Workspace, split: Split, seed: int = 0) -> Shortcuts:
    """Predict the artists by a forest that sees only size, file, border and corners, with grouped cross-validation.

    Extremely randomised trees (Geurts, Ernst & Wehenkel, 2006) learn from each family alone, and from all of them. An
    artist is named only for what differs from the picture itself, and only if the inside of the pictures does not show
    it as well. Otherwise every artist with one palette, or with dense strokes, would be named.

    Args:
        workspace: where originals and normalised copies lie.
        split: the images and their artists.
        seed: of folds and trees.

    Raises:
        WorkspaceError: there is no catalog, or a normalised copy is missing or damaged.
    """
    pixels = prepare(workspace, split.ids, prepared_side(IMAGE_SIZE))
    found = find_artefacts(workspace, split.ids, pixels)
    gone = np.isnan(found.families["file"]).any(axis=1)
    # if most originals are missing, the others do not represent the set
    families = [family for family in FAMILIES if family not in OF_ORIGINALS or gone.mean() <= 0.5]
    everything = np.concatenate([found.families[family] for family in families], axis=1)
    forests = _Forests(split, seed)
    labels, probabilities = forests.predict(everything)
    return Shortcuts(
        accuracy=proportion(probabilities.argmax(axis=1) == labels),
        majority=float(np.bincount(labels).max() / len(labels)) if len(labels) else 0.0,
        families=families,
        rows=[row for family in families for row in forests.rows(family, found.families[family])],
        named=[row for family in families for row in _named(forests, family, found)],
        gone=int(gone.sum()),
        left_out=[split.class_names[label] for label in plan_folds(split.labels, split.groups).left_out],
    )


def is_recognised(row: dict[str, Any]) -> bool:
    """Return whether an artist's images are recognised so clearly that the artist is named."""
    return row["n"] >= FEW and (row["auroc"] >= HIGH_AUROC or row["told"] >= HIGH_RECALL)


def is_clearer(row: dict[str, Any], inside: dict[str, Any]) -> bool:
    """Return whether an artist is clearly better recognised than by the inside of the pictures."""
    return row["auroc"] >= inside["auroc"] + MORE_AUROC or row["told"] >= inside["told"] + MORE_RECALL


class _Forests:
    """Forests that predict the pictures of a split out of fold; all families have the same folds."""

    def __init__(self, split: Split, seed: int) -> None:
        self.split = split
        self._seed = seed
        self._folds: dict[bytes, tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]] = {}

    def predict(self, numbers: np.ndarray, taken: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the labels of the pictures that could be predicted, int (m,), and probabilities (m, artists).

        Args:
            numbers: float (n, width); a picture with a NaN is left out.
            taken: bool (n,), the pictures to take; None takes all.
        """
        whole = ~np.isnan(numbers).any(axis=1)
        rows, splits = self._drawn(np.flatnonzero(whole if taken is None else whole & taken))
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, class_weight="balanced", random_state=self._seed)
        # to start threads takes longer than to grow a small forest
        forest.set_params(n_jobs=-1 if len(rows) >= MANY else None)
        probabilities = out_of_fold(forest, numbers, self.split.labels, splits, len(self.split.class_names))
        return self.split.labels[rows], probabilities[rows]

    def rows(self, family: str, numbers: np.ndarray, taken: np.ndarray | None = None) -> list[dict[str, Any]]:
        """Return artist, family, auroc, told and n of each artist that could be predicted."""
        labels, probabilities = self.predict(numbers, taken)
        rows = []
        for artist in np.unique(labels).tolist():
            mine, score = labels == artist, probabilities[:, artist]
            false_positives, recalls, _ = roc_curve(mine, score, drop_intermediate=False)
            rows.append(
                {
                    "artist": self.split.class_names[artist],
                    "family": family,
                    "auroc": float(roc_auc_score(mine, score)),
                    "told": float(recalls[false_positives <= FALSE_ALARMS].max()),
                    "n": int(mine.sum()),
                }
            )
        return rows

    def _drawn(self, rows: np.ndarray) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        key = rows.tobytes()
        if key not in self._folds:
            folds = plan_folds(self.split.labels, self.split.groups, self._seed, rows)
            self._folds[key] = folds.rows, folds.grouped(self.split.labels, self.split.groups)
        return self._folds[key]


def _named(forests: _Forests, family: str, found: Artefacts) -> list[dict[str, Any]]:
    """Return the rows of the artists who are named for a family, the most clearly recognised first.

    The pictures of a named artist are taken away before the next search: otherwise the other artists would be
    recognised by the lack of this artist's border or corners.
    """
    named: list[dict[str, Any]] = []
    apart, taken = found.apart[family], np.ones(len(forests.split.ids), bool)
    while suspects := [row for row in forests.rows(family, apart, taken) if is_recognised(row)]:
        if family in found.inside:
            inside = {row["artist"]: row for row in forests.rows(family, found.inside[family], taken)}
            suspects = [row for row in suspects if is_clearer(row, inside[row["artist"]])]
        if not suspects:
            break
        alike = {row["artist"]: _alikeness(apart[taken], _is(forests.split, row["artist"])[taken]) for row in suspects}
        # of two artists both are recognised, one by the lack of what the other has: the other's numbers spread less
        two_left = len(set(forests.split.labels[taken].tolist())) == 2
        named.append(max(suspects, key=lambda row: (two_left * alike[row["artist"]], row["told"], row["auroc"])))
        taken &= ~_is(forests.split, named[-1]["artist"])
    return named


def _is(split: Split, artist: str) -> np.ndarray:
    return split.labels == split.class_names.index(artist)


def _alikeness(numbers: np.ndarray, mine: np.ndarray) -> float:
    """Return how little the numbers (n, width) of some pictures, bool (n,), spread compared to all; 0 is the most."""
    spread, all_spread = np.nanstd(numbers[mine], axis=0), np.nanstd(numbers, axis=0)
    return -float((spread[all_spread > 0] / all_spread[all_spread > 0]).sum())
