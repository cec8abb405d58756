"""Backbones: weights, preprocessing, input size and freezing points of each network are defined only here."""

from artlib.backbones.backbone import Backbone
from artlib.backbones.registry import BACKBONES, choose, get
from artlib.backbones.torch_file import WeightsError

__all__ = ["BACKBONES", "Backbone", "WeightsError", "choose", "get"]
