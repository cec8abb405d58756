"""The grid in plain ipywidgets, for notebooks without anywidget; the rules are in the session, as for the full grid."""

from artlib.sort.grid.fallback.grid import FallbackGrid

__all__ = ["FallbackGrid"]
