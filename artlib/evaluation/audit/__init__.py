"""The audit: whether leaks, shortcuts, small changes of the pictures or wrong labels make the figures unreliable."""

from artlib.evaluation.audit.audit import Audit
from artlib.evaluation.audit.labels import find_wrong_labels
from artlib.evaluation.audit.leaks import Leaks, find_leaks
from artlib.evaluation.audit.robustness import Change, Robustness, find_weaknesses
from artlib.evaluation.audit.shortcuts import Shortcuts, find_shortcuts
from artlib.statistics.proportion import Proportion

__all__ = [
    "Audit",
    "Change",
    "Leaks",
    "Proportion",
    "Robustness",
    "Shortcuts",
    "find_leaks",
    "find_shortcuts",
    "find_weaknesses",
    "find_wrong_labels",
]
