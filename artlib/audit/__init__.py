"""The audit: whether accuracy is earned, or owed to leaks, shortcuts, frail looks or wrong labels."""

from artlib.audit.audit import Audit
from artlib.audit.labels import find_wrong_labels
from artlib.audit.leaks import Leaks, find_leaks
from artlib.audit.proportion import Proportion
from artlib.audit.robustness import Change, Robustness, find_weaknesses
from artlib.audit.shortcuts import Shortcuts, find_shortcuts

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
