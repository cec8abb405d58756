"""Parts: archives with files of one unit, on their way between a workspace's folder and the one it is kept in."""

import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from artlib.workspace.disk.faults import as_disk_error, is_full
from artlib.workspace.keeping import archive, state
from artlib.workspace.keeping.manifest import KeptError, Part


def written(unit: str, names: Sequence[str], root: Path, folder: Path) -> Part:
    """Write files of a workspace as a new part: first here, then there, in large pieces.

    Args:
        unit: of the files.
        names: relative to the workspace.
        root: the workspace's folder.
        folder: where it is kept.
    """
    file = f"{unit.replace('/', '-')}-{secrets.token_hex(4)}.zip"
    with tempfile.TemporaryDirectory(dir=root / state.FOLDER) as temporary:
        packed = Path(temporary) / file
        archive.pack(packed, root, names)
        size = packed.stat().st_size
        with archive.progress(size, f"Keeping {unit}") as bar:
            archive.copied(packed, folder / file, bar)
    return Part(file, unit, size, len(names))


def fetched(unit: str, parts: Sequence[Part], root: Path, folder: Path) -> dict[str, str]:
    """Write the files of a unit's parts into a workspace, and return which part holds each.

    Raises:
        KeptError: the folder can't be reached.
        ArchiveError: an archive is damaged.
    """
    files: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory(dir=root / state.FOLDER) as temporary,
        archive.progress(sum(part.size for part in parts), f"Fetching {unit}") as bar,
    ):
        for part in parts:
            for gone in part.removed:
                if files.pop(gone, None):
                    (root / gone).unlink(missing_ok=True)  # else it would be taken for a new file
            here = _copied_here(part, folder, Path(temporary), bar)
            files |= dict.fromkeys(archive.unpack(here, root), part.file)
            here.unlink()
    return files


def _copied_here(part: Part, folder: Path, to: Path, bar: archive.tqdm) -> Path:
    try:
        return archive.copied(folder / part.file, to / part.file, bar)
    except FileNotFoundError as error:
        raise KeptError(
            f"{part.file} is no longer in {folder}; another machine may have replaced it. Run the first cell again "
            "(artlib.open_workspace): it brings here what is there now."
        ) from error
    except OSError as error:
        if is_full(error):
            raise as_disk_error(error) from error
        raise KeptError(
            f"{part.file} could not be fetched from {folder} ({error}). Is Google Drive, or the disk, still "
            "there? Run the cell or the command again when it is."
        ) from error
