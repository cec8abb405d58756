"""artlib: build a recogniser for your own set of artists, and believe it because it is measured.

The names below are loaded when first used, so that `import artlib` is light and needs no TensorFlow.
"""

import importlib
from typing import Any

from artlib._version import __version__

_HOME = {
    "ArtlibError": "artlib.errors",
    "Gallery": "artlib.prediction.one_hand",
    "PredictPanel": "artlib.prediction.panel",
    "SortGrid": "artlib.sort",
    "SortSession": "artlib.sort",
    "Verdict": "artlib.prediction.verdict",
    "Workspace": "artlib.workspace",
    "add_artist": "artlib.training.added_artists",
    "build_model": "artlib.recogniser.model",
    "compare": "artlib.training.comparison",
    "evaluate": "artlib.evaluation.run",
    "find_duplicates": "artlib.sort.duplicates",
    "generators": "artlib.training.batches",
    "make_split": "artlib.training.splitting",
    "predict": "artlib.prediction.single",
    "predictor": "artlib.prediction.predictor",
    "read_catalog": "artlib.workspace.catalog",
    "sorted_catalog": "artlib.workspace.decisions",
    "in_words": "artlib.evaluation.advice",
    "is_trained": "artlib.recogniser.files",
    "accuracy_by_size": "artlib.evaluation.learning_curve",
    "enough_images": "artlib.evaluation.advice",
    "predictAny": "artlib.prediction.single",
    "predict_any": "artlib.prediction.single",
    "remove_artist": "artlib.training.added_artists",
    "shots_curve": "artlib.evaluation.shot_curves",
    "train": "artlib.training.run",
}
_SUBPACKAGES = ("backbones", "collect", "images", "plots", "sort")

__all__ = ["__version__", *_HOME]  # noqa: PLE0604 - ruff cannot see that the keys are text


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in _SUBPACKAGES:
        return importlib.import_module(f"artlib.{name}")
    raise AttributeError(f"module 'artlib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *_SUBPACKAGES]
