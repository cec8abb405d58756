"""The workspace: one folder with everything about one set of artists, and the tables that the stages share."""

from artlib.workspace.paths import AnyWorkspace, Workspace, WorkspaceError, as_workspace

__all__ = ["AnyWorkspace", "Workspace", "WorkspaceError", "as_workspace"]
