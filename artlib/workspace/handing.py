"""Handing over: a workspace, or a trained recogniser without its pictures, as one file for somebody else."""

import shutil
import zipfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tqdm.auto import tqdm

from artlib.errors import ArtlibError, counted
from artlib.images.folders import real_path
from artlib.workspace.disk.faults import can_be_written
from artlib.workspace.disk.unfinished import remove_leftovers, unfinished
from artlib.workspace.disk.writer import one_writer
from artlib.workspace.keeping import archive, manifest, state, units
from artlib.workspace.keeping.kept import Kept
from artlib.workspace.keeping.state import State
from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace

COMMENT = "artlib workspace, format 1"  # of the zip file
WITH_PICTURES = (".html", ".png")  # files in a model's folder that show pictures
UNFINISHED = "checkpoint.npz"


class PackError(ArtlibError):
    """A workspace can't be packed or unpacked there."""


@dataclass(frozen=True)
class Handed:
    """What was packed or unpacked.

    Attributes:
        path: the file, or the workspace's folder.
        images: how many normalised copies.
        models: their names.
        size: of all files, in bytes.
    """

    path: Path
    images: int
    models: list[str]
    size: int

    def __str__(self) -> str:
        models = f"models: {', '.join(self.models)}" if self.models else "no model"
        return f"{self.path}: {counted(self.images, 'image')}, {models}, {self.size / 1e6:,.1f} MB."


def pack(workspace: AnyWorkspace, file: str | Path, *, pictures: bool = True, name: str | None = None) -> Handed:
    """Write a workspace into one file, for `unpack` on another machine.

    Without pictures it is a recogniser: it answers on the other machine as here, and names the most similar works with
    their sources, but can't show them. The catalog goes with it, so copies of known works are still found.

    Args:
        workspace: a Workspace, or the path of one.
        file: the zip file to write; one that `pack` wrote before is replaced.
        pictures: whether the pictures and the reports that show them are packed, too.
        name: of the only model that is packed; None packs all.

    Raises:
        PackError: the workspace is empty, there is no such model, or the file can't be written or is not one that
            `pack` wrote.
    """
    workspace, file = as_workspace(workspace), Path(file).expanduser()
    if file.exists() and not _is_packed(file):
        raise PackError(f"{file} is there already, and `artlib pack` did not write it. Give another name.")
    with one_writer(workspace.root, "packing") if can_be_written(workspace.root) else nullcontext():
        return _packed(workspace, file, pictures, name)


def _packed(workspace: Workspace, file: Path, pictures: bool, name: str | None) -> Handed:
    """Pack it, while nobody changes it: else the catalog could have rows whose pictures are not in the file."""
    workspace.fetch()
    models = workspace.model_names() if name is None else [name]
    names = _names(workspace, pictures, models)
    if name and not any(each.startswith(f"models/{name}/") for each in names):
        raise PackError(f"There is no model {name!r} in {workspace.root}; models: {workspace.model_names()}.")
    if not names:
        raise PackError(f"{real_path(workspace.root)} holds nothing to pack. Run 01_collect (artlib collect) first.")
    try:
        with tqdm(names, desc="Packing", unit="file", disable=len(names) < 100) as shown:
            archive.pack(file, workspace.root, shown, COMMENT)
    except OSError as error:
        raise PackError(f"{file} could not be written ({error}). Give another place, or free some space.") from error
    return Handed(file, _images(names), _models(names), file.stat().st_size)


def unpack(packed: str | Path, workspace: AnyWorkspace = "data") -> Handed:
    """Make a workspace from a file that `pack` wrote, or from a folder that a workspace is kept in.

    Args:
        packed: the file; or the folder, such as `artlib/data` from Google Drive, as it is there.
        workspace: the folder to make; it must not hold anything yet. It appears when it is complete.

    Raises:
        PackError: the workspace holds something or can't be written, or `packed` is no packed workspace.
        ArchiveError: the file is damaged, or holds what no workspace holds.
    """
    packed, root = Path(packed).expanduser(), as_workspace(workspace).root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise PackError(f"{root} holds something already. Give another folder: artlib unpack {packed} --workspace …")
    if not (packed.is_file() or packed.is_dir()):  # opening a pipe could wait for ever
        raise PackError(f"There is no such file: {packed}. Give the file that `artlib pack` wrote.")
    try:
        _unpack_into(packed, real_path(root))
    except OSError as error:
        raise PackError(f"{packed} could not be unpacked into {root} ({error}). Give another folder.") from error
    names = [name for files in units.found_in(root).values() for name in files]
    return Handed(root, _images(names), _models(names), sum((root / name).stat().st_size for name in names))


def _unpack_into(packed: Path, root: Path) -> None:
    root.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(root.parent)
    inside = unfinished(root)
    inside.mkdir()
    try:
        (_unpack_folder if packed.is_dir() else _unpack_file)(packed, inside)
        if not root.exists():
            inside.rename(root)
            return
        for path in inside.iterdir():  # an empty folder is filled, because a shell may be in it
            path.rename(root / path.name)
    finally:
        shutil.rmtree(inside, ignore_errors=True)


def _unpack_file(packed: Path, root: Path) -> None:
    if not _is_packed(packed):
        raise PackError(
            f"{packed} is not a file that `artlib pack` wrote. If it is a zip file of a folder on Google Drive, unzip "
            "it and give the folder in it, which holds workspace.json. For pictures: artlib collect zip FILE."
        )
    archive.unpack(packed, root)


def _unpack_folder(packed: Path, root: Path) -> None:
    there = manifest.read(packed)
    if there is None:
        raise PackError(
            f"{packed} holds no workspace.json, so no workspace is kept in it. Give the folder that has it."
        )
    state_there = State(str(packed), str(packed), there)
    state_there.write(root)
    kept = Kept(root, state_there)
    for unit in sorted(kept.units):
        kept.fetch(unit)
    if (packed / units.DECISIONS).exists():
        shutil.copyfile(packed / units.DECISIONS, root / units.DECISIONS)
    shutil.rmtree(root / state.FOLDER)


def _is_packed(file: Path) -> bool:
    try:
        if not file.is_file():
            return False
        with zipfile.ZipFile(file) as opened:
            return opened.comment.decode(errors="replace") == COMMENT
    except (OSError, *archive.DAMAGED):
        return False


def _names(workspace: Workspace, pictures: bool, models: list[str]) -> list[str]:
    found = units.found_in(workspace.root)
    wanted = [units.TABLES, *(f"models/{name}" for name in models)]
    names = sorted(name for unit in wanted for name in found.get(unit, {}))
    names = [name for name in names if not name.endswith(UNFINISHED)]
    if pictures:
        names += sorted(name for unit in units.FOLDERS for name in found.get(unit, {}))
    else:
        names = [name for name in names if not name.endswith(WITH_PICTURES)]
    return names + [units.DECISIONS] * (bool(names) and workspace.decisions.exists())


def _images(names: list[str]) -> int:
    return sum(name.startswith("images/") for name in names)


def _models(names: list[str]) -> list[str]:
    return sorted({name.split("/")[1] for name in names if name.startswith("models/")})
