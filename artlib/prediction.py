"""Prediction: the only place that turns a picture into a verdict."""

import functools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from artlib import images, plots, thresholds
from artlib.catalog import read_catalog
from artlib.collect.pipeline import LONGEST_SIDE
from artlib.hashing import distances, orientation_hashes
from artlib.inference import Recogniser
from artlib.model import load
from artlib.prepared import prepared_side, square
from artlib.workspace import Workspace

COPY_BITS = 4  # differing bits of 64 up to which a picture is called a copy; docs/duplicates.md
TOP = 5
BATCH = 32


@dataclass(frozen=True)
class Verdict:
    """The answer for one picture.

    Attributes:
        path: what was asked about.
        verdict: "copy" (of a known work), "artist" (in a known artist's hand), "unknown" or "error".
        artist: the most probable of the known artists, whatever the verdict; empty on an error.
        probability: the calibrated probability of that artist, 0 to 1.
        unknown_score: 0 (looks like a known artist) to 1.
        unknown_threshold: above it the verdict is "unknown".
        copy_of: the collected original of which it is a copy, as a path in the workspace; empty if none.
        top_artists: the most probable artists with their probabilities.
        prediction_set: the artists among whom the right one is as often as calibration promises, if it is a known one.
        error: what is wrong with the picture; empty if nothing.
    """

    path: str
    verdict: str
    artist: str = ""
    probability: float = float("nan")
    unknown_score: float = float("nan")
    unknown_threshold: float = float("nan")
    copy_of: str = ""
    top_artists: list[tuple[str, float]] = field(default_factory=list)
    prediction_set: list[str] = field(default_factory=list)
    error: str = ""

    def sentence(self) -> str:
        """Say the verdict in one plain sentence."""
        if self.verdict == "copy":
            return f"Copy of a work I know: {self.copy_of}"
        if self.verdict == "artist":
            return f"In the hand of {self.artist}."
        if self.verdict == "unknown":
            score = f"unknown score {self.unknown_score:.2f}, the limit is {self.unknown_threshold:.2f}"
            return f"I do not know this hand ({score}); {self.artist} is only the nearest guess."
        return f"No answer: {self.error}"


class Predictor:
    """A trained model with its reference works, ready to answer.

    Args:
        workspace: with a model.
        name: of the model.

    Raises:
        WorkspaceError: there is no such model.
    """

    def __init__(self, workspace: Workspace, name: str = "default") -> None:
        self.model, self.description = load(workspace, name)
        self.thresholds = thresholds.read(workspace, name, self.description)
        self._recogniser = Recogniser(self.model)
        self._reference_paths, self._reference_hashes = _references(workspace)

    def verdicts(self, pictures: Iterable[tuple[str, Any]]) -> Iterator[Verdict]:
        """Answer for any number of pictures, a batch at a time; one that can't be read becomes a verdict "error".

        Args:
            pictures: name and source of each; a source is whatever `artlib.images.load` opens.
        """
        stream = iter(pictures)
        while batch := list(islice(stream, BATCH)):
            yield from self._batch([(name, _open(source)) for name, source in batch])

    def verdict(self, image: Image.Image, name: str = "") -> Verdict:
        """Answer for one opened picture."""
        return next(self._batch([(name, images.normalised(image, LONGEST_SIDE))]))

    def _batch(self, opened: list[tuple[str, Image.Image | images.ImageError]]) -> Iterator[Verdict]:
        answers = iter(self._answers([image for _, image in opened if isinstance(image, Image.Image)]))
        for name, image in opened:
            if isinstance(image, images.ImageError):
                yield Verdict(name, "error", error=str(image))
            else:
                yield replace(next(answers), path=name)

    def _answers(self, opened: list[Image.Image]) -> list[Verdict]:
        if not opened:
            return []
        side = prepared_side(self.description.image_size)
        said = self._recogniser(np.array([square(image, side) for image in opened]), progress=False)
        scores = self.thresholds.gate(said)
        probabilities = self.thresholds.calibration.probabilities(said.logits)
        return [
            self._answer(float(score), row, self._copy_of(image))
            for score, row, image in zip(scores, probabilities, opened, strict=True)
        ]

    def _copy_of(self, image: Image.Image) -> str:
        if not len(self._reference_hashes):
            return ""
        bits = distances(orientation_hashes(image)[None], self._reference_hashes)[0]
        return self._reference_paths[bits.argmin()] if bits.min() <= COPY_BITS else ""

    def _answer(self, score: float, probabilities: np.ndarray, copy_of: str) -> Verdict:
        names, threshold = self.description.class_names, self.thresholds.gate.threshold
        order = probabilities.argsort()[::-1]
        inside = self.thresholds.calibration.prediction_sets(probabilities[None])[0]
        return Verdict(
            path="",
            verdict="copy" if copy_of else "unknown" if score > threshold else "artist",
            artist=names[order[0]],
            probability=float(probabilities[order[0]]),
            unknown_score=score,
            unknown_threshold=threshold,
            copy_of=copy_of,
            top_artists=[(names[index], float(probabilities[index])) for index in order[:TOP]],
            prediction_set=[names[index] for index in order if inside[index]],
        )


