"""Added artists: adding an artist to a trained model from a few images, and removing it, without training."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from artlib import images
from artlib.errors import counted, warn
from artlib.images.folders import why_no_folder
from artlib.inference.pixels import resize_to_square
from artlib.recogniser.additions import AddedArtist, AdditionError
from artlib.recogniser.few_shot import FewShots
from artlib.recogniser.outputs import ModelOutputs
from artlib.recogniser.trained_model import TrainedModel
from artlib.statistics.metrics import wilson_interval
from artlib.training.offered_images import refuse_copies, refuse_duplicates
from artlib.workspace import AnyWorkspace, Workspace
from artlib.workspace.artist_names import clean_artist, read_aliases
from artlib.workspace.catalog import ADDED, read_catalog, remove_rows
from artlib.workspace.disk.writer import writes
from artlib.workspace.formats.columns import ID_LENGTH
from artlib.workspace.ingest import Candidate, take_in
from artlib.workspace.split import is_split_of

FEWEST, MANY = 5, 20  # images; with more, training again is worth the time
# The mean cosine of an artist's images to each other. With ten images of each of 16 painters, in three draws, 2 % were
# below it; of groups of ten images by ten painters, 95 % were (docs/prediction.md).
LEAST_COHESION = 0.04
# If ten images were by an artist who is known already, at least this share was predicted as that artist in 90 % of the
# draws; if they were by one of the 16 other painters, in 2 %.
CONFUSED = 0.5


@dataclass(frozen=True)
class AddReport:
    """The result of adding an artist.

    Attributes:
        artist: the name.
        images: how many were learned from.
        recognised: how many of these are recognised when the artist is learned from the other images only.
        correct: validation pictures of the other artists that were predicted correctly before.
        lost: how many of these are now predicted as this artist.
    """

    artist: str
    images: int
    recognised: int
    correct: int
    lost: int

    def __str__(self) -> str:
        low, high = wilson_interval(self.recognised, self.images)
        return (
            f"{self.artist} was added from {self.images} images. If each is left out in turn, {self.recognised} of "
            f"{self.images} are recognised: expect a recall of {low:.0%} to {high:.0%}. "
            f"Of {counted(self.correct, 'correct prediction')} for other artists, {self.lost} went over to this one."
        )


@dataclass(frozen=True)
class _Shots:
    """Readable pictures of a folder, with their outputs."""

    paths: list[Path]
    pictures: list[Image.Image]
    outputs: ModelOutputs


@writes("adding an artist")
def add_artist(workspace: AnyWorkspace, artist: str, folder: str | Path, *, name: str = "default") -> AddReport:
    """Add an artist to a trained model from 5 to 20 images, without training.

    The images are collected into the workspace. So they count as known works, and the next training learns from them.
    The decision rule is learned again.

    Args:
        workspace: a Workspace, or the path of one, in which the model was trained.
        artist: the name; the model must not know it yet.
        folder: with the images.
        name: of the model.

    Returns:
        The recall to expect.

    Raises:
        AdditionError: there are too few images, they are duplicates of each other or of known works, do not look like
            one hand, or look like an artist who is known already; the text states which. Then nothing is changed.
        WorkspaceError: there is no such model, or the split is not the one it was trained on.
    """
    model, artist = TrainedModel(workspace, name), clean_artist(artist)
    artist = read_aliases(model.workspace).get(artist, artist)
    additions, known = model.decision_rule.additions, model.class_names
    if not artist:
        raise AdditionError(f"An artist needs a name. Received: artist={artist!r}.")
    if reason := why_no_folder(folder):
        raise AdditionError(
            f"{reason} Received: folder={str(folder)!r}. Give a folder with 5 to 20 images of {artist}."
        )
    if artist in known:
        raise AdditionError(
            f"{artist} is known to this model already. Received: artist={artist!r}. Give another name; or, if this "
            "artist was added, use remove_artist first (artlib remove-artist)."
        )
    if model.trained_detector.scorers is None:
        raise AdditionError("This model has no unknown detector yet. Run 04_evaluate (artlib evaluate) first.")
    outputs, labels = model.validation
    shots = _look(model, Path(folder).expanduser())
    few_shots = FewShots(additions.scorers(model.trained_detector.fitted_scorers), additions.join(outputs), labels)
    names = [path.name for path in shots.paths]
    refuse_duplicates(names, shots.pictures)
    refuse_copies(names, shots.pictures, model.workspace, artist)
    _refuse_several_hands(shots, few_shots)
    for added in additions.artists:
        _refuse_same_hand(shots, few_shots, added, artist)
    recognised = _recognised(shots, few_shots, additions.join(shots.outputs).logits, known, artist)
    ids = _collect(model.workspace, shots, artist)
    model.keep_additions(additions.pictures | {artist: (ids, shots.outputs)})
    model.workspace.keep()
    after = model.decision_rule.additions.join(outputs)
    return AddReport(artist, len(ids), recognised, *_lost(additions.join(outputs), after, labels))


@writes("removing an artist")
def remove_artist(workspace: AnyWorkspace, artist: str, *, name: str = "default") -> None:
    """Remove an added artist, and the images that were collected for it.

    Images that are in a split by now stay, because a model may have been trained on them. The decision rule is learned
    again only if the split is still the one that the model was trained on.

    Args:
        workspace: a Workspace, or the path of one, with the model.
        artist: the name of an added artist.
        name: of the model.

    Raises:
        AdditionError: no artist of this name was added.
        WorkspaceError: there is no such model or split.
    """
    model, artist = TrainedModel(workspace, name), clean_artist(artist)
    kept = model.decision_rule.additions.pictures
    if artist not in kept:
        trained = " It was trained: to remove it, discard its images in 02_sort and train again."
        raise AdditionError(
            f"No such artist was added. Received: artist={artist!r}; added artists: {', '.join(kept) or 'none'}."
            + trained * (artist in model.metadata.class_names)
        )
    ids, _ = kept.pop(artist)
    workspace = model.workspace
    if is_split_of(workspace, model.metadata.data_hash):
        model.keep_additions(kept)
    else:
        model.forget_addition(artist)
    catalog, split = read_catalog(workspace), workspace.read_table(workspace.split)
    came = catalog["id"].isin(ids) & catalog["source"].str.startswith(ADDED) & ~catalog["id"].isin(split["id"])
    remove_rows(workspace, set(catalog["id"][came]))
    workspace.keep()


def _look(model: TrainedModel, folder: Path) -> _Shots:
    paths, pixels, pictures = [], [], []
    for picture, image in images.opened_under(folder):
        if min(image.size) < images.SMALLEST_SIDE:  # collecting rejects it, too
            warn(f"Left out: {picture} has {image.width}x{image.height} pixels; {images.SMALLEST_SIDE} are needed.")
            continue
        paths.append(folder / picture)
        pixels.append(resize_to_square(image, model.prepared_side))
        pictures.append(image)
    if len(paths) < FEWEST:
        raise AdditionError(
            f"An artist is added from {FEWEST} to {MANY} images. Received: {len(paths)} readable ones in "
            f"{str(folder)!r}. Collect more."
        )
    if len(paths) > MANY:
        warn(f"{len(paths)} images are enough to train: collect them and run 03_train for a better accuracy.")
    return _Shots(paths, pictures, model.recogniser(np.array(pixels), progress=False))


def _refuse_several_hands(shots: _Shots, few_shots: FewShots) -> None:
    cohesion = few_shots.cohesion(shots.outputs.embeddings)
    if cohesion.mean() < LEAST_COHESION:
        odd = ", ".join(shots.paths[row].name for row in cohesion.argsort()[:3])
        raise AdditionError(
            f"These images do not look like one hand: their mean similarity is {cohesion.mean():.2f}; for one artist "
            f"it is mostly above {LEAST_COHESION}. Received: {len(shots.paths)} images; the least similar are "
            f"{odd}. Remove images by other artists or of another kind, such as photographs and sketches, or add more."
        )


def _refuse_same_hand(shots: _Shots, few_shots: FewShots, added: AddedArtist, artist: str) -> None:
    """Reject images like those of an added artist: with so few images, the votes of the new ones alone may tie."""
    weights, bias = few_shots.fit(shots.outputs.embeddings)
    taken = added.outputs.embeddings @ weights + bias > few_shots.as_new(added.outputs.embeddings)
    if taken.mean() >= CONFUSED:
        raise AdditionError(
            f"The model can't tell {artist} from the added artist {added.name}: {taken.mean():.0%} of {added.name}'s "
            f"images would be predicted as {artist}. Is it the same artist? Then remove {added.name} and add all "
            "images together."
        )


def _recognised(shots: _Shots, few_shots: FewShots, others: np.ndarray, known: list[str], artist: str) -> int:
    """Return how many of the images are recognised when learned from the others; reject a known artist's images."""
    new = few_shots.as_new(shots.outputs.embeddings) > others.max(axis=1)
    guesses = others.argmax(axis=1)
    votes = np.bincount(guesses[~new], minlength=len(known))
    other, share = int(votes.argmax()), votes.max() / len(new)
    if share >= CONFUSED and votes.max() > new.sum():
        theirs = ", ".join(shots.paths[row].name for row in np.flatnonzero(~new & (guesses == other))[:5])
        raise AdditionError(
            f"The model can't tell {artist} from {known[other]}: {share:.0%} of the images are predicted as "
            f"{known[other]} ({theirs}). Is it the same artist? If not, collect more images of both and train again "
            "(03_train)."
        )
    return int(new.sum())


def _collect(workspace: Workspace, shots: _Shots, artist: str) -> list[str]:
    """Collect the images, and return their ids."""
    take_in(
        workspace,
        [Candidate(artist, path.name, path.read_bytes, f"{ADDED}{path.name}") for path in shots.paths],
    )
    return [hashlib.sha256(path.read_bytes()).hexdigest()[:ID_LENGTH] for path in shots.paths]


def _lost(before: ModelOutputs, after: ModelOutputs, labels: np.ndarray) -> tuple[int, int]:
    """Return how many predictions were correct, and how many of these are not any more."""
    right = before.logits.argmax(axis=1) == labels
    return int(right.sum()), int((right & (after.logits.argmax(axis=1) != labels)).sum())
