"""Plots of data, training and evaluation: matplotlib figures; nothing is computed here."""

from artlib.plots.comparison import compared_recipes
from artlib.plots.counts import artists, confusion_matrix
from artlib.plots.curves import learning_curve, recall_by_shots, recall_curves, training_curves
from artlib.plots.fates import collection
from artlib.plots.figure import Figure, save
from artlib.plots.galleries import gallery, pictures, shelves
from artlib.plots.trust import (
    answers,
    firm_answers,
    recall,
    refusal,
    reliability,
    robustness,
    shortcuts,
    unknown_scores,
)

__all__ = [
    "Figure",
    "answers",
    "artists",
    "collection",
    "compared_recipes",
    "confusion_matrix",
    "firm_answers",
    "gallery",
    "learning_curve",
    "pictures",
    "recall",
    "recall_by_shots",
    "recall_curves",
    "refusal",
    "reliability",
    "robustness",
    "save",
    "shelves",
    "shortcuts",
    "training_curves",
    "unknown_scores",
]