def predict(source: Any, workspace: Workspace | str | Path = "data", name: str = "default") -> Verdict:
    """Answer for one picture.

    Args:
        source: a path, an http(s) URL, bytes, a PIL image or an array, as `artlib.images.load` takes it.
        workspace: with a trained model.
        name: of the model.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
        WorkspaceError: there is no such model.
    """
    return predictor(workspace, name).verdict(images.load(source), _name(source))


def predictAny(  # noqa: N802 - the original project's name
    source: Any, actual_artist: str | None = None, workspace: Workspace | str | Path = "data", name: str = "default"
) -> Verdict:
    """Show a picture with its most probable artists, print the original project's three lines and the verdict.

    Args:
        source: a path, an http(s) URL, bytes, a PIL image or an array.
        actual_artist: whose work it really is, if you know.
        workspace: with a trained model.
        name: of the model.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
        WorkspaceError: there is no such model.
    """
    image = images.load(source)
    verdict = predictor(workspace, name).verdict(image, _name(source))
    print(three_lines(verdict, actual_artist))
    print(verdict.sentence())
    _show(image, verdict)
    return verdict


predict_any = predictAny


def three_lines(verdict: Verdict, actual_artist: str | None = None) -> str:
    """Return the three lines that the original project printed."""
    return (
        f"Actual artist = {actual_artist or 'not given'}\n"
        f"Predicted artist = {verdict.artist}\n"
        f"Prediction probability = {verdict.probability * 100:.2f} %"
    )


def predictor(workspace: Workspace | str | Path = "data", name: str = "default") -> Predictor:
    """Return a predictor, loaded once and again only when the model or the catalog on disk changed."""
    workspace = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
    files = (workspace.model(name) / "model.keras", workspace.model(name) / "artist_model.json", workspace.catalog)
    stamps = tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)
    return _loaded(workspace.root.resolve(), name, stamps)


@functools.lru_cache(maxsize=2)
def _loaded(root: Path, name: str, stamps: tuple[int, ...]) -> Predictor:
    return Predictor(Workspace(root), name)


def _open(source: Any) -> Image.Image | images.ImageError:
    try:
        return images.normalised(images.load(source), LONGEST_SIDE)
    except images.ImageError as error:
        return error


def _references(workspace: Workspace) -> tuple[list[str], np.ndarray]:
    """Return path and upright hash of every collected work; none where the model came without its catalog."""
    if not workspace.catalog.exists():
        return [], np.empty(0, np.uint64)
    catalog = read_catalog(workspace)
    return catalog["path"].tolist(), np.array([int(value, 16) for value in catalog["phash"]], np.uint64)


def _name(source: Any) -> str:
    return str(source) if isinstance(source, str | os.PathLike) else f"<{type(source).__name__}>"


def _show(image: Image.Image, verdict: Verdict) -> None:
    """Show the figure where there is a notebook to show it in."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        names, probabilities = zip(*verdict.top_artists, strict=True)
        display(plots.prediction(image, names, probabilities, verdict.sentence()))
