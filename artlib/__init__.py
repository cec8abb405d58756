"""artlib: build a recogniser for your own set of artists, and believe it because it is measured.

The names below are loaded when first used, so that `import artlib` is light and needs no TensorFlow.
"""

import importlib
from typing import Any

from artlib._version import __version__
from artlib.inference import quiet_tensorflow

quiet_tensorflow.install()

_HOME = {
    "AnyWorkspace": "artlib.workspace",
    "ArtlibError": "artlib.errors",
    "Workspace": "artlib.workspace",
    "from_notebook": "artlib.workspace.place",
    "gpu_advice": "artlib.workspace.place",
    "open_workspace": "artlib.workspace.opening",
    "pack": "artlib.workspace.handing",
    "unpack": "artlib.workspace.handing",
    # collect and sort
    "SortGrid": "artlib.sort",
    "SortSession": "artlib.sort",
    "artists": "artlib.collect.corrections.artists",
    "collect_report": "artlib.collect.overview",
    "find_duplicates": "artlib.sort.duplicates",
    "find_suggestions": "artlib.sort.suggestions",
    "find_suspects": "artlib.sort.suspects",
    "forget": "artlib.collect.corrections.forgetting",
    "join_artists": "artlib.collect.corrections.joining",
    "read_catalog": "artlib.workspace.catalog",
    "rename_artist": "artlib.collect.corrections.joining",
    "separate_artist": "artlib.collect.corrections.joining",
    "read_set_apart": "artlib.workspace.set_apart",
    "read_suggestions": "artlib.workspace.suggestions",
    "read_suspects": "artlib.workspace.suspects",
    "sorted_catalog": "artlib.workspace.decisions",
    "sorting_summary": "artlib.sort.summary",
    "sources": "artlib.collect.corrections.forgetting",
    # train
    "build_model": "artlib.recogniser.model",
    "compare": "artlib.training.comparison",
    "generators": "artlib.training.batches",
    "is_trained": "artlib.training.run",
    "make_split": "artlib.training.splitting",
    "train": "artlib.training.run",
    # evaluate
    "describe": "artlib.evaluation.wording",
    "enough_images": "artlib.evaluation.advice",
    "evaluate": "artlib.evaluation.run",
    "learning_curve": "artlib.evaluation.learning_curve",
    "recall_curves": "artlib.evaluation.learning_curve",
    "shots_curve": "artlib.evaluation.shot_curves",
    "training_advice": "artlib.evaluation.advice",
    # predict
    "OneHandCheck": "artlib.prediction.one_hand",
    "PredictPanel": "artlib.prediction.panel",
    "TrainedModel": "artlib.recogniser.trained_model",
    "Verdict": "artlib.prediction.verdict",
    "add_artist": "artlib.training.added_artists",
    "predict": "artlib.prediction.single",
    "predictAny": "artlib.prediction.single",
    "predict_any": "artlib.prediction.single",
    "predictor": "artlib.prediction.predictor",
    "remove_artist": "artlib.training.added_artists",
    # trace
    "Trace": "artlib.tracing.result",
    "build_index": "artlib.indexing.indexed_works",
    "trace": "artlib.tracing.tracer",
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
