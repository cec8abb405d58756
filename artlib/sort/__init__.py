"""Sorting by hand: the journal of decisions, the session that makes them and the grid that shows it."""

from typing import Any

from artlib.sort.decisions import Decision, DecisionError, apply, latest, record, sorted_catalog
from artlib.sort.session import SortSession

__all__ = ["Decision", "DecisionError", "SortGrid", "SortSession", "apply", "latest", "record", "sorted_catalog"]


def __getattr__(name: str) -> Any:
    # lazily, so that the later stages and the command line never need ipywidgets
    if name == "SortGrid":
        from artlib.sort.grid import SortGrid

        return SortGrid
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
