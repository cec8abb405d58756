"""Known works: finds the collected works that are nearest to a picture, and the work that it copies.

A small copy that was set apart still helps to find a copy, such as one of a square part, but what is named is the full
picture. Blank pictures are no known works: every blank picture would be a copy of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from artlib.similarity.copies import is_copy
from artlib.similarity.cosines import unit
from artlib.similarity.hashing import distances
from artlib.workspace import Workspace
from artlib.workspace.decisions import accepted, latest
from artlib.workspace.fingerprints import catalog_with_fingerprints
from artlib.workspace.set_apart import BLANK, SMALL_COPY, read_set_apart

NEAREST = 3


@dataclass(frozen=True)
class Work:
    """A known work beside a picture.

    Attributes:
        id: of the image.
        artist: of the work, as collected or sorted by hand.
        path: the original, relative to the workspace.
        source: where it came from, in words.
        source_url: the same as an address; empty if there is none.
        licence: as the source states it; empty if unknown.
        distance: 1 - the cosine of the centred embeddings, 0 (the same) to 2; nan where only the fingerprints were
            compared.
        bits: how many of 64 differ between the fingerprints, the fewest over all flips and quarter turns.
        image: the normalised copy.
    """

    id: str
    artist: str
    path: str
    source: str
    source_url: str
    licence: str
    distance: float
    bits: int
    image: Path


class KnownWorks:
    """The collected works of a workspace, as a model sees them.

    Args:
        workspace: where the works lie.
        catalog: one row a work.
        embeddings: from image id to the input of the model's last layer, float (width,); a work without one is
            compared by its fingerprint only.
        full_of: from the id of a small copy to the id of the full picture, which is named instead of it.
    """

    def __init__(
        self,
        workspace: Workspace,
        catalog: pd.DataFrame,
        embeddings: dict[str, np.ndarray],
        full_of: Mapping[str, str] | None = None,
    ) -> None:
        self._workspace = workspace
        self._rows = catalog.to_dict("records")
        place_of = {row["id"]: place for place, row in enumerate(self._rows)}
        self._full = [place_of.get((full_of or {}).get(row["id"], ""), place) for place, row in enumerate(self._rows)]
        self._hashes = np.array([int(row["phash"], 16) for row in self._rows], np.uint64)
        self._seen = np.array([place for place, row in enumerate(self._rows) if row["id"] in embeddings], int)
        seen = np.array([embeddings[self._rows[place]["id"]] for place in self._seen], np.float32)
        self._mean = seen.mean(axis=0) if len(seen) else 0
        self._directions = unit(seen - self._mean) if len(seen) else seen

    @classmethod
    def read(cls, workspace: Workspace, embeddings: dict[str, np.ndarray]) -> "KnownWorks":
        """Read the works from a workspace's catalog; none if there is no catalog."""
        if not workspace.catalog.exists():
            return cls(workspace, pd.DataFrame(columns=["id", "phash"]), {})
        apart = read_set_apart(workspace)
        apart = apart[~apart["id"].isin(accepted(latest(workspace)))]
        catalog = catalog_with_fingerprints(workspace)
        works = catalog[~catalog["id"].isin(apart.loc[apart["reason"] == BLANK, "id"])]
        copies = apart[apart["reason"] == SMALL_COPY]
        return cls(workspace, works, embeddings, dict(zip(copies["id"], copies["of"], strict=True)))

    @property
    def ids(self) -> list[str]:
        """The ids of all works."""
        return [row["id"] for row in self._rows]

    def near(self, embeddings: np.ndarray, hashes: np.ndarray) -> list[tuple[list[Work], Work | None]]:
        """Return for each picture the nearest works, and the work that it copies, if any.

        Args:
            embeddings: float (n, width).
            hashes: uint64 (n, 8), of all orientations.
        """
        if not self._rows:
            return [([], None) for _ in embeddings]
        cosines = self.cosines(embeddings)
        bits = distances(hashes, self._hashes)
        copied = is_copy(bits, cosines)
        return [self._near(*row) for row in zip(cosines, bits, copied, strict=True)]

    def cosines(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the cosine between each picture and each work, float32 (n, works); nan without an embedding."""
        cosines = np.full((len(embeddings), len(self._rows)), np.nan, np.float32)
        if len(self._seen):
            cosines[:, self._seen] = unit(embeddings - self._mean) @ self._directions.T
        return cosines

    def between(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the cosines between pictures, float (n, n), centred in the same way as those to works."""
        directions = unit(embeddings - self._mean)
        return directions @ directions.T

    def _near(self, cosines: np.ndarray, bits: np.ndarray, copied: np.ndarray) -> tuple[list[Work], Work | None]:
        order = self._seen[np.argsort(-cosines[self._seen], kind="stable")[:NEAREST]]
        copies = np.flatnonzero(copied).tolist()
        # if several works could be the original, take the one whose fingerprint agrees best
        best = min(copies, key=lambda place: (bits[place], -np.nan_to_num(cosines[place]))) if copies else None
        return (
            [self._work(place, cosines[place], bits[place]) for place in order.tolist()],
            None if best is None else self._work(best, cosines[best], bits[best]),
        )

    def _work(self, place: int, cosine: float, bits: int) -> Work:
        row = self._rows[self._full[place]]
        fields = {key: row[key] for key in ("id", "artist", "path", "source", "source_url", "licence")}
        return Work(**fields, distance=float(1 - cosine), bits=int(bits), image=self._workspace.image(row["id"]))
