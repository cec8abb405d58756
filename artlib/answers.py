"""What a trained model says of all pictures of a workspace; kept beside it, so that asking again takes no time."""

import hashlib
import zipfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from artlib import images
from artlib.collect.folder import pictures
from artlib.collect.pipeline import LONGEST_SIDE
from artlib.errors import warn
from artlib.inference import Answers, Recogniser
from artlib.model import load
from artlib.prepared import prepare, prepared_side, square
from artlib.split import Split
from artlib.workspace import Workspace, WorkspaceError, atomic


def answers_of(workspace: Workspace, name: str, split: Split) -> Answers:
    """Return the model's answers for `split.ids`.

    Raises:
        WorkspaceError: there is no model, or an image is missing or damaged.
        ModelError: the model is damaged.
    """
    path = workspace.model(name) / "answers.npz"
    model_file = workspace.require(workspace.model(name) / "model.keras")
    key = hashlib.sha256(model_file.read_bytes()).hexdigest()
    missing_or_damaged = (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with suppress(*missing_or_damaged), np.load(path) as kept:
        if kept["key"] == key and kept["ids"].tolist() == split.ids:
            return Answers(kept["embeddings"], kept["logits"])
    model, description = load(workspace, name)
    answers = Recogniser(model)(prepare(workspace, split.ids, prepared_side(description.image_size)))
    with atomic(path) as temporary:
        np.savez(temporary, key=key, ids=split.ids, **asdict(answers))
    return answers


def answers_of_folder(workspace: Workspace, name: str, folder: str | Path) -> tuple[Answers, np.ndarray]:
    """Return the model's answers for the pictures under a folder, and the subfolder of each, str (n,).

    Raises:
        WorkspaceError: there is no model, or no readable picture in the folder.
    """
    folder = Path(folder).expanduser()
    model, description = load(workspace, name)
    opened, kept = [], []
    for picture in sorted(pictures(folder)) if folder.is_dir() else []:
        try:
            image = images.normalised(images.load(folder / picture), LONGEST_SIDE)
        except images.ImageError as error:
            warn(f"Left out: {error}")
            continue
        opened.append(square(image, prepared_side(description.image_size)))
        kept.append(str(picture.parent))
    if not opened:
        raise WorkspaceError(f"There is no readable picture of other artists. Received: others={str(folder)!r}.")
    return Recogniser(model)(np.array(opened)), np.array(kept)
