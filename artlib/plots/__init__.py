"""Pictures of data, training and evaluation: matplotlib figures, and nothing is computed here."""

from artlib.plots.comparison import compared_recipes
from artlib.plots.counts import artists, confusion_matrix
from artlib.plots.curves import accuracy_by_size, learning_curves, recall_by_shots, recall_by_size
from artlib.plots.figure import Figure, save
from artlib.plots.galleries import gallery, pictures, shelves
from artlib.plots.trust import recall, refusal, reliability, robustness, shortcuts, unknown_scores

__all__ = [
    "Figure",
    "accuracy_by_size",
    "artists",
    "compared_recipes",
    "confusion_matrix",
    "gallery",
    "learning_curves",
    "pictures",
    "recall",
    "recall_by_shots",
    "recall_by_size",
    "refusal",
    "reliability",
    "robustness",
    "save",
    "shelves",
    "shortcuts",
    "unknown_scores",
]
