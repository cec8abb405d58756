"""Opening a workspace: the one line with which every notebook begins."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from artlib.images.folders import real_path
from artlib.workspace.disk.writing import atomic
from artlib.workspace.keeping import drive, manifest, state, units
from artlib.workspace.keeping.kept import Kept
from artlib.workspace.keeping.manifest import KeptError, Manifest
from artlib.workspace.keeping.state import State
from artlib.workspace.needs import require
from artlib.workspace.paths import Workspace
from artlib.workspace.place import from_notebook, place

CATALOG = "catalog.csv"


def open_workspace(
    path: str | os.PathLike[str] = "data",
    *,
    keep_in: str | os.PathLike[str] | None = None,
    needs: Sequence[str] = (),
    name: str = "default",
) -> Workspace:
    """Return the workspace in a folder, ready to work in.

    On Colab the folder is on the machine's fast disk, and everything is kept on Google Drive in `MyDrive/artlib/`, in a
    folder of the same name: tables and models at the end of each stage, decisions at once. On a new machine they are
    fetched from there: the tables now, pictures and models when they are first needed. A path on Google Drive names the
    folder to keep it in. Elsewhere a workspace is simply the folder, unless `keep_in` is given.

    Args:
        path: the folder.
        keep_in: another folder to keep the workspace in, such as on a network disk; None takes Google Drive on Colab.
        needs: what must be there: "pictures", "groups", "split", "model".
        name: of the model that is needed.

    Raises:
        WorkspaceError: something that is needed is not there; the text says how to get it.
        KeptError: what is kept can't be read, or this folder belongs to what is kept elsewhere.
    """
    local, kept_in = _folders(Path(from_notebook(os.fspath(path))).expanduser(), keep_in)
    if kept_in:
        try:
            kept = _kept(local, kept_in)
            kept.catch_up()
            print(f"The work in {local} is kept in {kept.folder}.")
        except OSError as error:
            raise KeptError(f"{kept_in} can't be used ({error}). Bring it back, or give another folder.") from error
    workspace = Workspace(local)
    require(workspace, needs, name)
    return workspace


def _folders(path: Path, keep_in: str | os.PathLike[str] | None) -> tuple[Path, Path | None]:
    """Return the folder to work in, and the one to keep it in, if any."""
    if keep_in is not None:
        kept_in = real_path(Path(keep_in).expanduser())
        if kept_in.is_relative_to(real_path(path)):
            raise KeptError(
                f"A workspace can't be kept in itself. Received: {path} and keep_in={keep_in}; give another."
            )
        return path, kept_in
    if place() != "colab":
        return path, None
    if (whole := Path.cwd() / path).is_relative_to(drive.MOUNT):
        path = whole  # also where it was given from /content, as in Colab's list of files
    on_drive = path.is_relative_to(drive.MOUNT)
    local = Path(path.name) if on_drive else path
    if not drive.mounted():
        return local, None
    below = Path(path.name) if path.is_absolute() else path
    return local, path if on_drive else drive.HOME / below


def _kept(local: Path, folder: Path) -> Kept:
    """Return how a local folder is kept, prepared in both folders if this is the first time."""
    remembered = state.read(local)
    if remembered and str(folder) not in (remembered.asked, remembered.folder):
        raise KeptError(
            f"{local} is kept in {remembered.folder}, and not in {folder}. Give another name, or delete the folder "
            f"{local} of this machine after looking that all in it is kept."
        )
    if remembered and manifest.read(Path(remembered.folder)) is None:
        remembered = None  # it was deleted there: what is here is all there is
    if remembered is None:
        remembered = State(str(folder), str(folder), _begun(local, folder))
        remembered.write(local)
    return Kept(local, remembered)


def _begun(local: Path, folder: Path) -> Manifest:
    """Return the manifest to begin with: that of the folder, or an empty one where there is none yet."""
    there = manifest.read(folder)
    if there is None:
        folder.mkdir(parents=drive.FILES in folder.parents, exist_ok=True)  # elsewhere, the disk may not be there
        _take_over(folder, local)
        there = Manifest()
        there.write(folder)
    elif there.parts and units.found_in(local):
        return Manifest()  # of another revision: so what is here does not get mixed with what is there
    return there


def _take_over(folder: Path, local: Path) -> None:
    """Copy a workspace that an earlier artlib wrote there file by file, such as into Google Drive."""
    loose = units.found_in(folder)
    if CATALOG not in loose.get(units.TABLES, {}):
        return  # files of another kind, such as at the top of Google Drive
    names = {name: mark for files in loose.values() for name, mark in files.items()}
    here = {name: mark for files in units.found_in(local).values() for name, mark in files.items()}
    if any(name not in names or mark[0] != names[name][0] for name, mark in here.items()):
        raise KeptError(f"{folder} holds a workspace, and {local} another one. Give another name for one of the two.")
    wanted = [name for name in names if name not in here]  # what is here, an interruption left
    if (folder / units.DECISIONS).exists():
        wanted.append(units.DECISIONS)
    for name in wanted:
        with atomic(local / name) as temporary:
            shutil.copyfile(folder / name, temporary)
