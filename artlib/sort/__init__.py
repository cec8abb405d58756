"""Sorting: near-duplicates are found, and a person keeps, discards and moves pictures in a grid."""

from typing import Any

from artlib.sort.session import SortSession

__all__ = ["SortGrid", "SortSession"]


def __getattr__(name: str) -> Any:
    # imported late, so that the command line does not need ipywidgets
    if name == "SortGrid":
        from artlib.sort.grid import SortGrid

        return SortGrid
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
