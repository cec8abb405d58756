"""Known works: finds the collected works that are nearest in style to a picture. Which one it copies, tracing says.

Instead of a small copy that was set apart, the full picture is named. Blank pictures are no known works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from artlib.similarity.cosines import unit
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.decisions import accepted, latest
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
        distance: 1 - the cosine of the centred embeddings, 0 (the same) to 2.
        image: the normalised copy.
    """

    id: str
    artist: str
    path: str
    source: str
    source_url: str
    licence: str
    distance: float
    image: Path


class KnownWorks:
    """The collected works of a workspace, as a model sees them.

    Args:
        workspace: where the works lie.
        catalog: one row a work.
        embeddings: from image id to the input of the model's last layer, float (width,); a work without one is never
            near.
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
        self._seen = np.array([place for place, row in enumerate(self._rows) if row["id"] in embeddings], int)
        seen = np.array([embeddings[self._rows[place]["id"]] for place in self._seen], np.float32)
        self._mean = seen.mean(axis=0) if len(seen) else 0
        self._directions = unit(seen - self._mean) if len(seen) else seen

    @classmethod
    def read(cls, workspace: Workspace, embeddings: dict[str, np.ndarray]) -> "KnownWorks":
        """Read the works from a workspace's catalog; none if there is no catalog."""
        if not workspace.catalog.exists():
            return cls(workspace, pd.DataFrame(columns=["id"]), {})
        apart = read_set_apart(workspace)
        apart = apart[~apart["id"].isin(accepted(latest(workspace)))]
        catalog = read_catalog(workspace)
        works = catalog[~catalog["id"].isin(apart.loc[apart["reason"] == BLANK, "id"])]
        copies = apart[apart["reason"] == SMALL_COPY]
        return cls(workspace, works, embeddings, dict(zip(copies["id"], copies["of"], strict=True)))

    @property
    def ids(self) -> list[str]:
        """The ids of all works."""
        return [row["id"] for row in self._rows]

    def nearest(self, embeddings: np.ndarray) -> list[list[Work]]:
        """Return for each picture the works that are nearest in style, at most three, the nearest first.

        Args:
            embeddings: float (n, width).
        """
        return [self._nearest(row) for row in self.cosines(embeddings)]

    def cosines(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the cosine between each picture and each work, float32 (n, works); nan without an embedding."""
        cosines = np.full((len(embeddings), len(self._rows)), np.nan, np.float32)
        if len(self._seen):
            cosines[:, self._seen] = unit(embeddings - self._mean) @ self._directions.T
        return cosines

    def _nearest(self, cosines: np.ndarray) -> list[Work]:
        order = self._seen[np.argsort(-cosines[self._seen], kind="stable")[:NEAREST]]
        return [self._work(place, cosines[place]) for place in order.tolist()]

    def _work(self, place: int, cosine: float) -> Work:
        row = self._rows[self._full[place]]
        fields = {key: row[key] for key in ("id", "artist", "path", "source", "source_url", "licence")}
        return Work(**fields, distance=float(1 - cosine), image=self._workspace.image(row["id"]))
