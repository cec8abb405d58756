"""What a trained model says of all pictures of a workspace; kept beside it, so that asking again takes no time."""

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from artlib import images
from artlib.errors import warn
from artlib.images import LONGEST_SIDE
from artlib.images.files import pictures_under
from artlib.inference.pixels import prepare, prepared_side, square
from artlib.recogniser.outputs import Answers
from artlib.recogniser.runner import load_recogniser
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.split import Split
from artlib.workspace.writing import atomic

FILE = "answers.npz"


def answers_of(workspace: Workspace, name: str, split: Split) -> Answers:
    """Return the model's answers for `split.ids`.

    Raises:
        WorkspaceError: there is no model, or an image is missing or damaged.
        ModelError: the model is damaged.
    """
    ids, kept = _read(workspace, name)
    if ids == split.ids:
        return kept
    recogniser, _, description = load_recogniser(workspace, name)
    answers = recogniser(prepare(workspace, split.ids, prepared_side(description.image_size)))
    with atomic(workspace.model(name) / FILE) as temporary:
        np.savez(temporary, key=_key(workspace, name), ids=split.ids, **asdict(answers))
    return answers


def kept_answers(workspace: Workspace, name: str) -> dict[str, np.ndarray]:
    """Return what is kept beside a model: from image id to what its last layer sees, float32 (width,)."""
    ids, kept = _read(workspace, name)
    return dict(zip(ids, kept.embeddings, strict=True))


def _read(workspace: Workspace, name: str) -> tuple[list[str], Answers]:
    """Return ids and answers; none where nothing whole is kept of this very model."""
    missing_or_damaged = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with suppress(*missing_or_damaged), np.load(workspace.model(name) / FILE) as kept:
        if kept["key"] == _key(workspace, name):
            return kept["ids"].tolist(), Answers(kept["embeddings"], kept["logits"])
    return [], Answers(np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))


def _key(workspace: Workspace, name: str) -> str:
    return hashlib.sha256(workspace.require(workspace.model(name) / "model.keras").read_bytes()).hexdigest()


def answers_of_folder(workspace: Workspace, name: str, folder: str | Path) -> tuple[Answers, np.ndarray]:
    """Return the model's answers for the pictures under a folder, and the subfolder of each, str (n,).

    Raises:
        WorkspaceError: there is no model, or no readable picture in the folder.
    """
    folder = Path(folder).expanduser()
    recogniser, _, description = load_recogniser(workspace, name)
    opened, kept = [], []
    for picture in sorted(pictures_under(folder)) if folder.is_dir() else []:
        try:
            image = images.normalised(images.load(folder / picture), LONGEST_SIDE)
        except images.ImageError as error:
            warn(f"Left out: {error}")
            continue
        opened.append(square(image, prepared_side(description.image_size)))
        kept.append(str(picture.parent))
    if not opened:
        raise WorkspaceError(f"There is no readable picture of other artists. Received: others={str(folder)!r}.")
    return recogniser(np.array(opened)), np.array(kept)
