"""The open set: how probable it is that an unknown artist made a picture, and how sure a named artist is."""

from artlib.recogniser.openset.confidence import Confidence, Evidence
from artlib.recogniser.openset.detector import DetectorError, UnknownDetector
from artlib.recogniser.openset.promise import Promise
from artlib.recogniser.openset.result import OpenSetResult
from artlib.recogniser.openset.scorers import Scorers

__all__ = ["Confidence", "DetectorError", "Evidence", "OpenSetResult", "Promise", "Scorers", "UnknownDetector"]
