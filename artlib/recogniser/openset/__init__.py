"""The open set: says of a picture how unknown it is, and measures how well that tells unknown artists."""

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
