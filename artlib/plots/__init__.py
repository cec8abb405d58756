"""Pictures of data, training and evaluation: matplotlib figures, and nothing is computed here."""

from artlib.plots.counts import artists, confusion_matrix, prediction
from artlib.plots.curves import accuracy_by_size, learning_curves
from artlib.plots.figure import Figure, save
from artlib.plots.galleries import gallery, pictures, shelves

__all__ = [
    "Figure",
    "accuracy_by_size",
    "artists",
    "confusion_matrix",
    "gallery",
    "learning_curves",
    "pictures",
    "prediction",
    "save",
    "shelves",
]
