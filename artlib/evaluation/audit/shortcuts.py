"""Shortcuts: can an artist be told from what is no art, such as size, file, border or corners?"""

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
from artlib.statistics.proportion import Proportion, percent, proportion
from artlib.workspace import Workspace
from artlib.workspace.split import Split

OF_ORIGINALS = ("size", "file")
IMAGE_SIZE = 224  # what the default backbones see
TREES = 100
MANY = 1000  # images
MARGIN = 0.05  # of accuracy above the largest artist's share; a few pictures more are nothing to warn of
# Of 12 painters (3,056 images) nobody's border or corners stand apart with an AUROC above 0.94, or so that more than
# 0.59 are told. With a border of 6 or 2 pixels planted in all images of any one of them both are 1.00; planted in 80 %,
# 0.8 are told while the AUROC may be 0.89 only, which is why there are two bounds. A signature of 40 x 9 pixels in all
# images of one gives an AUROC of 0.97 or more.
NEARLY, TOLD = 0.97, 0.7
FALSE_ALARMS = 1 / 200  # of the others' images, at which an artist's images count as told
MORE_AUROC, MORE_TOLD = 0.02, 0.2  # than the inside of the pictures tells, or it is art
FEW = 8  # images of an artist, under which nothing is said


@dataclass(frozen=True)
class Shortcuts:
    """What find_shortcuts found.

    Attributes:
        accuracy: by cross-validation, of a forest that sees all families and no art.
        majority: share of the largest artist among the same images: what knowing nothing at all gives.
        families: those that could be looked at.
        rows: one a family and artist: `artist`, `family`, `auroc` (one against the rest), `told` (share of the artist's
            images that are told from all but 1 in 200 of the others') and `n` (the artist's images).
        named: such rows of artists who are nearly told by one family, though only what stands apart from the picture
            counts; an artist named for the same family before is not among the rest.
        gone: how many originals are gone, so that their size and file could not be looked at.
        left_out: artists whose images are all in one group, which cannot be both learned from and asked about.
    """

    accuracy: Proportion
    majority: float
    families: list[str]
    rows: list[dict[str, Any]]
    named: list[dict[str, Any]]
    gone: int
    left_out: list[str]

    def __str__(self) -> str:
        return self.in_words()

    @property
    def beats_majority(self) -> bool:
        """Whether what is no art tells clearly more than the largest artist's share."""
        return self.accuracy.low > self.majority + MARGIN

    def table(self) -> pd.DataFrame:
        """Return the AUROC of each artist (rows) by each family (columns); NaN where it could not be looked at."""
        rows = pd.DataFrame(self.rows, columns=["artist", "family", "auroc"])
        return rows.pivot(index="artist", columns="family", values="auroc").reindex(columns=self.families)

    def in_words(self) -> str:
        """Say what can be told without art, and of whom."""
        lines = [self._general(), *map(_accusation, self.named)]
        if not self.named and self.accuracy.n:
            lines.append("No artist is nearly told by one of them alone.")
        if self.gone:
            lines.append(f"{self.gone} originals are gone, so their size and file could not be looked at.")
        if self.left_out:
            lines.append(f"Left out, because all their images are one work: {', '.join(self.left_out)}.")
        return "\n".join(lines)

    def _general(self) -> str:
        if not self.accuracy.n:
            return "There are too few images to look for shortcuts."
        figures = (
            f"From {', '.join(self.families)} alone {percent(self.accuracy.share)} of {self.accuracy.n} images are "
            f"named rightly ({self.accuracy.interval}); the largest artist's share is {percent(self.majority)}"
        )
        if not self.beats_majority:
            return f"{figures}: what is no art tells next to nothing."
        return (
            f"{figures}. Some of that is natural, a palette reaches the border and motifs have their formats; "
            "the rest a recogniser may learn instead of art."
        )


def _accusation(row: dict[str, Any]) -> str:
    return (
        f"{row['artist']} is nearly told by {row['family']} alone (AUROC {row['auroc']:.3f}, "
        f"{percent(row['told'])} of {row['n']} images with hardly a mistake): look at these images, and crop or "
        "replace what gives them away."
    )


