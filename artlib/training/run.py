"""Training: a recipe's phases on a workspace's split, with history, the best weights and progress bars."""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import pandas as pd
import tensorflow

from artlib import backbones
from artlib.backbones import Backbone
from artlib.errors import warn
from artlib.inference.features import features_of
from artlib.inference.pixels import prepare, prepared_side
from artlib.recogniser.files import ModelMetadata, save_model, versions, write_metadata
from artlib.recogniser.model import build_model
from artlib.recogniser.others import look
from artlib.recogniser.second_network import SecondNetwork
from artlib.recogniser.trained_model import CHECKPOINT, HISTORY, TrainedModel
from artlib.training import checkpoint, phases, recipes
from artlib.training.checkpoint import TrainingState
from artlib.training.phases import TrainingContext
from artlib.training.recipes import Phase
from artlib.workspace import AnyWorkspace, WorkspaceError, as_workspace
from artlib.workspace.disk.space import require_room
from artlib.workspace.disk.writer import writes
from artlib.workspace.disk.writing import write_table
from artlib.workspace.split import is_split_of, read_split, split_hash
from artlib.workspace.tables import known_table

BYTES_A_WEIGHT = 4


@dataclass(frozen=True)
class Run:
    """A finished training.

    Attributes:
        model: the trained keras.Model, with its best weights.
        metadata: as in artist_model.json.
        history: one row an epoch: phase, epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds,
            elapsed (seconds since training began, all sessions), kept (the best of its phase; the model has the last
            kept epoch).
        folder: of the model's files.
        finished: False if it was interrupted and can go on.
    """

    model: keras.Model
    metadata: ModelMetadata
    history: pd.DataFrame
    folder: Path
    finished: bool = True

    def __str__(self) -> str:
        kept = self.history[self.history["kept"]]
        what = (
            "kept the weights from the start, because no epoch was better"
            if kept.empty
            else "kept epoch {epoch} of phase {phase!r} with validation accuracy {val_accuracy:.3f}".format(
                **kept.iloc[-1]
            )
        )
        return (
            f"{self.metadata.recipe} recipe on {self.metadata.backbone}: {len(self.history)} epochs in "
            f"{self.history['seconds'].sum():.0f} s; {what}. Saved in {self.folder}."
        )


@writes("training")
def train(
    workspace: AnyWorkspace,
    *,
    recipe: str = "artlib",
    backbone: str = "auto",
    name: str = "default",
    epochs: int | None = None,
    seed: int = 0,
    image_size: int = 224,
    weights: str | Path | None = None,
    others: str | Path | None = None,
    second_backbone: str | None = None,
) -> Run:
    """Train a recogniser and save it as `models/<name>/`.

    If it is interrupted, the best weights so far are saved. After an interruption the same call goes on from the last
    finished epoch; after a kill at any moment too, or from one that was finished half a minute earlier. It gives the
    same model as without the interruption. On one processor the same seed gives the same model; on a GPU nearly the
    same. With several GPUs every step is shared among them.

    Args:
        workspace: a Workspace, or the path of one, with a split.
        recipe: "artlib" or "original".
        backbone: one of artlib.backbones.BACKBONES, or auto, which looks at the GPU and at the weights. Under auto an
            unfinished training goes on with the backbone with which it was begun.
        name: of the model; an earlier one of that name is replaced when the new one is finished or interrupted.
        epochs: the limit for each phase that runs the network; None takes the recipe's own number.
        seed: of every random choice.
        image_size: height and width of the network's input, in pixels.
        weights: a weights file; None takes the ImageNet ones.
        others: a folder with pictures by other artists, in a subfolder each. The model learns to tell them from its
            own, and never names them. None takes those that `artlib collect others` brought, if there are any.
        second_backbone: a second backbone, of which only a linear head is learned, in seconds. Its logits are added to
            the model's where that is a gain on the validation part. Predicting then needs its weights, too.

    Raises:
        WorkspaceError: there is no split, there is no readable picture of others, or it holds no image to validate on.
        WeightsError: the weights can't be had or do not fit.
        ValueError: an unknown recipe or backbone, or an empty path of others.
    """
    began, workspace = time.perf_counter(), as_workspace(workspace)
    folder, split = workspace.model(name), read_split(workspace)
    if not len(split.rows("validation")):
        raise WorkspaceError(
            "The split has no validation image: every artist has too few. Collect more, then split again."
        )
    if others is not None:  # training may take hours, so a folder that is no use is refused first
        look(workspace, others, prepared_side(image_size))
    settings: dict[str, Any] = {
        "class_names": split.class_names,
        "image_size": image_size,
        "recipe": recipe,
        "weights": str(weights or "imagenet"),
        "epochs": epochs,
        "seed": seed,
        "data_hash": split_hash(workspace),
        "versions": versions(),
    }
    network, given = backbones.choose(backbone, checkpoint.backbone_of(folder, settings)), settings["weights"]
    second = backbones.choose(second_backbone) if second_backbone else None
    if second:
        second.weights_file()  # training may take hours, so they are looked for first
    plan = recipes.recipe_phases(recipe, network, epochs, len(split.rows("train")))
    # the threshold is replaced after training
    metadata = ModelMetadata(backbone=network.name, unknown_threshold=1.0, **settings)
    keras.utils.set_random_seed(seed)
    strategy = _strategy()
    with strategy.scope():
        model = build_model(
            split.class_names, backbone=network, image_size=image_size, weights=given, levels=recipes.LEVELS[recipe]
        )
    # the network and the checkpoint; training may take hours, and could not be saved
    require_room(folder, 2 * BYTES_A_WEIGHT * model.count_params(), "A trained network")
    state = checkpoint.read(folder, asdict(metadata) | {"phases": [asdict(phase) for phase in plan]})
    earlier = state.rows[-1]["elapsed"] if state.rows else 0.0
    context = TrainingContext(
        workspace, split, network, model, given, image_size, seed, folder, strategy, began - earlier
    )
    finished = _run_phases(context, plan, state)
    run = _saved(context, name, metadata, pd.DataFrame(state.rows), others, second)
    if finished:
        checkpoint.remove(folder)
    workspace.keep()
    return replace(run, finished=finished)


