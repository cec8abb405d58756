"""The workspace: where each file of a set of artists is.

The stages exchange data only through these files: each reads what earlier stages wrote.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pandas as pd

from artlib.errors import ArgumentError
from artlib.images.folders import real_path
from artlib.workspace.advice import lacks_file
from artlib.workspace.disk.faults import can_be_written
from artlib.workspace.disk.temporary import own_temporary_folder
from artlib.workspace.disk.writing import safe_name
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.formats.reading import require_file
from artlib.workspace.keeping.kept import Kept
from artlib.workspace.tables import known_table


class Workspace:
    """One folder with everything about one set of artists.

    If it is kept elsewhere, as on Colab (`artlib.open_workspace`), asking for the folder of the pictures or of a model
    brings them here first.

    Args:
        root: the folder; created when something is first written.
    """

    def __init__(self, root: str | os.PathLike[str] = "data") -> None:
        self.root = Path(root).expanduser()
        self._kept = Kept.of(self.root)

    def __repr__(self) -> str:
        return f"Workspace({str(self.root)!r})"

    @property
    def originals(self) -> Path:
        return self._here("originals")

    @property
    def images(self) -> Path:
        return self._here("images")

    @property
    def features(self) -> Path:
        """The folder of what networks said about the pictures, and of prepared pictures; it can be made again.

        Where the workspace can't be written, it is in the system's folder for temporary files.
        """
        return self._cache(self._here("features"))

    @property
    def index(self) -> Path:
        """The folder of what `artlib.trace` searches, which is made again where it is missing.

        Where the workspace can't be written, it is in the system's folder for temporary files.
        """
        return self._cache(self._here("index"))

    def temporary(self, name: str) -> Path:
        """Return a path for this workspace alone in the user's own folder for temporary files.

        Raises:
            WorkspaceError: somebody else could change what is in it.
        """
        key = hashlib.sha256(str(real_path(self.root)).encode(errors="surrogateescape")).hexdigest()[:12]
        return own_temporary_folder() / f"{name}-{key}"

    @property
    def others(self) -> Path:
        """The folder with works by artists who are not among the user's own, in a folder each."""
        return self._here("others")

    @property
    def downloads(self) -> Path:
        """The folder with what came from the web and is not in the catalog yet, and the list of all that came."""
        return self.root / "downloads"

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.csv"

    @property
    def aliases(self) -> Path:
        return self.root / "aliases.csv"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected.csv"

    @property
    def set_apart(self) -> Path:
        return self.root / "set_apart.csv"

    @property
    def suggestions(self) -> Path:
        return self.root / "suggestions.csv"

    @property
    def suspects(self) -> Path:
        return self.root / "suspects.csv"

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

    def original(self, path: str) -> Path:
        """Return the path of an original, which the catalog gives relative to the workspace."""
        return self.originals.parent / path

    def image(self, image_id: str) -> Path:
        """Return the path of the normalised copy of an image."""
        return self.images / f"{image_id}.jpg"

    def model(self, name: str = "default") -> Path:
        """Return the folder of one trained model."""
        if name != safe_name(name):
            raise ArgumentError(
                f"A model's name is one plain folder name. Received: name={name!r}; try {safe_name(name)!r}."
            )
        return self._here(f"models/{name}")

    def model_names(self) -> list[str]:
        """Return the names of the models that are here or kept elsewhere, sorted."""
        here = {folder.name for folder in (self.root / "models").glob("[!.]*") if folder.is_dir()}
        kept = self._kept.units if self._kept else ()
        return sorted(here | {unit.removeprefix("models/") for unit in kept if unit.startswith("models/")})

    def keep(self, *, at_most_every: float = 0.0) -> None:
        """Write what has changed to where the workspace is kept; do nothing if it is simply this folder.

        Every stage does it at its end. Where it can't be done, it is said, and the next time does it.

        Args:
            at_most_every: do nothing if it was done less than so many seconds ago.
        """
        if self._kept:
            self._kept.keep(at_most_every=at_most_every)

    def fetch(self) -> None:
        """Bring everything here that is kept elsewhere."""
        for unit in sorted(self._kept.units) if self._kept else ():
            self._here(unit)

    def keep_decisions(self, lines: str) -> None:
        """Append lines to the decisions where the workspace is kept."""
        if self._kept:
            self._kept.append_decisions(lines)

    def require(self, path: Path) -> Path:
        """Return `path` if it exists.

        Raises:
            WorkspaceError: it is missing; the text says what writes it, as fits the place.
        """
        if not path.exists():
            raise WorkspaceError(lacks_file(self.root, path, self.model_names()))
        if path.suffix:  # else it is a folder
            require_file(path)
        return path

    def read_table(self, path: Path) -> pd.DataFrame:
        """Read one of the workspace's CSV files; every column is text.

        Raises:
            WorkspaceError: it is missing, or can't be read without doubt.
        """
        return known_table(self.require(path))

    def engine(self, name: str = "default") -> Path:
        """The folder of a model's network as it was converted for this machine; see `features` on where it is."""
        return self._cache(self.model(name) / "engine")

    def cache(self, name: str) -> Path:
        """Return the path of a file that only saves time, by its name; see `features` on where it is."""
        return self._cache(self.root / name)

    def _cache(self, path: Path) -> Path:
        if can_be_written(path):
            return path
        instead = self.temporary(path.relative_to(self.root).as_posix().replace("/", "-").lstrip("."))
        _copy_newer(path, instead)  # what is there already need not be made again
        return instead

    def _here(self, unit: str) -> Path:
        """Return the folder of what is kept together, after bringing it here."""
        if self._kept:
            self._kept.fetch(unit)
        return self.root / unit


def _copy_newer(folder: Path, to: Path) -> None:
    """Copy the files that another folder lacks or has older, without their rights: else a copy could be closed, too."""
    for path in sorted(folder.rglob("*")):
        copy = to / path.relative_to(folder)
        with suppress(OSError):  # it can be made again
            if path.is_file() and (not copy.exists() or copy.stat().st_mtime < path.stat().st_mtime):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


AnyWorkspace = Workspace | str | os.PathLike[str]


def as_workspace(workspace: AnyWorkspace) -> Workspace:
    """Return a Workspace as it is, and a path as the Workspace in that folder."""
    return workspace if isinstance(workspace, Workspace) else Workspace(workspace)
