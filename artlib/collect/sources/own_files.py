"""The workspace's own files: a source that lies in the workspace must not collect them again."""

from pathlib import Path

from artlib.collect.errors import CollectError
from artlib.images.folders import real_path
from artlib.workspace import Workspace

FOLDERS = ("originals", "images", "features", "others", "models")  # that artlib writes in a workspace


def refuse_own_files(workspace: Workspace, source: Path) -> None:
    """Refuse a source that is a part of the workspace that it would be collected into.

    Raises:
        CollectError: it is one.
    """
    source, root = real_path(source), real_path(workspace.root)
    # not by the workspace's properties, which may fetch what is kept elsewhere
    if any(source.is_relative_to(real_path(root / name)) for name in FOLDERS):
        raise CollectError(
            f"These pictures are in the workspace already. Received: path={str(source)!r}, a part of the workspace "
            f"{root}. Give the folder that they came from."
        )
