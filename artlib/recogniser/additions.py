"""Additions: artists that were added after training. They are kept beside a model and joined to its outputs."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from artlib.errors import ArtlibError
from artlib.recogniser.content_files import write_arrays
from artlib.recogniser.openset.detector import UnknownDetector
from artlib.recogniser.openset.scorers import Scorers
from artlib.recogniser.outputs import ModelOutputs
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays

SHAPES = {  # of one artist in the file
    "ids": ("U", "pictures"),
    "embeddings": ("f", "pictures width"),
    "logits": ("f", "pictures trained"),
    "weights": ("f", "width"),
    "bias": ("f", ""),
}
PARTS = tuple(SHAPES)


class AdditionError(ArtlibError):
    """An artist can't be added or removed, or the file of the added artists is damaged."""


@dataclass(frozen=True)
class AddedArtist:
    """An artist known by a few pictures.

    Attributes:
        name: of the artist.
        ids: of the images, in the catalog.
        outputs: of the trained model for each image.
        weights: float32 (width,), of this artist's logit.
        bias: of this artist's logit.
        score_shift: float32 (3,), the mean of the scores of confidence over those images, each as if only the others
            had been added, in standard deviations of the trained artists' scores. An artist known by a few pictures has
            higher unknown scores, and its pictures are compared with its own. Zeros in an earlier artlib's file.
    """

    name: str
    ids: list[str]
    outputs: ModelOutputs
    weights: np.ndarray
    bias: float
    score_shift: np.ndarray = field(default_factory=lambda: np.zeros(3, np.float32))

    def logits(self, embeddings: np.ndarray) -> np.ndarray:
        """Return this artist's logit for pictures, float (n,), from their embeddings, float (n, width)."""
        return embeddings @ self.weights + self.bias


@dataclass(frozen=True)
class Additions:
    """All artists that were added to a model. Their columns follow those of the trained artists, in this order.

    Attributes:
        artists: the added artists.
        score_stats: of the unknown detector that includes them; None while there are none.
        scale: of the same detector.
        threshold: of the same detector; None in the files of an earlier artlib, which kept it in artist_model.json.
    """

    artists: tuple[AddedArtist, ...] = ()
    score_stats: dict[str, tuple[float, float]] | None = None
    scale: float = 1.0
    threshold: float | None = None

    @property
    def names(self) -> list[str]:
        """The artists' names."""
        return [artist.name for artist in self.artists]

    @property
    def pictures(self) -> dict[str, tuple[list[str], ModelOutputs]]:
        """From each artist's name to image ids and the trained model's outputs for them."""
        return {artist.name: (artist.ids, artist.outputs) for artist in self.artists}

    @property
    def embeddings(self) -> dict[str, np.ndarray]:
        """From image id to what the model's last layer sees, float32 (width,)."""
        return {
            image_id: row
            for artist in self.artists
            for image_id, row in zip(artist.ids, artist.outputs.embeddings, strict=True)
        }

    def join(self, outputs: ModelOutputs) -> ModelOutputs:
        """Return a trained model's outputs with a further logit for each of these artists."""
        columns = [artist.logits(outputs.embeddings)[:, None] for artist in self.artists]
        return ModelOutputs(outputs.embeddings, np.concatenate([outputs.logits, *columns], axis=1))

    def without(self, name: str) -> "Additions":
        """Return the additions without one artist."""
        artists = tuple(artist for artist in self.artists if artist.name != name)
        return replace(self, artists=artists) if artists else Additions()

    def scorers(self, trained: Scorers) -> Scorers:
        """Return the scorers of a model's detector with these artists among the known ones."""
        for artist in self.artists:
            trained = trained.with_artist(artist.outputs.embeddings)
        return trained

    def detector(self, trained: UnknownDetector) -> UnknownDetector:
        """Return the detector with these artists among the known ones."""
        if trained.scorers is None or not self.score_stats:
            return trained
        threshold = trained.threshold if self.threshold is None else self.threshold
        return UnknownDetector(self.scorers(trained.scorers), self.score_stats, self.scale, threshold)

    def write(self, folder: Path) -> Path:
        """Write them to a file named by their content, with the keys of the first artlib, and return its path."""
        arrays = {"names": np.array(self.names), "steepness": np.array(self.scale)}
        arrays |= {f"known_{score}": np.array(stats) for score, stats in (self.score_stats or {}).items()}
        if self.threshold is not None:
            arrays["threshold"] = np.array(self.threshold)
        for number, artist in enumerate(self.artists):
            parts = (artist.ids, artist.outputs.embeddings, artist.outputs.logits, artist.weights, artist.bias)
            arrays |= {f"{number}_{part}": np.array(value) for part, value in zip(PARTS, parts, strict=True)}
            arrays[f"{number}_score_shift"] = artist.score_shift
        return write_arrays(folder, "additions", arrays)

    @classmethod
    def read(cls, path: Path) -> "Additions":
        """Read the additions from a file.

        Raises:
            AdditionError: the file is missing or damaged.
        """
        try:
            arrays = read_arrays(path)
            check_shapes(arrays, {"names": ("U", "artists"), "steepness": ("f", "")})
            artists = tuple(_artist(name, str(number), arrays) for number, name in enumerate(arrays["names"].tolist()))
            stats = {
                key.removeprefix("known_"): tuple(arrays[key].tolist()) for key in arrays if key.startswith("known_")
            }
            threshold = float(arrays["threshold"]) if "threshold" in arrays else None
            return cls(artists, stats, float(arrays["steepness"]), threshold)
        except DAMAGED as error:
            raise AdditionError(
                f"{path} is missing or damaged ({error}). It holds the artists that were added. Write "
                '"additions": "" into artist_model.json in the same folder, and add them again.'
            ) from error


def _artist(name: str, number: str, arrays: dict[str, np.ndarray]) -> AddedArtist:
    parts = {f"{number}_{part}": shape for part, shape in SHAPES.items()}
    check_shapes(arrays, parts | {key: ("f", "2") for key in arrays if key.startswith("known_")})
    ids, embeddings, logits, weights, bias = (arrays[f"{number}_{part}"] for part in PARTS)
    shift = arrays.get(f"{number}_score_shift", np.zeros(3, np.float32))
    check_shapes({"score_shift": shift}, {"score_shift": ("f", "3")})
    return AddedArtist(name, ids.tolist(), ModelOutputs(embeddings, logits), weights, float(bias), shift)