def is_trained(workspace: AnyWorkspace, *, name: str = "default") -> bool:
    """Return whether there is a finished model that was trained on the workspace's present split.

    Args:
        workspace: a Workspace, or the path of one.
        name: of the model.

    Raises:
        WorkspaceError: there is a model, and no split.
        ModelError: the model's metadata are damaged.
    """
    workspace = as_workspace(workspace)
    folder = workspace.model(name)
    try:
        columns = known_table(folder / HISTORY).columns
    except (FileNotFoundError, WorkspaceError):
        return False
    # a history without this column is an earlier artlib's, and lacks what the notebooks show
    if "elapsed" in columns and not (folder / CHECKPOINT).exists():
        return is_split_of(workspace, TrainedModel(workspace, name).metadata.data_hash)
    return False


def _saved(
    context: TrainingContext,
    name: str,
    metadata: ModelMetadata,
    history: pd.DataFrame,
    others: str | Path | None,
    second: Backbone | None,
) -> Run:
    """Write the model, its metadata and its history, and return them."""
    # the saved model is on one device and has no optimizer, which would make the file three times as large
    levels = recipes.LEVELS[metadata.recipe]
    final = build_model(
        context.split.class_names,
        backbone=context.backbone,
        image_size=context.image_size,
        weights=None,
        levels=levels,
    )
    final.set_weights(context.model.get_weights())
    save_model(context.folder, final, metadata)
    if second:
        _add_second_network(TrainedModel(context.workspace, name), second)
    trained = TrainedModel(context.workspace, name)
    trained.learn_decision_rule(others)
    write_table(context.folder / HISTORY, history)
    return Run(final, trained.metadata, history, context.folder)


def _add_second_network(trained: TrainedModel, backbone: Backbone) -> None:
    """Learn a second network's head, and write it into the model's folder if it is a gain."""
    split = trained.split
    # the pictures as the model sees them, also in prediction
    pixels = prepare(trained.workspace, split.ids, trained.prepared_side)
    train, validation = split.rows("train"), split.rows("validation")
    logits = trained.recogniser(pixels, validation).logits
    second = SecondNetwork.fit(backbone, features_of(pixels, backbone), split.labels, (train, validation), logits)
    print(second)
    if second.share:
        file = second.write(trained.folder).name
        write_metadata(trained.folder, replace(trained.metadata, second_network=file))


def _strategy() -> tensorflow.distribute.Strategy:
    """Return how training is distributed: over all GPUs if there are several, else by TensorFlow's default."""
    if len(tensorflow.config.list_physical_devices("GPU")) > 1:
        return tensorflow.distribute.MirroredStrategy()
    return tensorflow.distribute.get_strategy()


def _run_phases(context: TrainingContext, plan: list[Phase], state: TrainingState) -> bool:
    """Run the phases that are not finished yet; return whether all are."""
    if state.rows:
        print(f"Training goes on after epoch {state.rows[-1]['epoch']} of phase {state.rows[-1]['phase']!r}.")
        checkpoint.assign(checkpoint.variables_of(context.model, state.learned), state.variables)
    for phase in plan[state.phase :]:
        if not phases.run(context, phase, state):
            warn(
                f"Interrupted in phase {phase.name!r}: the best weights so far are kept and saved. "
                "Train again to go on from the last finished epoch."
            )
            return False
        phases.finish(context, state)
    return True
