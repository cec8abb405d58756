"""Additions: artists who came after training, kept beside a model and joined to its answers."""

import hashlib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from artlib.errors import ArtlibError
from artlib.recogniser.openset.detector import Gate, Scorers
from artlib.recogniser.outputs import Answers
from artlib.workspace.writing import atomic

PARTS = ("ids", "embeddings", "logits", "weights", "bias")  # of an artist, in the file


class AdditionError(ArtlibError):
    """An artist can't be added or removed, or the file of those that were is damaged."""


@dataclass(frozen=True)
class AddedArtist:
    """An artist known by a few pictures.

    Attributes:
        name: of the artist.
        ids: of the images, in the catalog.
        said: what the trained model says of each.
        weights: float32 (width,), from embeddings to this artist's logit.
        bias: of that logit.
    """

    name: str
    ids: list[str]
    said: Answers
    weights: np.ndarray
    bias: float

    def logits(self, embeddings: np.ndarray) -> np.ndarray:
        """Return this artist's logit for pictures, float (n,), from their embeddings, float (n, width)."""
        return embeddings @ self.weights + self.bias


@dataclass(frozen=True)
class Additions:
    """All artists that were added to a model, in the order of their columns behind the trained ones.

    Attributes:
        artists: who was added.
        known: how the scores of the gate spread now that they are known, as in `artlib.openset.Gate`.
        steepness: of the gate, likewise.
    """

    artists: tuple[AddedArtist, ...] = ()
    known: dict[str, tuple[float, float]] | None = None
    steepness: float = 1.0

    @property
    def names(self) -> list[str]:
        """The artists' names."""
        return [artist.name for artist in self.artists]

    @property
    def pictures(self) -> dict[str, tuple[list[str], Answers]]:
        """From each artist's name to image ids and what the trained model says of them."""
        return {artist.name: (artist.ids, artist.said) for artist in self.artists}

    @property
    def embeddings(self) -> dict[str, np.ndarray]:
        """From image id to what the model's last layer sees, float32 (width,)."""
        return {
            image_id: row
            for artist in self.artists
            for image_id, row in zip(artist.ids, artist.said.embeddings, strict=True)
        }

    def join(self, answers: Answers) -> Answers:
        """Return a trained model's answers with a logit for each of these artists behind the others."""
        columns = [artist.logits(answers.embeddings)[:, None] for artist in self.artists]
        return Answers(answers.embeddings, np.concatenate([answers.logits, *columns], axis=1))

    def without(self, name: str) -> "Additions":
        """Return all but one artist."""
        return replace(self, artists=tuple(artist for artist in self.artists if artist.name != name))

    def scorers(self, trained: Scorers) -> Scorers:
        """Return the scorers of a model's gate with these artists among the known ones."""
        for artist in self.artists:
            trained = trained.with_artist(artist.said.embeddings)
        return trained

    def gate(self, trained: Gate) -> Gate:
        """Return the gate that knows these artists, too."""
        if trained.scorers is None or not self.known:
            return trained
        return replace(trained, scorers=self.scorers(trained.scorers), known=self.known, steepness=self.steepness)

    def write(self, folder: Path) -> Path:
        """Write them under a name made of their content, and return the file."""
        arrays = {"names": np.array(self.names), "steepness": np.array(self.steepness)}
        arrays |= {f"known_{score}": np.array(spread) for score, spread in (self.known or {}).items()}
        for number, artist in enumerate(self.artists):
            parts = (artist.ids, artist.said.embeddings, artist.said.logits, artist.weights, artist.bias)
            arrays |= {f"{number}_{part}": np.array(value) for part, value in zip(PARTS, parts, strict=True)}
        digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()[:8]
        path = folder / f"additions-{digest}.npz"
        with atomic(path) as temporary:
            np.savez(temporary, **arrays)  # type: ignore[arg-type]
        return path

    @classmethod
    def read(cls, path: Path) -> "Additions":
        """Read them.

        Raises:
            AdditionError: the file is missing or damaged.
        """
        try:
            with np.load(path) as file:
                arrays = dict(file)
            artists = tuple(_artist(name, str(number), arrays) for number, name in enumerate(arrays["names"].tolist()))
            known = {
                key.removeprefix("known_"): tuple(arrays[key].tolist()) for key in arrays if key.startswith("known_")
            }
            return cls(artists, known, float(arrays["steepness"]))
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise AdditionError(
                f"{path} is missing or damaged ({error}), and with it the artists that were added. Write "
                '"additions": "" into artist_model.json beside it, and add them again.'
            ) from error


def _artist(name: str, number: str, arrays: dict[str, np.ndarray]) -> AddedArtist:
    ids, embeddings, logits, weights, bias = (arrays[f"{number}_{part}"] for part in PARTS)
    return AddedArtist(name, ids.tolist(), Answers(embeddings, logits), weights, float(bias))
