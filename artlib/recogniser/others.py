"""Others: works by artists who are not known. A model learns to tell them from its own, and never names them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artlib.errors import ArgumentError, ArtlibError, counted, warn
from artlib.images.files import opened_under
from artlib.images.folders import why_no_folder
from artlib.inference.pixels import resize_to_square
from artlib.recogniser.content_files import write_arrays
from artlib.recogniser.outputs import ModelOutputs
from artlib.similarity.hashing import distances, orientation_hashes
from artlib.workspace import Workspace, WorkspaceError
from artlib.workspace.artist_names import clean_artist
from artlib.workspace.fingerprints import catalog_with_fingerprints
from artlib.workspace.formats.arrays import DAMAGED, check_shapes, read_arrays

ALIKE_BITS = 4  # of 64, of the hashes of copies as a whole
MOST = 1000  # pictures; more take time and memory, and hardly help

SHAPES = {
    "names": ("U", "others"),
    "artists": ("iu", "pictures"),
    "embeddings": ("f", "pictures width"),
    "logits": ("f", "pictures artists"),
    "frozen": ("f", "pictures features"),
}


class OthersError(ArtlibError):
    """The file of the other artists is damaged."""


@dataclass(frozen=True)
class Others:
    """Works by other artists, as one model sees them.

    Attributes:
        names: str (k,), the other artists, sorted.
        artists: int (m,), the artist of each picture, 0 to k - 1.
        outputs: of the model for each picture.
        frozen: float32 (m, width), the features of its backbone before training.
    """

    names: list[str]
    artists: np.ndarray
    outputs: ModelOutputs
    frozen: np.ndarray

    def __str__(self) -> str:
        return f"{counted(len(self.artists), 'work')} by {counted(len(self.names), 'other artist')}"

    def write(self, folder: Path) -> Path:
        """Write them into a file named by its content, and return its path."""
        arrays = {
            "names": np.array(self.names),
            "artists": self.artists,
            "embeddings": self.outputs.embeddings.astype(np.float16),
            "logits": self.outputs.logits,
            "frozen": self.frozen.astype(np.float16),
        }
        return write_arrays(folder, "others", arrays)

    @classmethod
    def read(cls, path: Path) -> "Others":
        """Read them from a file.

        Raises:
            OthersError: the file is missing or damaged.
        """
        try:
            arrays = read_arrays(path)
            check_shapes(arrays, SHAPES)
            names, artists = arrays["names"].tolist(), arrays["artists"]
            if len(artists) and not 0 <= artists.min() <= artists.max() < len(names):
                raise ValueError("artists counts others than its names")
            outputs = ModelOutputs(arrays["embeddings"].astype(np.float32), arrays["logits"])
            return cls(names, artists, outputs, arrays["frozen"].astype(np.float32))
        except DAMAGED as error:
            raise OthersError(
                f"{path} is missing or damaged ({error}). Evaluate with the folder of other artists again: "
                "artlib evaluate --others FOLDER."
            ) from error


def look(workspace: Workspace, folder: str | Path, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Open the pictures of a folder with one subfolder for each other artist.

    Pictures by a collected artist and copies of collected works are left out, and so is what can't be read; a warning
    says so. Of more than a thousand pictures some of every artist are taken.

    Args:
        workspace: with the collected works.
        folder: with the pictures; without subfolders all of them count as one artist's.
        side: height and width of prepared pictures, in pixels.

    Returns:
        Prepared pictures, uint8 RGB (m, side, side, 3), and the artist of each, str (m,).

    Raises:
        ArgumentError: the path is empty, no folder, or a whole computer, home folder or Google Drive.
        WorkspaceError: no picture is left.
    """
    if reason := why_no_folder(folder):
        raise ArgumentError(
            f"{reason} Received: others={str(folder)!r}. Give a folder with one subfolder for each artist who is none "
            "of yours, or leave it out."
        )
    catalog = catalog_with_fingerprints(workspace)
    known = {clean_artist(artist).casefold() for artist in catalog["artist"]}
    hashes = np.array([int(phash, 16) for phash in catalog["phash"]], np.uint64)
    pixels, artists, left_out = [], [], Counter[str]()
    for path, image in opened_under(Path(folder).expanduser()):
        if any(clean_artist(part).casefold() in known for part in path.parent.parts):
            left_out["by a collected artist"] += 1
        elif (distances(orientation_hashes(image)[None], hashes) <= ALIKE_BITS).any():
            left_out["a copy of a collected work"] += 1
        else:
            pixels.append(resize_to_square(image, side))
            artists.append(str(path.parent))
    reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    if not pixels:
        raise WorkspaceError(
            f"There is no readable picture of other artists{f' ({reasons})' if reasons else ''}. Received: "
            f"others={str(folder)!r}. Give a folder with one subfolder for each artist who is none of yours, or use "
            "`artlib collect others`."
        )
    if reasons:
        warn(f"Left out of the other artists' pictures: {reasons}.")
    chosen = _spread(np.array(artists))
    return np.array([pixels[row] for row in chosen]), np.array(artists)[chosen]


def collected(workspace: Workspace, folder: str | Path, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what `look` returns for the folder of `artlib collect others`; empty if it holds nothing of use."""
    if Path(folder).is_dir():
        try:
            return look(workspace, folder, side)
        except WorkspaceError as error:  # nobody asked for these works in this call
            warn(str(error))
    return np.empty((0, side, side, 3), np.uint8), np.empty(0, str)


def _spread(artists: np.ndarray) -> np.ndarray:
    """Return the positions of at most `MOST` pictures, the first ones of every artist."""
    turn = np.empty(len(artists), int)
    for artist in set(artists.tolist()):
        mine = artists == artist
        turn[mine] = np.arange(mine.sum())
    return np.sort(np.argsort(turn, kind="stable")[:MOST])
