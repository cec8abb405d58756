"""The ways to find an original that the trace benchmark compares: artlib's trace, and three that others use."""

import io
from contextlib import redirect_stderr
from typing import Protocol

import numpy as np
from PIL import Image

import artlib
from artlib import backbones
from artlib.inference.appearance import BACKBONE
from artlib.inference.features import features_of, last_level
from artlib.inference.pixels import resize_to_square
from artlib.similarity.cosines import unit
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.workspace import Workspace

BATCH = 64  # pictures that are embedded together
SURE = {"copy": 3.0, "probable": 2.0, "part": 1.0}  # artlib's verdicts as scores


class Method(Protocol):
    """A way to find an original.

    Attributes:
        name: as the tables show it.
    """

    name: str

    def learn(self, workspace: Workspace, ids: list[str], pictures: list[Image.Image]) -> None:
        """Take the works in."""

    def scores(self, picture: Image.Image) -> np.ndarray:
        """Return how sure it is of each work, float (n,); more is surer."""


class ArtlibTrace:
    """artlib.trace: 3 for each work called a copy, 2 for a probable one, 1 for a shared part."""

    name = "artlib"

    def learn(self, workspace: Workspace, ids: list[str], pictures: list[Image.Image]) -> None:
        self._workspace, self._place = workspace, {image_id: place for place, image_id in enumerate(ids)}
        artlib.build_index(workspace)

    def scores(self, picture: Image.Image) -> np.ndarray:
        self.last = artlib.trace(picture, self._workspace)
        scores = np.zeros(len(self._place))
        for original in self.last.originals:
            scores[self._place[original.id]] = SURE.get(original.verdict, 0)
        return scores


class Hashes:
    """The perceptual hash, over the eight flips and quarter turns of the picture asked about."""

    name = "pHash"

    def learn(self, workspace: Workspace, ids: list[str], pictures: list[Image.Image]) -> None:
        self._hashes = np.array([orientation_hashes(picture)[0] for picture in pictures])

    def scores(self, picture: Image.Image) -> np.ndarray:
        return -distances(orientation_hashes(picture)[None], self._hashes)[0].astype(float)


class Embeddings:
    """One embedding of the whole picture, by the network that finds near-duplicates."""

    name, grids = "embedding", (1,)

    def learn(self, workspace: Workspace, ids: list[str], pictures: list[Image.Image]) -> None:
        self._works = np.concatenate(
            [self._embedded(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
        )

    def scores(self, picture: Image.Image) -> np.ndarray:
        best = (self._works @ self._embedded([picture]).T).max(axis=1)
        return best.reshape(-1, sum(grid * grid for grid in self.grids)).max(axis=1)

    def _embedded(self, pictures: list[Image.Image]) -> np.ndarray:
        backbone = backbones.get(BACKBONE)
        tiles = [
            resize_to_square(tile, backbone.image_size)
            for picture in pictures
            for grid in self.grids
            for tile in _tiles(picture, grid)
        ]
        with redirect_stderr(io.StringIO()):  # its progress bar
            return unit(last_level(features_of(np.stack(tiles), backbone), backbone))


class Tiles(Embeddings):
    """Embeddings of the whole and of 2 x 2 and 3 x 3 tiles, of works and of the picture: the best pair of tiles."""

    name, grids = "tiles", (1, 2, 3)


def _tiles(picture: Image.Image, grid: int) -> list[Image.Image]:
    across, down = (np.linspace(0, length, grid + 1).round().astype(int) for length in picture.size)
    return [
        picture.crop((int(across[x]), int(down[y]), int(across[x + 1]), int(down[y + 1])))
        for y in range(grid)
        for x in range(grid)
    ]


METHODS: dict[str, type] = {method.name: method for method in (ArtlibTrace, Hashes, Embeddings, Tiles)}
