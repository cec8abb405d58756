"""The open set: says of a picture how unknown it is, and measures how well that tells unknown artists."""

from artlib.openset.detection import area, detection, oscr
from artlib.openset.estimate import Estimate
from artlib.openset.gate import ACCEPTED, Gate, GateError, Scorers
from artlib.openset.learning import Others, fit

__all__ = ["ACCEPTED", "Estimate", "Gate", "GateError", "Others", "Scorers", "area", "detection", "fit", "oscr"]
