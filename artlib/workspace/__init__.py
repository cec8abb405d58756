"""The workspace: one folder with everything about one set of artists, and the tables through which stages meet."""

from artlib.workspace.paths import Workspace, WorkspaceError

__all__ = ["Workspace", "WorkspaceError"]
