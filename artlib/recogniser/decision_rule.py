"""Thresholds: what turns a model's answers into a verdict; learned from the validation part, kept beside the model."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from artlib import backbones
from artlib.inference.features import frozen_features
from artlib.recogniser import calibration, openset
from artlib.recogniser.additions import AddedArtist, Additions
from artlib.recogniser.calibration import Calibration
from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.files import Description, read_description, split_hash
from artlib.recogniser.openset.detector import Gate
from artlib.recogniser.openset.result import Estimate
from artlib.recogniser.outputs import Answers
from artlib.recogniser.stored_outputs import answers_of, answers_of_folder
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import read_split
from artlib.workspace.writing import write_json


@dataclass(frozen=True)
class Thresholds:
    """What is asked of a model's answers, in this order.

    Attributes:
        gate: whether the picture is by any known artist; asked first, of the logits as they are.
        calibration: how probable each artist is, and which ones are in the prediction set.
        additions: the artists that were added after training; their logits are joined before anything is asked.
    """

    gate: Gate
    calibration: Calibration
    additions: Additions = field(default_factory=Additions)


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
    backbone = backbones.get(description.backbone)
    frozen = frozen_features(workspace, split.ids, backbone, description.image_size, description.weights)
    # a model that sees the last stage alone has nothing but that to look at
    last_stage = backbone.width if said.embeddings.shape[1] > backbone.width else 0
    strangers = openset.Others(*answers_of_folder(workspace, name, others)) if others else None
    gate, estimate = openset.fit(split, said, frozen, last_stage, strangers)
    rows = split.rows("validation")
    added = read_additions(workspace, name, description).pictures
    changed = replace(description, gate=gate.write(workspace.model(name)).name)
    # who was added stays, and is judged by the new gate
    _write(workspace, name, changed, _learned(gate, added, said[rows], split.labels[rows]))
    return _learned(gate, {}, said[rows], split.labels[rows]), estimate, said


def keep(workspace: Workspace, name: str, artists: dict[str, tuple[list[str], Answers]]) -> Thresholds:
    """Let these be the artists added to a model, learn its thresholds with them, and write all that.

    Args:
        workspace: with the split that the model was trained on.
        name: of the model.
        artists: from each artist's name to image ids and what the trained model says of them; none removes all.

    Raises:
        WorkspaceError: there is no such model, the split is not the one it was trained on, or an image is missing.
        GateError: the model has no gate of its own.
    """
    description = read_description(workspace, name)
    learned = _learned(trained_gate(workspace, name, description), artists, *validation(workspace, name))
    _write(workspace, name, description, learned)
    return learned


def forget(workspace: Workspace, name: str, artist: str) -> None:
    """Take one artist out who was added, and estimate nothing: for a model whose split is no more.

    While others stay the thresholds do; the last one gone, the gate is as it was trained.
    """
    description = read_description(workspace, name)
    learned = read(workspace, name, description)
    left = learned.additions.without(artist)
    gate = learned.gate if left.artists else trained_gate(workspace, name, description)
    _write(workspace, name, description, replace(learned, gate=gate, additions=left))


def trained_gate(workspace: Workspace, name: str, description: Description) -> Gate:
    """Return the gate of the artists that a model was trained on."""
    return Gate.read(workspace.require(workspace.model(name) / description.gate)) if description.gate else Gate.plain()


def validation(workspace: Workspace, name: str) -> tuple[Answers, np.ndarray]:
    """Return what a model says of the validation part, and the labels, int (n,).

    Raises:
        WorkspaceError: there is no such model, or the split is not the one it was trained on.
    """
    split = read_split(workspace)
    # of another split the labels may count other artists, and the pictures may be those that were learned from
    if split_hash(workspace) != read_description(workspace, name).data_hash:
        raise WorkspaceError(
            "The split was made anew after this model was trained: nothing can be estimated for it any more. Train "
            "again with 03_train (artlib train)."
        )
    rows = split.rows("validation")
    return answers_of(workspace, name, split)[rows], split.labels[rows]


def read(workspace: Workspace, name: str, description: Description) -> Thresholds:
    """Read a model's thresholds; a model without a gate of its own refuses by its largest probability."""
    additions = read_additions(workspace, name, description)
    gate = additions.gate(trained_gate(workspace, name, description))
    # whoever wants a stricter or a milder gate changes artist_model.json, where people can read it
    gate = replace(gate, threshold=description.unknown_threshold)
    return Thresholds(gate, Calibration(**description.calibration), additions)


def read_additions(workspace: Workspace, name: str, description: Description) -> Additions:
    """Read the artists that were added to a model."""
    return Additions.read(workspace.model(name) / description.additions) if description.additions else Additions()


def _learned(
    gate: Gate, artists: dict[str, tuple[list[str], Answers]], said: Answers, labels: np.ndarray
) -> Thresholds:
    """Join artists to a model, and learn what to ask of its answers.

    Learned on validation pictures and on the added ones, each of these as if it had not been among those added.
    """
    additions, scorers = Additions(), gate.learned_scorers
    for artist, (ids, pictures) in artists.items():
        shots = FewShots(additions.scorers(scorers), additions.join(said), labels)
        added = AddedArtist(artist, ids, pictures, *shots.fit(pictures.embeddings))
        additions = Additions((*additions.artists, added))
    known = additions.join(said)
    logits, owners, scores = [known.logits], [labels], [additions.scorers(scorers)(known)]
    for column, added in enumerate(additions.artists, start=said.logits.shape[1]):
        rest = additions.without(added.name)
        shots = FewShots(rest.scorers(scorers), rest.join(said), labels)
        new = additions.join(added.said)
        new.logits[:, column] = shots.as_new(added.said.embeddings)
        logits.append(new.logits)
        owners.append(np.full(len(new), column))
        scores.append(shots.scores_as_new(added.said.embeddings, new))
    spread = {score: np.concatenate([each[score] for each in scores]) for score in gate.known}
    learned = Gate.from_scores(additions.scorers(scorers), spread, gate.known)
    learned_calibration = calibration.fit(np.concatenate(logits), np.concatenate(owners))
    return Thresholds(
        learned, learned_calibration, replace(additions, known=learned.known, steepness=learned.steepness)
    )


def _write(workspace: Workspace, name: str, description: Description, learned: Thresholds) -> None:
    """Write files under names of their own, then the description that names them: a kill between changes nothing."""
    folder = workspace.model(name)
    added = learned.additions.write(folder).name if learned.additions.artists else ""
    changed = replace(
        description,
        unknown_threshold=learned.gate.threshold,
        calibration=asdict(learned.calibration),
        additions=added,
    )
    write_json(folder / "artist_model.json", asdict(changed))
    for stale in {*folder.glob("gate-*.npz"), *folder.glob("additions-*.npz")}:
        if stale.name not in (changed.gate, changed.additions):
            stale.unlink()
