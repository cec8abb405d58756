"""The open set: computes how unknown a picture is, and measures how well unknown artists are detected."""

from artlib.recogniser.openset.detector import ACCEPTED, DetectorError, Scorers, UnknownDetector
from artlib.recogniser.openset.fitting import Others, fit
from artlib.recogniser.openset.measures import area, detection, oscr
from artlib.recogniser.openset.result import OpenSetResult

__all__ = [
    "ACCEPTED",
    "DetectorError",
    "OpenSetResult",
    "Others",
    "Scorers",
    "UnknownDetector",
    "area",
    "detection",
    "fit",
    "oscr",
]
