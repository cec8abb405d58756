"""Training: a recipe's phases on a workspace's split, with history, the best weights and progress bars."""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import pandas as pd
import tensorflow

from artlib import backbones, plots
from artlib.errors import warn
from artlib.recogniser import decision_rule
from artlib.recogniser.files import Description, read_description, save, split_hash, versions
from artlib.recogniser.model import build_model
from artlib.training import checkpoint, phases, recipes
from artlib.training.checkpoint import Progress
from artlib.training.phases import Task
from artlib.training.recipes import Phase
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split
from artlib.workspace.writing import write_table


@dataclass(frozen=True)
class Run:
    """A finished training.

    Attributes:
        model: the trained keras.Model, with its best weights.
        description: what artist_model.json says of it.
        history: one row an epoch: phase, epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds,
            elapsed (seconds since training began, all sessions), kept (the best of its phase; the model is the last of
            these).
        folder: where the model lies.
        finished: False when it was interrupted and can go on.
    """

    model: keras.Model
    description: Description
    history: pd.DataFrame
    folder: Path
    finished: bool = True

    def __str__(self) -> str:
        kept = self.history[self.history["kept"]]
        what = (
            "kept the weights it began with, since no epoch was better"
            if kept.empty
            else "kept epoch {epoch} of phase {phase!r} with validation accuracy {val_accuracy:.3f}".format(
                **kept.iloc[-1]
            )
        )
        return (
            f"{self.description.recipe} recipe on {self.description.backbone}: {len(self.history)} epochs in "
            f"{self.history['seconds'].sum():.0f} s; {what}. Saved in {self.folder}."
        )

    def plot(self) -> plots.Figure:
        """Draw the learning curves of all phases."""
        return plots.learning_curves(self.history)


def train(
    workspace: Workspace,
    recipe: str = "artlib",
    backbone: str = "auto",
    name: str = "default",
    epochs: int | None = None,
    seed: int = 0,
    image_size: int = 224,
    weights: str | Path | None = None,
) -> Run:
    """Train a recogniser and save it as `models/<name>/`.

    Interrupting it keeps the best weights so far and saves them. After an interruption, or a kill at any moment, the
    same call goes on from the last finished epoch and ends where an undisturbed training would have. On one processor
    the same seed gives the same model; on a GPU nearly the same. With several GPUs every step is shared among them.

    Args:
        workspace: with a split.
        recipe: "artlib" or "original".
        backbone: resnet50, efficientnet_lite0 or auto.
        name: of the model; an earlier one of that name is replaced when the new one is finished or interrupted.
        epochs: at most so many in each phase that runs the network; None takes the recipe's own number.
        seed: of every random choice.
        image_size: height and width of what the network sees, in pixels.
        weights: a weights file; None takes the ImageNet ones.

    Raises:
        WorkspaceError: there is no split, or it holds no image to validate on.
        WeightsError: the weights can't be had or do not fit.
        ValueError: an unknown recipe or backbone.
    """
    began, folder, split = time.perf_counter(), workspace.model(name), read_split(workspace)
    if not len(split.rows("validation")):
        raise WorkspaceError(
            "The split has no validation image: every artist has too few. Collect more, then split again."
        )
    network, given = backbones.choose(backbone), str(weights or "imagenet")
    plan = recipes.recipe_phases(recipe, network, epochs, len(split.rows("train")))
    description = Description(
        class_names=split.class_names,
        backbone=network.name,
        image_size=image_size,
        recipe=recipe,
        weights=given,
        epochs=epochs,
        seed=seed,
        unknown_threshold=1.0,  # known only afterwards
        data_hash=split_hash(workspace),
        versions=versions(),
    )
    keras.utils.set_random_seed(seed)
    strategy = _strategy()
    with strategy.scope():
        model = build_model(split.class_names, network, image_size, given, recipes.LEVELS[recipe])
    progress = checkpoint.read(folder, asdict(description) | {"phases": [asdict(phase) for phase in plan]})
    earlier = progress.rows[-1]["elapsed"] if progress.rows else 0.0
    task = Task(workspace, split, network, model, given, image_size, seed, folder, strategy, began - earlier)
    finished = _run_phases(task, plan, progress)
    run = _saved(task, name, description, pd.DataFrame(progress.rows))
    if finished:
        checkpoint.remove(folder)
    return replace(run, finished=finished)


def _saved(task: Task, name: str, description: Description, history: pd.DataFrame) -> Run:
    """Write the model, its description and its history, and return them."""
    # what is kept is on one device and without the optimizer, which would make the file three times as large
    levels = recipes.LEVELS[description.recipe]
    final = build_model(task.split.class_names, task.backbone, task.image_size, None, levels)
    final.set_weights(task.model.get_weights())
    save(task.workspace, name, final, description)
    decision_rule.learn(task.workspace, name)
    write_table(task.folder / "history.csv", history)
    return Run(final, read_description(task.workspace, name), history, task.folder)


def _strategy() -> tensorflow.distribute.Strategy:
    """Return how training is spread: over all GPUs if there are several, else as TensorFlow does by itself."""
    if len(tensorflow.config.list_physical_devices("GPU")) > 1:
        return tensorflow.distribute.MirroredStrategy()
    return tensorflow.distribute.get_strategy()


def _run_phases(task: Task, plan: list[Phase], progress: Progress) -> bool:
    """Run the phases that are not finished yet; say whether all are."""
    if progress.rows:
        print(f"Training goes on after epoch {progress.rows[-1]['epoch']} of phase {progress.rows[-1]['phase']!r}.")
        checkpoint.assign(checkpoint.variables_of(task.model, progress.learned), progress.variables)
    for phase in plan[progress.phase :]:
        if not phases.run(task, phase, progress):
            warn(
                f"Interrupted in phase {phase.name!r}: the best weights so far are kept and saved. "
                "Train again to go on from the last finished epoch."
            )
            return False
        phases.finish(task, progress)
    return True
