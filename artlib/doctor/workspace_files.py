"""The files of a workspace: each is read and checked as the commands do it."""

from pathlib import Path

from artlib.doctor.finding import Finding, State, looked_at
from artlib.errors import ArtlibError, counted
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.copies import check_copies, lost_copies
from artlib.workspace.decisions import latest
from artlib.workspace.disk.faults import can_be_written
from artlib.workspace.disk.space import free_at
from artlib.workspace.errors import WorkspaceError
from artlib.workspace.split import read_split
from artlib.workspace.stages import maker


def findings(workspace: Workspace) -> list[Finding]:
    """Return what is said about a workspace's folder, tables, decisions and pictures."""
    root = workspace.root
    if not root.exists():
        text = f"there is no workspace {root.absolute()} yet: run 01_collect (artlib collect folder PATH)"
        return [Finding("folder", State.ABSENT, text)]
    folder = looked_at("folder", lambda: _folder(root))
    if not root.is_dir():
        return [folder]
    needed = [workspace.catalog, workspace.groups, workspace.artists, workspace.split]
    lists = [workspace.aliases, workspace.rejected, workspace.set_apart, workspace.suggestions, workspace.suspects]
    lists = [path for path in (*lists, workspace.others / "sources.csv") if path.exists()]
    return [folder, *(_table(workspace, path) for path in needed + lists), _decisions(workspace), *_pictures(workspace)]


def _folder(root: Path) -> str:
    if not root.is_dir():
        raise WorkspaceError(f"{root} is a file. Give the folder of a workspace (--workspace).")
    if not can_be_written(root):
        raise WorkspaceError(
            f"{root} can't be written: pictures are answered, and nothing can be collected, sorted or trained. Give "
            "yourself the right to write there, or copy the folder."
        )
    return f"{root.absolute()}, {free_at(root) / 1e9:,.1f} GB free"


def _table(workspace: Workspace, path: Path) -> Finding:
    if not path.exists():
        return Finding(path.name, State.ABSENT, f"not made yet: {maker(path)}")
    return looked_at(path.name, lambda: f"rows: {len(workspace.read_table(path)):,}")


def _decisions(workspace: Workspace) -> Finding:
    path = workspace.decisions
    if not path.exists():
        return Finding(path.name, State.ABSENT, "nothing is decided yet: 02_sort")
    return looked_at(path.name, lambda: f"pictures decided on: {len(latest(workspace)):,}")


def _pictures(workspace: Workspace) -> list[Finding]:
    """Return what is said about the copies of the pictures, and whether the split is of these pictures."""
    try:
        ids = read_catalog(workspace)["id"].tolist()
    except ArtlibError:  # which is said of the catalog
        return []

    def copies() -> str:
        check_copies(lost_copies(workspace, ids), len(ids))
        return f"{counted(len(ids), 'picture')} of the catalog, and all are here"

    found = [looked_at("images", copies)]
    if workspace.split.exists() and workspace.artists.exists():
        found.append(looked_at("split", lambda: str(read_split(workspace)), State.STALE))
    return found
