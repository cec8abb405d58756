"""Screening: what must not stand among the works of other artists, because it is the user's own or there already."""

import functools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from artlib import images
from artlib.collect.errors import LeftOutError, OptedOutError
from artlib.collect.naming import may_be_one, name_words
from artlib.images.files import pictures_under
from artlib.images.reservations import OPTED_OUT, reservation
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.similarity.near_duplicates import HASH_ALONE
from artlib.workspace import Workspace
from artlib.workspace.artist_names import read_aliases
from artlib.workspace.decisions import sorted_catalog
from artlib.workspace.fingerprints import catalog_with_fingerprints, fingerprinted


class Screening:
    """Knows the user's artists and works, and the pictures that are among the others already.

    Args:
        workspace: whose catalog and `others/` are read; without a catalog, nothing is the user's own.

    Raises:
        WorkspaceError: there is a catalog, but it is empty or damaged.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.has_catalog = workspace.catalog.exists()
        self._artists: set[str] = set()
        self._own = np.empty(0, np.uint64)
        if self.has_catalog:
            catalog = catalog_with_fingerprints(workspace)
            self._artists = {*catalog["artist"], *sorted_catalog(workspace)["artist"], *read_aliases(workspace)}
            self._own = np.array([int(value, 16) for value in catalog["phash"]], np.uint64)
        self._folder = workspace.others

    def is_own(self, artist: str) -> bool:
        """Return whether the name may be that of one of the user's artists."""
        return may_be_one(artist, self._artists)

    def own_among(self, artists: Iterable[str]) -> list[str]:
        """Return those names that are one of the user's artists' without doubt."""
        own = {name_words(artist) for artist in self._artists}
        return sorted(artist for artist in artists if name_words(artist) in own)

    def check(self, content: bytes) -> None:
        """Check one picture, and remember it for the next ones.

        Raises:
            OptedOutError: the picture says that machines must not learn from it.
            LeftOutError: it is not a picture, too small or too large, or nearly the same as another one.
        """
        if reason := reservation(content):
            raise OptedOutError(f"{OPTED_OUT}{reason}")
        try:
            size = images.load(content).size
            hashes = orientation_hashes(fingerprinted(content))
        except images.TooManyPixelsError as error:
            raise LeftOutError("more pixels than artlib opens") from error
        except images.ImageError as error:
            raise LeftOutError("damaged, or not a picture") from error
        if min(size) < images.SMALLEST_SIDE:
            raise LeftOutError(f"smaller than {images.SMALLEST_SIDE} pixels")
        if _is_near(hashes, self._own):
            raise LeftOutError("a near-duplicate of a work in your catalog")
        if _is_near(hashes, np.array(self._here, np.uint64)):
            raise LeftOutError("a near-duplicate of another work among the others")
        self._here.append(int(hashes[0]))

    @functools.cached_property  # not needed if nothing is fetched
    def _here(self) -> list[int]:
        return list(_hashes(self._folder))


def _is_near(hashes: np.ndarray, references: np.ndarray) -> bool:
    return bool((distances(hashes[None], references) <= HASH_ALONE).any())


def _hashes(folder: Path) -> Iterator[int]:
    """Yield the upright hash of each picture in a folder that can be read."""
    found = sorted(pictures_under(folder)) if folder.is_dir() else []
    for path in tqdm(found, desc="Looking at what is there", unit="work", disable=not found):
        with suppress(images.ImageError):
            yield int(orientation_hashes(fingerprinted(folder / path))[0])
