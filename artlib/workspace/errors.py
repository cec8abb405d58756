"""The error about a workspace's files; alone here, so that every module of the room can raise it."""

from artlib.errors import ArtlibError


class WorkspaceError(ArtlibError):
    """A file that an earlier stage makes is missing or damaged."""
