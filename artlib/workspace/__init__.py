"""The workspace: one folder with everything about one set of artists, and the tables through which stages meet."""

from artlib.workspace.paths import AnyWorkspace, Workspace, WorkspaceError, as_workspace

__all__ = ["AnyWorkspace", "Workspace", "WorkspaceError", "as_workspace"]
