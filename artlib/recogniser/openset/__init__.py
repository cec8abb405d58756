"""The open set: says of a picture how unknown it is, and measures how well that tells unknown artists."""

from artlib.recogniser.openset.detector import ACCEPTED, Gate, GateError, Scorers
from artlib.recogniser.openset.fitting import Others, fit
from artlib.recogniser.openset.measures import area, detection, oscr
from artlib.recogniser.openset.result import Estimate

__all__ = ["ACCEPTED", "Estimate", "Gate", "GateError", "Others", "Scorers", "area", "detection", "fit", "oscr"]
