"""The files of a trained model: the network, and the metadata that describe it."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artlib._version import __version__
from artlib.backbones import BACKBONES
from artlib.errors import ArtlibError, warn
from artlib.recogniser import metadata_fields
from artlib.recogniser.openset.promise import Promise
from artlib.workspace.disk.writing import atomic, write_json
from artlib.workspace.formats.json_files import JsonError, check_fields, read_json
from artlib.workspace.formats.reading import NoFileError
from artlib.workspace.formats.seals import file_hash

if TYPE_CHECKING:
    import keras

FORMAT = 3  # of artist_model.json; raised when an older artlib could not read it
NETWORK, METADATA = "model.keras", "artist_model.json"


class ModelError(ArtlibError):
    """A model on disk is damaged or was made by another version."""


@dataclass(frozen=True)
class ModelMetadata:
    """What artist_model.json states about the model in its folder.

    Attributes:
        class_names: the artists, in the order of the model's outputs.
        backbone: the pre-trained network.
        image_size: height and width of its input, in pixels.
        recipe: how it was trained.
        seed: of that training.
        unknown_threshold: an unknown score above it means "unknown" (0-1); users can change it here.
        data_hash: of the split it was trained on.
        versions: of artlib, keras and tensorflow.
        model_hash: the sha256 of model.keras, which shows that one training wrote both files.
        weights: "imagenet", or the file of pre-trained weights that was given.
        epochs: the limit that was given for each phase that runs the network; None means the recipe's own number.
        unknown_detector: the file in its folder that computes unknown scores; if empty, the score is 1 - the largest
            probability.
        calibration: temperature and prediction sets; the fields of `artlib.recogniser.calibration.Calibration`.
        additions: the file in its folder with the artists that were added after training; empty if there are none.
        confidence: the file in its folder from which confidence is learned; empty in an earlier artlib's model.
        others: the file in its folder with works by other artists, who are never named; empty if there are none.
        second_network: the file in its folder of a second, frozen network, whose logits are added; empty if there is
            none.
        firm_error: share of firm answers that may be wrong (0-0.5); users can change it here.
        unknown_share: share of the pictures to predict that are expected to be by unknown artists (0-1); likewise.
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
    unknown_detector: str = ""
    calibration: dict[str, Any] = field(default_factory=dict)
    additions: str = ""
    confidence: str = ""
    others: str = ""
    second_network: str = ""
    firm_error: float = 0.1
    unknown_share: float = 0.5
    format: int = FORMAT

    @property
    def promise(self) -> Promise:
        """What firm answers must keep.

        Raises:
            ValueError: `firm_error` or `unknown_share` was changed to a value out of its range.
        """
        return Promise(self.firm_error, self.unknown_share)


NAMES = tuple(each.name for each in fields(ModelMetadata))
NEEDED = tuple(each.name for each in fields(ModelMetadata) if each.default is each.default_factory is MISSING)


def versions() -> dict[str, str]:
    """Return the versions that decide whether a model can be loaded again."""
    import keras
    import tensorflow

    return {"artlib": __version__, "keras": keras.__version__, "tensorflow": tensorflow.__version__}


def save_model(folder: Path, network: keras.Model, metadata: ModelMetadata) -> ModelMetadata:
    """Write a network and its metadata into a model's folder, and return the metadata with the network's hash."""
    with atomic(folder / NETWORK) as temporary:
        network.save(temporary)
    written = replace(metadata, model_hash=file_hash(folder / NETWORK))
    write_metadata(folder, written)
    return written


def write_metadata(folder: Path, metadata: ModelMetadata) -> None:
    """Write artist_model.json into a model's folder, with its checks; fields that the user added to it stay."""
    try:
        before = read_json(folder / METADATA)
    except (OSError, JsonError):  # there is none yet, or it is replaced
        before = {}
    added = {name: value for name, value in before.items() if name not in {*NAMES, "checks", "gate"}}
    content = asdict(metadata)
    write_json(folder / METADATA, content | {"checks": metadata_fields.checks_of(content)} | added)


def read_metadata(path: Path) -> ModelMetadata:
    """Read an artist_model.json, also one that an earlier artlib wrote.

    Raises:
        ModelError: the file is damaged, or a newer artlib wrote it.
    """
    try:
        return _parsed(read_json(path), path)
    except (JsonError, NoFileError) as error:
        raise ModelError(
            f"{path} is damaged: {error}. Correct it there, or bring back the file from a copy; if there is none, "
            "train again with 03_train (artlib train)."
        ) from error


