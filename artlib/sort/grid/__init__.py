"""The grid in which a person sorts."""

from artlib.sort.grid.sort_grid import SortGrid

__all__ = ["SortGrid"]
