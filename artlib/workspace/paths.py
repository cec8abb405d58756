"""The workspace: where each file of a set of artists is.

The stages exchange data only through these files: each reads what earlier stages wrote.
"""

import os
from pathlib import Path

import pandas as pd

from artlib.errors import ArgumentError, ArtlibError
from artlib.workspace.advice import lacks_file
from artlib.workspace.stages import maker
from artlib.workspace.writing import safe_name


class WorkspaceError(ArtlibError):
    """A file that an earlier stage makes is missing or damaged."""


class Workspace:
    """One folder with everything about one set of artists.

    Args:
        root: the folder; created when something is first written.
    """

    def __init__(self, root: str | os.PathLike[str] = "data") -> None:
        self.root = Path(root).expanduser()

    def __repr__(self) -> str:
        return f"Workspace({str(self.root)!r})"

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def features(self) -> Path:
        return self.root / "features"

    @property
    def downloads(self) -> Path:
        return self.root / "downloads"

    @property
    def others(self) -> Path:
        """The folder with works by artists who are not among the user's own, in a folder each."""
        return self.root / "others"

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.csv"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected.csv"

    @property
    def decisions(self) -> Path:
        return self.root / "decisions.jsonl"

    @property
    def groups(self) -> Path:
        return self.root / "groups.csv"

    @property
    def split(self) -> Path:
        return self.root / "split.csv"

    @property
    def artists(self) -> Path:
        return self.root / "artists.csv"

    def image(self, image_id: str) -> Path:
        """Return the path of the normalised copy of an image."""
        return self.images / f"{image_id}.jpg"

    def model(self, name: str = "default") -> Path:
        """Return the folder of one trained model."""
        if name != safe_name(name):
            raise ArgumentError(
                f"A model's name is one plain folder name. Received: name={name!r}; try {safe_name(name)!r}."
            )
        return self.root / "models" / name

    def require(self, path: Path) -> Path:
        """Return `path` if it exists.

        Raises:
            WorkspaceError: it is missing; the text says what writes it, as fits the place.
        """
        if not path.exists():
            raise WorkspaceError(lacks_file(self.root, path))
        return path

    def read_table(self, path: Path) -> pd.DataFrame:
        """Read one of the workspace's CSV files; every column is text."""
        try:
            return pd.read_csv(self.require(path), dtype=str, keep_default_na=False)
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise WorkspaceError(f"{path} is damaged ({error}). Delete it and run {maker(path)} again.") from error


AnyWorkspace = Workspace | str | os.PathLike[str]


def as_workspace(workspace: AnyWorkspace) -> Workspace:
    """Return a Workspace as it is, and a path as the Workspace in that folder."""
    return workspace if isinstance(workspace, Workspace) else Workspace(workspace)