def _parsed(content: dict[str, Any], path: Path) -> ModelMetadata:
    if content.get("format") == 1:
        content = _from_format_1(content)
    if content.get("format") == 2:  # without confidence
        content = content | {"format": FORMAT}
    check_fields(content, {"versions": metadata_fields.FIELDS["versions"]})
    if content.get("format") != FORMAT:
        raise ModelError(
            f"{path} has format {content.get('format')!r}; artlib {__version__} reads formats up to {FORMAT}. "
            f"It was made with artlib {content.get('versions', {}).get('artlib')}: install it, or train again."
        )
    metadata_fields.check(content)
    if missing := [name for name in NEEDED if name not in content]:
        raise JsonError(f"it lacks {', '.join(missing)}")
    return ModelMetadata(**{name: value for name, value in content.items() if name in NAMES})


def _from_format_1(content: dict[str, Any]) -> dict[str, Any]:
    """Return metadata in the present format; in format 1 two fields had other names."""
    check_fields(content, {"calibration": metadata_fields.FIELDS["calibration"]})
    calibration = dict(content.get("calibration", {}))
    if "doubt" in calibration:
        calibration["conformal_threshold"] = calibration.pop("doubt")
    renamed = {"unknown_detector": content.get("gate", ""), "calibration": calibration, "format": 2}
    return {key: value for key, value in content.items() if key != "gate"} | renamed


def remove_stale(folder: Path, metadata: ModelMetadata) -> None:
    """Remove the files of earlier decision rules from a model's folder: those that its metadata do not name."""
    kinds = ("unknown_detector", "additions", "confidence", "others", "second_network")
    used = {getattr(metadata, kind) for kind in kinds}
    for kind in ("gate", *kinds):  # the first is an earlier artlib's
        for path in folder.glob(f"{kind}-*.npz"):
            if path.name not in used:
                path.unlink()
    if not metadata.second_network:
        shutil.rmtree(folder / "engine" / "second_network", ignore_errors=True)


def check_hash(path: Path, metadata: ModelMetadata, found_hash: str) -> None:
    """Check that a model.keras is the one that its metadata describe.

    Args:
        path: of the file.
        metadata: from artist_model.json.
        found_hash: the sha256 of the file.

    Raises:
        ModelError: it is another one.
    """
    if metadata.model_hash not in ("", found_hash):
        raise ModelError(
            f"{path} is damaged, or saving it was interrupted before artist_model.json was written. "
            f"{_made_with(metadata)} Train again with 03_train (artlib train)."
        )


def load_network(path: Path, metadata: ModelMetadata, found_hash: str) -> keras.Model:
    """Load a model.keras.

    Args:
        path: of the file.
        metadata: from artist_model.json.
        found_hash: the sha256 of the file.

    Raises:
        ModelError: the file is damaged, or was made by another version.
        ArgumentError: a package is missing that has the layers of the backbone.
    """
    import keras

    check_hash(path, metadata, found_hash)
    if not metadata.model_hash:
        warn(f"{path} was made by an earlier artlib, which kept no hash of it: damage in it would not be seen.")
    if metadata.backbone in BACKBONES:
        BACKBONES[metadata.backbone].require_package()
    try:
        with zipfile.ZipFile(path) as archive:  # Keras 3.13 loads weights whose checksums are wrong
            if damaged := archive.testzip():
                raise zipfile.BadZipFile(f"{damaged} in it is damaged")
        network = keras.models.load_model(path, compile=False, safe_mode=True)
        _check_outputs(network, metadata)
        if not metadata.model_hash:
            _check_numbers(network)
        return network
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"{path} could not be loaded ({error}). {_made_with(metadata)} "
            "Install those versions, or train again with 03_train (artlib train)."
        ) from error


def _check_outputs(network: keras.Model, metadata: ModelMetadata) -> None:
    expected = ((None, metadata.image_size, metadata.image_size, 3), (None, len(metadata.class_names)))
    if (network.input_shape, network.output_shape) != expected:
        raise ValueError(
            f"it takes {network.input_shape} and gives {network.output_shape}; by image_size and class_names in "
            f"{METADATA} it must be {expected[0]} and {expected[1]}"
        )


def _check_numbers(network: keras.Model) -> None:
    for weight, values in zip(network.weights, network.get_weights(), strict=True):
        if not np.isfinite(values).all():
            raise ValueError(f"{weight.path} in it holds numbers that are not finite")


def _made_with(metadata: ModelMetadata) -> str:
    made_with = ", ".join(f"{package} {version}" for package, version in metadata.versions.items())
    return f"It was made with {made_with}."