def find_shortcuts(workspace: Workspace, split: Split, seed: int = 0) -> Shortcuts:
    """Ask a forest for the artists that sees nothing but size, file, border and corners, by grouped cross-validation.

    Extremely randomised trees (Geurts, Ernst & Wehenkel, 2006) learn from each family alone, and from all of them. An
    artist is named only for what stands apart from the picture itself, and not when the inside of the pictures tells
    as well: else every artist of one palette, or with dense strokes, would be accused.

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
    # where most originals are gone, those that are left say little of the set
    families = [family for family in FAMILIES if family not in OF_ORIGINALS or gone.mean() <= 0.5]
    everything = np.concatenate([found.families[family] for family in families], axis=1)
    jury = _Jury(split, seed)
    labels, answers = jury.ask(everything)
    return Shortcuts(
        accuracy=proportion(answers.argmax(axis=1) == labels),
        majority=float(np.bincount(labels).max() / len(labels)) if len(labels) else 0.0,
        families=families,
        rows=[row for family in families for row in jury.rows(family, found.families[family])],
        named=[row for family in families for row in _named(jury, family, found)],
        gone=int(gone.sum()),
        left_out=[split.class_names[label] for label in plan_folds(split.labels, split.groups).left_out],
    )


def nearly_told(row: dict[str, Any]) -> bool:
    """Say whether a row accuses its artist."""
    return row["n"] >= FEW and (row["auroc"] >= NEARLY or row["told"] >= TOLD)


def tells_more(row: dict[str, Any], inside: dict[str, Any]) -> bool:
    """Say whether a row tells clearly more of its artist than the same numbers of the inside of the pictures."""
    return row["auroc"] >= inside["auroc"] + MORE_AUROC or row["told"] >= inside["told"] + MORE_TOLD


class _Jury:
    """Forests that are asked about the pictures of a split, family by family; folds are drawn once for all of them."""

    def __init__(self, split: Split, seed: int) -> None:
        self.split = split
        self._seed = seed
        self._folds: dict[bytes, tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]] = {}

    def ask(self, numbers: np.ndarray, there: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the labels of the pictures that could be asked about, int (m,), and the answers (m, artists)."""
        whole = ~np.isnan(numbers).any(axis=1)
        asked, splits = self._drawn(np.flatnonzero(whole if there is None else whole & there))
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, class_weight="balanced", random_state=self._seed)
        # to start threads takes longer than to grow a small forest
        forest.set_params(n_jobs=-1 if len(asked) >= MANY else None)
        answers = out_of_fold(forest, numbers, self.split.labels, splits, len(self.split.class_names))
        return self.split.labels[asked], answers[asked]

    def rows(self, family: str, numbers: np.ndarray, there: np.ndarray | None = None) -> list[dict[str, Any]]:
        """Return artist, family, auroc, told and n of each artist that could be asked about."""
        labels, answers = self.ask(numbers, there)
        rows = []
        for artist in np.unique(labels).tolist():
            mine, score = labels == artist, answers[:, artist]
            others, own, _ = roc_curve(mine, score, drop_intermediate=False)
            rows.append(
                {
                    "artist": self.split.class_names[artist],
                    "family": family,
                    "auroc": float(roc_auc_score(mine, score)),
                    "told": float(own[others <= FALSE_ALARMS].max()),
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


def _named(jury: _Jury, family: str, found: Artefacts) -> list[dict[str, Any]]:
    """Return the rows of the artists who are named for a family, the plainest first.

    Whoever is named is taken away before the others are asked about again: else they were told by not having it.
    """
    named: list[dict[str, Any]] = []
    apart, there = found.apart[family], np.ones(len(jury.split.ids), bool)
    while accused := [row for row in jury.rows(family, apart, there) if nearly_told(row)]:
        if family in found.inside:
            inside = {row["artist"]: row for row in jury.rows(family, found.inside[family], there)}
            accused = [row for row in accused if tells_more(row, inside[row["artist"]])]
        if not accused:
            break
        # of two artists one has it and the other has it not: whose pictures are more alike has it
        alike = {row["artist"]: _alikeness(apart[there], _is(jury.split, row["artist"])[there]) for row in accused}
        named.append(max(accused, key=lambda row: (row["told"], row["auroc"], alike[row["artist"]])))
        there &= ~_is(jury.split, named[-1]["artist"])
    return named


def _is(split: Split, artist: str) -> np.ndarray:
    return split.labels == split.class_names.index(artist)


def _alikeness(numbers: np.ndarray, mine: np.ndarray) -> float:
    """Return how little the numbers of some pictures, bool (n,), spread, against all of (n, width); 0 is the most."""
    spread, all_spread = np.nanstd(numbers[mine], axis=0), np.nanstd(numbers, axis=0)
    return -float((spread[all_spread > 0] / all_spread[all_spread > 0]).sum())
