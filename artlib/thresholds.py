"""Thresholds: what turns a model's answers into a verdict; learned from the validation part, kept beside the model."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from artlib import backbones, calibrate, openset
from artlib.answers import answers_of, answers_of_folder
from artlib.calibrate import Calibration
from artlib.features import frozen_features
from artlib.inference import Answers
from artlib.model import Description, read_description
from artlib.openset import Estimate, Gate
from artlib.split import read_split
from artlib.workspace import Workspace, write_json


@dataclass(frozen=True)
class Thresholds:
    """What is asked of a model's answers, in this order.

    Attributes:
        gate: whether the picture is by any known artist; asked first, of the logits as they are.
        calibration: how probable each artist is, and which ones are in the prediction set.
    """

    gate: Gate
    calibration: Calibration


def learn(
    workspace: Workspace, name: str = "default", others: str | Path | None = None
) -> tuple[Thresholds, Estimate | None, Answers]:
    """Learn a model's thresholds, and write them to its folder.

    Args:
        workspace: with the split that the model was trained on.
        name: of the model.
        others: a folder with pictures by other artists, in a folder each if there are several.

    Returns:
        The thresholds, how well unknown artists are told (None with fewer than three artists and no others), and the
        model's answers for the split's pictures.

    Raises:
        WorkspaceError: there is no model, or no picture of others.
    """
    split, description = read_split(workspace), read_description(workspace, name)
    said = answers_of(workspace, name, split)
    validation = split.rows("validation")
    calibration = calibrate.fit(said.logits[validation], split.labels[validation])
    backbone = backbones.get(description.backbone)
    frozen = frozen_features(workspace, split.ids, backbone, description.image_size, description.weights)
    # a model that sees the last stage alone has nothing but that to look at
    last_stage = backbone.width if said.embeddings.shape[1] > backbone.width else 0
    strangers = openset.Others(*answers_of_folder(workspace, name, others)) if others else None
    gate, estimate = openset.fit(split, said, frozen, last_stage, strangers)
    _write(workspace, name, description, Thresholds(gate, calibration))
    return Thresholds(gate, calibration), estimate, said


def read(workspace: Workspace, name: str, description: Description) -> Thresholds:
    """Read a model's thresholds; a model without a gate of its own refuses by its largest probability."""
    folder = workspace.model(name)
    gate = Gate.read(workspace.require(folder / description.gate)) if description.gate else Gate.plain()
    # whoever wants a stricter or a milder gate changes artist_model.json, where people can read it
    gate = replace(gate, threshold=description.unknown_threshold)
    return Thresholds(gate, Calibration(**description.calibration))


def _write(workspace: Workspace, name: str, description: Description, learned: Thresholds) -> None:
    """Write the gate under a name of its own, then the description that names it: a kill between leaves the old two."""
    folder = workspace.model(name)
    file = learned.gate.write(folder)
    changed = replace(
        description,
        gate=file.name,
        unknown_threshold=learned.gate.threshold,
        calibration=asdict(learned.calibration),
    )
    write_json(folder / "artist_model.json", asdict(changed))
    for stale in set(folder.glob("gate-*.npz")) - {file}:
        stale.unlink()
