"""The models of a comparison that are there already, from an earlier call."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from artlib.errors import ArtlibError
from artlib.recogniser.trained_model import TrainedModel
from artlib.training import checkpoint
from artlib.training.run import is_trained
from artlib.workspace import Workspace
from artlib.workspace.split import split_hash


def is_there(workspace: Workspace, name: str, options: Mapping[str, Any]) -> bool:
    """Return whether a finished model was trained on this split with these options; a damaged one is trained again."""
    with suppress(ArtlibError):
        if is_trained(workspace, name=name):
            metadata = TrainedModel(workspace, name).metadata
            return all(getattr(metadata, option) == value for option, value in options.items())
    return False


def backbone_begun(workspace: Workspace, plan: Iterable[tuple[int, str]], options: Mapping[str, Any]) -> str | None:
    """Return the backbone of a model that an earlier call trained or began, so that all models have the same."""
    options = {"data_hash": split_hash(workspace), **options}
    for seed, recipe in plan:
        name, wanted = f"compare-{recipe}-{seed}", options | {"recipe": recipe, "seed": seed}
        if is_there(workspace, name, wanted):
            return TrainedModel(workspace, name).metadata.backbone
        if found := checkpoint.backbone_of(workspace.model(name), wanted):
            return found
    return None
