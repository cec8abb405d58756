"""artlib: build a recogniser for your own set of artists, and believe it because it is measured.

The names below are loaded when first used, so that `import artlib` is light and needs no TensorFlow.
"""

import importlib
from typing import Any

from artlib._version import __version__

_HOME = {
    "ArtlibError": "artlib.errors",
    "Gallery": "artlib.gallery",
    "PredictPanel": "artlib.panel",
    "SortGrid": "artlib.sort",
    "SortSession": "artlib.sort",
    "Verdict": "artlib.verdict",
    "Workspace": "artlib.workspace",
    "add_artist": "artlib.small_artists",
    "build_model": "artlib.model",
    "compare": "artlib.comparison",
    "evaluate": "artlib.evaluation",
    "find_duplicates": "artlib.duplicates",
    "generators": "artlib.batches",
    "make_split": "artlib.split",
    "predict": "artlib.prediction",
    "predictAny": "artlib.prediction",
    "predict_any": "artlib.prediction",
    "remove_artist": "artlib.small_artists",
    "shots_curve": "artlib.shot_curves",
    "train": "artlib.training",
}
_SUBPACKAGES = ("audit", "backbones", "calibrate", "collect", "explain", "images", "openset", "plots", "sort")

__all__ = ["__version__", *_HOME]  # noqa: PLE0604 - ruff cannot see that the keys are text


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in _SUBPACKAGES:
        return importlib.import_module(f"artlib.{name}")
    raise AttributeError(f"module 'artlib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *_SUBPACKAGES]
