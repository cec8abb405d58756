"""The model: a pre-trained backbone, pooling, dropout and one dense layer; and how it is kept on disk."""

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import keras

import artlib
from artlib.errors import ArtlibError
from artlib.training import checkpoint
from artlib.workspace import Workspace
from artlib.workspace.writing import atomic, write_json

FORMAT = 1  # of artist_model.json; raised when an older artlib could not read it


class ModelError(ArtlibError):
    """A model on disk is damaged or was made by another version."""


@dataclass(frozen=True)
class Description:
    """What artist_model.json says of the model beside it.

    Attributes:
        class_names: the artists, in the order of the model's outputs.
        backbone: the pre-trained network.
        image_size: height and width of what it sees, in pixels.
        recipe: how it was trained.
        model_hash: the sha256 of model.keras, which tells that both were written by one training.
        weights: "imagenet", or the file of pre-trained weights that was given.
        epochs: the limit that was asked for in each phase that runs the network; None is the recipe's own number.
        seed: of that training.
        unknown_threshold: an unknown score above it means "unknown" (0-1).
        gate: the file beside it with which unknown scores are computed; empty takes 1 - the largest probability.
        calibration: temperature and prediction sets, the fields of `artlib.calibrate.Calibration`.
        additions: the file beside it with the artists that were added after training; empty if there are none.
        data_hash: of the split it was trained on.
        versions: of artlib, keras and tensorflow.
        format: of this file.
    """

    class_names: list[str]
    backbone: str
    image_size: int
    recipe: str
    seed: int
    unknown_threshold: float
    data_hash: str
    versions: dict[str, str]
    model_hash: str = ""
    weights: str = "imagenet"
    epochs: int | None = None
    gate: str = ""
    calibration: dict[str, Any] = field(default_factory=dict)
    additions: str = ""
    format: int = FORMAT


def versions() -> dict[str, str]:
    """Return the versions that a model's fate depends on."""
    import tensorflow

    return {"artlib": artlib.__version__, "keras": keras.__version__, "tensorflow": tensorflow.__version__}


def split_hash(workspace: Workspace) -> str:
    """Return the sha256 of split.csv, by which a model knows the split it was trained on."""
    return _hash(workspace.require(workspace.split))


def is_trained(workspace: Workspace, name: str = "default") -> bool:
    """Say whether there is a finished model that was trained on the workspace's present split."""
    folder = workspace.model(name)
    history = folder / "history.csv"
    # one without the column is of an earlier artlib, and has less to show than the notebooks want
    finished = history.exists() and "elapsed" in workspace.read_table(history) and not checkpoint.exists(folder)
    return finished and read_description(workspace, name).data_hash == split_hash(workspace)


def save(workspace: Workspace, name: str, model: keras.Model, description: Description) -> Path:
    """Write `models/<name>/model.keras` and `artist_model.json`, and return the folder."""
    folder = workspace.model(name)
    with atomic(folder / "model.keras") as temporary:
        model.save(temporary)
    written = replace(description, model_hash=_hash(folder / "model.keras"))
    write_json(folder / "artist_model.json", asdict(written))
    return folder


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(workspace: Workspace, name: str = "default") -> tuple[keras.Model, Description]:
    """Load a trained model and its description.

    Raises:
        WorkspaceError: there is no such model; the text says what makes it.
        ModelError: it is damaged, or needs another version of artlib.
    """
    description = read_description(workspace, name)
    path = workspace.require(workspace.model(name) / "model.keras")
    if description.model_hash not in ("", _hash(path)):
        raise ModelError(
            f"{path} is damaged, or saving it was broken off before artist_model.json was written. "
            f"{_made_with(description)} Train again with 03_train (artlib train)."
        )
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"{path} could not be loaded ({error}). {_made_with(description)} "
            "Install those versions, or train again with 03_train (artlib train)."
        ) from error
    return model, description


def _made_with(description: Description) -> str:
    made_with = ", ".join(f"{package} {version}" for package, version in description.versions.items())
    return f"It was made with {made_with}."


def read_description(workspace: Workspace, name: str = "default") -> Description:
    """Read artist_model.json.

    Raises:
        WorkspaceError: there is no such model.
        ModelError: the file is damaged or of a newer format.
    """
    path = workspace.require(workspace.model(name) / "artist_model.json")
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if content.get("format") != FORMAT:
            raise ModelError(
                f"{path} has format {content.get('format')}; artlib {artlib.__version__} reads format {FORMAT}. "
                f"It was made with artlib {content.get('versions', {}).get('artlib')}: install that, or train again."
            )
        return Description(**content)
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is damaged ({error}). Train again with 03_train (artlib train).") from error
