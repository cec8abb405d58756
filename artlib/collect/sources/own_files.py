"""The workspace's own files: a source that reaches into the workspace must not collect them again."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from artlib.collect.errors import CollectError
from artlib.workspace import Workspace

FOLDERS = ("originals", "images", "features", "others", "models")  # that artlib writes in a workspace


def without_own_files(workspace: Workspace, source: Path, found: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the pictures of a source that do not lie in the workspace that they are collected into, sorted.

    Args:
        workspace: that the pictures are collected into.
        source: the folder; if it lies in the workspace, only the folders that artlib writes count as own.
        found: pictures, relative to `source`.

    Raises:
        CollectError: the whole source is a part of the workspace.
    """
    source, root = source.resolve(), workspace.root.resolve()
    # not by the workspace's properties, which may fetch what is kept elsewhere
    own = [(root / name).resolve() for name in FOLDERS] if source.is_relative_to(root) else [root]
    if any(source.is_relative_to(part) for part in own):
        raise CollectError(
            f"These pictures are in the workspace already. Received: path={str(source)!r}, a part of the workspace "
            f"{root}. Give the folder that they came from."
        )
    skipped = [PurePosixPath(part.relative_to(source).as_posix()) for part in own if part.is_relative_to(source)]
    return sorted(path for path in found if not any(path.is_relative_to(part) for part in skipped))
