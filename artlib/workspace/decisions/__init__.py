"""Decisions made by hand: one line each in `decisions.jsonl`, and what they do to the catalog."""

from artlib.workspace.decisions.catalogs import ACCEPTING, accepted, apply, named_catalog, sorted_catalog
from artlib.workspace.decisions.decision import Decision, DecisionError
from artlib.workspace.decisions.log import DecisionLog, latest, record

__all__ = [
    "ACCEPTING",
    "Decision",
    "DecisionError",
    "DecisionLog",
    "accepted",
    "apply",
    "latest",
    "named_catalog",
    "record",
    "sorted_catalog",
]
