"""Backbones: the only place that knows a network's weights, preprocessing, input size and freezing points."""

from artlib.backbones.registry import BACKBONES, Backbone, choose, get
from artlib.backbones.torch_file import WeightsError

__all__ = ["BACKBONES", "Backbone", "WeightsError", "choose", "get"]
